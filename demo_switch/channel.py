"""A channel: one leg of a call, its state as the switch shows it, and how its greenlet waits.

Whoever changes a channel calls `notify`; whoever runs it waits in `wait`. No greenlet polls.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from demo_switch.digits import DigitMachine
from demo_switch.profile import Profile, Times
from demo_switch.variables import Variables
from demo_switch.waiter import Waiter
from presence.clock import Clock

STATES = {
    "CS_NEW": 0, "CS_INIT": 1, "CS_ROUTING": 2, "CS_SOFT_EXECUTE": 3, "CS_EXECUTE": 4, "CS_EXCHANGE_MEDIA": 5,
    "CS_PARK": 6, "CS_CONSUME_MEDIA": 7, "CS_HIBERNATE": 8, "CS_RESET": 9, "CS_HANGUP": 10,
    "CS_REPORTING": 11, "CS_DESTROY": 12, "CS_NONE": 13,
}  # fmt: skip


@dataclass(frozen=True)
class Task:
    """Something queued to run in the channel's own greenlet: an application, with the id its events carry."""

    application: str
    data: str
    uuid: str = ""


@dataclass(frozen=True)
class Move:
    """Where the channel goes next. `applications` set: these (inline); `join` set: a bridge with that
    channel; `park`: nowhere; else the dialplan is asked for the profile's destination."""

    applications: tuple[Task, ...] = ()
    join: Channel | None = None
    park: bool = False
    passive: bool = False


@dataclass(eq=False)
class Channel(Waiter):
    """`cause` is empty while it is up; `move` is set while it is leaving what it does."""

    profile: Profile
    clock: Clock
    running: str = "CS_NONE"
    number: int = STATES["CS_INIT"]
    call_state: str = "DOWN"
    answered: bool = False
    early: bool = False
    ringing: bool = False
    cause: str = ""
    other_type: str = ""
    other: Profile | None = None
    other_times: Times | None = None
    hit_dialplan: bool = False
    call_uuid: str = ""
    move: Move | None = None
    holds: int = 0
    application: Task | None = None
    executed: tuple[str, str] | None = None
    variables: Variables = field(default_factory=Variables)
    times: Times = field(default_factory=Times)
    tasks: deque[Task] = field(default_factory=deque)
    digits: deque[str] = field(default_factory=deque)
    dialled: str = ""
    machine: DigitMachine = field(default_factory=DigitMachine)
    watchers: list[Waiter] = field(default_factory=list)
    bridged: Channel | None = None
    originating: bool = False
    """It rings others (CF_ORIGINATOR)."""
    replaced: bool = False
    """It has left, but whom it rings is rung for somebody else (CF_XFER_ZOMBIE)."""
    role: str = ""
    disposition: str = ""
    refusal: tuple[int, str] | None = None
    recordings: dict[str, str] = field(default_factory=dict)
    on_hangup: list[Callable[[], None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(self.clock)
        self.call_uuid = self.call_uuid or self.uuid

    @property
    def uuid(self) -> str:
        """Its Unique-ID."""
        return self.profile.uuid

    @property
    def outbound(self) -> bool:
        """True for a leg that we rang."""
        return self.profile.direction == "outbound"

    @property
    def up(self) -> bool:
        """Not hung up."""
        return not self.cause

    @property
    def ready(self) -> bool:
        """Up, and not on its way elsewhere: the switch's `channel_ready`, false during a transfer."""
        return self.up and self.move is None

    @property
    def media(self) -> bool:
        """True when the far end hears us."""
        return self.answered or self.early

    @property
    def answer_state(self) -> str:
        """As in events."""
        if self.cause:
            return "hangup"
        return "answered" if self.answered else "early" if self.early else "ringing"

    def notify(self) -> None:
        """Wake whoever runs this channel, and those who ring or are bridged to it."""
        super().notify()
        for watcher in list(self.watchers):
            Waiter.notify(watcher)  # not theirs in turn: two legs that talk watch each other

    def micros(self) -> int:
        """System time in microseconds."""
        return int(self.clock.unix() * 1e6)

    def enter(self, state: str) -> None:
        """Run in this state."""
        self.running, self.number = state, STATES[state]
