"""The company document as typed values: what people set, in the catalogue's words.

One struct per object of the catalogue. `schemas/company.schema.json` describes the same shapes for
people who make mistakes; these types are what the core reads once a document has passed it.
Identifiers match `[A-Za-z0-9][A-Za-z0-9-]{0,31}`, extensions `[0-9]{3,6}`, numbers E.164 with `+`,
times of day are minutes since local midnight (0 to 1440), durations whole seconds.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

Id = str
Extension = str
E164 = str
Minute = int
IsoDate = str
Seconds = int

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Language = Literal["fr", "en"]
Strategy = Literal["simultaneous", "fixed_order", "longest_idle", "rotating", "random", "highest_capacity"]
ConfirmBy = Literal["callee", "caller"]
RingMode = Literal["simultaneous", "sequential"]
RingClass = Literal["desk", "desktop", "mobile", "other"]
ForwardOrder = Literal["schedule_first", "forward_first"]
ForwardWhenOpen = Literal["ignore", "apply"]
NumberClass = Literal["local", "national", "mobile", "toll_free", "international", "premium", "satellite"]
STANDARD_CLASSES: tuple[NumberClass, ...] = ("local", "national", "mobile", "toll_free", "international")
"""Kinds of numbers that nobody is surprised to pay for."""
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Shape(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of every struct of a document: immutable, by name, nothing unknown."""


def own(name: str) -> Any:
    """A field written `name` in the document that a level above may give instead: None is "not set here".
    The property of that name is what holds: on a document as saved, the default when nothing is set; on
    the effective one (`routing.effective`), what the levels came to."""
    return msgspec.field(default=None, name=name)


# --- time -------------------------------------------------------------------------------------


class Opening(Shape, frozen=True):
    """One entry of weekly hours (P43 to P50). `end` <= `start` only with `next_day` (P46)."""

    days: tuple[Weekday, ...]
    start: Minute
    end: Minute
    next_day: bool = False
    months: tuple[int, ...] = ()
    name: str = ""
    enabled: bool = True


class Schedule(Shape, frozen=True):
    """Weekly hours; the union of the entries is open (C11). Not enabled: no schedule (P76)."""

    openings: tuple[Opening, ...] = ()
    enabled: bool = True
    time_zone: str = ""


class DateRange(Shape, frozen=True):
    """First to last day, both included, `YYYY-MM-DD` (finding 3)."""

    first: IsoDate
    last: IsoDate


class YearlyDate(Shape, frozen=True):
    """The same day each year, e.g. 12-25."""

    month: int
    day: int


class DaysOfMonths(Shape, frozen=True):
    """The recurring selector of P66 and P67: days of the month crossed with months."""

    days: tuple[int, ...]
    months: tuple[int, ...] = ()


# --- actions ----------------------------------------------------------------------------------


class Action(Shape, frozen=True, tag_field="action"):
    """What happens next to a call. Each subclass is one word of the `action` field."""


class Ring(Action, frozen=True, tag="ring"):
    """Ring members and teams of the company; when nobody answers the next step of the list runs."""

    members: tuple[Extension, ...] = ()
    teams: tuple[Id, ...] = ()
    strategy: Strategy = "simultaneous"
    seconds: Seconds = 30
    """The whole step; with an ordered strategy the sum of the members' shares when 0."""
    member_seconds: Seconds = 30
    wait_if_busy: bool = False
    zero_dialing: ZeroDialing | None = None


class Greeting(Action, frozen=True, tag="greeting"):
    """The company greeting: extensions may be dialled during and after it, 0 joins the operator."""

    prompt: Id
    dial_extension: bool = True
    operator: bool = True
    wait_seconds: Seconds = 5
    plays: int = 3
    then: AnyAction | None = None
    """When nothing was dialled; nothing set: the operator when there is one, else hang up."""


class Voicemail(Action, frozen=True, tag="voicemail"):
    """The box of an extension. With `operator` the fixed 0/1 menu precedes the recording (Z34, Z39)."""

    box: Extension = ""
    """Empty in a user's own handling: his own box."""
    greeting: Id = ""
    no_greeting: bool = False
    """No greeting at all, whatever the box has (Z43): the menu alone, or the tone at once."""
    operator: bool = False
    operator_target: AnyAction | None = None
    menu_prompt: Id = ""
    check_voicemail: bool = False
    video: bool = False
    """Video mail was asked for; it is taken as voicemail, and the lint says so (Z27, C23)."""


