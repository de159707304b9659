"""From the switch's question to a call, its history, and the number of the step to decide. Pure.

What a caller may have written is believed nowhere: in `relais-trunk` every relais_* variable is ignored, a phone counts only when
it gave its password, and hand-overs accept only what our own answers wrote.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Literal

import msgspec

from dialplan_server import standing, variables
from dialplan_server.companies import Companies
from dialplan_server.form import Form
from dialplan_server.standing import Resume
from dialplan_server.teams_callers import TeamsPhone, recognised
from routing import carried
from routing.call import Call
from routing.compiled import Company
from routing.outbound_dialing import entry_of
from routing.outbound_numbers import Home, caller_number, home_of, home_of_number
from routing.outcomes import MOVED
from routing.placing import FORCED
from routing.revisions import under_way
from routing.route import History
from routing.teams_phones import is_in_teams

_NUMBER = re.compile(r"[+*#0-9A-Za-z._-]{1,64}")
_CALLER = re.compile(r"\+?[0-9]{3,20}")
_HAND_OVER = re.compile(r"(?:next|key-([0-9sp]))-([0-9]{1,6})")
_OUTSIDE_LEG = re.compile(r"x[0-9]{3,20}")
_UUID = re.compile(r"[0-9a-fA-F-]{36}")
# The switch decodes percent signs in a name once when it comes and once more when it writes it between quotes into the INVITE
# of each phone (check_decode in mod_sofia.h), line ends included: another header, or a message that no phone can answer.
_BREAKS_OUT = re.compile(r"[\x00-\x1f\x7f\"\\]|%[0-9A-Fa-f]{2}")
CONTEXTS = frozenset({"relais-trunk", "relais-phone", "relais", "relais-transfer"})

Now = Callable[[str], datetime]


class Refused(msgspec.Struct, frozen=True):
    """A request that becomes no call; `code` is counted, the caller hears that the number does not exist."""

    code: str


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A call whose step `step` is to be decided. `context` is echoed in the answer.
    `resume` when the present step is to go on. `name_hidden`: the caller's name would break the phones' INVITE.
    `rung`: the leg that leads the call is one that we rang: for a call that he asked for, or that its caller sent on.
    `leader`: the user whose phone leads the call, empty for somebody outside. `shows`: the number that phones show of him,
    empty where it is his leg's. `says`: what the leg of a phone in Teams carries from here on.
    `moved`: whoever was rung last answered that he is elsewhere (302)."""

    call: Call
    company: Company
    history: History
    step: int
    context: str
    rule: str = ""
    node: str = ""
    reasons: tuple[str, ...] = ()
    resume: Resume | None = None
    name_hidden: bool = False
    rung: bool = False
    leader: str = ""
    shows: str = ""
    says: Mapping[str, str] = {}
    moved: bool = False


def is_number(text: str) -> bool:
    """True for what may be dialled, and be written into an answer (freeswitch-facts 3.4)."""
    return _NUMBER.fullmatch(text) is not None and "x-pre-process" not in text.lower()


def read(form: Form, companies: Companies, now: Now) -> Question | Refused:
    """The question a form asks."""
    dialled = form.get("Hunt-Destination-Number")
    if form.get("section") not in ("", "dialplan"):
        return Refused("unknown_section")
    if not is_number(dialled) or not _UUID.fullmatch(form.get("Unique-ID")):
        return Refused("not_a_number")
    match form.get("Hunt-Context"):
        case "relais-trunk":
            return _from_trunk(form, companies, now, dialled)
        case "relais-phone":
            return _from_phone(form, companies, now, dialled)
        case "relais":
            return _hand_over(form, companies, now, dialled)
        case "relais-transfer":
            return _transferred(form, companies, now, dialled)
        case _:
            return Refused("unknown_context")


def _from_trunk(form: Form, companies: Companies, now: Now, dialled: str) -> Question | Refused:
    host = form.variable("sip_req_host")
    phones = companies.in_teams.get(_caller(form), ()) if companies.in_teams else ()
    phone = recognised(phones, form.get("Hunt-Network-Addr"), host) if phones else None
    if phone is not None:
        return _from_teams(form, companies.by_id[phone.company], now, dialled, phone)
    number = companies.e164(dialled)
    ident = companies.owner_of(number, host)
    if ident is None:
        return Refused("number_unknown")
    company = companies.by_id[ident]
    return _begin(form, company, now, ("number", company.numbers_by_e164[number]))


def _from_teams(form: Form, company: Company, now: Now, dialled: str, phone: TeamsPhone) -> Question:
    """A call of one of our phones, with its user's rights; its leg says so from here on, as the directory does for others."""
    owner = phone.owner
    begun = _begin(form, company, now, entry_of(company, owner, dialled), owner=owner)
    call = msgspec.structs.replace(begun.call, caller_number=owner, device=phone.device)
    presence = f"{owner}@{company.document.account.domain}"
    says = {"relais_device": phone.device, "relais_trunk": phone.trunk, "presence_id": presence}
    return msgspec.structs.replace(begun, call=call, leader=owner, shows=owner, says=says)


def _from_phone(form: Form, companies: Companies, now: Now, dialled: str) -> Question | Refused:
    company, placed = companies.by_id.get(form.variable("relais_company")), form.variable("relais_placed")
    if company is None or (form.variable("sip_authorized") != "true" and not placed):
        return Refused("phone_unknown")
    if form.variable("domain_name") not in ("", company.document.account.domain):
        return Refused("phone_of_another_company")
    owner = _owner(form, company)
    begun = _from_device(form, _begin(form, company, now, entry_of(company, owner, dialled), owner=owner))
    return _placed(form, begun) if placed else begun


