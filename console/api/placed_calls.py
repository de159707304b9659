"""Click to call: a program has somebody's own phones ring, and the one he answers calls the number (issue 5, part 9)."""

from __future__ import annotations

import uuid
from typing import Annotated

import msgspec

from console.api.operation import Asked, operation
from console.api.saving import person
from console.permissions import Permission
from console.refusals import CALL_REFUSALS, Refusal
from presence.connection import Away
from presence.orders import Reply
from routing.compiled import Company
from routing.explain import reason_sentence
from routing.intent_rights import may_assign
from routing.placing import FORCED, Placing, Unplaced, needed, place


class NewCall(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What he wants to call: a number in any form that he could dial, or an extension; `device`: with this phone of his
    alone; `force`: whatever his capacity, which only who may assign work to him may say."""

    to: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    device: Annotated[str, msgspec.Meta(max_length=64)] = ""
    force: bool = False


class PlacedCall(msgspec.Struct, frozen=True):
    """The call's id, which its record will have, and the phones that ring first."""

    call: str
    devices: tuple[str, ...]


@operation(
    "POST", "/companies/{company}/agents/{extension}/calls", answers=PlacedCall, permission=Permission.PLACE_CALLS,
    body=NewCall, status=202,
    refusals=("unknown_agent", "force_refused", "no_phone", "no_presence", "no_controller", "unconfirmed", *CALL_REFUSALS),
)  # fmt: skip
def place_call(asked: Asked, company: str, extension: str) -> PlacedCall | Refusal:
    """Ring an agent's own phones, then the number, with the rights that he has when he dials it himself."""
    known = asked.doors.board.compiled(company)
    if known is None:
        return Refusal("unknown_company", {"company": company})
    if extension not in known.document.users:
        return Refusal("unknown_agent", {"extension": extension})
    if asked.body.force and not may_assign(known.document, person(asked), extension):
        return Refusal("force_refused", {"extension": extension})
    try:
        facts = asked.doors.board.facts(known, needed(known, extension, asked.body.to))
        placing = place(known, extension, asked.body.to, facts, asked.body.device, forced=asked.body.force)
        if isinstance(placing, Unplaced):
            return _refused(asked, known, extension, placing)
        return _ordered(asked, company, placing, FORCED if asked.body.force else "click")
    except Away:
        return Refusal("no_presence")


def _refused(asked: Asked, company: Company, extension: str, why: Unplaced) -> Refusal:
    if why.reason is None:
        return Refusal(why.code, {"extension": extension})
    facts: dict[str, str | int] = {"why": reason_sentence(company, why.reason, asked.language)}
    code = why.code if why.code in CALL_REFUSALS else "call_refused"
    return Refusal(code, {**why.reason.facts, **facts})


def _ordered(asked: Asked, company: str, placing: Placing, why: str) -> PlacedCall | Refusal:
    call = str(uuid.uuid4())
    words = {
        "extension": placing.extension, "to": placing.to, "call": call, "shown": placing.shown, "why": why,
    }  # fmt: skip
    reply: Reply = asked.doors.orders.to_phones(company, placing.devices, "place_call", words)
    if reply.code:
        return Refusal(reply.code, {"extension": placing.extension, "company": company})
    return PlacedCall(call, placing.devices)


OPERATIONS = (place_call,)
