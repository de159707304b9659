"""The actions: each word of the `action` field, and what it needs to be done."""

from __future__ import annotations

from typing import Literal

from routing.company.shape import Shape
from routing.company.words import E164, Extension, Id, IdleClock, IsoDate, Seconds, Strategy


class Action(Shape, frozen=True, tag_field="action"):
    """What happens next to a call. Each subclass is one word of the `action` field."""


class Ring(Action, frozen=True, tag="ring"):
    """Ring members and teams of the company; when nobody answers the next step of the list runs."""

    members: tuple[Extension, ...] = ()
    teams: tuple[Id, ...] = ()
    strategy: Strategy = "simultaneous"
    clock: IdleClock = "all_calls"
    """Of `longest_idle`, and between equals of `highest_capacity`."""
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


class CallBack(Action, frozen=True, tag="call_back"):
    """Only where a queue sends its callers: he is told (`prompt`), hangs up, keeps his place, and is called back (D50, D51)."""

    prompt: Id = ""


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
    | CallBack
    | CallWaiting
)


class ZeroDialing(Shape, frozen=True):
    """What 0 does while users ring (R45 to R49)."""

    to: Literal["company_greeting", "nothing", "target"] = "company_greeting"
    target: AnyAction | None = None
