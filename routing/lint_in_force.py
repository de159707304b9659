"""Settings that no code obeys yet, in one table (design 3.7): whoever sets one is told so.

When a setting comes into force, its line goes; a test compares the table with the code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import msgspec

from routing.company import CompanyDocument
from routing.document_walk import Steps, each_action
from routing.lint_findings import Finding, path_text

SETTINGS: tuple[str, ...] = (
    "boxes.*.max_seconds",
    "numbers.*.status",
    "outbound_profiles.*.label",
    "users.*.email",
)
"""Paths of settings, `*` for every key; told when they are not at their default."""

ACTION_SETTINGS: tuple[str, ...] = ()
"""Settings of actions, by the action's word."""

_SHOWN = 5


def check(document: CompanyDocument) -> Iterator[Finding]:
    """One finding a setting, with the places where it is set."""
    for setting in SETTINGS:
        yield from _told(setting, list(_set(document, tuple(setting.split(".")), ())))
    by_action: dict[str, list[str]] = {}
    for placed in each_action(document) if ACTION_SETTINGS else ():
        word = str(placed.action.__struct_config__.tag)
        for setting in ACTION_SETTINGS:
            action, _, field = setting.partition(".")
            if action == word and not _is_default(placed.action, field):
                by_action.setdefault(setting, []).append(path_text((*placed.steps, field)))
    for setting, paths in by_action.items():
        yield from _told(setting, paths)


def _told(setting: str, paths: list[str]) -> Iterator[Finding]:
    if paths:
        more = len(paths) - _SHOWN
        shown = ", ".join(paths[:_SHOWN]) + (f" (+{more})" if more > 0 else "")
        facts = {"setting": setting, "count": str(len(paths)), "where": shown}
        yield Finding(id="not_in_force", level="warn", objects=tuple(paths), path=paths[0], facts=facts)


def _set(value: Any, words: tuple[str, ...], steps: Steps) -> Iterator[str]:
    """The places at or below `value` that the words lead to and that are not at their default."""
    word, rest = words[0], words[1:]
    if word == "*":
        for key, inner in value.items() if isinstance(value, Mapping) else enumerate(value):
            if rest:
                yield from _set(inner, rest, (*steps, key))
            else:
                yield path_text((*steps, key))
    elif rest:
        yield from _set(getattr(value, word), rest, (*steps, word))
    elif not _is_default(value, word):
        yield path_text((*steps, word))


def _is_default(struct: msgspec.Struct, name: str) -> bool:
    return bool(getattr(struct, name) == _default(type(struct), name))


@cache
def _default(struct: type[msgspec.Struct], name: str) -> Any:
    field = next(field for field in msgspec.structs.fields(struct) if field.name == name)
    made = field.default_factory
    return field.default if made is msgspec.NODEFAULT else made()