class Announce(Action, frozen=True, tag="announce"):
    """An announcement that ends the call (R06, P58); `return_date` is spoken after it (P70)."""

    prompt: Id
    return_date: IsoDate = ""


class ToExtension(Action, frozen=True, tag="extension"):
    """A user, queue, shared line, box or announcement by its extension; its own rules apply."""

    extension: Extension = ""
    mailbox: Literal["original", "target"] = "target"


class ToNumber(Action, frozen=True, tag="number"):
    """The flow of another number of the company (A28)."""

    number: Id


class ToQueue(Action, frozen=True, tag="queue"):
    """A queue; its own rules alone apply from there (R38, C25)."""

    queue: Id


class ToSharedLine(Action, frozen=True, tag="shared_line"):
    """A shared line group (R39)."""

    shared_line: Id


class ToExternal(Action, frozen=True, tag="external"):
    """An outside number, with the country it was chosen for (Z14, Z16)."""

    number: E164
    country: str
    seconds: Seconds = 30
    press_1: bool = False
    caller_id: Id = ""


class ToContact(Action, frozen=True, tag="contact"):
    """An entry of the external directory (Z31, Z47)."""

    contact: Id
    seconds: Seconds = 30
    press_1: bool = False


class ToOperator(Action, frozen=True, tag="operator"):
    """The operator: user, then site, then company (C24)."""


class Hangup(Action, frozen=True, tag="hangup"):
    """End the call, without a word (Z45)."""


class BusySignal(Action, frozen=True, tag="busy_signal"):
    """486 before an answer, busy tone after it (Z29)."""


class CallWaiting(Action, frozen=True, tag="call_waiting"):
    """Only as a busy action: present the call although busy (Z25)."""


AnyAction = (
    Ring
    | Greeting
    | Voicemail
    | Announce
    | ToExtension
    | ToNumber
    | ToQueue
    | ToSharedLine
    | ToExternal
    | ToContact
    | ToOperator
    | Hangup
    | BusySignal
    | CallWaiting
)


class ZeroDialing(Shape, frozen=True):
    """What 0 does while users ring (R45 to R49)."""

    to: Literal["company_greeting", "nothing", "target"] = "company_greeting"
    target: AnyAction | None = None


# --- rules ------------------------------------------------------------------------------------


class Imported(Shape, frozen=True):
    """Where an exceptional period came from: `calendar` such as `CA-QC` or a file's name, the `uid` it has
    there, and a digest of it as imported, which differs once somebody has edited it."""

    calendar: str
    uid: str
    digest: str


class ExceptionalPeriod(Shape, frozen=True):
    """Dates that depart from the hours, a holiday included (P62 to P75, Z09). Exactly one of
    `range`, `yearly`, `days`; from `start` to `end` each day, 1440 = to the end of the day."""

    name: str = ""
    rank: int = 100
    range: DateRange | None = None
    yearly: YearlyDate | None = None
    days: DaysOfMonths | None = None
    start: Minute = 0
    end: Minute = 1440
    steps: tuple[AnyAction, ...] = ()
    enabled: bool = True
    imported: Imported | None = None


class Rule(Shape, frozen=True):
    """An advanced rule: all conditions that are set must hold; first match wins (R09 to R12)."""

    id: Id
    name: str = ""
    enabled: bool = True
    even_in_exception: bool = False
    callers: tuple[str, ...] = ()
    """Whole numbers, or a part with a trailing `*`."""
    contacts: tuple[Id, ...] = ()
    called: tuple[Id, ...] = ()
    weekly: tuple[Opening, ...] = ()
    dates: tuple[DateRange, ...] = ()
    state: Literal["", "open", "closed"] = ""
    steps: tuple[AnyAction, ...] = ()


