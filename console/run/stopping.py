"""Ends children in stages, all within one deadline: who asks goes before who answers, Redis goes last."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from itertools import groupby

from console.run.processes import Child, Farewell

TOTAL_SECONDS = 4.6
"""Of the five that Ctrl-C may take."""
_LEAST_SECONDS = 0.6
"""What each later stage keeps, however long an earlier one takes."""
_POLL_SECONDS = 0.01


def end_all(children: Iterable[Child], hurried: Callable[[], bool], total: float = TOTAL_SECONDS) -> None:
    """Ask stage after stage to end and kill what does not; at once when `hurried` says so."""
    deadline = time.monotonic() + total
    ordered = sorted(children, key=_stage_of)
    stages = [list(stage) for _, stage in groupby(ordered, key=_stage_of)]
    for number, stage in enumerate(stages):
        later = len(stages) - number - 1
        _end_stage(stage, deadline - later * _LEAST_SECONDS, hurried)


def _stage_of(child: Child) -> int:
    # The switch first, so that it asks nobody who is gone.
    return {"switch": 0, "controller": 1, "redis": 3}.get(child.program.name, 2)


def _end_stage(stage: list[Child], limit: float, hurried: Callable[[], bool]) -> None:
    rounds = max(len(child.program.farewells) for child in stage)
    for number in range(rounds):
        asked = [_ask(child, child.program.farewells[number]) for child in stage if _has(child, number)]
        until = min(limit, time.monotonic() + max(asked, default=0.0))
        while time.monotonic() < until and not hurried() and any(child.running() for child in stage):
            time.sleep(_POLL_SECONDS)
    for child in stage:
        child.kill()


def _has(child: Child, number: int) -> bool:
    return child.running() and number < len(child.program.farewells)


def _ask(child: Child, farewell: Farewell) -> float:
    if child.process is not None:
        farewell.ask(child.process.pid)
    return farewell.seconds
