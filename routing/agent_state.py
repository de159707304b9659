"""The derived state of an agent (catalogue 4.2): what is kept of him in, one state out. Never stored as truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from routing.agents import (
    Activity,
    Inputs,
    Intent,
    IntentKind,
    LegActivity,
    Reservation,
    Terms,
    available_since,
    derive_state,
    is_over,
)
from routing.capacity import Units, is_blocked, load_of, units_of
from routing.snapshot import Agent, AgentState


class Derived(msgspec.Struct, frozen=True, kw_only=True):
    """The state with its reason in one word, since when, and when it will change by itself (0: it will not).
    `shown` is the label that people see: the state, or what capacity makes of it (D44)."""

    state: AgentState
    reason: str
    since: float
    until: float
    shown: AgentState
    agent: Agent
    units: Mapping[str, Units]


_KEPT_BY_CAPACITY: dict[IntentKind, AgentState] = {
    "dnd": AgentState.DND,
    "dnd_queues": AgentState.DND_QUEUES,
    "break": AgentState.BREAK,
    "away": AgentState.AWAY,
    "offline": AgentState.OFFLINE,
}
"""Intents that no label made of capacity hides (4.2)."""
_OWN_LABEL = (AgentState.RINGING, AgentState.ACW, AgentState.OFFLINE, AgentState.OUT_OF_HOURS)
_LOAD_LABEL = {
    "free": AgentState.AVAILABLE,
    "partly": AgentState.BUSY,
    "exhausted": AgentState.DND,
}


def intent_now(inputs: Inputs, now: float) -> Intent:
    """What is declared now: one that is over leaves the former, and that one his own working hours (A26, D47)."""
    intent, former = inputs.intent, inputs.former
    if not is_over(intent, now, inputs.call_ended):
        return intent
    ended = intent.until if intent.until and now >= intent.until else inputs.call_ended
    if is_over(former, now, inputs.call_ended):
        return Intent(since=max(ended, former.until), source="system")
    return msgspec.structs.replace(former, since=ended)


def reservations_now(inputs: Inputs, now: float, call: str = "") -> list[Reservation]:
    """Those that are in force, but for the call's own."""
    return [each for each in inputs.reservations.values() if each.until > now and each.call != call]


def idle_since(inputs: Inputs, now: float) -> float:
    """Since when he has been idle (C17): his clock, or since he came back to where he is offered calls."""
    return _idle_since(inputs, intent_now(inputs, now))


def _idle_since(inputs: Inputs, intent: Intent) -> float:
    return max(_released_at(inputs), available_since(intent), inputs.available_at)


def _queue_idle_since(inputs: Inputs, intent: Intent) -> float:
    """The same but for the calls that nobody of the company offered him: who said "available" before such a call was so
    all the time, though it used up his word (D47)."""
    said = inputs.intent if inputs.intent.kind == "available" and not inputs.intent.until else intent
    return max(inputs.queue_call_ended, _work_ended(inputs), available_since(said), inputs.available_at)


def _released_at(inputs: Inputs) -> float:
    return max(inputs.call_ended, _work_ended(inputs))


def _work_ended(inputs: Inputs) -> float:
    """Which only calls that were offered to him leave behind."""
    return max(inputs.wrap_up.until, inputs.released_at)


class _Judged(msgspec.Struct, frozen=True):
    """An agent at an instant, and what his state was judged from."""

    agent: Agent
    reason: str
    intent: Intent
    load: str
    begun: float


def agent_at(inputs: Inputs, terms: Terms, now: float, call: str = "") -> Agent:
    """What routing sees of him at an instant. `call`: the one that asks, whose own ringing legs and reservation do not count:
    the step that made them is over when the next is decided."""
    return _judged(inputs, terms, now, call).agent


def derive(inputs: Inputs, terms: Terms, now: float, call: str = "") -> Derived:
    """The same with all that people see of it: why, since when, until when, under which name."""
    judged = _judged(inputs, terms, now, call)
    agent, why = judged.agent, (judged.agent.state, judged.reason)
    return Derived(
        state=agent.state, reason=judged.reason, agent=agent, units=agent.units,
        shown=_label(agent.state, judged.intent.kind, judged.load),
        since=_since(inputs, why, judged.begun, judged.intent, now), until=next_instant(inputs, now),
    )  # fmt: skip


