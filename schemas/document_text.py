"""Text to plain data, with no surprises: YAML as YAML 1.2's core without its traps, or JSON.

Read here from the parser's events, because what a scalar means matters: `12:30`, `012`, `no`, `1e3`,
`2026-12-24` and `+15145550100` are text, and only `true`, `false`, `null` and whole numbers are not.
Keys are always text. Anchors, aliases and tags are refused, and so is a key written twice.
"""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from schemas.problems import Found, Steps

_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_WORDS: dict[str, bool | None] = {"": None, "~": None, "null": None, "true": True, "false": False}
_DEEPEST = 60


class Parsed(msgspec.Struct, frozen=True):
    """Plain data, and the line on which each value stands (none for JSON)."""

    data: Any
    lines: dict[Steps, int] = {}


class Unreadable(msgspec.Struct, frozen=True):
    """The text is no document: why, and the line where it stops being one (0 when unknown)."""

    found: Found
    line: int = 0


def parse(text: str) -> Parsed | Unreadable:
    """YAML or JSON, told apart by the first character: JSON is tried first after `{`."""
    if not text.lstrip().startswith("{"):
        return parse_yaml(text)
    as_json = _parse_json(text)
    if isinstance(as_json, Parsed) or as_json.found.code != "not_json":
        return as_json
    as_yaml = parse_yaml(text)
    return as_yaml if isinstance(as_yaml, Parsed) else as_json


def parse_yaml(text: str) -> Parsed | Unreadable:
    """The one document of a YAML text."""
    reader = _Reader()
    try:
        for event in YAML(pure=True).parse(text):
            reader.take(event)
    except _Refused as refused:
        return Unreadable(refused.found, refused.line)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        return Unreadable(_unreadable("not_yaml", error.problem or str(error)), line)
    except (YAMLError, ValueError) as error:
        return Unreadable(_unreadable("not_yaml", str(error).splitlines()[0]))
    if not reader.documents:
        return Unreadable(Found("empty", ()))
    return Parsed(reader.root, reader.lines)


def _parse_json(text: str) -> Parsed | Unreadable:
    try:
        return Parsed(json.loads(text, object_pairs_hook=_object))
    except _Refused as refused:
        return Unreadable(refused.found)
    except RecursionError:
        return Unreadable(Found("too_deep", ()))
    except ValueError as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else 0
        return Unreadable(_unreadable("not_json", str(error)), line)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise _Refused(Found("duplicate_key", (), twice, {"first": "?"}))
    return found


def _unreadable(code: str, why: str) -> Found:
    return Found(code, (), facts={"why": why})


class _Refused(Exception):
    def __init__(self, found: Found, line: int = 0) -> None:
        super().__init__(found.code)
        self.found, self.line = found, line


class _Reader:
    """Builds plain data from parser events, remembering lines."""

    def __init__(self) -> None:
        self.root: Any = None
        self.documents = 0
        self.lines: dict[Steps, int] = {}
        self._open: list[tuple[Any, Steps]] = []
        self._key: list[str | None] = []

    def take(self, event: Event) -> None:
        """One event, in order."""
        if isinstance(event, DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise _Refused(_unreadable("not_yaml", "second document (---)"), _line(event))
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            self._open.pop()
            self._key.pop()
        elif isinstance(event, NodeEvent):
            self._node(event)

    def _node(self, event: NodeEvent) -> None:
        _refuse_features(event)
        if isinstance(event, ScalarEvent) and self._wants_key():
            self._take_key(event)
            return
        if self._wants_key():
            raise _Refused(_unreadable("not_yaml", "a key must be plain text"), _line(event))
        steps = self._place(event)
        value: Any = _scalar(event) if isinstance(event, ScalarEvent) else _container(event)
        self._put(value)
        if not isinstance(event, ScalarEvent):
            if len(self._open) >= _DEEPEST:
                raise _Refused(Found("too_deep", ()), _line(event))
            self._open.append((value, steps))
            self._key.append(None)

    def _wants_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1][0], dict) and self._key[-1] is None

    def _take_key(self, event: ScalarEvent) -> None:
        container, steps = self._open[-1]
        key = str(event.value)
        here = (*steps, key)
        if key in container:
            first = str(self.lines.get(here, 0))
            raise _Refused(Found("duplicate_key", here, key, {"first": first}), _line(event))
        self.lines[here] = _line(event)
        self._key[-1] = key

    def _place(self, event: NodeEvent) -> Steps:
        if not self._open:
            return ()
        container, steps = self._open[-1]
        if isinstance(container, dict):
            return (*steps, str(self._key[-1]))
        here = (*steps, len(container))
        self.lines[here] = _line(event)
        return here

    def _put(self, value: Any) -> None:
        if not self._open:
            self.root = value
            return
        container = self._open[-1][0]
        if isinstance(container, list):
            container.append(value)
        else:
            container[self._key[-1]] = value
            self._key[-1] = None


def _refuse_features(event: NodeEvent) -> None:
    if isinstance(event, AliasEvent):
        raise _Refused(Found("yaml_feature", (), f"*{event.anchor}"), _line(event))
    if event.anchor is not None:
        raise _Refused(Found("yaml_feature", (), f"&{event.anchor}"), _line(event))
    tag = getattr(event, "tag", None)
    if tag is not None and str(tag) != "!":
        raise _Refused(Found("yaml_feature", (), str(tag)), _line(event))


def _container(event: Event) -> Any:
    assert isinstance(event, MappingStartEvent | SequenceStartEvent)
    return {} if isinstance(event, MappingStartEvent) else []


def _scalar(event: ScalarEvent) -> str | int | bool | None:
    text = str(event.value)
    if not event.implicit[0]:
        return text
    if text in _WORDS:
        return _WORDS[text]
    return int(text) if _WHOLE.fullmatch(text) else text


def _line(event: Event) -> int:
    mark = event.start_mark
    return int(mark.line) + 1 if mark is not None else 0
