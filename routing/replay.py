"""A recorded call decided again by another revision: as far as it goes the same, and where it would have gone elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from routing.call import Call
from routing.compiled import Company
from routing.decision import Decision
from routing.engine import needs, next_step
from routing.record import CallRecord, RecordedStep, begun
from routing.route import Attempt, History
from routing.snapshot import Agent, AgentState, Snapshot
from routing.steps import AnyStep, Ring


class OtherReason(msgspec.Struct, frozen=True):
    """A step that is the same, by another rule. `step` counts from 0."""

    step: int
    then: str
    now: str


class Elsewhere(msgspec.Struct, frozen=True):
    """The first step at which the call goes elsewhere: what it was, what it would be, and the call as it stands there.
    `supposed`: users whose state the record does not have, since nobody asked for it then; taken for free."""

    step: int
    then: RecordedStep
    now: Decision
    call: Call
    history: History
    snapshot: Snapshot
    supposed: tuple[str, ...] = ()


class Replayed(msgspec.Struct, frozen=True):
    """What another revision makes of a recorded call. `same` steps agree before the call goes elsewhere, or all do."""

    same: int
    elsewhere: Elsewhere | None = None
    other_reasons: tuple[OtherReason, ...] = ()


def replay(company: Company, record: CallRecord) -> Replayed:
    """The same call, at the same instants, seeing the same states, each step ending as it did."""
    call = begun(company, record.call)
    history: History = ()
    others: list[OtherReason] = []
    for place, then in enumerate(record.steps):
        supposed = _supposed(company, call, then, history)
        snapshot = _snapshot(then, supposed)
        now = next_step(company, call, snapshot, history)
        if _effect(now.step) != _effect(then.step):
            there = Elsewhere(place, then, now, call, history, snapshot, tuple(sorted(supposed)))
            return Replayed(place, there, tuple(others))
        if now.rule != then.rule:
            others.append(OtherReason(place, then.rule, now.rule))
        call = msgspec.structs.replace(call, hops=call.hops + now.hops)
        if then.outcome is not None:
            history = (*history, Attempt(now.place, then.outcome))
    return Replayed(len(record.steps), None, tuple(others))


def _supposed(company: Company, call: Call, step: RecordedStep, history: History) -> Mapping[str, Agent]:
    """Users that this revision asks for and the record does not know: idle, every device registered."""
    if step.agents is None:
        return {}
    users = company.document.users
    return {
        extension: Agent(state=AgentState.AVAILABLE, registered=frozenset(users[extension].devices))
        for extension in needs(company, call, history).agents - step.agents.keys()
    }


def _snapshot(step: RecordedStep, supposed: Mapping[str, Agent]) -> Snapshot:
    agents = None if step.agents is None else {**supposed, **step.agents}
    return Snapshot(
        now=step.at,
        agents=agents,
        draw=step.draw,
        last_served=step.last_served,
        lines_in_use=step.lines_in_use,
        dispatched=step.dispatched,
        unsaved=step.unsaved,
        trunk_lines=step.trunk_lines,
        gateways_down=step.gateways_down,
        waiting=step.waiting,
        connects=step.connects,
        calls=step.calls,
        outside_calls=step.outside_calls,
    )


def _effect(step: AnyStep) -> AnyStep:
    """What the caller and the phones notice: not which rule it was, nor in which order phones of one group are named."""
    if not isinstance(step, Ring):
        return step
    legs = (msgspec.structs.replace(leg, rule="") for leg in step.legs)
    return msgspec.structs.replace(step, legs=tuple(sorted(legs, key=lambda leg: leg.id)))
