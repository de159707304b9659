"""The dialplan of last resort, as a file: what callers get when nobody of ours answers.

The switch reads it at each use, without preprocessing. Per number the first open ring target's phones for 30 s, then its
box; between our phones extension to extension; emergency numbers through the trunk; a hand-over whose answer never came goes to
the box of where its call began; a spoken sentence for the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import msgspec

from dialplan_server.rendering.encoders import (
    action,
    device_contact,
    leg_variables,
    mailbox,
    outside,
    settings,
    xml_text,
)
from routing.company import (
    AnyAction,
    Greeting,
    Number,
    Ring,
    ToExtension,
    ToOperator,
    ToQueue,
    ToSharedLine,
    Voicemail,
)
from routing.compiled import Company

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
}
_RINGING = action("multiset", f"^^|{settings(_SETTINGS)}")
_EMERGENCY = {
    "CA": ("911",),
    "US": ("911",),
    "FR": ("15", "17", "18", "112", "114", "115", "119", "191", "196"),
}
_EVERYWHERE = ("112", "911")
_COMPANY_AND_DIALLED = "${relais_company}:${destination_number}"
_COMPANY_AND_ENTRY = "${relais_company}:${relais_entry}:${destination_number}"


class Target(msgspec.Struct, frozen=True):
    """Who rings first, and the box that follows."""

    users: tuple[str, ...] = ()
    box: str = ""


def document(companies: Iterable[Company], prompt: str) -> bytes:
    """The whole file; `prompt` is what is played when nothing else can be done."""
    every = list(companies)
    phones = [line for company in every for line in _between_phones(company, prompt)]
    emergency = [line for company in every for line in _emergency(company)]
    hand_overs = [line for company in every for line in _hand_overs(company, prompt)]
    lines = [
        '<document type="freeswitch/xml">',
        '<section name="dialplan">',
        *_context("relais-trunk", _numbers(every), prompt),
        *_context("relais-phone", [*emergency, *phones], prompt),
        *_context("relais-transfer", phones, prompt),
        *_context("relais", hand_overs, prompt),
        "</section>",
        "</document>",
    ]
    return ("\n".join(lines) + "\n").encode()


def target_of(company: Company, number: Number) -> Target:
    """What a number comes to while it is open."""
    if number.extension:
        return _extension_target(company, number.extension)
    handling = company.document.handlings.get(number.handling)
    steps = handling.open if handling else ()
    for step in steps:
        found = _target(company, step)
        if found is not None:
            return msgspec.structs.replace(found, box=found.box or _box(steps))
    return Target()


def _target(company: Company, step: AnyAction) -> Target | None:
    document, operator = company.document, company.document.account.operator
    match step:
        case ToExtension():
            return _extension_target(company, step.extension)
        case Ring():
            return Target(_members(company, step.members, step.teams))
        case ToQueue() if step.queue in document.queues:
            queue = document.queues[step.queue]
            return Target(_members(company, queue.members, queue.teams))
        case ToSharedLine() if step.shared_line in document.shared_lines:
            return Target(document.shared_lines[step.shared_line].members)
        case Greeting() | ToOperator() if isinstance(operator, ToExtension):
            return _extension_target(company, operator.extension)
        case Voicemail():
            return Target(box=step.box)
        case _:
            return None


def _extension_target(company: Company, extension: str) -> Target:
    target = company.extensions.get(extension)
    if target is None:
        return Target()
    match target.kind:
        case "user":
            return Target((extension,), extension if company.document.users[extension].voicemail else "")
        case "box":
            return Target(box=extension)
        case "queue":
            queue = company.document.queues[target.id]
            return Target(_members(company, queue.members, queue.teams))
        case "shared_line":
            return Target(company.document.shared_lines[target.id].members)
        case _:
            return Target((extension,))


def _members(company: Company, members: Sequence[str], teams: Sequence[str]) -> tuple[str, ...]:
    known = company.document.teams
    return tuple(
        dict.fromkeys([*members, *(m for team in teams if team in known for m in known[team].members)])
    )


def _box(steps: Iterable[AnyAction]) -> str:
    return next((step.box for step in steps if isinstance(step, Voicemail)), "")


# --- extensions of the file ---------------------------------------------------------------------------


def _numbers(every: Sequence[Company]) -> list[str]:
    """A number that several companies hold is the one's whose domain was asked, the first one's otherwise."""
    holders: dict[str, list[Company]] = {}
    for company in every:
        for number in company.numbers_by_e164:
            holders.setdefault(number, []).append(company)
    shared = [(number, company) for number, held in holders.items() if len(held) > 1 for company in held]
    asked = [
        line for number, company in shared for line in _number(company, number, [_asked_domain(company)])
    ]
    return [*asked, *(line for number, held in holders.items() for line in _number(held[0], number, []))]


def _number(company: Company, e164: str, conditions: Sequence[str]) -> list[str]:
    number = company.document.numbers[company.numbers_by_e164[e164]]
    if not (number.enabled and number.receive_calls):
        return []
    return _extension(_reach(company, target_of(company, number)), _dialled(e164), conditions=conditions)


def _dialled(e164: str) -> str:
    return f"^\\+?{re.escape(e164.lstrip('+'))}$"


def _asked_domain(company: Company) -> str:
    field, pattern = "${sip_req_host}", f"^{re.escape(company.document.account.domain)}$"
    return f'<condition field="{field}" expression="{xml_text(pattern)}"/>'


def _between_phones(company: Company, prompt: str) -> list[str]:
    """Extensions, and the company's own numbers."""
    reached = [(f"{extension}$", _extension_target(company, extension)) for extension in company.extensions]
    for number in company.document.numbers.values():
        reached.append((_dialled(number.number)[1:], target_of(company, number)))
    lines = []
    for pattern, target in reached:
        actions = _reach(company, target) or _sorry(prompt)
        lines += _extension(actions, f"^{company.id}:{pattern}", field=_COMPANY_AND_DIALLED)
    return lines