class Handling(Shape, frozen=True):
    """How the calls of one or more numbers are handled: R's company handling, A's number flow."""

    name: str = ""
    schedule: Schedule | None = None
    exceptions: dict[Id, ExceptionalPeriod] = {}
    rules: tuple[Rule, ...] = ()
    open: tuple[AnyAction, ...] = ()
    closed: tuple[AnyAction, ...] = ()
    """Empty: the default of C22, an announcement that the company is closed."""
    zero_dialing: ZeroDialing = ZeroDialing(to="nothing")
    respect_queue_time: bool = False
    forced: Literal["", "open", "closed"] = ""
    """By hand: closed goes before every rule and period (3.3, 1); open replaces the hours alone."""


class Number(Shape, frozen=True):
    """A phone number of the company, with a handling or an extension it belongs to."""

    number: E164
    handling: Id = ""
    extension: Extension = ""
    label: str = ""
    kind: Literal["geographic", "mobile", "toll_free"] = "geographic"
    make_calls: bool = False
    receive_calls: bool = True
    status: Literal["ready", "connected"] = "connected"
    owner: Extension = ""
    site: Id = ""
    group: Id = ""
    time_zone: str = ""
    languages: tuple[Language, ...] = ()
    """Spoken to its callers, in this order; empty: those of the group, the site, the company."""
    operator: AnyAction | None = None
    enabled: bool = True


# --- users ------------------------------------------------------------------------------------


class Device(Shape, frozen=True):
    """One SIP account: its id is the name it registers with (P03 to P06, P12 to P29)."""

    kind: Literal["sip", "softphone", "teams", "door_phone", "conference", "paging", "other"] = "sip"
    label: str = ""
    ring_class: RingClass = "desk"
    secret_generation: int = 1
    enabled: bool = True


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


class Team(Shape, frozen=True):
    """People who may be offered the same calls (A06)."""

    name: str = ""
    members: tuple[Extension, ...] = ()
    supervisors: tuple[Extension, ...] = ()


class Overflow(Shape, frozen=True):
    """Where a queue sends a caller, by reason (D50, D51, R53)."""

    reason: Literal["out_of_hours", "full", "wait", "nobody", "predicted_wait"]
    to: AnyAction
    over: int = 0


class Queue(Shape, frozen=True):
    """A waiting line (Z50, R53 to R57)."""

    name: str = ""
    extension: Extension = ""
    site: Id = ""
    group: Id = ""
    time_zone: str = ""
    channel: Literal["voice", "other"] = "voice"
    teams: tuple[Id, ...] = ()
    members: tuple[Extension, ...] = ()
    strategy: Strategy = "longest_idle"
    member_seconds: Seconds = 15
    max_wait: Seconds = 0
    max_waiting: int = 0
    wrap_up: Seconds = 0
    schedule: Schedule | None = None
    exceptions: dict[Id, ExceptionalPeriod] = {}
    members_own_hours: bool = False
    members_may_change: bool = True
    capacity: Id = ""
    overflow: tuple[Overflow, ...] = ()
    allowed_presences: tuple[Literal["available", "busy", "away"], ...] = ("available",)
    wait_if_busy: bool = True
    respect_queue_time: bool = True
    welcome: Id = ""
    music: Id = ""
    periodic_prompt: Id = ""
    periodic_seconds: Seconds = 0
    announce_position: bool = False
    flush_at_close: bool = False
    priority: int = 0


class SharedLine(Shape, frozen=True):
    """A line shown on several phones (R39)."""

    name: str = ""
    extension: Extension = ""
    members: tuple[Extension, ...] = ()
    strategy: Strategy = "simultaneous"
    seconds: Seconds = 30
    unanswered: AnyAction = Hangup()


class Box(Shape, frozen=True):
    """A voicemail box that is nobody's, such as 8100, or a user's settings of his own."""

    name: str = ""
    greeting: Id = ""
    closed_greeting: Id = ""
    email: str = ""
    max_seconds: Seconds = 300


class AnnouncementExtension(Shape, frozen=True):
    """An extension that only speaks (R08)."""

    prompt: Id
    name: str = ""


class SiteDevice(Shape, frozen=True):
    """A device that belongs to nobody: door phone, conference unit, horn (P27 to P29)."""

    name: str
    device: Device


