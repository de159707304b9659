"""Company documents: from YAML, JSON or plain data to typed values, or everything that is wrong with them.

First the shape (`company.schema.json`), then the sense: what names what, hours, numbers, destinations that
cannot be carried out or go round in a circle. What is merely unwise is `routing.lint`'s.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from routing.company import CompanyDocument
from routing.document_walk import each_action
from routing.effective import effective, written, written_at
from routing.lint_edges import edges_of
from routing.lint_loops import find_loops
from schemas.check_actions import check_actions
from schemas.check_levels import check_levels
from schemas.check_names import check_names
from schemas.check_numbers import check_numbers
from schemas.check_queues import check_queues
from schemas.check_references import References
from schemas.check_teams import check_teams
from schemas.check_times import check_times
from schemas.document_text import Parsed, Unreadable, parse
from schemas.problems import Found, Problem, Steps, in_words
from schemas.prune import concerns, pruned
from schemas.shape import Shape
from schemas.times import to_clock, to_minutes
from schemas.yaml_writing import yaml_text

SCHEMA = Path(__file__).with_name("company.schema.json")
_VIDEO_MAIL = ("video_mail", "videomail", "messagerie vidéo", "video mail")
_MENU_WORDS = ("key", "menu", "touche", "digit")


class Checked(msgspec.Struct, frozen=True):
    """A document that passed: as written, and as calls obey it (`routing.effective`), which lint and compilation need
    too and a large company takes a while to come to."""

    document: CompanyDocument
    obeyed: CompanyDocument


def load_company(source: str | Path | Mapping[str, Any]) -> CompanyDocument | list[Problem]:
    """The document of a text, a file or plain data; else all of its problems, in the order of the text."""
    checked = check_company(source)
    return checked.document if isinstance(checked, Checked) else checked


def check_company(source: str | Path | Mapping[str, Any]) -> Checked | list[Problem]:
    """The same, with what the check has found out."""
    if isinstance(source, Path):
        try:
            source = source.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            return [in_words(Found("not_utf8", ()))]
    with _without_collecting():
        read = parse(source) if isinstance(source, str) else Parsed(_copied(source))
        if isinstance(read, Unreadable):
            return [in_words(read.found, read.line)]
        judged = _judge(read.data)
    return judged if isinstance(judged, Checked) else _told(judged, read.lines)


def dump_company(document: CompanyDocument) -> str:
    """YAML that people read and `load_company` takes back; what is at its default is left out."""
    return yaml_text(plain_company(document))


def plain_company(document: CompanyDocument) -> dict[str, Any]:
    """The document as its schema describes it, with times of day as `HH:MM`; for JSON as for YAML."""
    data: dict[str, Any] = msgspec.to_builtins(document)
    to_clock(data)
    return data


@cache
def company_shape() -> Shape:
    """The schema, read once a process."""
    return Shape(SCHEMA)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """A large document makes a million objects and no garbage: looking for it is a fifth of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _copied(value: Any) -> Any:
    """Plain data apart from its source, which its owner may change: a third of the time of `copy.deepcopy`."""
    if isinstance(value, Mapping):
        return {key: _copied(each) for key, each in value.items()}
    return [_copied(each) for each in value] if isinstance(value, list | tuple) else value


def _judge(data: Any) -> Checked | list[Found]:
    _take_video_as_voice(data)
    shape = company_shape()
    mistakes = [_precise(found, data) for found in shape.mistakes(data)]
    if not mistakes:
        document = _typed(data)
        return document if isinstance(document, list) else _checked(document)
    left = pruned(shape, data, mistakes)
    if left is None:
        return mistakes
    document = _typed(left[0])
    if isinstance(document, list):
        return mistakes
    checked = _checked(document)
    senseless = checked if isinstance(checked, list) else []
    return mistakes + [found for found in senseless if not concerns(found, left[1])]


def _take_video_as_voice(data: Any) -> None:
    """Video mail is voicemail that remembers what it was asked to be (Z27)."""
    for value in list(data.values()) if isinstance(data, dict) else data if isinstance(data, list) else ():
        _take_video_as_voice(value)
    if isinstance(data, dict) and data.get("action") in _VIDEO_MAIL:
        data.update(action="voicemail", video=True)


def _precise(found: Found, data: Any) -> Found:
    """Somebody who tries to give the fixed menu other keys is told that it is fixed (Z39)."""
    in_voicemail = found.code == "unknown_key" and "check_voicemail" in found.allowed
    if in_voicemail and any(word in str(found.value).lower() for word in _MENU_WORDS):
        return Found("menu_fixed", found.steps, found.value)
    if found.code == "format" and found.value == "" and found.steps[-1] in ("prompt", "number", "queue"):
        key = str(found.steps[-1])
        return Found(
            "complement_missing",
            found.steps,
            "",
            {"action": _action_at(data, found.steps) or key, "key": key},
        )
    return found


def _action_at(data: Any, steps: Steps) -> str:
    """The word of the action that a setting is part of."""
    for step in steps[:-1]:
        data = data[step]
    action = data.get("action") if isinstance(data, dict) else None
    return action if isinstance(action, str) else ""


def _typed(data: dict[str, Any]) -> CompanyDocument | list[Found]:
    to_minutes(data)
    try:
        return msgspec.convert(data, CompanyDocument, strict=True)
    except msgspec.ValidationError as error:
        return [Found("shape", (), facts={"why": str(error)})]


def _checked(document: CompanyDocument) -> Checked | list[Found]:
    found = list(_sense(document))
    if any(each.code == "unknown_time_zone" for each in found):
        return found
    obeyed = effective(document)
    return [*found, *_loops(obeyed)] or Checked(document, obeyed)


def _sense(document: CompanyDocument) -> Iterator[Found]:
    placed = list(each_action(document))
    yield from check_names(document)
    unknown = list(References(document).check(placed))
    yield from unknown
    yield from check_times(document)
    yield from check_levels(document)
    yield from check_actions(document, placed)
    yield from check_queues(document)
    yield from check_numbers(document, placed)
    yield from check_teams(document)


def _loops(obeyed: CompanyDocument) -> Iterator[Found]:
    for loop in find_loops(edges_of(obeyed)):
        if loop.certain:
            names = [written(name) for _, name in (*loop.nodes, loop.nodes[0])]
            yield Found("forward_loop", written_at(loop.steps), " → ".join(names))


def _told(mistakes: list[Found], lines: dict[Steps, int]) -> list[Problem]:
    problems = dict.fromkeys(in_words(found, _line(found.steps, lines)) for found in mistakes)
    return sorted(problems, key=lambda problem: problem.line)


def _line(steps: Steps, lines: dict[Steps, int]) -> int:
    """The line of the value, or of the nearest object around it that is written."""
    while steps and steps not in lines:
        steps = steps[:-1]
    return lines.get(steps, 0)
