"""From the switch's question to a call, its history, and the number of the step to decide. Pure.

What a caller may have written is believed nowhere: in `relais-trunk` every relais_* variable is ignored, hand-overs accept
only what our own answers wrote, and anything odd makes the call start again at its number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Literal

import msgspec

from dialplan_server.form import Form
from routing.call import Call
from routing.compiled import Company
from routing.legs import RungLeg, leg_uuid
from routing.outcomes import decode_outcome, leg_outcome, ring_outcome
from routing.route import Attempt, History, Outcome, OutcomeKind, Place, RouteRefused, decode_route
from routing.turn import parse_stage

_NUMBER = re.compile(r"[+*#0-9A-Za-z._-]{1,64}")
_CALLER = re.compile(r"\+?[0-9]{3,20}")
_HAND_OVER = re.compile(r"(?:next|key-([0-9sp]))-([0-9]{1,4})")
_UUID = re.compile(r"[0-9a-fA-F-]{36}")
_TOKEN = re.compile(r"[A-Za-z0-9-]{1,64}")


class Refused(msgspec.Struct, frozen=True):
    """A request that becomes no call; `code` is counted, the caller hears that the number does not exist."""

    code: str


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A call whose step `step` is to be decided. `context` is echoed in the answer."""

    call: Call
    company: Company
    history: History
    step: int
    context: str
    rule: str = ""
    node: str = ""
    reasons: tuple[str, ...] = ()
    started_ms: int = 0


class Companies(msgspec.Struct, frozen=True):
    """The companies a worker can serve, and which of them owns a number or a domain."""

    by_id: Mapping[str, Company]
    by_number: Mapping[str, tuple[str, ...]]
    by_domain: Mapping[str, str]
    at: Callable[[str, int], Company | None]

    def owner_of(self, number: str, domain: str) -> str | None:
        """The company of a number; of several that hold it, the one whose domain was asked."""
        holders = self.by_number.get(number, ())
        asked = self.by_domain.get(domain)
        return asked if asked in holders else (holders[0] if holders else None)


def read(form: Form, companies: Companies, now: Callable[[str], datetime]) -> Question | Refused:
    """The question a form asks."""
    context, dialled = form.get("Hunt-Context"), form.get("Hunt-Destination-Number")
    if not _NUMBER.fullmatch(dialled) or not _UUID.fullmatch(form.get("Unique-ID")):
        return Refused("not_a_number")
    match context:
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


def _from_trunk(
    form: Form, companies: Companies, now: Callable[[str], datetime], dialled: str
) -> Question | Refused:
    number = dialled if dialled.startswith("+") else f"+{dialled}"
    ident = companies.owner_of(number, form.variable("sip_req_host"))
    if ident is None:
        return Refused("number_unknown")
    company = companies.by_id[ident]
    return _begin(form, company, now, ("number", company.numbers_by_e164[number]))


def _from_phone(
    form: Form, companies: Companies, now: Callable[[str], datetime], dialled: str
) -> Question | Refused:
    company = companies.by_id.get(form.variable("relais_company"))
    if company is None or form.variable("sip_authorized") != "true":
        return Refused("phone_unknown")
    number = company.numbers_by_e164.get(dialled)
    entry = ("number", number) if number else ("extension", dialled)
    return _begin(form, company, now, entry, owner=form.variable("relais_owner"))


def _transferred(
    form: Form, companies: Companies, now: Callable[[str], datetime], dialled: str
) -> Question | Refused:
    company = companies.by_id.get(form.variable("relais_company"))
    if company is None:
        return Refused("transfer_unknown")
    begun = _begin(form, company, now, ("transfer", dialled), owner=form.variable("relais_owner"))
    call = msgspec.structs.replace(
        begun.call, id=_call_id(form), segment=_integer(form, "relais_segment", 1) + 1,
        hops=_integer(form, "relais_hops", 0),
    )  # fmt: skip
    return msgspec.structs.replace(begun, call=call, step=_integer(form, "relais_step", 0) + 1)


def _begin(
    form: Form, company: Company, now: Callable[[str], datetime], entry: tuple[str, str], owner: str = ""
) -> Question:
    call = Call(
        id=form.get("Unique-ID"), company=company.id, entry_kind=_entry_kind(entry[0]), entry=entry[1],
        caller_number=_caller(form), received_at=now(company.id), owner=owner if _TOKEN.fullmatch(owner) else "",
        answered=form.get("Answer-State") == "answered",
    )  # fmt: skip
    return Question(
        call=call, company=company, history=(), step=1, context=form.get("Hunt-Context"),
        node=form.get("FreeSWITCH-Switchname"),
    )  # fmt: skip


