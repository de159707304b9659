"""What each action of a document becomes: a step, or a move to something else."""

from __future__ import annotations

from routing import arriving, boxes, call_backs, greetings, groups, operators, outside
from routing.company import (
    Announce,
    AnyAction,
    BusySignal,
    CallBack,
    CallWaiting,
    Greeting,
    Hangup,
    Ring,
    ToContact,
    ToExtension,
    ToExternal,
    ToNumber,
    ToOperator,
    ToQueue,
    ToSharedLine,
    Voicemail,
)
from routing.decision import Decision
from routing.spots import Next, Spot, action_at
from routing.steps import Announce as AnnounceStep
from routing.steps import Hangup as HangupStep
from routing.turn import Turn, company_prompt, say_and_hang_up
from routing.waiting_line import is_line


def follow(turn: Turn, reached: Next) -> Decision:
    """From spot to spot until one of them comes to a step: a loop, for lists may have a thousand actions that nobody is free
    for. It ends: a list is only followed forwards, and `Turn.arrive` counts the moves to other targets."""
    while isinstance(reached, Spot):
        action = action_at(turn, reached)
        reached = perform(turn, reached, action) if action is not None else exhausted(turn, reached)
    return reached


def exhausted(turn: Turn, spot: Spot) -> Next:
    """The list is over and the call is not. Nobody at the operator of a box's menu: the recording. Nobody where 0 led
    from a ring step: the step after it; from a queue: what it does when nobody takes its calls. Nobody where a user's
    calls went instead of ringing: his unanswered action. Else "nobody is available" (3.3, 6)."""
    turn.note("steps_exhausted", target=f"{spot.kind}.{spot.id}")
    around = spot.around()
    while around is not None:
        action = action_at(turn, around)
        if isinstance(action, Voicemail):
            return boxes.after_operator(turn, around, action)
        if isinstance(action, Ring):
            return around.at("e", 0) if is_line(around) else around.following()
        around = around.around()
    user = turn.document.users.get(spot.id) if spot.kind == "u" else None
    if user is not None and user.voicemail and spot.letter in ("s", "b"):
        return spot.at("n", 0)
    return say_and_hang_up(turn, spot.place("e"), "unavailable")


def perform(turn: Turn, spot: Spot, action: AnyAction) -> Next:  # noqa: PLR0911, PLR0912 - one case an action
    """One action at its spot."""
    match action:
        case Ring():
            return groups.ring_members(turn, spot, action)
        case Greeting():
            return greetings.greet(turn, spot, action)
        case Voicemail():
            return boxes.record(turn, spot, action)
        case Announce():
            return _announce(turn, spot, action)
        case ToExtension():
            return arriving.enter_extension(turn, action.extension, _mailbox(turn, spot, action))
        case ToNumber():
            return arriving.enter_number(turn, action.number)
        case ToQueue():
            return arriving.enter_group(turn, "q", action.queue)
        case ToSharedLine():
            return arriving.enter_group(turn, "l", action.shared_line)
        case ToExternal() | ToContact():
            return outside.ring_outside(turn, spot, action)
        case ToOperator():
            return operators.to_operator(turn, spot)
        case Hangup():
            return turn.decide(spot.place(), HangupStep(why="unavailable"))
        case BusySignal():
            return turn.decide(spot.place(), HangupStep(why="busy"))
        case CallBack():
            return call_backs.ask(turn, spot, action)
        case CallWaiting():
            return spot.at("n", 0)


def _mailbox(turn: Turn, spot: Spot, action: ToExtension) -> str:
    """Whose mailbox stays in charge after a forward (Z49); empty: the target's own."""
    user = turn.document.users.get(spot.id) if spot.kind == "u" else None
    if user is None or action.mailbox != "original":
        return ""
    return spot.mailbox or (spot.id if user.voicemail else "")


def _announce(turn: Turn, spot: Spot, action: Announce) -> Decision:
    if not action.prompt:
        return say_and_hang_up(turn, spot.place(), "closed")
    prompts = company_prompt(action.prompt, action.return_date)
    return turn.decide(spot.place(), AnnounceStep(prompts=prompts))
