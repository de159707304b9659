"""What happens to an agent, and what of him it changes (catalogue 4.3). Pure: each takes what is kept of him and gives
what is to be kept; a change that is old news gives back the very same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from msgspec.structs import replace

from routing.agent_state import Derived, derive, intent_now, reservations_now
from routing.agents import (
    NO_TERMS,
    Inputs,
    Intent,
    IntentKind,
    LegActivity,
    Reservation,
    Terms,
    Today,
    Told,
    WrapUp,
)
from routing.capacity import is_exhausted
from routing.outside_calls import OutsideCalls
from routing.route import LegOutcome
from routing.snapshot import AgentState

RETURN_SECONDS = 150
"""Back within this time after his last device was lost, he is as he was (D46)."""
PENALTY_SECONDS = 5
"""After a refused offer (C16)."""
BUSY_SECONDS = 24 * 3600
"""Busy by hand lasts no longer (4.3)."""
_BACK_FROM = (
    AgentState.OFFLINE, AgentState.DND, AgentState.DND_QUEUES, AgentState.BREAK, AgentState.OUT_OF_HOURS,
    AgentState.AWAY, AgentState.BUSY,
)  # fmt: skip
T = TypeVar("T")


def declared(inputs: Inputs, intent: Intent) -> Inputs:
    """An intent, by the agent, a supervisor or the system. It ends wrap-up but for "available", which is how he says that
    he is ready; a timed one gives way to what held before it."""
    now = intent.since
    if intent.kind == "busy" and not intent.until:
        intent = replace(intent, until=now + BUSY_SECONDS)
    passing = bool(intent.until) or intent.source == "system"
    former = _lasting(inputs, now) if passing else Intent()
    wrap_up = inputs.wrap_up if now >= inputs.wrap_up.until else WrapUp(until=now)
    return replace(inputs, intent=intent, former=former, wrap_up=wrap_up, missed=0)


def opted(inputs: Inputs, queue: str, *, into: bool) -> Inputs:
    """He takes a queue's calls, or does not for a while (R57); what rings him already goes on."""
    others = tuple(each for each in inputs.opted_out if each != queue)
    return replace(inputs, opted_out=others if into else (*others, queue))


def _lasting(inputs: Inputs, now: float) -> Intent:
    """What holds when no passing intent does."""
    intent = intent_now(inputs, now)
    return inputs.former if intent.until or intent.source == "system" else intent


def rang(inputs: Inputs, uuid: str, leg: LegActivity) -> Inputs:
    """A phone of his begins to ring. One that is known may be answered by now, and never goes back."""
    return inputs if uuid in inputs.legs else replace(inputs, legs={**inputs.legs, uuid: leg})


def answered(inputs: Inputs, uuid: str, leg: LegActivity) -> Inputs:
    """He takes a call: its reservation is fulfilled, and he is no longer inactive."""
    known = inputs.legs.get(uuid)
    if known is not None and known.state == "answered":
        return inputs
    kept = inputs.reservations.get(leg.call)
    if kept is not None:
        leg = replace(
            leg, profile=kept.profile, wrap_up=kept.wrap_up, blocks=kept.blocks, offered=kept.offered
        )
    intent = inputs.intent
    if intent.source == "system" and intent.kind == "away":
        intent = replace(inputs.former, since=leg.since)
    return replace(
        inputs, legs={**inputs.legs, uuid: leg}, intent=intent, missed=0,
        reservations=_without(inputs.reservations, leg.call),
    )  # fmt: skip


def works(inputs: Inputs, uuid: str, call: str, profile: str) -> Inputs:
    """The call that he made himself takes a unit of a capacity profile (D17), or of none any more."""
    leg = inputs.legs.get(uuid)
    if leg is None or (leg.call, leg.profile) == (call, profile):
        return inputs
    return replace(
        inputs, legs={**inputs.legs, uuid: replace(leg, call=call, profile=profile)},
        reservations=_without(inputs.reservations, call),
    )  # fmt: skip


def leg_over(inputs: Inputs, uuid: str, how: LegOutcome | None, terms: Terms, now: float) -> Inputs:
    """A leg ended. After a conversation: the idle clock, wrap-up, the day's counter; after an offer: what a missed or
    refused one sets off (D45)."""
    leg = inputs.legs.get(uuid)
    if leg is None:
        return inputs
    left = replace(inputs, legs=_without(inputs.legs, uuid))
    others = [each for each in left.legs.values() if each.call == leg.call]
    if leg.state == "answered":
        talks_on = any(each.state == "answered" for each in others)
        return left if talks_on else _conversation_over(left, leg, terms, now)
    if others or leg.call not in inputs.reservations:
        return left
    return _offer_over(replace(left, reservations=_without(left.reservations, leg.call)), how, terms, now)


