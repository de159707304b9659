"""Phones in Microsoft Teams that could not be reached, or taken for somebody else's (P25)."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network

from routing.company import CompanyDocument
from routing.teams_phones import is_in_teams
from schemas.problems import Found


def check_teams(document: CompanyDocument) -> Iterator[Found]:
    """Networks that are none; numbers without a way there, of other kinds of device, or twice."""
    for key, trunk in document.trunks.items():
        for place, source in enumerate(trunk.sources):
            if not _is_network(source):
                yield Found("not_a_network", ("trunks", key, "sources", place), source)
    there = any(trunk.leads_to == "teams" and trunk.enabled for trunk in document.trunks.values())
    taken: dict[str, str] = {}
    for extension, user in document.users.items():
        for key, device in user.devices.items():
            steps = ("users", extension, "devices", key, "number")
            if not device.number:
                continue
            if not is_in_teams(device):
                yield Found("number_of_a_device", steps, device.number)
            elif not there:
                yield Found("no_way_to_teams", steps, device.number)
            elif taken.setdefault(device.number, key) != key:
                yield Found("teams_number_taken", steps, device.number, {"holder": taken[device.number]})
    for key, site_device in document.site_devices.items():
        if site_device.device.number:
            yield Found(
                "number_of_a_device", ("site_devices", key, "device", "number"), site_device.device.number
            )


def _is_network(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True
