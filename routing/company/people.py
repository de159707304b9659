"""A person with an extension: phones, outside numbers, and what his calls do in each context."""

from __future__ import annotations

from typing import Literal

from routing.company.actions import Announce, AnyAction, CallWaiting, Voicemail
from routing.company.rules import ExceptionalPeriod, Rule
from routing.company.schedules import Schedule
from routing.company.shape import Shape, own
from routing.company.words import (
    E164,
    ConfirmBy,
    ForwardOrder,
    ForwardWhenOpen,
    Id,
    Language,
    RingClass,
    RingMode,
    Seconds,
)


class Device(Shape, frozen=True):
    """One SIP account: its id is the name it registers with (P03 to P06, P12 to P29)."""

    kind: Literal["sip", "softphone", "teams", "door_phone", "conference", "paging", "other"] = "sip"
    label: str = ""
    ring_class: RingClass = "desk"
    secret_generation: int = 1
    enabled: bool = True
    number: E164 = ""
    """Of a phone in Teams: its number there, by which the gateway to Teams is asked for it and calls with (P25). Empty: it
    registers here like any other."""


class ExternalNumber(Shape, frozen=True):
    """A user's outside number in his ring plan (Z14 to Z18)."""

    number: E164
    country: str
    description: str = ""
    enabled: bool = True
    own_press_1: bool | None = own("press_1")
    own_confirm_by: ConfirmBy | None = own("confirm_by")
    own_confirm_seconds: Seconds | None = own("confirm_seconds")

    @property
    def press_1(self) -> bool:
        """The one who answers there must press 1 (Z17)."""
        return True if self.own_press_1 is None else self.own_press_1

    @property
    def confirm_by(self) -> ConfirmBy:
        """Who presses 1 (C6)."""
        return self.own_confirm_by or "callee"

    @property
    def confirm_seconds(self) -> Seconds:
        """How long the key is waited for."""
        return 10 if self.own_confirm_seconds is None else self.own_confirm_seconds


class RingPlan(Shape, frozen=True):
    """Who rings, how, for how long (Z19 to Z23, C7)."""

    own_mode: RingMode | None = own("mode")
    own_seconds: Seconds | None = own("seconds")
    order: tuple[Id, ...] = ()
    """Devices and external numbers by id; empty: every device, in the order of the document."""
    own_classes_off: tuple[RingClass, ...] | None = own("classes_off")

    @property
    def mode(self) -> RingMode:
        """All at once, or one after the other (Z19, P11)."""
        return self.own_mode or "simultaneous"

    @property
    def seconds(self) -> Seconds:
        """Of all together, or of each (Z20, Z22)."""
        return 30 if self.own_seconds is None else self.own_seconds

    @property
    def classes_off(self) -> tuple[RingClass, ...]:
        """Kinds of devices that stay silent (Z13)."""
        return self.own_classes_off or ()


class Answering(Shape, frozen=True):
    """A user's handling in one context (Z02): ring plan, busy, unanswered."""

    ring: RingPlan | None = None
    """None: nothing rings (Z03)."""
    own_busy: AnyAction | None = own("busy")
    own_unanswered: AnyAction | None = own("unanswered")

    @property
    def busy(self) -> AnyAction:
        """For a call while he is on another (Z24)."""
        return self.own_busy or CallWaiting()

    @property
    def unanswered(self) -> AnyAction:
        """For a call that nobody took (Z32)."""
        return self.own_unanswered or Voicemail()


class Forward(Shape, frozen=True):
    """A manual forward of every call (P84)."""

    to: AnyAction
    enabled: bool = True


class User(Shape, frozen=True):
    """A person with an extension. Contexts left out take the defaults of C22."""

    name: str
    site: Id = ""
    group: Id = ""
    email: str = ""
    language: Language | None = None
    time_zone: str = ""
    licensed: bool = True
    role: Literal["user", "supervisor", "site_admin", "admin"] = "user"
    permissions: tuple[Literal["auto_receptionist"], ...] = ()
    devices: dict[Id, Device] = {}
    external_numbers: dict[Id, ExternalNumber] = {}
    voicemail: bool = True
    schedule: Schedule | None = None
    exceptions: dict[Id, ExceptionalPeriod] = {}
    rules: tuple[Rule, ...] = ()
    open: Answering = Answering(ring=RingPlan())
    closed: Answering | None = None
    forward: Forward | None = None
    own_forward_vs_schedule: ForwardOrder | None = own("forward_vs_schedule")
    own_forward_in_open_hours: ForwardWhenOpen | None = own("forward_in_open_hours")
    dnd: AnyAction | None = None
    operator: AnyAction | None = None
    hold_music: Id = ""
    spoken_name: Id = ""
    """His name as a recording, for whoever answers for him outside (Z17); empty: his extension is spoken."""
    own_receive_while_on_call: bool | None = own("receive_while_on_call")
    working_hours: Schedule | None = None
    data_access: tuple[Id, ...] = ()
    capacity: dict[Id, int] = {}
    """Capacity profiles of the user; 0 = the profile's own limit, else his custom limit (D17)."""
    routable: bool = True
    ring_on_break: bool = False
    """Direct calls ring although he is on a break (4.2, rank 7)."""
    busy_in_wrap_up: bool = False
    """Direct calls find him busy during the work after a call (4.2, rank 3)."""

    @property
    def own_numbers(self) -> tuple[ExternalNumber, ...]:
        """Where he can be reached outside (4.2, connectivity)."""
        return tuple(number for number in self.external_numbers.values() if number.enabled)

    @property
    def forward_vs_schedule(self) -> ForwardOrder:
        """Which of the two wins (C2)."""
        return self.own_forward_vs_schedule or "schedule_first"

    @property
    def forward_in_open_hours(self) -> ForwardWhenOpen:
        """Whether a suspended forward holds while open (C2)."""
        return self.own_forward_in_open_hours or "ignore"

    @property
    def when_closed(self) -> AnyAction:
        """What closed hours come to when nobody says (C22): his box when he has one, else the announcement that all is closed."""
        return Voicemail() if self.voicemail else Announce(prompt="")

    @property
    def receive_while_on_call(self) -> bool:
        """Calls of teams and queues while he is on another (C13)."""
        return bool(self.own_receive_while_on_call)