# --- media, people outside ------------------------------------------------------------------------


class Prompt(Shape, frozen=True):
    """A recorded message. `file`, relative to the company's audio folder, or a built-in name."""

    file: str = ""
    builtin: str = ""
    seconds: Seconds = 0
    text: dict[Language, str] = {}


class Music(Shape, frozen=True):
    """Music on hold: the system's, or uploaded files (P30 to P37)."""

    kind: Literal["system", "custom"] = "system"
    files: tuple[str, ...] = ()
    uploaded_by: Extension = ""
    licence: str = ""


class Contact(Shape, frozen=True):
    """An entry of the external directory."""

    name: str
    number: E164
    country: str = ""


# --- outbound -----------------------------------------------------------------------------------


class CapacityProfile(Shape, frozen=True):
    """How much work an agent may have at a time (D13 to D29)."""

    limit: int
    reset: Literal["immediate", "end_of_day"] = "immediate"
    blocking: bool = False
    blocking_scope: Literal["any_active", "at_limit"] = "any_active"
    name: str = ""


class OutboundProfile(Shape, frozen=True):
    """What an agent's outside calls look like (D31 to D33)."""

    number: Id
    queue: Id = ""
    capacity: tuple[Id, ...] = ()
    caller_id: Id = ""
    label: str = ""
    default: bool = False
    countries: tuple[str, ...] = ()
    classes: tuple[NumberClass, ...] = STANDARD_CLASSES
    """Kinds of calls, within those countries; satellite networks are of none."""
    hold_music: Id = ""
    wait_music: Id = ""
    recording: Literal["none", "automatic"] = "none"
    transfer_to_external: bool = True


# --- levels (3.2) ---------------------------------------------------------------------------------


class Lock(Shape, frozen=True):
    """A setting, or some of its values, that lower levels may not change (Z06, Z11, 3.2). `setting` is the
    way below a kind of object, `users.open.ring.seconds`; `*` is any one word, and a way that ends early
    locks all below it. `values` are forbidden values as they are written, an action's by its word; none
    means the whole setting."""

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
    defaults: Defaults = Defaults()
    locks: tuple[Lock, ...] = ()


class Group(Shape, frozen=True):
    """Objects that share settings, between their site and themselves; without effect until enabled (Z06)."""

    name: str
    enabled: bool = False
    time_zone: str = ""
    languages: tuple[Language, ...] = ()
    operator: AnyAction | None = None
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
    hop_limit: int = 5
    visits_per_target: int = 2
    when_presence_unknown: Literal["ring", "overflow"] = "ring"
    missed_offer: Literal["keep", "away"] = "keep"
    """What becomes of the presence of somebody who missed a call of a team or queue (D45)."""
    rejected_offer: Literal["keep", "dnd"] = "keep"
    """And of somebody who declined one."""
    presence_from_capacity: bool = False
    """Agents are shown as their capacity makes them (D44)."""
    blocked_callers: tuple[str, ...] = ()
    call_handling_plan: bool = True
    defaults: Defaults = Defaults()
    locks: tuple[Lock, ...] = ()
    extension_length: int = 4
    gateway: Id = "trunk"
    """The switch's gateway for outside calls, a file of VAR/gateways."""


class CompanyDocument(Shape, frozen=True):
    """The whole of one company, as saved: one revision."""

    format: Literal[1]
    account: Account
    sites: dict[Id, Site] = {}
    groups: dict[Id, Group] = {}
    prompts: dict[Id, Prompt] = {}
    music: dict[Id, Music] = {}
    contacts: dict[Id, Contact] = {}
    numbers: dict[Id, Number] = {}
    handlings: dict[Id, Handling] = {}
    users: dict[Extension, User] = {}
    teams: dict[Id, Team] = {}
    queues: dict[Id, Queue] = {}
    shared_lines: dict[Id, SharedLine] = {}
    boxes: dict[Extension, Box] = {}
    announcements: dict[Extension, AnnouncementExtension] = {}
    site_devices: dict[Extension, SiteDevice] = {}
    capacity_profiles: dict[Id, CapacityProfile] = {}
    outbound_profiles: dict[Id, OutboundProfile] = {}