def _emergency(company: Company) -> list[str]:
    """Through the trunk, whoever asks and whatever he may do otherwise."""
    account = company.document.account
    countries = {account.country, *(site.country for site in company.document.sites.values())}
    known = {number for country in countries for number in _EMERGENCY.get(country, ())}
    numbers = sorted({*_EVERYWHERE, *known})
    lines = []
    for number in numbers:
        dialled = [action("bridge", outside(account.gateway, number))]
        lines += _extension(dialled, f"^{company.id}:{number}$", field=_COMPANY_AND_DIALLED)
    return lines


def _hand_overs(company: Company, prompt: str) -> list[str]:
    """To the box of where the call began: a number's, or the extension's that was dialled."""
    lines = []
    for ident, number in company.document.numbers.items():
        box = target_of(company, number).box
        actions = _leave_message(company, box) or _sorry(prompt)
        begun = f"^{company.id}:number\\.{re.escape(ident)}:(next|key)-"
        lines += _extension(actions, begun, field=_COMPANY_AND_ENTRY)
    begun = f"^{company.id}:(?:extension|transfer)\\.([0-9]{{3,6}}):(?:next|key)-"
    domain = company.document.account.domain
    message = [action("answer"), action("voicemail", f"relais {domain} $1")]
    return [*lines, *_extension(message, begun, field=_COMPANY_AND_ENTRY)]


def _reach(company: Company, target: Target) -> list[str]:
    """Its phones for 30 s, then its box; nothing when it has neither."""
    legs = [leg for user in target.users for leg in _legs(company, user)][:_MOST_PHONES]
    ring = [_RINGING, action("bridge", ",".join(legs))] if legs else []
    return [*ring, *_leave_message(company, target.box)]


def _legs(company: Company, extension: str) -> list[str]:
    document = company.document
    user, site_device = document.users.get(extension), document.site_devices.get(extension)
    devices = user.devices if user else {extension: site_device.device} if site_device else {}
    return [_leg(company, extension, key) for key, device in devices.items() if device.enabled]


def _leg(company: Company, owner: str, device: str) -> str:
    """With what a controller that is still alive needs to know whose phone is busy."""
    domain = company.document.account.domain
    known = {
        "relais_company": company.id,
        "relais_owner": owner,
        "relais_device": device,
        "relais_leg": device,
        "presence_id": f"{owner}@{domain}",
        "force_transfer_context": "relais-transfer",
    }
    return leg_variables(known) + device_contact(device, domain)


def _leave_message(company: Company, box: str) -> list[str]:
    if not box:
        return []
    return [action("answer"), action("voicemail", mailbox(company.document.account.domain, box))]


def _sorry(prompt: str) -> list[str]:
    return [action("answer"), action("playback", prompt)]


def _extension(
    actions: Sequence[str],
    pattern: str,
    *,
    field: str = "destination_number",
    conditions: Sequence[str] = (),
) -> list[str]:
    if not actions:
        return []
    return [
        '<extension name="failsafe">',
        *conditions,
        f'<condition field="{field}" expression="{xml_text(pattern)}">',
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
