"""From the switch's events to typed values: nothing beyond this module spells a header's name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime

import msgspec

from controller.esl import Event
from controller.following import LegPast, Step
from routing.call import Call
from routing.carried import NONE, EntryKind, decode_entry, decode_place, token
from routing.compiled import Company
from routing.dispatching import Caller, stands
from routing.legs import RungLeg
from routing.outcomes import all_told, told
from routing.recording import NAME as RECORDING
from routing.route import History, RouteRefused, decode_route

_UUID = re.compile(r"[0-9a-f-]{36}")
_NAME = re.compile(r"[A-Za-z0-9-]{1,64}")  # what becomes part of `uuid_setvar … relais_outcome`
_PHONE = re.compile(r"sofia/phones/([A-Za-z0-9.-]+)@.*")
_TRUNK = "sofia/trunks/"
_ANSWERED = ("ACTIVE", "HELD", "UNHELD")
_MOVED = re.compile(r"(next|key-[0-9sp])-[0-9]+")  # what our dialplan answers to, docs/contract.md
_NUMBER = re.compile(r"[0-9]{1,16}")  # `isdigit` takes what `int` does not
_DIALLED = re.compile(r"[+*#0-9A-Za-z._-]{1,64}")
_TOKEN = re.compile(r"[A-Za-z0-9.:_-]{0,200}")


def is_uuid(text: str) -> bool:
    """What can be the id of a channel of ours, and part of a command."""
    return _UUID.fullmatch(text) is not None


def leg_of(event: Event, began: float) -> LegPast | None:
    """The leg of ours whose event this is; None for any other channel."""
    leg, company = event.variable("relais_leg"), event.variable("relais_company")
    if not leg or not company:
        return None
    return LegPast(
        leg=leg, owner=event.variable("relais_owner"), step=integer(event.variable("relais_step")),
        rule=event.variable("relais_rule"), began=began,
    )  # fmt: skip


def step_of(event: Event, node: str = "") -> Step | None:
    """The step that an event of a caller's leg tells of, `relais::step` first of all; None when it is not one of ours."""
    call, company = event.variable("relais_call"), event.variable("relais_company")
    number, started = event.variable("relais_step"), event.variable("relais_started")
    if not _UUID.fullmatch(event.unique_id) or not _UUID.fullmatch(call) or not _TOKEN.fullmatch(company):
        return None
    if not _NUMBER.fullmatch(number) or not _NUMBER.fullmatch(started):
        return None
    return Step(
        uuid=event.unique_id, call=call, company=company, number=int(number), started_ms=int(started),
        place=event.variable("relais_place"), mover=event.variable("relais_mover"),
        legs=legs_of(event.variable("relais_legs")), entry=event.variable("relais_entry"),
        caller=_caller_of(event), rule=event.variable("relais_rule"), placed=_placed_by(event), node=node,
    )  # fmt: skip


class EarlyTransfer(msgspec.Struct, frozen=True, kw_only=True):
    """A transfer that was completed while the phones of its `question` (the leg that asks, of the call `call`) still rang for
    what was dialled, `entry`. `partner`: the leg that it sends."""

    question: str
    partner: str
    call: str
    company: str
    kind: EntryKind
    entry: str


def early_transfer_of(event: Event) -> EarlyTransfer | None:
    """Of `sofia::replaced`; None for a transfer to somebody who had answered (sofia.c writes `satt` of the others alone)."""
    transferred, _, partner = event.variable("transfer_to").partition(":")
    call, company = event.variable("relais_call"), event.variable("relais_company")
    entry = decode_entry(event.variable("relais_entry"))
    named = all(_UUID.fullmatch(each) for each in (event.unique_id, partner, call))
    if transferred != "satt" or entry is None or not named or not _DIALLED.fullmatch(entry[1]):
        return None
    return EarlyTransfer(
        question=event.unique_id, partner=partner, call=call, company=company, kind=entry[0], entry=entry[1]
    )


def is_given_away(event: Event) -> bool:
    """It goes on with the dialplan of somebody who sent it on while others rang for him: what he rang for is not over."""
    return event.variable("transfer_to") == f"satt:{event.unique_id}"


def recording_of(event: Event) -> str:
    """The file of a conversation that begins to be recorded; empty for a message in a box."""
    name = event.get("Record-File-Path").rpartition("/")[2]
    return name if RECORDING.fullmatch(name) else ""


def phones_user(event: Event) -> str:
    """The user of one of our phones' channels; empty for one of outside. It says so in its `presence_id`, whatever has become
    of `relais_owner` since (`import`)."""
    user = event.variable("presence_id").partition("@")[0]
    return user if event.variable("relais_device") and _NAME.fullmatch(user) else ""


def partner_device(event: Event) -> str:
    """The phone that a channel talked to last, by that channel's name; empty for anything else."""
    phone = _PHONE.fullmatch(event.variable("bridge_channel"))
    return phone[1] if phone is not None else ""


def _placed_by(event: Event) -> str:
    word = event.variable("relais_placed")
    return word if _NAME.fullmatch(word) else ""


def _caller_of(event: Event) -> str:
    """Of a call that was placed for him, his phone shows whom he calls; one in Teams shows its number there."""
    if _placed_by(event):
        return event.variable("relais_owner")
    in_teams = phones_user(event) if line_of(event) and not event.variable("relais_leg") else ""
    return in_teams or event.get("Caller-Caller-ID-Number")


