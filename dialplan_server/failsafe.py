"""The dialplan of last resort, as a file: what callers get when nobody of ours answers.

The switch reads it at each use, without preprocessing. Per number the first open ring target's phones for 30 s, then its
box (routing.last_resort); between our phones extension to extension; emergency numbers through the trunk; a hand-over whose
answer never came goes to the box of where its call began; a spoken sentence for the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from dialplan_server import companies
from dialplan_server.rendering.encoders import (
    action,
    mailbox,
    settings,
    xml_text,
)
from routing.company import Device
from routing.compiled import Company
from routing.last_resort import Target, devices_of, extension_target, number_target
from routing.teams_phones import is_in_teams
from routing.trunks import emergency_gateways
from schemas.device_contacts import contact_of, first_to_teams
from schemas.dial_strings import leg_variables, outside

_SECONDS = 30
_MOST_PHONES = 30
_SETTINGS = {
    "continue_on_fail": "true",
    "hangup_after_bridge": "true",
    "ignore_early_media": "true",
    "call_timeout": str(_SECONDS),
    "force_transfer_context": "relais-transfer",
    "ringback": "%(2000,4000,440,480)",
    "transfer_ringback": "%(2000,4000,440,480)",
    # Nobody looks at the caller's name here, and one with line ends would break the phones' INVITE: none is shown.
    "effective_caller_id_name": "_undef_",
}
_DIALLED = "destination_number"
_COMPANY_AND_DIALLED = "${relais_company}:${destination_number}"
_COMPANY_AND_ENTRY = "${relais_company}:${relais_entry}:${destination_number}"
# The device is known by its password alone: the directory sets it, no other channel has it.
_PHONE_AND_DIALLED = "${relais_company}:${relais_device}:${destination_number}"
_SHOWN_TO_RESCUERS = "[origination_caller_id_number=${emergency_caller_id_number}]"
# Of a round of music in a queue: it would cut what is played here, and the words of a box.
_WHOLE = action("unset", "playback_timeout_sec")
_GOES_ON = action("set", "continue_on_fail=true")
_ENDS_WITH_BRIDGE = action("set", "hangup_after_bridge=true")


def document(every: Sequence[Company], prompt: str) -> bytes:
    """The whole file; `prompt` is what is played when nothing else can be done."""
    phones = [line for company in every for line in _between_phones(company, prompt)]
    emergencies = [line for company in every for line in _emergency(company, prompt)]
    hand_overs = [line for company in every for line in _hand_overs(company, prompt)]
    lines = [
        '<document type="freeswitch/xml">',
        '<section name="dialplan">',
        *_context("relais-trunk", _numbers(every, prompt), prompt),
        *_context("relais-phone", [*emergencies, *phones], prompt),
        *_context("relais-transfer", phones, prompt),
        *_context("relais", hand_overs, prompt),
        "</section>",
        "</document>",
    ]
    return ("\n".join(lines) + "\n").encode()


# --- who is dialled -----------------------------------------------------------------------------------


def _numbers(every: Sequence[Company], prompt: str) -> list[str]:
    """A number that several companies hold is the one's whose domain was asked, the first one's otherwise."""
    index = companies.index({company.id: company for company in every}, lambda *_: None)
    spellings: dict[str, list[str]] = {}
    for spelling, number in index.spellings.items():
        spellings.setdefault(number, []).append(spelling)
    asked, otherwise = [], []
    for number, holders in index.by_number.items():
        dialled = _spelt(number, spellings.get(number, ()))
        held = [index.by_id[holder] for holder in holders]
        for company in held if len(held) > 1 else ():
            asked += _number(company, number, dialled, prompt, conditions=[_asked_domain(company)])
        otherwise += _number(held[0], number, dialled, prompt)
    return [*asked, *otherwise]


def _number(
    company: Company, e164: str, dialled: str, prompt: str, *, conditions: Sequence[str] = ()
) -> list[str]:
    number = company.document.numbers[company.numbers_by_e164[e164]]
    reach = _reach(company, number_target(company, number), prompt)
    return _extension(_condition(_DIALLED, dialled), reach, before=conditions)


def _spelt(e164: str, spellings: Iterable[str]) -> str:
    """As trunks write it: the same spellings as the dialplan server takes."""
    digits = e164.removeprefix("+")
    others = sorted(spelling for spelling in spellings if spelling != digits)
    return "^(?:" + "|".join([f"\\+?{digits}", *others]) + ")$"


def _asked_domain(company: Company) -> str:
    return _condition("${sip_req_host}", f"^{re.escape(company.document.account.domain)}$", ends=True)


def _between_phones(company: Company, prompt: str) -> list[str]:
    """Extensions, and the company's own numbers."""
    reached = [(extension, extension_target(company, extension)) for extension in company.extensions]
    for number in company.document.numbers.values():
        reached.append((f"\\+?{number.number.removeprefix('+')}", number_target(company, number)))
    lines = []
    for dialled, target in reached:
        condition = _condition(_COMPANY_AND_DIALLED, f"^{company.id}:{dialled}$")
        lines += _extension(condition, _reach(company, target, prompt))
    return lines


