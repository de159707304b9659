"""Phones in Microsoft Teams (P25), reached through a trunk that leads there: which are, and their legs. Pure.

To the rest they are phones like others: they ring with them, are nobody's outside number (no press 1, no line of the company), and
their user is reachable as long as the gateway takes calls.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from routing.company import CompanyDocument, Device
from routing.steps import Leg
from routing.trunks import way_to_teams
from routing.turn import Turn


def is_in_teams(device: Device) -> bool:
    """It has its number there; else it registers here, like any other."""
    return device.kind == "teams" and device.number != ""


def in_teams(document: CompanyDocument) -> Iterator[tuple[str, str, Device]]:
    """Extension, id and device of each enabled one."""
    for extension, user in document.users.items():
        for key, device in user.devices.items():
            if device.enabled and is_in_teams(device):
                yield extension, key, device


def legs_of_devices(
    turn: Turn, owner: str, devices: Iterable[str], seconds: int, beside: Iterable[Leg] = ()
) -> list[Leg]:
    """A leg for each of a user's devices; of those in Teams as far as a gateway takes calls. `beside`: legs that begin with them."""
    legs: list[Leg] = []
    trunks = [leg.trunk for leg in beside if leg.device and leg.trunk]
    for key in devices:
        number, trunk = _number(turn, owner, key), ""
        if number:
            found = way_to_teams(turn, number, beside=[*trunks, *(leg.trunk for leg in legs if leg.trunk)])
            if found is None:
                turn.note("device_unreachable", user=owner, device=key)
                continue
            trunk = found
        legs.append(Leg(id=key, owner=owner, seconds=seconds, device=key, trunk=trunk, rule=turn.rule))
    return legs


def number_of(document: CompanyDocument, leg: Leg) -> str:
    """What a leg through a trunk is for: an outside number, or that of a phone in Teams."""
    return leg.number or (document.users[leg.owner].devices[leg.device].number if leg.trunk else "")


def _number(turn: Turn, owner: str, key: str) -> str:
    device = turn.document.users[owner].devices[key]
    return device.number if is_in_teams(device) else ""
