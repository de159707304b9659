"""Supervisors step into conversations, and out of them (catalogue 5)."""

from __future__ import annotations

from typing import Annotated

import msgspec

from console.api.operation import Asked, Nothing, operation
from console.api.saving import person
from console.permissions import Permission
from console.refusals import SUPERVISION_CONFLICTS, SUPERVISION_FORBIDDEN, Refusal
from presence.connection import Away
from routing.company import CompanyDocument
from routing.supervision import Code, Mode
from routing.supervision_sentences import SENTENCES, refusal_sentence

_ADDRESS = "/companies/{company}/calls/{call}/supervision"
_REFUSALS = (
    *SUPERVISION_FORBIDDEN,
    *SUPERVISION_CONFLICTS,
    "no_phone",
    "phone_elsewhere",
    "no_presence",
    "no_controller",
    "unconfirmed",
)


class StepIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How: heard by nobody (`listen`), by the agent alone (`whisper`), by both (`barge`), in the agent's place (`take_over`), or
    nobody talks any more (`end`). `agent`: beside whom, when the call has several; else the one whom you supervise."""

    mode: Mode
    agent: Annotated[str, msgspec.Meta(max_length=6)] = ""


class Stepped(msgspec.Struct, frozen=True):
    """It is being done: your phone rings, unless you are in the call already or end it."""

    call: str
    mode: Mode


@operation(
    "POST", _ADDRESS, answers=Stepped, permission=Permission.SUPERVISE, body=StepIn, status=202, refusals=_REFUSALS
)  # fmt: skip
def step_in(asked: Asked, company: str, call: str) -> Stepped | Refusal:
    """Step into a conversation, or be in it in another way."""
    wanted = asked.body
    refused = _order(asked, company, "step_in", call, mode=wanted.mode, agent=wanted.agent)
    return refused or Stepped(call, wanted.mode)


@operation(
    "DELETE", _ADDRESS, answers=Nothing, permission=Permission.SUPERVISE, status=204, refusals=_REFUSALS
)
def leave(asked: Asked, company: str, call: str) -> Nothing | Refusal:
    """Leave a conversation that you stepped into; it goes on."""
    return _order(asked, company, "leave", call) or Nothing()


def _order(asked: Asked, company: str, does: str, call: str, **words: str) -> Refusal | None:
    document = asked.doors.board.document(company)
    if document is None:
        return Refusal("unknown_company", {"company": company})
    who = person(asked)
    try:
        reply = asked.doors.orders.about_call(
            company, call, does, {"role": who.role, "extension": who.extension, **words}
        )
    except Away:
        return Refusal("no_presence")
    return _refusal(asked, document, reply.code, dict(reply.facts)) if reply.code else None


def _refusal(asked: Asked, document: CompanyDocument, code: str, facts: dict[str, str]) -> Refusal:
    if code not in SENTENCES:
        return Refusal(code, dict(facts))
    who = facts.get("who", "")
    user = document.users.get(who)
    known = msgspec.convert(code, Code)
    why = refusal_sentence(known, f"{user.name} ({who})" if user else who, asked.language)
    return Refusal(code, {"why": why, "who": who})


OPERATIONS = (step_in, leave)