def _judged(inputs: Inputs, terms: Terms, now: float, call: str) -> _Judged:
    legs = list(inputs.legs.values())
    answered = [leg for leg in legs if leg.state == "answered"]
    ringing = [leg for leg in legs if leg.state == "ringing" and not (call and leg.call == call)]
    kept = reservations_now(inputs, now, call)
    registered = _registered(inputs, terms, now)
    intent = intent_now(inputs, now)
    units = units_of(terms.capacity, _used(inputs, terms, now, call)) if terms.capacity else {}
    offers = len(ringing) + _unheard(kept, legs)
    activity = Activity(answered=len(answered), ringing=offers, wrap_up_until=inputs.wrap_up.until)
    state, reason = derive_state(
        reachable=terms.devices is None or bool(registered) or terms.has_outside, intent=intent, activity=activity, now=now,
        in_hours=terms.in_hours,
    )  # fmt: skip
    if state is AgentState.RINGING and not ringing:
        reason = "reserved"
    if reason == "idle" and not registered and terms.devices is not None:
        reason = "idle_outside"
    load = load_of(terms.capacity, units) if terms.presence_from_capacity and units else ""
    if state is AgentState.AVAILABLE and load in ("partly", "exhausted"):
        state, reason = AgentState.BUSY, "capacity"
    agent = Agent(
        state=state, registered=registered, legs=len(answered), ringing=offers, intent=intent.kind,
        blocked=is_blocked(terms.capacity, units), units=units, idle_since=_idle_since(inputs, intent),
        queue_idle_since=_queue_idle_since(inputs, intent), released_at=_released_at(inputs),
        penalty_until=inputs.penalty_until, opted_out=frozenset(inputs.opted_out),
    )  # fmt: skip
    return _Judged(agent, reason, intent, load, _begun(answered, ringing, kept))


def _unheard(kept: Sequence[Reservation], legs: Sequence[LegActivity]) -> int:
    """The offers of which no phone of his has rung yet."""
    if not kept:
        return 0
    under_way = {leg.call for leg in legs}
    return sum(each.call not in under_way for each in kept)


def next_instant(inputs: Inputs, now: float) -> float:
    """When something of it is over by itself, 0 when nothing will be."""
    instants = [inputs.intent.until, inputs.former.until, inputs.wrap_up.until, inputs.wrap_up.blocks_until]
    instants += [each.until for each in inputs.reservations.values()]
    return min((instant for instant in instants if instant > now), default=0.0)


def _registered(inputs: Inputs, terms: Terms, now: float) -> frozenset[str]:
    known = inputs.registered
    owned = known.keys() if terms.devices is None else terms.devices
    return frozenset([device for device in owned if known.get(device, 0.0) > now])


def _used(inputs: Inputs, terms: Terms, now: float, call: str) -> dict[str, int]:
    """Units by profile: one for each call, however many legs it has."""
    works = {
        (leg.call, leg.profile)
        for leg in inputs.legs.values()
        if leg.profile and leg.state == "answered" and not (call and leg.call == call)
    }
    works |= {(each.call, each.profile) for each in reservations_now(inputs, now, call) if each.profile}
    if now < inputs.wrap_up.frees_at and inputs.wrap_up.profile:
        works.add((inputs.wrap_up.call, inputs.wrap_up.profile))
    used = dict(inputs.today.used)
    if used and terms.shift(now) not in ("", inputs.today.day):
        used = {}
    for _, profile in works:
        used[profile] = used.get(profile, 0) + 1
    return used


def _label(state: AgentState, intent: IntentKind, load: str) -> AgentState:
    """Presence made of capacity, which never hides a break, away, do not disturb or offline (D44, T138)."""
    if not load or state in _OWN_LABEL:
        return state
    return _KEPT_BY_CAPACITY.get(intent) or _LOAD_LABEL[load]


def _begun(*works: Sequence[LegActivity | Reservation]) -> float:
    """Since when there is the first kind of work that there is."""
    return next((min(each.since for each in work) for work in works if work), 0.0)


def _since(
    inputs: Inputs, derived: tuple[AgentState, str], begun: float, intent: Intent, now: float
) -> float:
    match derived:
        case AgentState.ON_CALL | AgentState.RINGING, _:
            return begun
        case AgentState.ACW, _:
            return inputs.call_ended
        case AgentState.OFFLINE, "no_device":
            return inputs.lost_at or inputs.told.at
        case AgentState.OUT_OF_HOURS, _:
            return inputs.told.at if inputs.told.state is AgentState.OUT_OF_HOURS else now
        case AgentState.AVAILABLE, _:
            return _idle_since(inputs, intent)
        case _:
            return max(intent.since, inputs.call_ended)
