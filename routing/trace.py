"""A live call as it is decided, step by step by whichever worker is asked, and put together again when it is over.

Each step tells how the one before it ended: nobody has to see a step from its beginning to its end.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from msgspec.structs import replace

from routing.call import Call
from routing.compiled import Company
from routing.decision import Decision
from routing.record import CallRecord, Part, RecordedCall, RecordedStep, recorded_call, recorded_step
from routing.route import Attempt, History
from routing.snapshot import Snapshot
from routing.stages import parse_stage

_MOST_WAITING = 50


class TracedStep(Part, frozen=True, kw_only=True):
    """A step that was decided. `number` counts within the call; `before` is the last attempt of its route."""

    number: int
    revision: int
    call: RecordedCall
    step: RecordedStep
    before: Attempt | None = None


def traced(
    company: Company, call: Call, number: int, snapshot: Snapshot, decision: Decision, history: History
) -> TracedStep:
    """What is to be kept of a decision; `snapshot` has the agents that it could ask for, and no others. Of a long waiting line
    it is the head."""
    if snapshot.waiting is not None and len(snapshot.waiting) > _MOST_WAITING:
        head = sorted(snapshot.waiting, key=lambda each: (-each.priority, each.since))[:_MOST_WAITING]
        snapshot = replace(snapshot, waiting=tuple(head))
    return TracedStep(
        number=number, revision=company.revision, call=recorded_call(company, call),
        step=recorded_step(snapshot, snapshot.agents, decision), before=history[-1] if history else None,
    )  # fmt: skip


def says_nothing(decision: Decision, history: History) -> bool:
    """One more round of waiting: the route leaves those out too (`routing.route.compact`), and a call may wait for hours."""
    before = history[-1].place if history else None
    if before is None or (before.kind, before.id) != (decision.place.kind, decision.place.id):
        return False
    return parse_stage(before.stage).part == parse_stage(decision.place.stage).part == "w"


def segments(company: str, steps: Iterable[TracedStep]) -> tuple[CallRecord, ...]:
    """The records of a call's segments, in their order; steps that nobody told of are left out."""
    in_order = sorted(steps, key=lambda each: (each.call.segment, each.number))
    found = groupby(in_order, key=lambda each: each.call.segment)
    return tuple(_segment(company, tuple(each)) for _, each in found)


def _segment(company: str, steps: tuple[TracedStep, ...]) -> CallRecord:
    first, followers = steps[0], (*steps[1:], None)
    ended = [_ended(each, after) for each, after in zip(steps, followers, strict=True)]
    return CallRecord(company=company, revision=first.revision, call=first.call, steps=tuple(ended))


def _ended(step: TracedStep, after: TracedStep | None) -> RecordedStep:
    before = after.before if after is not None else None
    known = before is not None and before.place == step.step.place
    return replace(step.step, outcome=before.outcome) if before is not None and known else step.step
