"""The company greeting: keys in it, extensions dialled during and after it, silence (R20, R31, R35)."""

from __future__ import annotations

from routing import arriving, operators
from routing.company import Greeting
from routing.decision import Decision
from routing.route import OutcomeKind
from routing.spots import Next, Spot, operator_of
from routing.steps import Ask, CollectMore, Hangup, Play
from routing.turn import Turn, builtin, company_prompt

_DIGIT_SECONDS = 2


def greet(turn: Turn, spot: Spot, action: Greeting) -> Decision:
    """Play it, and read a key."""
    keys = ("0" if action.operator else "") + ("123456789" if action.dial_extension else "")
    step = Ask(
        prompts=company_prompt(action.prompt), keys=keys, plays=action.plays, wait_seconds=action.wait_seconds
    )
    return turn.decide(spot.place("g"), step)


def after_greeting(turn: Turn, spot: Spot, action: Greeting, part: str) -> Next:
    """A key in the greeting, the rest of an extension, or silence (R20, R31, R35)."""
    outcome = turn.history[-1].outcome
    if part == "i":
        tries = sum(a.place == spot.place("i") for a in turn.history)
        turn.note("greeting_again")
        return greet(turn, spot, action) if tries < action.plays else _nothing_dialled(turn, spot, action)
    if part == "c":
        first = turn.history[-2].outcome.keys if len(turn.history) > 1 else ""
        return _dialled(turn, spot, first + outcome.keys)
    if outcome.kind is not OutcomeKind.KEYED:
        return _nothing_dialled(turn, spot, action)
    if outcome.keys == "0" and action.operator:
        turn.note("pressed_0")
        return operators.to_operator(turn, spot)
    if outcome.keys.isdigit() and action.dial_extension:
        turn.note("digit_pressed", keys=outcome.keys)
        longest = max(turn.document.account.extension_length, turn.company.longest_extension)
        step = CollectMore(first=outcome.keys, max_more=longest - 1, seconds=_DIGIT_SECONDS)
        return turn.decide(spot.place("c"), step)
    return _invalid(turn, spot, outcome.keys)


def _dialled(turn: Turn, spot: Spot, extension: str) -> Next:
    if not arriving.answers(turn, extension):
        return _invalid(turn, spot, extension)
    turn.note("extension_dialled", extension=extension)
    turn.rule = turn.rule or extension
    return arriving.enter_extension(turn, extension)


def _invalid(turn: Turn, spot: Spot, dialled: str) -> Decision:
    turn.note("extension_invalid", dialled=dialled)
    return turn.decide(spot.place("i"), Play(prompts=builtin(turn, "invalid_extension")))


def _nothing_dialled(turn: Turn, spot: Spot, action: Greeting) -> Next:
    turn.note("nothing_dialled")
    if action.then is not None:
        return spot.inside("T")
    if action.operator and operator_of(turn, spot) is not None:
        return operators.to_operator(turn, spot)
    return turn.decide(spot.place("h"), Hangup(why="normal"))
