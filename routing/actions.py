"""What each action of a document becomes: a step, or a move to something else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from routing import arriving, groups
from routing.company import (
    Announce,
    AnyAction,
    BusySignal,
    CallWaiting,
    ExceptionalPeriod,
    Greeting,
    Hangup,
    Ring,
    Rule,
    ToContact,
    ToExtension,
    ToExternal,
    ToNumber,
    ToOperator,
    ToQueue,
    ToSharedLine,
    User,
    Voicemail,
    ZeroDialing,
)
from routing.decision import Decision
from routing.route import OutcomeKind, Place
from routing.steps import Announce as AnnounceStep
from routing.steps import Ask, CheckVoicemail, CollectMore, Confirm, Leg, Play, PromptRef
from routing.steps import Hangup as HangupStep
from routing.steps import Ring as RingStep
from routing.steps import Voicemail as VoicemailStep
from routing.turn import Turn, builtin, company_prompt, say_and_hang_up, stage

_DIGIT_SECONDS = 2


class Spot(msgspec.Struct, frozen=True):
    """An action's place in the company: the object, the branch, the list (s steps, n unanswered, b busy,
    o operator, z zero dialing) and the index in it."""

    kind: str
    id: str
    branch: str
    letter: str
    index: int

    def following(self) -> Spot:
        """The next action of the list."""
        return self.at(self.letter, self.index + 1)

    def at(self, letter: str, index: int) -> Spot:
        """Another list of the same branch."""
        return msgspec.structs.replace(self, letter=letter, index=index)

    def place(self, part: str = "", number: int = 0) -> Place:
        """The place of a step of this action."""
        return Place(self.kind, self.id, self.branch, stage(self.letter, self.index, part, number))


def steps_at(turn: Turn, spot: Spot) -> Sequence[AnyAction]:
    """The list of actions a spot is in; empty for what the document no longer has."""
    document = turn.document
    if spot.letter == "o":
        operator = operator_of(turn)
        return (operator,) if operator is not None else ()
    if spot.kind == "n":
        number = document.numbers.get(spot.id)
        handling = document.handlings.get(number.handling) if number else None
        if handling is None:
            return ()
        if spot.letter == "z":
            return (handling.zero_dialing.target,) if handling.zero_dialing.target else ()
        lists: dict[str, Sequence[AnyAction]] = {
            "o": handling.open,
            "c": handling.closed or (Announce(prompt=""),),
        }
        return _branch(lists, spot.branch, handling.exceptions, handling.rules)
    if spot.kind == "u" and spot.id in document.users:
        return _user_steps(document.users[spot.id], spot)
    return groups.steps_of_group(turn, spot.kind, spot.id, spot.branch)


def _branch(
    lists: Mapping[str, Sequence[AnyAction]],
    branch: str,
    exceptions: Mapping[str, ExceptionalPeriod],
    rules: Sequence[Rule],
) -> Sequence[AnyAction]:
    if branch in lists:
        return lists[branch]
    if branch.startswith("x-"):
        period = exceptions.get(branch[2:])
        return period.steps if period else ()
    return next((rule.steps for rule in rules if f"r-{rule.id}" == branch), ())


def _user_steps(user: User, spot: Spot) -> Sequence[AnyAction]:
    from routing.users import answering_of

    answering = answering_of(user, spot.branch)
    if spot.letter == "b":
        return (answering.busy,)
    if spot.letter == "n":
        return (answering.unanswered,)
    if spot.branch == "f":
        return (user.forward.to,) if user.forward else ()
    if spot.branch == "d":
        return (user.dnd or user.open.unanswered,)
    return _branch({}, spot.branch, user.exceptions, user.rules)


def run(turn: Turn, spot: Spot) -> Decision:
    """Perform the action at a spot."""
    steps = steps_at(turn, spot)
    if spot.index >= len(steps):
        return exhausted(turn, spot)
    return perform(turn, spot, steps[spot.index])


def exhausted(turn: Turn, spot: Spot) -> Decision:
    """The list is over and the call is not: a user's box, else "nobody is available" (3.3, 6)."""
    turn.note("steps_exhausted", target=f"{spot.kind}.{spot.id}")
    user = turn.document.users.get(spot.id) if spot.kind == "u" else None
    if user is not None and user.voicemail and spot.letter != "n":
        return run(turn, spot.at("n", 0))
    return say_and_hang_up(turn, spot.place("e"), "unavailable")


def default_unanswered(user: User) -> AnyAction:
    """C22: the own box when there is one, else the announcement that nobody is there."""
    return Voicemail() if user.voicemail else Announce(prompt="")


