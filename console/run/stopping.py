"""Ends children in stages, all within one deadline: who asks goes before who answers, Redis goes last."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from itertools import groupby

from console.run.processes import Child

TOTAL_SECONDS = 4.5
"""Of the five that Ctrl-C may take."""
_LEAST_SECONDS = 0.6
"""What each later stage keeps, however long an earlier one takes."""
_POLL_SECONDS = 0.01


def end_all(
    children: Iterable[Child], hurried: Callable[[], bool], *, began: float, total: float = TOTAL_SECONDS
) -> None:
    """Ask stage after stage to end and kill what does not; at once when `hurried` says so. `began`: the
    monotonic second from which `total` counts."""
    deadline = began + total
    ordered = sorted(children, key=_stage_of)
    stages = [list(stage) for _, stage in groupby(ordered, key=_stage_of)]
    for number, stage in enumerate(stages):
        later = len(stages) - number - 1
        _end_stage(stage, deadline - later * _LEAST_SECONDS, hurried)


def _stage_of(child: Child) -> int:
    # The switch first, so that it asks nobody who is gone.
    return {"switch": 0, "controller": 1, "redis": 3}.get(child.program.name, 2)


def _end_stage(stage: list[Child], limit: float, hurried: Callable[[], bool]) -> None:
    for round_number in range(max(len(child.program.farewells) for child in stage)):
        if hurried() or time.monotonic() >= limit:
            break
        patience = max((_ask(child, round_number) for child in stage), default=0.0)
        _await_ends(stage, min(limit, time.monotonic() + patience), hurried)
    for child in stage:
        child.kill()


def _await_ends(stage: list[Child], until: float, hurried: Callable[[], bool]) -> None:
    while time.monotonic() < until and not hurried() and any(child.running() for child in stage):
        time.sleep(_POLL_SECONDS)


def _ask(child: Child, round_number: int) -> float:
    """Say this round's farewell; how long to wait for what it does."""
    farewells = child.program.farewells
    if child.process is None or not child.running() or round_number >= len(farewells):
        return 0.0
    farewells[round_number].ask(child.process.pid)
    return farewells[round_number].seconds
