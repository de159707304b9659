"""The directory: SIP accounts of devices, and voicemail boxes as users that can never register.

A known domain without the user is a definitive no, so is an unknown domain; the same complete user answers every purpose,
because the switch may keep it (freeswitch-facts 2.4).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from dialplan_server.rendering.encoders import is_dropped, xml_text
from routing.compiled import Company
from routing.last_resort import devices_of
from routing.outbound_rights import emergency_number
from routing.shown_names import shown_name
from routing.teams_phones import is_in_teams
from schemas.device_contacts import contact_of
from schemas.dial_strings import device_contact
from store.snapshot import Snapshot

_HEAD = ['<document type="freeswitch/xml">', '<section name="directory">']
_TAIL = ["</section>", "</document>"]
_DOMAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,253}[A-Za-z0-9])?")


def is_domain(text: str) -> bool:
    """True for what a phone may call its domain, and an answer may repeat."""
    return _DOMAIN.fullmatch(text) is not None and not is_dropped(text)


def unknown(domain: str) -> bytes:
    """Nobody lives there."""
    return _text([*_HEAD, f'<domain name="{xml_text(domain)}">', "</domain>", *_TAIL])


def answer(company: Company, lines: list[str]) -> bytes:
    """The user of a domain, or the domain without him."""
    return _text([*_HEAD, *_domain(company, lines), *_TAIL])


def mirror(companies: Iterable[tuple[Snapshot, Company]]) -> bytes:
    """Every user of every company: what the switch reads from disk when nobody answers."""
    lines = []
    for snapshot, company in companies:
        names = dict.fromkeys([*snapshot.a1_hashes, *snapshot.pins])
        users = [line for name in names for line in user_lines(snapshot, company, name)]
        lines += _domain(company, users)
    return _text([*_HEAD, *lines, *_TAIL])


def user_lines(snapshot: Snapshot, company: Company, name: str) -> list[str]:
    """One user, a device or a box; nothing for another name."""
    if name in snapshot.a1_hashes and _is_enabled(company, name):
        return _user(name, _device_params(snapshot, company, name), _device_variables(company, name))
    if name in snapshot.pins:
        return _user(name, _box_params(snapshot, company, name), _box_variables(company, name))
    return []


def counted_lines(snapshot: Snapshot, company: Company, device: str) -> list[str]:
    """Whose messages are counted for a device: its user's. Nothing for what is no device with a box.

    A phone asks for the messages of its own name (SUBSCRIBE). mod_voicemail looks that name up, as an `id` or a
    `number-alias` (switch_xml.c, find_user_in_tag), and counts the messages of the `id` it finds."""
    box = _light(snapshot, company, device)
    if not box or device not in snapshot.a1_hashes:
        return []
    return _user(box, _box_params(snapshot, company, box), _box_variables(company, box), alias=device)


# What remains his who is sent on while whoever was asked rings: the switch may give him the variables of the phone that
# asked (switch_channel_caller_extension_masquerade), and with them who it is.
_ITS_OWN = ",".join((
    "effective_caller_id_name", "effective_caller_id_number", "emergency_caller_id_number", "presence_id", "relais_call",
    "relais_device", "relais_leg", "relais_peer", "sip_authorized", "sip_call_id", "user_name", "domain_name",
))  # fmt: skip


def _light(snapshot: Snapshot, company: Company, device: str) -> str:
    """The box of a device's user; empty when he has none."""
    owner = company.device_owners.get(device, "")
    return owner if owner in snapshot.pins else ""


def _is_enabled(company: Company, name: str) -> bool:
    """Of a phone in Teams nobody may say here that he is it: its calls come by the gateway."""
    user = company.document.users.get(company.device_owners.get(name, ""))
    if user is not None:
        return user.devices[name].enabled and not is_in_teams(user.devices[name])
    site_device = company.document.site_devices.get(name)
    return site_device is not None and site_device.device.enabled


def _device_params(snapshot: Snapshot, company: Company, name: str) -> dict[str, str]:
    domain = company.document.account.domain
    box = _light(snapshot, company, name)
    # The light of a registered phone follows its user's box (sofia_reg.c); else it would follow one of its own name.
    light = {"mwi-account": f"{box}@{domain}"} if box else {}
    return {
        "a1-hash": snapshot.a1_hashes[name],
        "dial-string": device_contact(name, domain),
        **light,
    }


def _device_variables(company: Company, name: str) -> dict[str, str]:
    owner = company.device_owners.get(name, name)
    return {
        "relais_company": company.id,
        "relais_owner": owner,
        "relais_device": name,
        "user_context": "relais-phone",
        "effective_caller_id_name": shown_name(company, owner),
        "effective_caller_id_number": owner,
        "emergency_caller_id_number": emergency_number(company, owner) or owner,
        "presence_id": f"{owner}@{company.document.account.domain}",
        "force_transfer_context": "relais-transfer",
        "attended_transfer_no_copy": _ITS_OWN,
    }


def _box_params(snapshot: Snapshot, company: Company, box: str) -> dict[str, str]:
    settings = company.document.boxes.get(box)
    params = {
        "vm-password": snapshot.pins[box],
        "vm-enabled": "true",
        "sip-forbid-register": "true",
        "allow-empty-password": "false",
    }
    contacts = _contacts(company, box) if box in company.document.users else ""
    rung = {"dial-string": contacts} if contacts else {}
    mailed = {"vm-mailto": settings.email} if settings and settings.email else {}
    return {**params, **rung, **mailed}


def _contacts(company: Company, extension: str) -> str:
    """A user's phones, for whoever rings him by his extension (the product's own steps do not)."""
    document, user = company.document, company.document.users.get(extension)
    devices = user.devices if user is not None else {}
    contacts = (
        contact_of(document, key, devices[key]) for key in devices_of(company, extension) if key in devices
    )
    return ",".join(filter(None, contacts))


def _box_variables(company: Company, box: str) -> dict[str, str]:
    return {"relais_company": company.id, "relais_owner": box, "user_context": "relais-phone"}


def _user(
    name: str, params: Mapping[str, str], variables: Mapping[str, str], *, alias: str = ""
) -> list[str]:
    also = f' number-alias="{xml_text(alias)}"' if alias else ""
    return [
        f'<user id="{xml_text(name)}"{also}>',
        "<params>",
        *(f'<param name="{key}" value="{xml_text(value)}"/>' for key, value in params.items()),
        "</params>",
        "<variables>",
        *(f'<variable name="{key}" value="{xml_text(value)}"/>' for key, value in variables.items()),
        "</variables>",
        "</user>",
    ]


def _domain(company: Company, users: list[str]) -> list[str]:
    return [
        f'<domain name="{xml_text(company.document.account.domain)}">',
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
