"""Whether a call of the trunk profile comes from somebody's phone in Microsoft Teams (P25).

What a caller says of himself is believed only when the call came from an address of the company's trunk to Teams, for the name by
which Teams knows our switch: two companies share Microsoft's addresses, never that name. From anywhere else the same number is a
stranger's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

import msgspec

from routing.company import CompanyDocument, Trunk
from routing.compiled import Company
from routing.teams_phones import in_teams

Networks = tuple[IPv4Network | IPv6Network, ...]


class TeamsPhone(msgspec.Struct, frozen=True):
    """A phone in Teams, and a trunk by which it calls: `host` is what it asks for, `networks` where it comes from."""

    company: str
    owner: str
    device: str
    trunk: str
    host: str
    networks: Networks


def phones_by_number(by_id: Mapping[str, Company]) -> dict[str, tuple[TeamsPhone, ...]]:
    """Every phone in Teams of every company, once a trunk that says where its calls come from."""
    found: dict[str, tuple[TeamsPhone, ...]] = {}
    for ident, company in by_id.items():
        document = company.document
        trunks = {key: trunk for key, trunk in document.trunks.items() if _calls_us(trunk)}
        for owner, key, device in in_teams(document) if trunks else ():
            phones = (_phone(document, ident, (owner, key), trunk, trunks[trunk]) for trunk in trunks)
            found[device.number] = (*found.get(device.number, ()), *phones)
    return found


def _calls_us(trunk: Trunk) -> bool:
    return trunk.enabled and trunk.leads_to == "teams" and bool(trunk.sources)


def _phone(
    document: CompanyDocument, company: str, whose: tuple[str, str], key: str, trunk: Trunk
) -> TeamsPhone:
    networks = tuple(ip_network(source, strict=False) for source in trunk.sources)
    return TeamsPhone(company, *whose, key, (trunk.host or document.account.domain).lower(), networks)


def recognised(phones: Iterable[TeamsPhone], address: str, host: str) -> TeamsPhone | None:
    """The one of these that calls from an address, for a host; None: nobody that is known."""
    return next((each for each in phones if each.host == host.lower() and _is_from(each, address)), None)


def _is_from(phone: TeamsPhone, address: str) -> bool:
    try:
        source = ip_address(address)
    except ValueError:
        return False
    return any(source in network for network in phone.networks)