def began_at(event: Event) -> float:
    """When the channel of an event began, Unix seconds of the switch; now when it does not say."""
    created = event.get("Caller-Channel-Created-Time")
    return int(created) / 1e6 if _NUMBER.fullmatch(created) else event.fired_at


def caller_of(event: Event, company_at: Callable[[str, int], Company | None], now: datetime) -> Caller | None:
    """The caller in a queue's line whose step begins with this event; None for any other step. `company_at`: the company of
    an id and a revision."""
    step, place = step_of(event), decode_place(event.variable("relais_place"))
    entry = decode_entry(event.variable("relais_entry"))
    if step is None or place is None or entry is None or step.mover != "controller" or not stands(place):
        return None
    revision = integer(event.variable("relais_revision"))
    company = company_at(step.company, revision)
    if company is None or place.id not in company.document.queues:
        return None
    call = Call(
        id=step.call, company=step.company, entry_kind=entry[0], entry=entry[1], caller_number=step.caller, received_at=now,
        owner=token(event.variable("relais_owner")), segment=integer(event.variable("relais_segment")) or 1,
        hops=integer(event.variable("relais_hops")), answered=True,
    )  # fmt: skip
    return Caller(
        leg=step.uuid, call=call, revision=revision, company=company, step=step.number, place=place,
        history=_history(event), rule=token(event.variable("relais_rule")),
    )  # fmt: skip


def _history(event: Event) -> History:
    try:
        return decode_route(event.variable("relais_route").removeprefix(NONE))
    except RouteRefused:
        return ()


def is_joined(channel: Event) -> bool:
    """With another, now."""
    return bool(channel.variable("bridge_uuid"))


def shown_of(event: Event) -> tuple[str, str]:
    """Number and name of a caller, as he says them."""
    return event.get("Caller-Caller-ID-Number"), event.get("Caller-Caller-ID-Name")


def line_of(event: Event) -> str:
    """The company of a channel to or from outside, empty for a phone's and for one that is nobody's yet."""
    company = event.variable("relais_company")
    trunk = event.get("Channel-Name").startswith(_TRUNK)
    return company if trunk and _TOKEN.fullmatch(company) else ""


def trunk_of(event: Event) -> str:
    """The trunk of such a channel, where it says so: of our own legs."""
    trunk = event.variable("relais_trunk")
    return trunk if _NAME.fullmatch(trunk) else ""


def gateway_of(event: Event) -> str:
    """The gateway by whose registration a call from outside came (`gw+…` in its request, sofia.c); empty where nothing says it."""
    return event.variable("sip_gateway")


def call_of(event: Event) -> str:
    """The call that a channel is of, empty when it is nobody's yet."""
    call = event.variable("relais_call")
    return call if _UUID.fullmatch(call) else ""


def other_end(event: Event) -> str:
    """Who is at the other end of an agent's leg: the caller of one that rings him, whom his own phone has dialled; nobody
    known once the dialplan has moved his call on."""
    if event.variable("relais_leg"):
        return event.get("Caller-Caller-ID-Number")
    dialled = event.get("Caller-Destination-Number")
    return "" if _MOVED.fullmatch(dialled) else dialled


def legs_of(text: str) -> tuple[RungLeg, ...]:
    """`id:owner` joined by dots; `-` for none."""
    pairs = [part.partition(":") for part in text.split(".") if ":" in part]
    return tuple(RungLeg(i, owner) for i, _, owner in pairs if _NAME.fullmatch(i) and _NAME.fullmatch(owner))


def ended_by(event: Event) -> str:
    """The cause of a leg that is over; `sip:403` and the like where the switch's own name hides it (`routing.outcomes.told`)."""
    return told(event.hangup_cause, event.variable("proto_specific_hangup_cause"))


def causes_of(event: Event) -> dict[str, str]:
    """`originate_causes`: leg uuid to cause, with SIP's own status of the one that was rejected."""
    values = event.get_all("variable_originate_causes")
    parts = [part for value in values for part in value.removeprefix("ARRAY::").split("|:")]
    causes = {uuid: cause for uuid, _, cause in (part.partition(";") for part in parts if ";" in part)}
    return all_told(causes, event.variable("last_bridge_proto_specific_hangup_cause"))


def integer(text: str) -> int:
    """A whole number, 0 for what is none."""
    return int(text) if _NUMBER.fullmatch(text) and len(text) < 11 else 0


class LiveLeg(msgspec.Struct, frozen=True):
    """A phone's channel as `show channels` tells it."""

    uuid: str
    device: str
    domain: str
    call: str
    answered: bool
    created: float = 0.0
    """When it began, Unix seconds of the switch."""


def live_leg_of(row: Mapping[str, str]) -> LiveLeg | None:
    """The phone of a row of `show channels`; None for trunks and for what is no leg of ours. The channel's name
    has the device (mod_sofia, both directions), its `presence_id` the company's domain."""
    phone = _PHONE.fullmatch(row.get("name", ""))
    domain = row.get("presence_id", "").partition("@")[2]
    if phone is None or not domain or not _UUID.fullmatch(row.get("uuid", "")):
        return None
    return LiveLeg(
        row["uuid"], phone[1], domain, row.get("call_uuid", ""), row.get("callstate") in _ANSWERED,
        float(integer(row.get("created_epoch", ""))),
    )  # fmt: skip