def perform(turn: Turn, spot: Spot, action: AnyAction) -> Decision:  # noqa: PLR0911, PLR0912 - one case an action
    """One action at its spot."""
    match action:
        case Ring():
            return groups.ring_members(turn, spot, action)
        case Greeting():
            return _greet(turn, spot, action)
        case Voicemail():
            return _voicemail(turn, spot, action)
        case Announce():
            return _announce(turn, spot, action)
        case ToExtension():
            return arriving.enter_extension(turn, action.extension)
        case ToNumber():
            return arriving.enter_number(turn, action.number)
        case ToQueue():
            return arriving.enter_group(turn, "q", action.queue)
        case ToSharedLine():
            return arriving.enter_group(turn, "l", action.shared_line)
        case ToExternal():
            return _outside(turn, spot, action.number, action.seconds, press_1=action.press_1)
        case ToContact():
            contact = turn.document.contacts[action.contact]
            return _outside(turn, spot, contact.number, action.seconds, press_1=action.press_1)
        case ToOperator():
            return to_operator(turn, spot)
        case Hangup():
            return turn.decide(spot.place(), HangupStep(why="unavailable"))
        case BusySignal():
            return turn.decide(spot.place(), HangupStep(why="busy"))
        case CallWaiting():
            return run(turn, spot.at("n", 0))


# --- announcements and boxes ------------------------------------------------------------------------


def _announce(turn: Turn, spot: Spot, action: Announce) -> Decision:
    if not action.prompt:
        return say_and_hang_up(turn, spot.place(), "closed")
    prompts = company_prompt(action.prompt, action.return_date)
    return turn.decide(spot.place(), AnnounceStep(prompts=prompts))


def _voicemail(turn: Turn, spot: Spot, action: Voicemail) -> Decision:
    box = action.box or spot.id
    if not action.operator and not action.check_voicemail:
        greeting = _box_greeting(turn, spot, action, box)
        return turn.decide(spot.place(), VoicemailStep(box=box, greeting=greeting))
    greeting = _box_greeting(turn, spot, action, box)
    heard = (greeting,) if greeting else builtin(turn, "unavailable")
    menu = (
        (PromptRef(action.menu_prompt, company=True),)
        if action.menu_prompt
        else builtin(turn, "operator_menu")
    )
    keys = ("01" if action.operator else "1") + ("*" if action.check_voicemail else "")
    return turn.decide(spot.place("m"), Ask(prompts=(*heard, *menu), keys=keys, plays=1, wait_seconds=4))


def _box_greeting(turn: Turn, spot: Spot, action: Voicemail, box: str) -> PromptRef | None:
    settings = turn.document.boxes.get(box)
    closed = settings.closed_greeting if settings and spot.branch == "c" else ""
    name = action.greeting or closed or (settings.greeting if settings else "")
    return PromptRef(name, company=True) if name else None


def after_menu(turn: Turn, spot: Spot, action: Voicemail) -> Decision:
    """The fixed menu (Z35, Z39, Z41): 0 operator, 1 or nothing record, * listen."""
    keys = turn.history[-1].outcome.keys
    if keys == "0" and action.operator:
        turn.note("pressed_0")
        if action.operator_target is not None:
            return perform(turn, spot.at("o", 0), action.operator_target)
        return to_operator(turn, spot)
    box = action.box or spot.id
    turn.note("menu_over", keys=keys, box=box)
    if keys == "*" and action.check_voicemail:
        return turn.decide(spot.place("v"), CheckVoicemail(box=box))
    return turn.decide(spot.place("v"), VoicemailStep(box=box, skip_greeting=True))


# --- greeting -----------------------------------------------------------------------------------------


def _greet(turn: Turn, spot: Spot, action: Greeting) -> Decision:
    keys = ("0" if action.operator else "") + ("123456789" if action.dial_extension else "")
    step = Ask(
        prompts=company_prompt(action.prompt), keys=keys, plays=action.plays, wait_seconds=action.wait_seconds
    )
    return turn.decide(spot.place("g"), step)


def after_greeting(turn: Turn, spot: Spot, action: Greeting, part: str) -> Decision:
    """A key in the greeting, the rest of an extension, or silence (R20, R31, R35)."""
    outcome = turn.history[-1].outcome
    if part == "i":
        tries = sum(a.place == spot.place("i") for a in turn.history)
        turn.note("greeting_again")
        return _greet(turn, spot, action) if tries < action.plays else _nothing_dialled(turn, spot, action)
    if part == "c":
        first = turn.history[-2].outcome.keys if len(turn.history) > 1 else ""
        return _dialled(turn, spot, first + outcome.keys)
    if outcome.kind is not OutcomeKind.KEYED:
        return _nothing_dialled(turn, spot, action)
    if outcome.keys == "0" and action.operator:
        turn.note("pressed_0")
        return to_operator(turn, spot)
    if outcome.keys.isdigit() and action.dial_extension:
        longest = turn.document.account.extension_length - 1
        step = CollectMore(first=outcome.keys, max_more=longest, seconds=_DIGIT_SECONDS)
        return turn.decide(spot.place("c"), step)
    return _invalid(turn, spot, outcome.keys)


