"""What an agent was during a span of time: every transition that was told of him (catalogue 4.3), and how long he was in each state."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec


class Transition(msgspec.Struct, frozen=True, kw_only=True):
    """One change of an agent, as it was told. `entry` is its id, never used twice in a company; `how` is the cause in one word, `source`
    who says so, `at` a Unix second; `before` and `after` are states, often the same, `reason` is why `after`."""

    entry: str
    extension: str
    at: float
    how: str
    before: str
    after: str
    reason: str = ""
    source: str = ""
    call: str = ""


class Changed(msgspec.Struct, frozen=True):
    """From this Unix second on he was something else."""

    at: float
    before: str
    after: str


def seconds_by_state(since: float, until: float, first: str, changes: Iterable[Changed]) -> dict[str, float]:
    """How long he was in each state from `since` until before `until`; `changes` in their order. `first` is what he was when it
    began, empty when nobody told: then what his first change says he was before."""
    found: dict[str, float] = {}
    state, begun = first, since
    for change in changes:
        at = min(max(change.at, begun), until)
        _add(found, state or change.before, at - begun)
        state, begun = change.after, at
    _add(found, state, until - begun)
    return found


def _add(found: dict[str, float], state: str, seconds: float) -> None:
    if state and seconds > 0:
        found[state] = found.get(state, 0.0) + seconds
