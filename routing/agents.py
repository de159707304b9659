"""What is kept of an agent (catalogue 4.2): connectivity, intent and activity; and the ranks by which they become one state.

The whole of it is derived in `routing.agent_state`; what changes it is in `routing.agent_changes`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Literal

import msgspec

from routing.capacity import Capacity
from routing.outside_calls import OutsideCalls
from routing.snapshot import AgentState

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
    `wrap_up` (seconds), and `blocks` of it, are those of the reservation that it fulfils."""

    owner: str
    state: str
    call: str
    node: str
    since: float
    device: str = ""
    other: str = ""
    profile: str = ""
    wrap_up: int = 0
    blocks: int | None = None
    offered: bool = False
    """A team, a queue or a shared line offered him the call."""


class Reservation(msgspec.Struct, frozen=True, kw_only=True):
    """An agent is kept for the offer of a call. `holder` is who made it (a controller, a dialplan worker), `until` a Unix
    second; `profile` is the capacity profile it uses, `wrap_up` what follows the conversation, in seconds; `step` is the
    call's step that makes the offer."""

    call: str
    holder: str
    since: float
    until: float
    profile: str = ""
    wrap_up: int = 0
    blocks: int | None = None
    """For how many seconds of that the unit of the profile is not free (D49); None: all of it."""
    step: int = 0
    offered: bool = True
    """A call that is offered to him; not one that he makes himself."""


class WrapUp(msgspec.Struct, frozen=True, kw_only=True):
    """Work after a call, until a Unix second; its unit of capacity is taken until then, or until `blocks_until` (D49)."""

    until: float
    call: str = ""
    profile: str = ""
    blocks_until: float = 0.0

    @property
    def frees_at(self) -> float:
        """When the unit is free again."""
        return self.blocks_until or self.until


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
    queue_call_ended: float = 0.0
    """Of calls that a team, a queue or a shared line offered him."""
    released_at: float = 0.0
    """When the work after a call was last over."""
    available_at: float = 0.0
    """When he last came back from a state in which nobody offers him anything."""
    opted_out: tuple[str, ...] = ()
    """Queues whose calls he does not take at the moment (R57)."""
    penalty_until: float = 0.0
    """He declined a moment ago (C16)."""
    missed: int = 0
    """Offers in a row that he let ring, where the company wants to know (`Terms.missed_offer`)."""
    today: Today = _NOTHING_TODAY
    told: Told = _NOTHING_TOLD
    outside_calls: OutsideCalls = OutsideCalls()
    """What the fraud guard counted of him (routing.fraud_guard)."""


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What the company's document says of an agent at an instant. `devices` None: nobody knows, taken for reachable.
    `day` names the shift of that instant; `shift_at` the one of any Unix second, for terms that are kept (D21)."""

    devices: Collection[str] | None = None
    has_outside: bool = False
    """He has an outside number where he is reached without a device (4.2)."""
    in_hours: bool = True
    day: str = ""
    shift_at: Callable[[float], str] | None = None
    capacity: Mapping[str, Capacity] = {}
    presence_from_capacity: bool = False
    missed_offer: Literal["keep", "away"] = "keep"
    missed_offers: int = 1
    default_presence: IntentKind = "auto"
    rejected_offer: Literal["keep", "dnd"] = "keep"

    def shift(self, now: float) -> str:
        """What end-of-day counters belong to now (Unix seconds); empty when nobody judges that."""
        return self.day or (self.shift_at(now) if self.shift_at is not None else "")


NO_TERMS = Terms()


_BY_INTENT: dict[IntentKind, AgentState] = {
    "dnd": AgentState.DND,
    "dnd_queues": AgentState.DND_QUEUES,
    "break": AgentState.BREAK,
    "away": AgentState.AWAY,
    "busy": AgentState.BUSY,
}
_UNTIL_NEXT_CALL = ("available", "busy")


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


def available_since(intent: Intent) -> float:
    """Since when his word has let him be offered calls; 0 when it does not. With the end of his last call and of the work
    after it, this is the clock of "longest idle" (C17): the last of the three."""
    return intent.since if intent.kind in ("available", "auto") else 0.0


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
