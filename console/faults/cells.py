"""One cell of the table: a fault in a phase on a switch, what came of it, and what of that must not be. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from routing.ended_call import EndedCall
from routing.what_if_plan import Row
from schemas.timeline import Expected

SWEEP_SECONDS = 10.0
LONGEST_SILENCE = 3.0
SLACK_SECONDS = 2.5
"""Of a machine that runs everything at once, and of the switch's timers, which have a grain of a second."""


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """`silence`: the most seconds in which a caller heard no audio at all, None where nobody listens (the demonstration switch has no
    audio). `freed`: seconds after the last call's end at which nothing in Redis was left of it: nobody taken for busy or kept, nobody in a
    line, no line to the outside in use; None for never."""

    switch: str
    fault: str
    phase: str
    expected: tuple[Expected, ...]
    rows: tuple[Row, ...]
    calls: int
    silence: float | None
    freed: float | None
    records: tuple[EndedCall, ...]
    kills_switch: bool = False


def reached(cell: Cell) -> Row | None:
    """What the caller came for, as it happened: the last conversation, or the recording."""
    wanted = goal(cell.expected)
    found = [
        row for row in cell.rows if (row.what, row.who, row.call) == (wanted.what, wanted.who, wanted.call)
    ]
    return found[-1] if found else None


def goal(expected: Sequence[Expected]) -> Expected:
    """The last conversation or recording of a timeline."""
    return [row for row in expected if row.what in ("talks", "records")][-1]


def delay(cell: Cell) -> float | None:
    """How much later than planned, where a time was planned."""
    found, planned = reached(cell), goal(cell.expected).at
    return None if found is None or planned is None or found.at is None else found.at - planned


def wrongs(cell: Cell) -> list[str]:
    """Everything that must not be, in words; empty: the cell is as it should be."""
    found = []
    if cell.freed is None or cell.freed > SWEEP_SECONDS + SLACK_SECONDS:
        found.append(
            f"an agent, a place in a line or a line to the outside was not free within a sweep: {cell.freed}"
        )
    if len({each.call for each in cell.records}) < cell.calls:
        found.append(f"{cell.calls} calls, {len(cell.records)} records")
    if cell.kills_switch:
        return found
    if reached(cell) is None:
        found.append(f"the caller did not reach {goal(cell.expected).who}: {_told(cell.rows)}")
    late = delay(cell)
    if late is not None and late > LONGEST_SILENCE + SLACK_SECONDS:
        found.append(f"{late:.1f} s late")
    if cell.silence is not None and cell.silence > LONGEST_SILENCE:
        found.append(f"{cell.silence:.1f} s of silence")
    cuts = [row for row in cell.rows if row.what == "clears" and not _planned(cell.expected, row)]
    return found + [f"cut at {row.at}" for row in cuts]


def _planned(expected: Sequence[Expected], row: Row) -> bool:
    return any(each.what == "clears" and each.call == row.call for each in expected)


def _told(rows: Sequence[Row]) -> str:
    return ", ".join(f"{row.at:.1f} {row.what} {row.who}" for row in rows if row.at is not None)