def _emergency(company: Company, prompt: str) -> list[str]:
    """Through one trunk after the other, for every phone that gave its password, and before any extension of the same
    digits. The number shown is the one the directory gives the phone (routing.outbound_rights): whoever is sent can call it
    back."""
    gateways = emergency_gateways(company)
    lines = []
    for number in sorted(company.emergency):
        through = [action("bridge", _SHOWN_TO_RESCUERS + outside(gateway, number)) for gateway in gateways]
        call = [_GOES_ON, _ENDS_WITH_BRIDGE, *through, *_sorry(prompt)]
        pattern = f"^{company.id}:[^:]+:{number}$"
        lines += _extension(_condition(_PHONE_AND_DIALLED, pattern), call)
    return lines


def _hand_overs(company: Company, prompt: str) -> list[str]:
    """To the box of where the call began: a number's, or the extension's that was dialled."""
    lines = []
    for ident, number in company.document.numbers.items():
        begun = f"^{company.id}:number\\.{ident}:(?:next|key)-"
        message = _leave_message(company, number_target(company, number).box) or _sorry(prompt)
        lines += _extension(_condition(_COMPANY_AND_ENTRY, begun), message)
    boxes = [extension for extension in company.extensions if extension_target(company, extension).box]
    if boxes:
        begun = f"^{company.id}:(?:extension|transfer)\\.({'|'.join(boxes)}):(?:next|key)-"
        box = action("voicemail", f"relais {company.document.account.domain} $1")
        message = [action("answer"), _WHOLE, box]
        lines += _extension(_condition(_COMPANY_AND_ENTRY, begun), message)
    return lines


# --- what is done -------------------------------------------------------------------------------------


def _reach(company: Company, target: Target, prompt: str) -> list[str]:
    """Its phones for 30 s, then its box, or a sentence when it has none."""
    legs = [leg for user in target.users for leg in _legs(company, user)][:_MOST_PHONES]
    ring = [_ringing(company), action("bridge", ",".join(legs))] if legs else []
    return [*ring, *(_leave_message(company, target.box) or _sorry(prompt))]


def _legs(company: Company, extension: str) -> list[str]:
    legs = (_leg(company, extension, device) for device in devices_of(company, extension))
    return [leg for leg in legs if leg]


def _leg(company: Company, owner: str, device: str) -> str:
    """With what a controller that is still alive needs to know whose phone is busy; empty for a phone in Teams without a way."""
    document = company.document
    user, site_device = document.users.get(owner), document.site_devices.get(owner)
    settings = user.devices[device] if user else site_device.device if site_device else Device()
    to_teams = first_to_teams(document) if is_in_teams(settings) else None
    known: Mapping[str, str] = {
        "relais_trunk": to_teams[0] if to_teams is not None else "",
        "relais_company": company.id,
        "relais_owner": owner,
        "relais_device": device,
        "relais_leg": device,
        "presence_id": f"{owner}@{document.account.domain}",
        "force_transfer_context": "relais-transfer",
    }
    contact = contact_of(document, device, settings)
    return leg_variables(known) + contact if contact else ""


def _ringing(company: Company) -> str:
    """Whoever is sent on later asks `relais-transfer` by his company."""
    return action("multiset", f"^^|{settings({**_SETTINGS, 'relais_company': company.id})}")


def _leave_message(company: Company, box: str) -> list[str]:
    if not box:
        return []
    return [action("answer"), _WHOLE, action("voicemail", mailbox(company.document.account.domain, box))]


def _sorry(prompt: str) -> list[str]:
    return [action("answer"), _WHOLE, action("playback", prompt)]


# --- XML ----------------------------------------------------------------------------------------------


def _condition(field: str, pattern: str, *, ends: bool = False) -> str:
    return f'<condition field="{field}" expression="{xml_text(pattern)}"{"/" if ends else ""}>'


def _extension(condition: str, actions: Sequence[str], *, before: Sequence[str] = ()) -> list[str]:
    return [
        '<extension name="failsafe">',
        *before,
        condition,
        *actions,
        action("hangup", "NORMAL_TEMPORARY_FAILURE"),
        "</condition>",
        "</extension>",
    ]


def _context(name: str, extensions: Sequence[str], prompt: str) -> list[str]:
    rest = [
        '<extension name="rest">',
        "<condition>",
        *_sorry(prompt),
        action("hangup", "NORMAL_TEMPORARY_FAILURE"),
        "</condition>",
        "</extension>",
    ]
    return [f'<context name="{name}">', *extensions, *rest, "</context>"]