def _from_device(form: Form, begun: Question) -> Question:
    """The phone that calls is part of the call where his own rights apply: a door phone has fewer."""
    device, owner, company = variables.token(form, "relais_device"), begun.call.owner, begun.company
    if not owner or company.device_owners.get(device, "") != owner:
        return begun
    in_teams = is_in_teams(company.document.users[owner].devices[device])
    number = owner if in_teams else begun.call.caller_number
    call = msgspec.structs.replace(begun.call, device=device, caller_number=number)
    return msgspec.structs.replace(begun, call=call)


def _placed(form: Form, begun: Question) -> Question:
    """A call that a program placed for him (`routing.placing`): we rang his phone, which shows whom he calls. Only a
    controller can have written `relais_placed`: a phone sets no variable of ours."""
    call = msgspec.structs.replace(begun.call, id=_call_id(form), caller_number=begun.call.owner)
    return msgspec.structs.replace(begun, call=call, rung=True)


def _transferred(form: Form, companies: Companies, now: Now, dialled: str) -> Question | Refused:
    """A new segment: route and step restart, call id and hops stay, rights are those of the other leg's owner."""
    company = companies.by_id.get(form.variable("relais_company"))
    if company is None:
        return Refused("transfer_unknown")
    rung = variables.token(form, "relais_leg")
    owner = _extension(company, variables.token(form, "relais_peer" if rung else "relais_owner"))
    kind, entry = entry_of(company, owner, dialled)
    begun = _begin(form, company, now, ("transfer" if kind == "extension" else kind, entry), owner=owner)
    shows = _rung_number(begun.leader, rung) if rung else ""
    call = msgspec.structs.replace(
        begun.call, id=_call_id(form), segment=variables.integer(form, "relais_segment", 1) + 1,
        hops=variables.integer(form, "relais_hops", 0),
        caller_number=shows or begun.call.caller_number,
    )  # fmt: skip
    step = variables.integer(form, "relais_step", 0) + 1
    return msgspec.structs.replace(begun, call=call, step=step, rung=rung != "", shows=shows)


def _rung_number(leader: str, rung: str) -> str:
    """Whoever we rang is known by what we rang: its own leg shows who called it."""
    return leader or (f"+{rung[1:]}" if _OUTSIDE_LEG.fullmatch(rung) else "")


def _begin(
    form: Form,
    company: Company,
    now: Now,
    entry: tuple[Literal["number", "extension", "transfer"], str],
    owner: str = "",
) -> Question:
    leader = _leader(form, company)
    call = Call(
        id=form.get("Unique-ID"), company=company.id, entry_kind=entry[0], entry=entry[1],
        caller_number=_caller(form) if leader else caller_number(_caller(form), _home(company, entry, owner)),
        received_at=now(company.id), owner=owner, answered=form.get("Answer-State") == "answered",
        forced=form.variable("relais_placed") == FORCED,
    )  # fmt: skip
    return Question(
        call=call, company=company, history=(), step=1, context=form.get("Hunt-Context"),
        node=form.get("FreeSWITCH-Switchname"), leader=leader,
        name_hidden=_BREAKS_OUT.search(form.get("Hunt-Caller-ID-Name")) is not None,
    )  # fmt: skip


def _hand_over(form: Form, companies: Companies, now: Now, dialled: str) -> Question | Refused:
    match = _HAND_OVER.fullmatch(dialled)
    newest = companies.by_id.get(form.variable("relais_company"))
    entry = carried.decode_entry(form.variable("relais_entry"))
    if match is None or newest is None or entry is None:
        return Refused("hand_over_unknown")
    revision = variables.integer(form, "relais_revision", 0)
    pinned = newest if revision == newest.revision else companies.at(newest.id, revision)
    company = under_way(pinned, newest) if pinned is not None else newest
    begun = _from_device(form, _begin(form, company, now, entry, owner=_owner(form, newest)))
    call = msgspec.structs.replace(
        begun.call, id=_call_id(form), segment=variables.integer(form, "relais_segment", 1),
        hops=variables.integer(form, "relais_hops", 0),
    )  # fmt: skip
    found = standing.read(form, call.id, key=match[1] or "", asked=int(match[2]))
    return msgspec.structs.replace(
        begun, call=call, history=found.history, step=found.step, resume=found.resume,
        reasons=(*(() if pinned is not None else ("revision_gone",)), *found.reasons),
        rule=variables.token(form, "relais_rule"),
        moved=form.variable("last_bridge_proto_specific_hangup_cause") in MOVED,
    )  # fmt: skip


def _owner(form: Form, company: Company) -> str:
    """The user whose rights apply; what is not an extension of the company has none."""
    return _extension(company, variables.token(form, "relais_owner"))


def _extension(company: Company, owner: str) -> str:
    return owner if owner in company.extensions else ""


def _leader(form: Form, company: Company) -> str:
    """Of the context of the outside nothing is believed; a device is the directory's word, or ours."""
    if form.get("Hunt-Context") == "relais-trunk":
        return ""
    device = variables.token(form, "relais_device")
    return _extension(company, company.device_owners.get(device, device)) if device else ""


def _home(company: Company, entry: tuple[str, str], owner: str) -> Home:
    """Where the trunk is whose callers come in: at the number that was called."""
    kind, key = entry
    return home_of_number(company, key) if kind == "number" else home_of(company, owner)


def _caller(form: Form) -> str:
    number = form.get("Hunt-Caller-ID-Number")
    return number if _CALLER.fullmatch(number) else ""


def _call_id(form: Form) -> str:
    named = form.variable("relais_call")
    return named if _UUID.fullmatch(named) else form.get("Unique-ID")
