"""The operator, and 0 pressed while phones ring (R35, R45 to R52, Z40, C4, C24)."""

from __future__ import annotations

from routing import actions
from routing.company import Greeting, ToOperator, ZeroDialing
from routing.decision import Decision
from routing.spots import Spot, operator_of
from routing.turn import Turn, say_and_hang_up


def to_operator(turn: Turn, spot: Spot) -> Decision:
    """The operator, or the announcement when there is none, or when it is the operator who sends the call there."""
    operator = operator_of(turn)
    if operator is None or isinstance(operator, ToOperator) or spot.letter == "o":
        turn.note("no_operator")
        return say_and_hang_up(turn, spot.place("e"), "unavailable")
    turn.note("to_operator")
    return actions.perform(turn, spot.at("o", 0), operator)


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
        at = spot.inside("Z") if own is not None else Spot("n", turn.call.entry, "o", "z", 0)
        return actions.perform(turn, at, found.target)
    return _company_greeting(turn, spot)


def _company_greeting(turn: Turn, spot: Spot) -> Decision:
    number = turn.document.numbers.get(turn.call.entry)
    handling = turn.document.handlings.get(number.handling) if number else None
    for index, action in enumerate(handling.open if handling else ()):
        if isinstance(action, Greeting):
            over = turn.arrive("n", turn.call.entry)
            return over or actions.run(turn, Spot("n", turn.call.entry, "o", "s", index))
    return to_operator(turn, spot)
