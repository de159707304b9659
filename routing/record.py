"""A call as it was: what each step saw, decided and came to. Enough to decide it again (`routing.replay`).

As JSON: `schemas/record.schema.json`; read by `schemas.record`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

import msgspec

from routing.call import Call
from routing.company import Number
from routing.compiled import Company
from routing.decision import Decision
from routing.engine import needs
from routing.outside_calls import OutsideCalls
from routing.route import Attempt, History, Outcome, Place
from routing.snapshot import Agent, Connect, LiveCall, Snapshot, Waiting
from routing.steps import AnyStep
from routing.what_if_plan import Taken


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of what a record is made of."""


class RecordedCall(Part, frozen=True, kw_only=True, rename={"number": "from"}):
    """Who called what, when. `to` is E.164 for `number`, an extension otherwise; `from` is empty when withheld."""

    id: str
    kind: Literal["number", "extension", "transfer"]
    to: str
    number: str
    received_at: datetime
    owner: str = ""
    segment: int = 1
    hops: int = 0
    forced: bool = False


class RecordedReason(Part, frozen=True, kw_only=True):
    """A reason; its code may be one that this version does not have any more."""

    code: str
    facts: Mapping[str, str] = {}


class RecordedStep(Part, frozen=True, kw_only=True):
    """One step: the instant, the states seen (null: presence unknown; those the decision could ask for), the decision, and
    how the step ended (null: the call ended in it)."""

    at: datetime
    agents: dict[str, Agent] | None
    place: Place
    step: AnyStep
    rule: str
    reasons: tuple[RecordedReason, ...]
    outcome: Outcome | None = None
    draw: int = 0
    last_served: dict[str, str] = {}
    lines_in_use: int | None = None
    trunk_lines: dict[str, int] = {}
    dispatched: bool = False
    unsaved: str = ""
    gateways_down: frozenset[str] = frozenset()
    waiting: tuple[Waiting, ...] | None = None
    connects: dict[str, tuple[Connect, ...]] = {}
    calls: tuple[LiveCall, ...] | None = None
    outside_calls: dict[str, OutsideCalls] | None = None
    """Only of whom something was counted."""


class CallRecord(Part, frozen=True, kw_only=True):
    """One segment of a call, from its entry to its end."""

    format: Literal[1] = 1
    company: str
    revision: int
    call: RecordedCall
    steps: tuple[RecordedStep, ...]


def record_of(company: Company, call: Call, taken: Sequence[Taken]) -> CallRecord:
    """The record of a call that was decided step by step."""
    history: History = ()
    steps = []
    for each in taken:
        steps.append(_step(company, call, each, history))
        if each.outcome is not None:
            history = (*history, Attempt(each.decision.place, each.outcome))
    return CallRecord(
        company=company.id, revision=company.revision, call=recorded_call(company, call), steps=tuple(steps)
    )


def recorded_call(company: Company, call: Call) -> RecordedCall:
    """Who called what."""
    number: Number | None = company.document.numbers.get(call.entry) if call.entry_kind == "number" else None
    return RecordedCall(
        id=call.id, kind=call.entry_kind, to=number.number if number is not None else call.entry,
        number=call.caller_number, received_at=call.received_at, owner=call.owner, segment=call.segment, hops=call.hops,
        forced=call.forced,
    )  # fmt: skip


def _step(company: Company, call: Call, taken: Taken, history: History) -> RecordedStep:
    agents, asked = taken.snapshot.agents, needs(company, call, history).agents
    seen = None if agents is None else {k: v for k, v in agents.items() if k in asked}
    return recorded_step(taken.snapshot, seen, taken.decision, taken.outcome)


def _counted(snapshot: Snapshot) -> dict[str, OutsideCalls] | None:
    known = snapshot.outside_calls
    return (
        None if known is None else {name: calls for name, calls in known.items() if calls != OutsideCalls()}
    )


def recorded_step(
    snapshot: Snapshot, seen: Mapping[str, Agent] | None, decision: Decision, outcome: Outcome | None = None
) -> RecordedStep:
    """What was seen and decided; `seen`: the agents whom the decision could ask for."""
    reasons = tuple(RecordedReason(code=reason.code, facts=reason.facts) for reason in decision.reasons)
    return RecordedStep(
        at=snapshot.now, agents=None if seen is None else dict(seen), place=decision.place, step=decision.step,
        rule=decision.rule, reasons=reasons, outcome=outcome, draw=snapshot.draw, unsaved=snapshot.unsaved,
        last_served=dict(snapshot.last_served), lines_in_use=snapshot.lines_in_use, dispatched=snapshot.dispatched,
        trunk_lines=dict(snapshot.trunk_lines), gateways_down=snapshot.gateways_down, waiting=snapshot.waiting,
        connects=dict(snapshot.connects), calls=snapshot.calls, outside_calls=_counted(snapshot),
    )  # fmt: skip


def begun(company: Company, recorded: RecordedCall) -> Call:
    """The call as it begins in a company; a number that it does not have stays unknown there."""
    entry = (
        company.numbers_by_e164.get(recorded.to, recorded.to) if recorded.kind == "number" else recorded.to
    )
    return Call(
        id=recorded.id, company=company.id, entry_kind=recorded.kind, entry=entry, caller_number=recorded.number,
        received_at=recorded.received_at, owner=recorded.owner, segment=recorded.segment, hops=recorded.hops,
        forced=recorded.forced,
    )  # fmt: skip
