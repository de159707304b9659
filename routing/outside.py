"""Calls that leave the company by somebody's settings: the leg, and what it shows (C19, design 3.6)."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from routing import actions
from routing.company import ToContact, ToExternal
from routing.confirming import confirm
from routing.guarded import is_locked, may_leave
from routing.outside_rights import not_allowed
from routing.spots import Next, Spot
from routing.steps import Leg, Ring
from routing.trunks import in_order, stage_number, tried_at, way_out
from routing.turn import Turn


def ring_outside(turn: Turn, spot: Spot, action: ToExternal | ToContact) -> Next:
    """Ring an outside number alone; when it may not be called, the action is over."""
    number, country = _number_of(turn, action)
    caller_id = action.caller_id if isinstance(action, ToExternal) else ""
    owner = _owner(spot)
    tried = tried_at(turn, spot.place("x"))
    may = _may_ring(turn, owner, number, country, again=bool(tried))
    trunk = way_out(turn, number, tried=tried) if may else None
    if trunk is None:
        return actions.exhausted(turn, spot)
    leg = outside_leg(turn, number, owner, action.seconds, trunk, caller_id=caller_id)
    if action.press_1:
        leg = msgspec.structs.replace(leg, confirm=confirm(turn, spot, owner))
    turn.note("to_outside", outside=number)
    place = spot.place("x", stage_number(turn.company, trunk))
    return turn.decide(place, Ring(legs=(leg,), seconds=action.seconds))


def after_trunk(turn: Turn, spot: Spot, action: ToExternal | ToContact) -> Next:
    """A trunk did not take the call: the next one, else the action is over."""
    tried = tried_at(turn, turn.history[-1].place)
    turn.note("trunk_failed", outside=_number_of(turn, action)[0], trunk=tried[-1] if tried else "")
    return ring_outside(turn, spot, action)


def _number_of(turn: Turn, action: ToExternal | ToContact) -> tuple[str, str]:
    """The number and its country."""
    contact = turn.document.contacts[action.contact] if isinstance(action, ToContact) else None
    return (contact.number, contact.country) if contact is not None else (action.number, action.country)  # type: ignore[union-attr]


def _owner(spot: Spot) -> str:
    """Whose rights count: the user's who set the destination; the operator is the company's choice."""
    return spot.id if spot.kind == "u" and "O" not in spot.within else ""


def way_beside(
    turn: Turn, owner: str, number: str, country: str, *, beside: Collection[str] = (), failed: int = 0
) -> str | None:
    """The trunk for a leg that rings with others, of which `beside` go outside too, after so many have `failed` it; None: it
    may not ring."""
    may = _may_ring(turn, owner, number, country, again=failed > 0)
    found = way_out(turn, number, beside=beside, failed=failed) if may else None
    if found is not None and failed:
        turn.note("trunk_failed", outside=number, trunk=in_order(turn.company, turn.call.id)[failed - 1])
    return found


def _may_ring(turn: Turn, owner: str, number: str, country: str, *, again: bool) -> bool:
    """The owner may call there (3.6); `again`: by another way, what is counted once was looked at before."""
    if (owner and is_locked(turn, owner)) or (not again and not may_leave(turn, owner)):
        return False
    refused = not_allowed(turn.company, owner, number, country) if owner else None
    if refused is not None:
        turn.reasons.append(refused)
    return refused is None


def outside_leg(turn: Turn, number: str, owner: str, seconds: int, trunk: str, *, caller_id: str = "") -> Leg:
    """A leg to an outside number. It shows the number chosen for it, else the one called, else one of the company's that can call
    out; never a number of somebody else's own (D39)."""
    numbers = turn.document.numbers
    wanted = (numbers[key] for key in (caller_id, turn.number) if key in numbers)
    may = (
        number for number in wanted if number.make_calls and number.enabled and number.owner in ("", owner)
    )
    shown = next((number.number for number in may), turn.company.outgoing)
    return Leg(
        id=f"x{number.lstrip('+')}", owner=owner or "0", seconds=seconds, number=number, caller_id=shown,
        rule=turn.rule, trunk=trunk,
    )  # fmt: skip


def own_leg(turn: Turn, number: str, owner: str, seconds: int, trunk: str) -> Leg:
    """A leg to an outside number of a user's own, for a call that is for him."""
    return msgspec.structs.replace(outside_leg(turn, number, owner, seconds, trunk), own_number=True)
