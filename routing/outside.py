"""Calls that leave the company: the leg to an outside number, and what it shows (C19)."""

from __future__ import annotations

from routing.decision import Decision
from routing.spots import Spot
from routing.steps import Confirm, Leg, Ring
from routing.turn import Turn


def ring_outside(turn: Turn, spot: Spot, number: str, seconds: int, *, press_1: bool) -> Decision:
    """Ring an outside number alone."""
    owner = spot.id if spot.kind == "u" else ""
    leg = outside_leg(turn, number, owner, seconds, Confirm() if press_1 else None)
    turn.note("to_outside", outside=number)
    return turn.decide(spot.place("x"), Ring(legs=(leg,), seconds=seconds))


def outside_leg(turn: Turn, number: str, owner: str, seconds: int, confirm: Confirm | None) -> Leg:
    """A leg to an outside number; it shows the company's number."""
    shown = turn.document.numbers.get(turn.call.entry) if turn.call.entry_kind == "number" else None
    able = next((n.number for n in turn.document.numbers.values() if n.make_calls), "")
    caller_id = shown.number if shown and shown.make_calls else able
    return Leg(
        id=f"x{number.lstrip('+')}", owner=owner or "0", seconds=seconds, number=number, caller_id=caller_id,
        confirm=confirm, rule=turn.rule,
    )  # fmt: skip
