"""The derived state of an agent (catalogue 4.2): connectivity, intent and activity in, one state out. Never stored as truth.

What changes the three inputs is in `routing.agent_changes`, what a profile's units mean in `routing.capacity`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal

import msgspec

from routing.capacity import Capacity, Units, is_blocked, load_of, units_of
from routing.snapshot import Agent, AgentState

IntentKind = Literal["available", "auto", "busy", "dnd", "dnd_queues", "break", "away", "offline"]


class Intent(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody declared, who (`agent`, `supervisor <extension>`, `system`), when, until when (0: until changed), and
    why for a break."""

    kind: IntentKind = "auto"
    reason: str = ""
    source: str = ""
    since: float = 0.0
    until: float = 0.0


class LegActivity(msgspec.Struct, frozen=True, kw_only=True):
    """One leg of an agent's phone: `ringing` or `answered`, of which call, since when, on which node. `profile` and
    `wrap_up` (seconds) are those of the reservation that it fulfils."""

    owner: str
    state: str
    call: str
    node: str
    since: float
    device: str = ""
    other: str = ""
    profile: str = ""
    wrap_up: int = 0


class Reservation(msgspec.Struct, frozen=True, kw_only=True):
    """An agent is kept for the offer of a call. `holder` is who made it (a controller, a dialplan worker), `until` a Unix
    second; `profile` is the capacity profile it uses, `wrap_up` what follows the conversation, in seconds."""

    call: str
    holder: str
    since: float
    until: float
    profile: str = ""
    wrap_up: int = 0


class WrapUp(msgspec.Struct, frozen=True, kw_only=True):
    """Work after a call, until a Unix second; its unit of capacity is taken until then (D49)."""

    until: float
    call: str = ""
    profile: str = ""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """The state that was announced last, and since when it is so."""

    state: AgentState = AgentState.OFFLINE
    reason: str = ""
    at: float = 0.0


class Today(msgspec.Struct, frozen=True, kw_only=True):
    """Finished work of the profiles that count until the end of the day; `day` names the shift."""

    day: str = ""
    used: Mapping[str, int] = {}


_NO_INTENT = Intent()
_NO_WRAP_UP = WrapUp(until=0.0)
_NOTHING_TOLD = Told()
_NOTHING_TODAY = Today()


