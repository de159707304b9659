"""Where a device is rung when no decision says so: its registered contact, or its number in Teams by the gateway that leads there."""

from __future__ import annotations

from routing.company import CompanyDocument, Device, Trunk
from routing.teams_phones import is_in_teams
from routing.trunk_dialing import dialled
from schemas.dial_strings import device_contact, outside


def contact_of(document: CompanyDocument, key: str, device: Device) -> str:
    """A dial string; empty for a phone in Teams of a company that has no trunk there."""
    if not is_in_teams(device):
        return device_contact(key, document.account.domain)
    found = first_to_teams(document)
    return outside(found[1].gateway, dialled(document, found[0], device.number)) if found is not None else ""


def first_to_teams(document: CompanyDocument) -> tuple[str, Trunk] | None:
    """The enabled trunk to Teams of the lowest rank, with its id."""
    there = (each for each in document.trunks.items() if each[1].enabled and each[1].leads_to == "teams")
    return min(there, key=lambda each: each[1].rank, default=None)