def _dialled(turn: Turn, spot: Spot, extension: str) -> Decision:
    if extension not in turn.company.extensions:
        return _invalid(turn, spot, extension)
    turn.note("extension_dialled", extension=extension)
    turn.rule = turn.rule or extension
    return arriving.enter_extension(turn, extension)


def _invalid(turn: Turn, spot: Spot, dialled: str) -> Decision:
    turn.note("extension_invalid", dialled=dialled)
    return turn.decide(spot.place("i"), Play(prompts=builtin(turn, "invalid_extension")))


def _nothing_dialled(turn: Turn, spot: Spot, action: Greeting) -> Decision:
    turn.note("nothing_dialled")
    if action.then is not None:
        return (
            perform(turn, spot, action.then)
            if not isinstance(action.then, ToOperator)
            else to_operator(turn, spot)
        )
    if action.operator and operator_of(turn) is not None:
        return to_operator(turn, spot)
    return turn.decide(spot.place("h"), HangupStep(why="normal"))


# --- operator, zero -------------------------------------------------------------------------------------


def operator_of(turn: Turn) -> AnyAction | None:
    """Site, then account (C24)."""
    number = turn.document.numbers.get(turn.call.entry) if turn.call.entry_kind == "number" else None
    site = turn.document.sites.get(number.site) if number else None
    return (site.operator if site else None) or turn.document.account.operator


def to_operator(turn: Turn, spot: Spot) -> Decision:
    """The operator, or the announcement when there is none."""
    operator = operator_of(turn)
    if operator is None or isinstance(operator, ToOperator):
        turn.note("no_operator")
        return say_and_hang_up(turn, spot.place("e"), "unavailable")
    turn.note("to_operator")
    return perform(turn, spot.at("o", 0), operator)


def zero_dialing(turn: Turn, own: ZeroDialing | None = None) -> ZeroDialing | None:
    """What 0 does while users ring: the step's own, else the company's while its rules reach users (R45)."""
    if own is not None:
        return own if own.to != "nothing" else None
    if turn.call.entry_kind != "number" or any(a.place.kind != "u" for a in turn.history):
        return None
    number = turn.document.numbers.get(turn.call.entry)
    handling = turn.document.handlings.get(number.handling) if number else None
    found = handling.zero_dialing if handling else None
    return found if found is not None and found.to != "nothing" else None


def zero_dialed(turn: Turn, spot: Spot, own: ZeroDialing | None = None) -> Decision:
    """0 was pressed while phones rang (R46 to R49)."""
    found = zero_dialing(turn, own)
    turn.note("pressed_0")
    if found is not None and found.to == "target" and found.target is not None:
        return perform(turn, spot.at("z", 0), found.target)
    return _company_greeting(turn, spot)


def _company_greeting(turn: Turn, spot: Spot) -> Decision:
    number = turn.document.numbers.get(turn.call.entry)
    handling = turn.document.handlings.get(number.handling) if number else None
    for index, action in enumerate(handling.open if handling else ()):
        if isinstance(action, Greeting):
            over = turn.arrive("n", turn.call.entry)
            return over or run(turn, Spot("n", turn.call.entry, "o", "s", index))
    return to_operator(turn, spot)


# --- outside ----------------------------------------------------------------------------------------------


def _outside(turn: Turn, spot: Spot, number: str, seconds: int, *, press_1: bool) -> Decision:
    owner = spot.id if spot.kind == "u" else ""
    leg = outside_leg(turn, number, owner, seconds, Confirm() if press_1 else None)
    turn.note("to_outside", outside=number)
    return turn.decide(spot.place("x"), RingStep(legs=(leg,), seconds=seconds))


def outside_leg(turn: Turn, number: str, owner: str, seconds: int, confirm: Confirm | None) -> Leg:
    """A leg to an outside number; it shows the company's number."""
    shown = turn.document.numbers.get(turn.call.entry) if turn.call.entry_kind == "number" else None
    able = next((n.number for n in turn.document.numbers.values() if n.make_calls), "")
    caller_id = shown.number if shown and shown.make_calls else able
    return Leg(
        id=f"x{number.lstrip('+')}", owner=owner or "0", seconds=seconds, number=number, caller_id=caller_id,
        confirm=confirm, rule=turn.rule,
    )  # fmt: skip