class Inputs(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is kept of an agent. `former` holds again when `intent` is over; `registered`: devices by the Unix
    second at which they are gone; `legs` by uuid, `reservations` by call."""

    intent: Intent = _NO_INTENT
    former: Intent = _NO_INTENT
    registered: Mapping[str, float] = {}
    lost_at: float = 0.0
    """When his last device was lost, 0 while he has one or never had."""
    legs: Mapping[str, LegActivity] = {}
    reservations: Mapping[str, Reservation] = {}
    wrap_up: WrapUp = _NO_WRAP_UP
    call_ended: float = 0.0
    available_at: float = 0.0
    """When he last came back from a state in which nobody offers him anything."""
    penalty_until: float = 0.0
    """He declined a moment ago (C16)."""
    today: Today = _NOTHING_TODAY
    told: Told = _NOTHING_TOLD


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What the company's document says of an agent at an instant. `devices` None: nobody knows, taken for reachable.
    `day` names the shift that end-of-day counters belong to, empty when nobody judges that."""

    devices: Collection[str] | None = None
    in_hours: bool = True
    day: str = ""
    capacity: Mapping[str, Capacity] = {}
    presence_from_capacity: bool = False
    missed_offer: Literal["keep", "away"] = "keep"
    rejected_offer: Literal["keep", "dnd"] = "keep"


NO_TERMS = Terms()


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


_BY_INTENT: dict[IntentKind, AgentState] = {
    "dnd": AgentState.DND,
    "dnd_queues": AgentState.DND_QUEUES,
    "break": AgentState.BREAK,
    "away": AgentState.AWAY,
    "busy": AgentState.BUSY,
}
_UNTIL_NEXT_CALL = ("available", "busy")
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
    activity = Activity(wrap_up_until=inputs.wrap_up.until)
    return max(idle_clock(inputs.call_ended, activity, intent_now(inputs, now)), inputs.available_at)


def derive(inputs: Inputs, terms: Terms, now: float, call: str = "") -> Derived:
    """The state at an instant. `call`: the one that asks, whose own ringing legs and reservation do not count: the step
    that made them is over when the next is decided."""
    legs = list(inputs.legs.values())
    answered = [leg for leg in legs if leg.state == "answered"]
    ringing = [leg for leg in legs if leg.state == "ringing" and not (call and leg.call == call)]
    kept = reservations_now(inputs, now, call)
    registered = _registered(inputs, terms, now)
    intent, units = intent_now(inputs, now), units_of(terms.capacity, _used(inputs, terms, now, call))
    offers = {each.call for each in (*ringing, *kept)} - {leg.call for leg in answered}
    activity = Activity(answered=len(answered), ringing=len(offers), wrap_up_until=inputs.wrap_up.until)
    state, reason = derive_state(
        reachable=terms.devices is None or bool(registered), intent=intent, activity=activity, now=now,
        in_hours=terms.in_hours,
    )  # fmt: skip
    if state is AgentState.RINGING and not ringing:
        reason = "reserved"
    load = load_of(terms.capacity, units) if terms.presence_from_capacity and units else ""
    if state is AgentState.AVAILABLE and load in ("partly", "exhausted"):
        state, reason = (AgentState.BUSY if load == "partly" else AgentState.DND), "capacity"
    agent = Agent(
        state=state, registered=registered, legs=len(answered), ringing=len(offers), intent=intent.kind,
        blocked=is_blocked(terms.capacity, units), idle_since=idle_since(inputs, now), units=units,
        penalty_until=inputs.penalty_until,
    )  # fmt: skip
    return Derived(
        state=state, reason=reason, agent=agent, units=units, shown=_label(state, intent.kind, load),
        since=_since(inputs, state, reason, answered or ringing, kept, intent, now),
        until=next_instant(inputs, now),
    )  # fmt: skip


def next_instant(inputs: Inputs, now: float) -> float:
    """When something of it is over by itself, 0 when nothing will be."""
    instants = [inputs.intent.until, inputs.former.until, inputs.wrap_up.until]
    instants += [each.until for each in inputs.reservations.values()]
    return min((instant for instant in instants if instant > now), default=0.0)


def _registered(inputs: Inputs, terms: Terms, now: float) -> frozenset[str]:
    owned = inputs.registered.keys() if terms.devices is None else terms.devices
    return frozenset(device for device in owned if inputs.registered.get(device, 0.0) > now)


def _used(inputs: Inputs, terms: Terms, now: float, call: str) -> dict[str, int]:
    """Units by profile: one for each call, however many legs it has."""
    works = {
        (leg.call, leg.profile) for leg in inputs.legs.values() if leg.profile and leg.state == "answered"
    }
    works |= {(each.call, each.profile) for each in reservations_now(inputs, now, call) if each.profile}
    if now < inputs.wrap_up.until and inputs.wrap_up.profile:
        works.add((inputs.wrap_up.call, inputs.wrap_up.profile))
    over = terms.day and terms.day != inputs.today.day
    used: dict[str, int] = {} if over else dict(inputs.today.used)
    for _, profile in works:
        used[profile] = used.get(profile, 0) + 1
    return used


def _label(state: AgentState, intent: IntentKind, load: str) -> AgentState:
    """Presence made of capacity, which never hides a break, away, do not disturb or offline (D44, T138)."""
    if not load or state in _OWN_LABEL:
        return state
    return _KEPT_BY_CAPACITY.get(intent) or _LOAD_LABEL[load]


def _since(  # noqa: PLR0913 - each is one of the things that may have begun it
    inputs: Inputs, state: AgentState, reason: str, legs: list[LegActivity], kept: list[Reservation],
    intent: Intent, now: float,
) -> float:  # fmt: skip
    match state:
        case AgentState.ON_CALL | AgentState.RINGING:
            return min(each.since for each in (legs or kept))
        case AgentState.ACW:
            return inputs.call_ended
        case AgentState.OFFLINE if reason == "no_device":
            return inputs.lost_at or inputs.told.at
        case AgentState.OUT_OF_HOURS:
            return inputs.told.at if inputs.told.state is state else now
        case AgentState.AVAILABLE:
            return idle_since(inputs, now)
        case _:
            return max(intent.since, inputs.call_ended)


# --- the ranks --------------------------------------------------------------------------------------


class Activity(msgspec.Struct, frozen=True, kw_only=True):
    """What his phones are doing now: answered legs, offers (ringing, or reserved), work after a call."""

    answered: int = 0
    ringing: int = 0
    wrap_up_until: float = 0.0


def is_over(intent: Intent, now: float, call_ended: float = 0.0) -> bool:
    """Its time is over. Available and busy last until the next conversation, whose end is `call_ended` (Unix seconds);
    the others until they are changed (D47)."""
    talked = intent.kind in _UNTIL_NEXT_CALL and intent.since < call_ended
    return talked or (bool(intent.until) and now >= intent.until)


def intent_at(intent: Intent, now: float, call_ended: float = 0.0) -> IntentKind:
    """What is declared now: an intent that is over leaves his own working hours (A26)."""
    return "auto" if is_over(intent, now, call_ended) else intent.kind


def idle_clock(call_ended: float, activity: Activity, intent: Intent) -> float:
    """Since when he has been idle, the one definition of "longest idle" (C17): the last of the end of a call, the end
    of the work after it, and becoming available again."""
    available = intent.since if intent.kind in ("available", "auto") else 0.0
    return max(call_ended, activity.wrap_up_until, available)


def derive_state(
    *,
    reachable: bool,
    intent: Intent,
    activity: Activity,
    now: float,
    in_hours: bool = True,
    call_ended: float = 0.0,
) -> tuple[AgentState, str]:
    """The first of the ranks of 4.2 that holds, and its reason in one word. `call_ended`: his last conversation's end."""
    declared = intent_at(intent, now, call_ended)
    if activity.answered:
        return AgentState.ON_CALL, "on_call"
    if activity.ringing:
        return AgentState.RINGING, "offered"
    if now < activity.wrap_up_until:
        return AgentState.ACW, "wrap_up"
    if declared == "offline" or not reachable:
        return AgentState.OFFLINE, "declared" if declared == "offline" else "no_device"
    if declared in _BY_INTENT:
        return _BY_INTENT[declared], intent.reason or "declared"
    if declared == "auto" and not in_hours:
        return AgentState.OUT_OF_HOURS, "working_hours"
    return AgentState.AVAILABLE, "idle"
