"""The levels of 3.2: the account, its sites and groups, what each gives to the objects below it and locks."""

from __future__ import annotations

from typing import Literal

from routing.company.actions import AnyAction
from routing.company.outbound import CompanyGuard, FraudGuard
from routing.company.people import Answering
from routing.company.rules import ExceptionalPeriod
from routing.company.schedules import Schedule
from routing.company.shape import Shape, own
from routing.company.words import ConfirmBy, ForwardOrder, ForwardWhenOpen, Id, Language, Seconds


class Lock(Shape, frozen=True):
    """A setting, or some of its values, that lower levels may not change (Z06, Z11, 3.2). `setting` is the
    way below a kind of object, `users.open.ring.seconds`; `*` is any one word, and a way that ends early
    locks all below it. `values` are forbidden values as they are written, an action's by its word, a
    forward's by what it leads to, a list's by each of its entries; none means the whole setting."""

    setting: str
    values: tuple[str, ...] = ()


class UserDefaults(Shape, frozen=True):
    """What a level gives to the users below it; what is left out, the level above decides."""

    hold_music: Id = ""
    schedule: Schedule | None = None
    exceptions: dict[Id, ExceptionalPeriod] = {}
    open: Answering | None = None
    closed: Answering | None = None
    dnd: AnyAction | None = None
    own_forward_vs_schedule: ForwardOrder | None = own("forward_vs_schedule")
    own_forward_in_open_hours: ForwardWhenOpen | None = own("forward_in_open_hours")
    own_receive_while_on_call: bool | None = own("receive_while_on_call")
    own_press_1: bool | None = own("press_1")
    own_confirm_by: ConfirmBy | None = own("confirm_by")
    own_confirm_seconds: Seconds | None = own("confirm_seconds")


class NumberDefaults(Shape, frozen=True):
    """What a level gives to the handlings of its numbers: hours, holidays, the closed branch."""

    schedule: Schedule | None = None
    exceptions: dict[Id, ExceptionalPeriod] = {}
    closed: tuple[AnyAction, ...] = ()


class QueueDefaults(Shape, frozen=True):
    """What a level gives to its queues."""

    schedule: Schedule | None = None
    exceptions: dict[Id, ExceptionalPeriod] = {}
    music: Id = ""


class Defaults(Shape, frozen=True):
    """What a level gives to the objects below it, by kind (Z07)."""

    users: UserDefaults = UserDefaults()
    numbers: NumberDefaults = NumberDefaults()
    queues: QueueDefaults = QueueDefaults()


class Site(Shape, frozen=True):
    """A place of the company, between the account and the groups (3.2)."""

    name: str
    time_zone: str = ""
    languages: tuple[Language, ...] = ()
    country: str = ""
    operator: AnyAction | None = None
    number: Id = ""
    outbound_locked: bool = False
    """Nobody of it calls outside, nor forwards his calls there; emergency calls leave all the same."""
    defaults: Defaults = Defaults()
    locks: tuple[Lock, ...] = ()


class Group(Shape, frozen=True):
    """Objects that share settings, between their site and themselves; without effect until enabled (Z06)."""

    name: str
    enabled: bool = False
    time_zone: str = ""
    languages: tuple[Language, ...] = ()
    operator: AnyAction | None = None
    outbound_locked: bool = False
    """Nobody of it calls outside, nor forwards his calls there; emergency calls leave all the same."""
    defaults: Defaults = Defaults()
    locks: tuple[Lock, ...] = ()


class Account(Shape, frozen=True):
    """Settings of the whole company."""

    id: Id
    name: str
    domain: str
    time_zone: str
    country: str = "CA"
    languages: tuple[Language, ...] = ("fr", "en")
    operator: AnyAction | None = None
    strict_outbound_only: bool = False
    trunk_channels: int = 10
    recordings_days: int = 0
    """How many days recordings of calls are kept; 0: until somebody deletes them."""
    hop_limit: int = 5
    visits_per_target: int = 2
    when_presence_unknown: Literal["ring", "overflow"] = "ring"
    missed_offer: Literal["keep", "away"] = "keep"
    """What becomes of the presence of somebody who missed a call of a team or queue (D45)."""
    missed_offers: int = 1
    """After how many in a row, with no conversation and no word of his between them (catalogue 4.3)."""
    rejected_offer: Literal["keep", "dnd"] = "keep"
    """And of somebody who declined one."""
    default_presence: Literal["auto", "available", "busy", "dnd", "dnd_queues", "away", "offline"] = "auto"
    """What somebody is whose first phone registers, or comes back after more than 150 s (D46, D47)."""
    longest_break: Seconds = 0
    """Seconds of a break after which the board says so; the break goes on (catalogue 4.3). 0: never."""
    presence_from_capacity: bool = False
    """Agents are shown as their capacity makes them (D44)."""
    monitoring_tone: bool = False
    """An agent whose call is supervised hears a short tone every twenty seconds, where the law asks for it (catalogue 5)."""
    monitoring_notice: Id = ""
    """A prompt that he hears once when a supervisor steps in; none: he is not told."""
    ended_prompt: Id = ""
    """What both sides hear when a supervisor ends their call; the built-in words when none is named."""
    blocked_callers: tuple[str, ...] = ()
    blocked_numbers: tuple[str, ...] = ()
    """Outside numbers that nobody calls: E.164, whole or a beginning with a trailing `*`."""
    allowed_numbers: tuple[str, ...] = ()
    """The only ones that are called, when there are any."""
    call_handling_plan: bool = True
    outbound_locked: bool = False
    """Nobody calls outside, nor forwards his calls there; emergency calls leave all the same."""
    defaults: Defaults = Defaults()
    locks: tuple[Lock, ...] = ()
    extension_length: int = 4
    gateway: Id = "trunk"
    """The switch's gateway for outside calls where the company has no `trunks`, a file of VAR/gateways."""
    emergency_numbers: dict[str, tuple[str, ...]] = {}
    """Of a country, instead of those that libphonenumber has of it; 112 and 911 are always among them."""
    fraud_guard: FraudGuard = FraudGuard()
    """Of each user."""
    company_guard: CompanyGuard = CompanyGuard()
    """Of all of them together."""
