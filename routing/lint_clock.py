"""LINT-26, of the machine: a clock that is off by more than two seconds, or that nobody keeps right (P78, T112)."""

from __future__ import annotations

import msgspec

from routing.lint_findings import Finding

MOST_SECONDS = 2.0


class Reading(msgspec.Struct, frozen=True):
    """What is known of the clock that rules obey. `offset`: seconds that it is ahead of the right time, None when nobody
    was asked or answered. `kept`: the system says that something keeps it right; None when it does not say."""

    offset: float | None = None
    kept: bool | None = None


def check(reading: Reading) -> tuple[Finding, ...]:
    """How far it is off; without a measure, that nothing keeps it right."""
    if reading.offset is not None and abs(reading.offset) > MOST_SECONDS:
        way = "ahead" if reading.offset > 0 else "behind"
        return (_finding("server.clock", seconds=f"{abs(reading.offset):.1f}", way=way),)
    if reading.offset is None and reading.kept is False:
        return (_finding("server.clock_not_kept"),)
    return ()


def _finding(path: str, **facts: str) -> Finding:
    return Finding(id="LINT-26", level="warn", objects=("server",), path=path, facts=facts)
