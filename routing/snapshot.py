"""What is the case at one instant: the only state the core may look at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

from routing.capacity import Units
from routing.outside_calls import OutsideCalls


class AgentState(StrEnum):
    """The derived state of catalogue 4.2, in its order of rank."""

    ON_CALL = "on_call"
    RINGING = "ringing"
    ACW = "acw"
    OFFLINE = "offline"
    DND = "dnd"
    DND_QUEUES = "dnd_queues"
    BREAK = "break"
    OUT_OF_HOURS = "out_of_hours"
    AWAY = "away"
    BUSY = "busy"
    AVAILABLE = "available"


class Agent(msgspec.Struct, frozen=True, kw_only=True):
    """An agent as routing sees him: the derived state and what it was derived from."""

    state: AgentState
    registered: frozenset[str] = frozenset()
    """Devices that are reachable now."""
    legs: int = 0
    """Answered legs, held ones included."""
    ringing: int = 0
    """Legs that ring, and reservations for offers whose legs are still to come."""
    intent: str = "auto"
    """What he declared, as it stands now (`routing.agents.IntentKind`); `auto` when he declared nothing."""
    blocked: bool = False
    """A blocking capacity profile is in force (D23 to D26)."""
    idle_since: float = 0.0
    """Unix seconds; the longest-idle clock of C17, its `all_calls`."""
    queue_idle_since: float = 0.0
    """The same, of calls of teams, queues and shared lines alone: its `queue_calls_only`."""
    released_at: float = 0.0
    """When his last work was over, whatever he declared since: its `capacity_release`."""
    units: Mapping[str, Units] = {}
    """By capacity profile."""
    opted_out: frozenset[str] = frozenset()
    """Queues whose calls he does not take at the moment (R57)."""
    penalty_until: float = 0.0
    """Unix seconds; he refused an offer a moment ago (C16)."""


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """A caller in a queue's waiting line: since when, as a Unix second with its fraction; until when this holds unless
    it is said again; the members whose phones ring for him now, and those who declined his call."""

    call: str
    queue: str
    since: float
    until: float
    priority: int = 0
    offered: tuple[str, ...] = ()
    declined: tuple[str, ...] = ()


class Connect(msgspec.Struct, frozen=True, array_like=True):
    """A caller of a queue was answered: at which Unix second, after how many seconds in its line."""

    at: float
    waited: float


class LiveCall(msgspec.Struct, frozen=True, kw_only=True):
    """A call under way, for somebody who would take it: the channel that leads it, where it stands (as `relais_place` has it),
    who calls, the legs that ring for it by their ids, and since when it is there, in Unix seconds."""

    channel: str
    place: str
    since: float
    caller: str = ""
    ringing: tuple[str, ...] = ()


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """`now` is aware and read once per decision. `agents` is None when presence is unknown (Redis
    away, or no heartbeat of the node): the company's `when_presence_unknown` then decides."""

    now: datetime
    agents: Mapping[str, Agent] | None
    draw: int = 0
    """A random number of 0 to 2**31-1 for strategies that draw."""
    last_served: Mapping[str, str] = {}
    """Rotation: the member who answered last, by `routing.members.rotation_key`."""
    lines_in_use: int | None = None
    """Calls to and from outside, legs that ring there included (P21); None when nobody counts."""
    outside_calls: Mapping[str, OutsideCalls] | None = None
    """What was counted of users by extension, and of the company (`routing.outside_calls.COMPANY`); None when nobody counts."""
    trunk_lines: Mapping[str, int] = {}
    """How many of them go through each trunk."""
    gateways_down: frozenset[str] = frozenset()
    """Gateways that the switch calls down, or that lost their registration; what is not known is up."""
    waiting: tuple[Waiting, ...] | None = None
    """Everybody who waits in a queue of the company, the asking call included; None when nobody knows."""
    connects: Mapping[str, tuple[Connect, ...]] = {}
    """By queue, of those that predict (`routing.predicted_wait`): who was answered lately."""
    calls: tuple[LiveCall, ...] | None = None
    """Calls of the company on the same switch; None when nobody asked, or knows."""
    dispatched: bool = False
    """A controller offers the calls of queues to their members by itself: whoever stands in a line only waits there."""
    unsaved: str = ""
    """Why what whoever calls asked for (`Decision.saves`, `records`) was not, in one word; empty: it was, or nobody asked yet."""
