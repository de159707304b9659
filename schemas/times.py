"""Times of day: `HH:MM` where people write, minutes since midnight where the core reads.

23:59 and 24:00 as an end both mean the end of the day, 1440 (P73).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

END_OF_DAY = 24 * 60
_LAST_MINUTE = "23:59"


def minute_of(text: str, *, end: bool) -> int:
    """`08:30` as 510. The text has passed the schema."""
    if end and text == _LAST_MINUTE:
        return END_OF_DAY
    return int(text[:2]) * 60 + int(text[3:])


def clock_text(minute: int) -> str:
    """510 as `08:30`, 1440 as `24:00`."""
    return f"{minute // 60:02}:{minute % 60:02}"


def to_minutes(data: dict[str, Any]) -> None:
    """Change, in place, every time of day of a document that has passed the schema."""
    for spell in _spells(data):
        for key in ("start", "end"):
            if key in spell:
                spell[key] = minute_of(spell[key], end=key == "end")


def to_clock(data: dict[str, Any]) -> None:
    """The reverse, for a document made of the typed one."""
    for spell in _spells(data):
        for key in ("start", "end"):
            if key in spell:
                spell[key] = clock_text(spell[key])


def _spells(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Everything with a start and an end: openings and exceptional periods, wherever they are."""
    for owner in _owners(data):
        yield from owner.get("exceptions", {}).values()
        for rule in owner.get("rules", ()):
            yield from rule.get("weekly", ())
        for key in ("schedule", "working_hours"):
            schedule = owner.get(key)
            if schedule is not None:
                yield from schedule.get("openings", ())


def _owners(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Objects, and levels' defaults for them, that have hours or periods."""
    for name in ("handlings", "users", "queues"):
        yield from data.get(name, {}).values()
    levels = [data.get("account", {}), *data.get("sites", {}).values(), *data.get("groups", {}).values()]
    for level in levels:
        yield from level.get("defaults", {}).values()