def _hand_over(
    form: Form, companies: Companies, now: Callable[[str], datetime], dialled: str
) -> Question | Refused:
    match = _HAND_OVER.fullmatch(dialled)
    newest = companies.by_id.get(form.variable("relais_company"))
    kind, _, ident = form.variable("relais_entry").partition(".")
    if match is None or newest is None or not ident:
        return Refused("hand_over_unknown")
    revision = _integer(form, "relais_revision", 0)
    company = newest if revision == newest.revision else companies.at(newest.id, revision)
    gone = () if company is not None else ("revision_gone",)
    begun = _begin(form, company or newest, now, (kind, ident), owner=form.variable("relais_owner"))
    call = msgspec.structs.replace(
        begun.call,
        id=_call_id(form),
        segment=_integer(form, "relais_segment", 1),
        hops=_integer(form, "relais_hops", 0),
    )
    history, step, reasons = _position(form, match[1], int(match[2]))
    return msgspec.structs.replace(
        begun,
        call=call,
        history=history,
        step=step,
        reasons=(*gone, *reasons),
        rule=_token(form, "relais_rule"),
    )


def _position(form: Form, key: str | None, asked: int) -> tuple[History, int, tuple[str, ...]]:
    """History and number of the step to decide; the present step again for a request about a past one."""
    step = _integer(form, "relais_step", 1)
    words = form.variable("relais_place").split(".")
    try:
        history = decode_route(form.variable("relais_route").removeprefix("-"))
    except RouteRefused:
        return (), step + 1, ("route_refused",)
    if asked != step or len(words) != 4 or not all(_TOKEN.fullmatch(word) for word in words):
        return history, step + 1, ("resumed",)
    place = Place(*words)
    keyed = Outcome(OutcomeKind.KEYED, keys=key.replace("s", "*").replace("p", "#")) if key else None
    return (*history, Attempt(place, keyed or outcome_of(form, place, step))), step + 1, ()


def outcome_of(form: Form, place: Place, step: int) -> Outcome:
    """How the present step ended: what the controller saw, else what the channel says."""
    told = decode_outcome(form.variable("relais_outcome"))
    if told is not None:
        return told
    legs = _intended(form.variable("relais_legs").removeprefix("-"))
    if legs:
        started = _integer(form, "relais_started", 0)
        causes = _causes(form.variable("originate_causes"))
        uuids = {leg.id: leg_uuid(_call_id(form), step, started, leg.id) for leg in legs}
        ended = {ident: leg_outcome(causes[uuid]) for ident, uuid in uuids.items() if uuid in causes}
        return ring_outcome(legs, ended)
    part = parse_stage(place.stage)[2]
    if part not in ("g", "m", "c"):
        return Outcome(OutcomeKind.DONE)
    digits = form.variable("relais_digits")
    return Outcome(OutcomeKind.KEYED, keys=digits) if re.fullmatch(r"[0-9*#]{1,8}", digits) else _SILENCE


_SILENCE = Outcome(OutcomeKind.NO_INPUT)


def _intended(text: str) -> tuple[RungLeg, ...]:
    pairs = [part.partition(":") for part in text.split(".") if part]
    return tuple(RungLeg(ident, owner) for ident, _, owner in pairs)


def _causes(text: str) -> dict[str, str]:
    parts = text.removeprefix("ARRAY::").split("|:") if text else []
    return {uuid: cause for uuid, _, cause in (part.partition(";") for part in parts)}


def _caller(form: Form) -> str:
    number = form.get("Hunt-Caller-ID-Number")
    return number if _CALLER.fullmatch(number) else ""


def _call_id(form: Form) -> str:
    named = form.variable("relais_call")
    return named if _UUID.fullmatch(named) else form.get("Unique-ID")


def _integer(form: Form, name: str, default: int) -> int:
    text = form.variable(name)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else default


def _token(form: Form, name: str) -> str:
    text = form.variable(name)
    return text if _TOKEN.fullmatch(text) else ""


def _entry_kind(text: str) -> Literal["number", "extension", "transfer"]:
    match text:
        case "number" | "extension":
            return text
        case _:
            return "transfer"
