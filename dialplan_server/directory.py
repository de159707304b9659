"""The directory: SIP accounts of devices, and voicemail boxes as users that can never register.

A known domain without the user is a definitive no; the same complete user answers every purpose, because the switch may keep it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from xml.sax.saxutils import quoteattr

from routing.compiled import Company
from store.snapshot import Snapshot

_HEAD = ['<document type="freeswitch/xml">', '<section name="directory">']
_TAIL = ["</section>", "</document>"]


def answer(snapshot: Snapshot | None, company: Company | None, user: str, domain: str) -> bytes:
    """The user of a domain, the domain without him, or an unknown domain."""
    if snapshot is None or company is None:
        return _text([*_HEAD, f"<domain name={quoteattr(domain)}>", "</domain>", *_TAIL])
    found = user_lines(snapshot, company, user)
    return _text([*_HEAD, *_domain(company.document.account.domain, found), *_TAIL])


def mirror(companies: Iterable[tuple[Snapshot, Company]]) -> bytes:
    """Every user of every company: what the switch reads from disk when nobody answers."""
    lines = []
    for snapshot, company in companies:
        names = [*snapshot.a1_hashes, *snapshot.pins]
        users = [line for name in names for line in user_lines(snapshot, company, name)]
        lines += _domain(company.document.account.domain, users)
    return _text([*_HEAD, *lines, *_TAIL])


def user_lines(snapshot: Snapshot, company: Company, name: str) -> list[str]:
    """One user, a device or a box; nothing for another name."""
    if name in snapshot.a1_hashes:
        owner = company.device_owners.get(name, name)
        return _user(name, _device_params(snapshot, name), _device_variables(company, owner, name))
    if name in snapshot.pins:
        return _user(name, _box_params(snapshot, company, name), {"relais_company": company.id})
    return []


def _device_params(snapshot: Snapshot, name: str) -> dict[str, str]:
    return {"a1-hash": snapshot.a1_hashes[name], "max-registrations-per-extension": "1"}


def _device_variables(company: Company, owner: str, name: str) -> dict[str, str]:
    return {
        "relais_company": company.id,
        "relais_owner": owner,
        "relais_device": name,
        "user_context": "relais-phone",
        "effective_caller_id_number": owner,
        "force_transfer_context": "relais-transfer",
    }


def _box_params(snapshot: Snapshot, company: Company, box: str) -> dict[str, str]:
    settings = company.document.boxes.get(box)
    params = {"vm-password": snapshot.pins[box], "vm-enabled": "true", "sip-forbid-register": "true"}
    return {**params, "vm-mailto": settings.email} if settings and settings.email else params


def _user(name: str, params: Mapping[str, str], variables: Mapping[str, str]) -> list[str]:
    return [
        f"<user id={quoteattr(name)}>",
        "<params>",
        *(f"<param name={quoteattr(key)} value={quoteattr(value)}/>" for key, value in params.items()),
        "</params>",
        "<variables>",
        *(f"<variable name={quoteattr(key)} value={quoteattr(value)}/>" for key, value in variables.items()),
        "</variables>",
        "</user>",
    ]


def _domain(domain: str, users: list[str]) -> list[str]:
    return [
        f"<domain name={quoteattr(domain)}>",
        "<groups>",
        '<group name="all">',
        "<users>",
        *users,
        "</users>",
        "</group>",
        "</groups>",
        "</domain>",
    ]


def _text(lines: list[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode()
