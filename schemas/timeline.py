"""The timeline of a scenario: what is expected, and what of it did not happen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from routing.what_if_plan import Row

KINDS = (
    "listens", "whispers", "barges", "leaves", "refuses", "rings", "talks", "hears", "records", "checks", "lights", "clears",
)  # fmt: skip

IDEAL_TOLERANCE = 0.05
"""Seconds, where time is computed and not waited for."""


class Expected(msgspec.Struct, frozen=True):
    """A row of the timeline, in seconds of its call; without `at` only its order counts. `any_of`: it is one of these phones,
    where chance says which, and none that a row before with the same phones had."""

    what: str
    who: str
    at: float | None = None
    call: str = ""
    shows: str = ""
    through: str = ""
    dialled: str = ""
    any_of: tuple[str, ...] = ()


_SEEN = ("shows", "through", "dialled")
"""What is compared of a ring where it is expected."""


def expected(rows: Iterable[Mapping[str, Any]]) -> tuple[Expected, ...]:
    """`until` of a ring is a row of its own; rows in the order of their times, as far as these are given."""
    found: list[Expected] = []
    for row in rows:
        kind = next((kind for kind in KINDS if kind in row), "rings")
        who, any_of, call = row.get(kind, ""), tuple(row.get("any_of", ())), row.get("call", "")
        seen = {name: row.get(name, "") for name in _SEEN}
        found.append(Expected(kind, who, row.get("at"), call, **seen, any_of=any_of))
        if "until" in row:
            found.append(Expected("stops", who, row["until"], call, any_of=any_of))
    return tuple(each for call in dict.fromkeys(row.call for row in found) for each in _in_order(found, call))


def _in_order(rows: Iterable[Expected], call: str) -> list[Expected]:
    latest, timed = 0.0, []
    for place, row in enumerate(each for each in rows if each.call == call):
        latest = max(latest, row.at or 0.0)
        timed.append((row.at if row.at is not None else latest, place, row))
    return [row for _, _, row in sorted(timed, key=lambda each: each[:2])]


def differences(
    wanted: tuple[Expected, ...], rows: tuple[Row, ...], tolerance: float, grain: float = 0.0
) -> list[str]:
    """What is not as expected, in words; empty when nothing. Each call by itself. `tolerance` in seconds, `grain` what the end
    of ringing, and the row after it, may be off beyond it."""
    calls = dict.fromkeys([*(row.call for row in wanted), *(row.call for row in rows)])
    return [told for call in calls for told in _of_call(call, wanted, rows, (tolerance, grain))]


def _of_call(
    call: str, wanted: Iterable[Expected], rows: Iterable[Row], limits: tuple[float, float]
) -> list[str]:
    """A time must be right since the call began or since the row before: a switch's grain (a second a timer)
    adds up, what the caller does is not late."""
    left, told = [row for row in rows if row.call == call], []
    had = set[tuple[str, str]]()
    tolerance, grain = limits
    meant, was, before = 0.0, 0.0, ""
    for row in (each for each in wanted if each.call == call):
        match = next((each for each in left if _is(row, each, had)), None)
        if match is None:
            told.append(f"expected, did not happen: {_words(row)}")
            continue
        left.remove(match)
        had |= {(match.what, match.who)} if row.any_of else set()
        for name in _SEEN:
            if getattr(row, name) and getattr(row, name) != getattr(match, name):
                told.append(f"{name} {getattr(match, name) or 'nothing'}: {_words(row)}")
        if match.at < was - tolerance:
            told.append(f"too early, at {match.at:.1f} s: {_words(row)}")
        if row.at is not None:
            off = min(abs(match.at - row.at), abs((match.at - was) - (row.at - meant)))
            if off > tolerance + (grain if "stops" in (row.what, before) else 0.0):
                told.append(
                    f"at {match.at:.1f} s, {match.at - was:.1f} s after the row before: {_words(row)}"
                )
            meant, was, before = row.at, match.at, row.what
    return told + [f"happened, not expected: {_told(each)}" for each in left]


def _is(wanted: Expected, row: Row, had: set[tuple[str, str]]) -> bool:
    if not wanted.any_of:
        return (row.what, row.who) == (wanted.what, wanted.who)
    return row.what == wanted.what and row.who in wanted.any_of and (row.what, row.who) not in had


def _words(row: Expected) -> str:
    seen = "".join(f", {name} {getattr(row, name)}" for name in _SEEN if getattr(row, name))
    return f"{_call(row.call)}{'' if row.at is None else f'{row.at:g} s '}{row.what} {row.who or ' or '.join(row.any_of)}{seen}"


def _told(row: Row) -> str:
    return f"{_call(row.call)}{row.at:.1f} s {row.what} {row.who}"


def _call(name: str) -> str:
    return f"{name}: " if name else ""