def _conversation_over(inputs: Inputs, leg: LegActivity, terms: Terms, now: float) -> Inputs:
    talks = any(each.state == "answered" for each in inputs.legs.values())
    if talks and leg.wrap_up:
        inputs = replace(inputs, legs=_later(inputs.legs, leg.wrap_up))
    wrap_up = _work_after(leg, now)
    today, capacity = inputs.today, terms.capacity.get(leg.profile)
    if capacity is not None and capacity.end_of_day:
        shift = terms.shift(now)
        used = {} if shift != today.day else dict(today.used)
        today = Today(day=shift, used={**used, leg.profile: used.get(leg.profile, 0) + 1})
        wrap_up = replace(wrap_up, profile="", blocks_until=0.0)  # counted already
    return replace(
        inputs, call_ended=now, queue_call_ended=now if leg.offered else inputs.queue_call_ended, today=today,
        wrap_up=wrap_up if leg.wrap_up and not talks else inputs.wrap_up,
    )  # fmt: skip


def _work_after(leg: LegActivity, now: float) -> WrapUp:
    """Its unit is free when it is over, before that, or at once (D49)."""
    until = now + leg.wrap_up
    if leg.blocks is None or leg.blocks >= leg.wrap_up:
        return WrapUp(until=until, call=leg.call, profile=leg.profile)
    if not leg.blocks:
        return WrapUp(until=until, call=leg.call)
    return WrapUp(until=until, call=leg.call, profile=leg.profile, blocks_until=now + leg.blocks)


def _later(legs: Mapping[str, LegActivity], wrap_up: int) -> dict[str, LegActivity]:
    """Work after a call begins when his last conversation is over, whichever that is."""
    return {
        uuid: replace(leg, wrap_up=max(leg.wrap_up, wrap_up)) if leg.state == "answered" else leg
        for uuid, leg in legs.items()
    }


def _offer_over(inputs: Inputs, how: LegOutcome | None, terms: Terms, now: float) -> Inputs:
    """Taken by another, or the caller gave up: no miss."""
    if how is LegOutcome.DECLINED:
        inputs = replace(inputs, penalty_until=now + PENALTY_SECONDS, missed=0)
        if terms.rejected_offer == "dnd":
            return declared(inputs, Intent(kind="dnd", reason="declined", source="system", since=now))
    if how is not LegOutcome.NO_ANSWER or terms.missed_offer != "away":
        return inputs
    if inputs.missed + 1 < terms.missed_offers:
        return replace(inputs, missed=inputs.missed + 1)
    return declared(inputs, Intent(kind="away", reason="inactive", source="system", since=now))


def refuses(inputs: Inputs, wanted: Reservation, terms: Terms, now: float) -> str:
    """Why he cannot be kept for this offer, in one word; empty: he can. What he declared was the decision's to judge. A call that
    he makes himself takes its unit whatever else is kept for him, or rings him."""
    return (_taken(inputs, wanted, now) if wanted.offered else "") or _exhausted(inputs, wanted, terms, now)


def _taken(inputs: Inputs, wanted: Reservation, now: float) -> str:
    own = inputs.reservations.get(wanted.call)
    if reservations_now(inputs, now, wanted.call) or (
        own is not None and own.until > now and own.holder != wanted.holder
    ):
        return "reserved"
    legs = [leg for leg in inputs.legs.values() if leg.call != wanted.call]
    return "ringing" if any(leg.state == "ringing" for leg in legs) else ""


def _exhausted(inputs: Inputs, wanted: Reservation, terms: Terms, now: float) -> str:
    units = derive(inputs, terms, now, wanted.call).units
    if wanted.profile in units and is_exhausted(units[wanted.profile]):
        return "capacity"
    return ""


def reserved(inputs: Inputs, wanted: Reservation) -> Inputs:
    """He is kept for a call; made again for the same call, it is prolonged."""
    known = inputs.reservations.get(wanted.call)
    if known is not None:
        wanted = replace(wanted, since=known.since)
    return replace(inputs, reservations={**inputs.reservations, wanted.call: wanted})


def released(inputs: Inputs, call: str, step: int = 0) -> Inputs:
    """He is no longer kept for it; with a step, for the offers up to that step."""
    known = inputs.reservations.get(call)
    if known is None or (step and known.step > step):
        return inputs
    return replace(inputs, reservations=_without(inputs.reservations, call))


