"""What is left of plain data when every mistaken part is taken out.

So that mistakes of sense are told together with mistakes of shape: the rest of the document is judged as if
the mistaken parts were not written.
"""

from __future__ import annotations

import copy
from typing import Any

from schemas.problems import Found, Steps
from schemas.shape import Shape

_ROUNDS = 12


def pruned(shape: Shape, data: Any, mistakes: list[Found]) -> tuple[Any, set[Steps]] | None:
    """The rest, and what was taken out; None when nothing reasonable is left."""
    rest = copy.deepcopy(data)
    taken: set[Steps] = set()
    for _ in range(_ROUNDS):
        if not mistakes:
            return rest, taken
        targets = {_culprit(found) for found in mistakes}
        if any(len(steps) < 2 for steps in targets):
            return None
        for steps in sorted(targets, key=_from_the_end):
            _take_out(rest, steps)
        taken |= targets
        mistakes = shape.mistakes(rest)
    return None


def concerns(found: Found, taken: set[Steps]) -> bool:
    """True when a mistake of sense may only be there because something was taken out."""
    if found.code == "unknown_reference" and any(found.value in steps for steps in taken):
        return True
    return any(_related(found.steps, steps) for steps in taken)


def _culprit(found: Found) -> Steps:
    """A value that is wrong; the object itself when something in it is missing."""
    if found.code == "complement_missing":
        return found.steps[:-1]
    return found.steps


def _from_the_end(steps: Steps) -> tuple[int, list[tuple[int, str]]]:
    """Later places of a list first, so that the earlier ones keep their number."""
    return (-len(steps), [(-step, "") if isinstance(step, int) else (0, step) for step in steps])


def _take_out(data: Any, steps: Steps) -> None:
    for step in steps[:-1]:
        if not _has(data, step):
            return
        data = data[step]
    if _has(data, steps[-1]):
        del data[steps[-1]]


def _has(data: Any, step: str | int) -> bool:
    if isinstance(data, dict):
        return step in data
    return isinstance(data, list) and isinstance(step, int) and step < len(data)


def _related(one: Steps, other: Steps) -> bool:
    """One contains the other, or they are the same list."""
    length = min(len(one), len(other))
    return one[:length] == other[:length]
