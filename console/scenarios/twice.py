"""A case that differs on a switch is played once more, with few beside it, and the last two or three again, almost alone: timers of
a laden machine are late."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from console.scenarios.happened import Happened, not_as_expected
from routing.what_if_plan import Row
from schemas.scenario import Scenario

SWITCH_TOLERANCE = 1.0
"""Seconds, for whatever happens (design 4)."""
TIMER_GRAIN = 0.25
"""Seconds more for the end of ringing and what follows it: a ring time is a timer of the switch, which counts whole seconds and
ends up to one late (measured: 0.9 to 1.1 s), and where no controller moves the call, the switch itself does after a second
(design 2.5)."""
_SECOND_CHANCES = 8
_SECOND_CHANCES_IN = 6
"""More cases than eight, or one in six, differ because something is wrong, not because the machine was busy."""
_LAST_CHANCES = 3

Play = Callable[[Sequence[Scenario]], Mapping[Path, Happened]]


class Played(msgspec.Struct, frozen=True):
    """What happened in a case, what of it is not as expected, and what was not at the first attempt."""

    rows: tuple[Row, ...]
    told: list[str]
    at_first: list[str]


def play_twice(play: Play, scenarios: Sequence[Scenario]) -> dict[Path, Played]:
    """Play all; those that differ, if they are few, again, and the very few that still do. The last attempt is what counts, the
    first is told."""
    first = _compared(play, scenarios, {})
    differing = [case for case in scenarios if first[case.path].told]
    if not 0 < len(differing) <= max(_SECOND_CHANCES, len(scenarios) // _SECOND_CHANCES_IN):
        return first
    at_first = {path: played.told for path, played in first.items()}
    second = first | _compared(play, differing, at_first)
    left = [case for case in differing if second[case.path].told]
    return second | _compared(play, left, at_first) if 0 < len(left) <= _LAST_CHANCES else second


def _compared(
    play: Play, scenarios: Sequence[Scenario], at_first: Mapping[Path, list[str]]
) -> dict[Path, Played]:
    happened = play(scenarios)
    return {
        case.path: Played(
            happened[case.path].rows,
            not_as_expected(case, happened[case.path], SWITCH_TOLERANCE, TIMER_GRAIN),
            at_first.get(case.path, []),
        )
        for case in scenarios
    }