def connected(inputs: Inputs, device: str, until: float, now: float, terms: Terms = NO_TERMS) -> Inputs:
    """A device is there. Away for longer than 150 s he begins afresh, by the company's default presence, but for what he
    declared to last until an instant, and for "offline" and "away" (D46, D47); so does who was never there. Who can be reached
    outside was not away."""
    back = replace(inputs, registered={**inputs.registered, device: until}, lost_at=0.0)
    intent = intent_now(inputs, now)
    lost_at = inputs.lost_at or max(
        inputs.registered.values(), default=0.0
    )  # nobody said that its time was over
    gone_long = bool(lost_at) and now - lost_at > RETURN_SECONDS
    first = not lost_at and inputs.intent == Intent()
    if not (gone_long or first) or terms.has_outside or intent.until or intent.kind in ("offline", "away"):
        return back
    default = terms.default_presence
    return back if intent.kind == default == "auto" else _begins_afresh(back, default, now)


def _begins_afresh(inputs: Inputs, default: IntentKind, now: float) -> Inputs:
    """What is configured lasts as if he had said it."""
    if default == "auto":
        return replace(inputs, intent=Intent(source="system", since=now), former=Intent())
    until = now + BUSY_SECONDS if default == "busy" else 0.0
    intent = Intent(kind=default, reason="sign_in", source="sign_in", since=now, until=until)
    return replace(inputs, intent=intent, former=Intent(), missed=0)


def disconnected(inputs: Inputs, device: str, terms: Terms, now: float) -> Inputs:
    """A device is gone; with his last one he is offline at once."""
    left = replace(inputs, registered=_without(inputs.registered, device))
    reachable = [
        each for each, until in left.registered.items() if until > now and each in (terms.devices or (each,))
    ]
    return left if reachable or left.lost_at else replace(left, lost_at=now)


def hold_lifted(inputs: Inputs) -> Inputs:
    """His outside calls leave again, and are counted anew (routing.fraud_guard)."""
    return inputs if inputs.outside_calls.held is None else replace(inputs, outside_calls=OutsideCalls())


def idle_since(inputs: Inputs, since: float) -> Inputs:
    """All of his clocks begin then (C17), whatever he did before: what a rehearsal supposes."""
    return replace(inputs, call_ended=since, queue_call_ended=since, released_at=0.0, available_at=0.0)


def settled(inputs: Inputs, terms: Terms, now: float) -> Inputs:
    """What is over by itself is taken away: reservations, wrap-up, intents, the counters of a shift."""
    for call in [call for call, each in inputs.reservations.items() if each.until <= now]:
        inputs = released(inputs, call)
    if 0 < inputs.wrap_up.until <= now:
        inputs = replace(inputs, wrap_up=WrapUp(until=0.0), released_at=inputs.wrap_up.until)
    if 0 < inputs.wrap_up.blocks_until <= now:
        inputs = replace(inputs, wrap_up=replace(inputs.wrap_up, profile="", blocks_until=0.0))
    if 0 < inputs.former.until <= now:
        inputs = replace(inputs, former=Intent(since=inputs.former.until, source="system"))
    if 0 < inputs.intent.until <= now:
        inputs = replace(inputs, intent=intent_now(inputs, now), former=Intent())
    if inputs.today.used and terms.shift(now) not in ("", inputs.today.day):
        inputs = replace(inputs, today=Today(day=terms.shift(now)))
    return inputs


def what_is_over(inputs: Inputs, now: float) -> str:
    """What `settled` takes away, in one word: the cause of the event."""
    if any(each.until <= now for each in inputs.reservations.values()):
        return "reservation_expired"
    if 0 < inputs.wrap_up.until <= now:
        return "wrap_up_over"
    if 0 < inputs.wrap_up.blocks_until <= now:
        return "unit_free"
    if 0 < inputs.intent.until <= now:
        return "intent_over"
    return "reconciled"


def told(inputs: Inputs, terms: Terms, now: float) -> tuple[Inputs, Derived]:
    """With the state that it comes to, as it is to be announced."""
    derived = derive(inputs, terms, now)
    before = inputs.told
    if (before.state, before.reason) == (derived.state, derived.reason):
        return inputs, derived
    if derived.state is AgentState.AVAILABLE and before.state in _BACK_FROM and before.at:
        inputs = replace(inputs, available_at=now)
    changed = before.state is not derived.state
    at = now if changed or not before.at else before.at
    return replace(inputs, told=Told(state=derived.state, reason=derived.reason, at=at)), derived


def _without(known: Mapping[str, T], key: str) -> dict[str, T]:
    return {each: value for each, value in known.items() if each != key}
