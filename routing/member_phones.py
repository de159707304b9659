"""The phones of a member who is rung with a team, a queue or a shared line: his devices; when none of them can ring, the outside
numbers where he is reached instead, and he must press 1 there (4.2, connectivity; Z17: always for calls of a group)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

import msgspec

from routing.confirming import confirm
from routing.members import note_left_out, phones, rings_outside
from routing.outside import own_leg, way_beside
from routing.spots import Spot
from routing.steps import Leg
from routing.teams_phones import legs_of_devices
from routing.turn import Turn

NO_FAILURES: Mapping[str, int] = MappingProxyType({})


def has_no_way(turn: Turn, member: str) -> bool:
    """He would ring outside alone, and no call may go there now: a reason says why."""
    return rings_outside(turn, member) and not _ways(turn, member, ())


def has_another_way(turn: Turn, member: str, failed: int) -> bool:
    """He is reached outside alone, so many trunks have `failed` him, and another takes the call."""
    return failed > 0 and rings_outside(turn, member) and bool(_ways(turn, member, (), failed))


def legs_of(
    turn: Turn, spot: Spot, members: Iterable[str], seconds: int, failed: Mapping[str, int] = NO_FAILURES
) -> tuple[Leg, ...]:
    """A leg for each phone of members who ring together; a number that two of them share rings once. `failed`: how many trunks
    did not take the call for a member."""
    legs: dict[str, Leg] = {}
    for member in members:
        kept = phones(turn, member)
        note_left_out(turn, member, kept)
        there = legs_of_devices(turn, member, kept, seconds, legs.values())
        for leg in there or _outside(turn, spot, member, seconds, legs, failed.get(member, 0)):
            legs.setdefault(leg.id, leg)
    return tuple(legs.values())


def _outside(
    turn: Turn, spot: Spot, member: str, seconds: int, beside: dict[str, Leg], failed: int
) -> list[Leg]:
    trunks = [leg.trunk for leg in beside.values() if leg.number]
    legs = []
    for number, trunk, confirm_seconds in _ways(turn, member, trunks, failed):
        asked = confirm(turn, spot, member, "callee", confirm_seconds)
        leg = own_leg(turn, number, member, seconds, trunk)
        legs.append(msgspec.structs.replace(leg, confirm=asked))
    return legs


def _ways(turn: Turn, member: str, beside: Sequence[str], failed: int = 0) -> list[tuple[str, str, int]]:
    """His numbers that may be called now, each with its trunk and the seconds in which he presses the key."""
    found: list[tuple[str, str, int]] = []
    for own in turn.document.users[member].own_numbers:
        others = [*beside, *(trunk for _, trunk, _ in found)]
        trunk = way_beside(turn, member, own.number, own.country, beside=others, failed=failed)
        if trunk is not None:
            found.append((own.number, trunk, own.confirm_seconds))
    return found
