"""The operator, and 0 pressed while phones ring (R35, R45 to R52, Z40, C4, C24)."""

from __future__ import annotations

from routing.company import Greeting, Ring, ToOperator, ZeroDialing
from routing.route import Attempt, OutcomeKind
from routing.spots import Next, Spot, operator_of
from routing.stages import parse_stage
from routing.turn import Turn, say_and_hang_up

_WHILE_RINGING = ("", "r", "w", "q")
"""Parts in which phones ring, or their caller is asked before they do; what comes before any greeting or menu."""


def to_operator(turn: Turn, spot: Spot) -> Next:
    """The operator, or the announcement when there is none, or when it is the operator who sends the call there."""
    operator = operator_of(turn, spot)
    if operator is None or isinstance(operator, ToOperator) or "O" in spot.within:
        turn.note("no_operator")
        return say_and_hang_up(turn, spot.place("e"), "unavailable")
    turn.note("to_operator")
    return spot.inside("O")


def zero_dialing(turn: Turn, own: ZeroDialing | None = None) -> ZeroDialing | None:
    """What 0 does while users ring: the step's own, else that of the number's handling as long as it has only made
    users ring (R45); None when 0 does nothing (R48)."""
    found = own
    if found is None and turn.handling is not None and all(map(_made_users_ring, turn.history)):
        found = turn.handling.zero_dialing
    return found if found is not None and found.to != "nothing" else None


def _made_users_ring(attempt: Attempt) -> bool:
    """The innermost context decides (C4): a greeting or a menu, a queue or a line have their own 0, or none (C25)."""
    pressed = attempt.outcome.kind is OutcomeKind.KEYED and attempt.outcome.keys == "0"
    ringing = parse_stage(attempt.place.stage).part in _WHILE_RINGING
    return attempt.place.kind in ("n", "u") and ringing and not pressed


def zero_dialed(turn: Turn, spot: Spot, ring: Ring | None = None) -> Next:
    """0 was pressed while phones rang (R46 to R49); `ring` is the step, when they were its members'."""
    own = ring.zero_dialing if ring is not None else None
    turn.note("pressed_0")
    if own is not None and own.target is not None and own.to == "target":
        return spot.inside("Z")
    handling = turn.handling
    found = handling.zero_dialing if handling is not None and own is None else None
    if found is not None and found.target is not None and found.to == "target":
        return spot.inside("Z") if ring is not None else Spot("n", turn.number, "o", "z", 0)
    return _company_greeting(turn, spot)


def _company_greeting(turn: Turn, spot: Spot) -> Next:
    """R47: the greeting of open hours, whatever branch the call came by; a visit of the number's, for the guard (R51)."""
    number = turn.number
    for index, action in enumerate(turn.handling.open if turn.handling is not None else ()):
        if isinstance(action, Greeting):
            over = turn.arrive("n", number)
            return over or Spot("n", number, "o", "s", index, visit=turn.visit("n", number))
    return to_operator(turn, spot)
