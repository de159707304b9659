"""What an agent is from now on, by a supervisor's or an administrator's word."""

from __future__ import annotations

from typing import Annotated

import msgspec

from console.api.operation import Asked, operation
from console.api.saving import person
from console.board import AgentRow
from console.permissions import Permission
from console.refusals import Refusal
from presence.connection import Away
from routing.agents import Intent, IntentKind
from routing.intent_rights import lacks_reason, may_declare
from routing.refusal_sentences import refusal_text

_LONGEST = 24 * 3600


class NewIntent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What he is from now on: for so many seconds (20 minutes to a day for do not disturb is usual), 0 until it is
    changed. A break has a reason."""

    kind: IntentKind
    reason: Annotated[str, msgspec.Meta(max_length=100)] = ""
    seconds: Annotated[int, msgspec.Meta(ge=0, le=_LONGEST)] = 0


@operation(
    "POST", "/companies/{company}/agents/{extension}/intent", answers=AgentRow, permission=Permission.SET_INTENT,
    body=NewIntent, refusals=("unknown_agent", "intent_refused", "reason_missing", "no_presence"),
)  # fmt: skip
def set_intent(asked: Asked, company: str, extension: str) -> AgentRow | Refusal:
    """An agent's intent, in force at once; a conversation goes on."""
    document = asked.doors.board.document(company)
    if document is None:
        return Refusal("unknown_company", {"company": company})
    if extension not in document.users:
        return Refusal("unknown_agent", {"extension": extension})
    wanted, who = asked.body, person(asked)
    refused = may_declare(document, who, extension, wanted.kind, wanted.reason)
    if refused is not None:
        return Refusal("intent_refused", {"why": refusal_text(refused, asked.language)})
    if lacks_reason(who, wanted.kind, wanted.reason):
        return Refusal("reason_missing")
    return _declare(asked, company, extension, wanted)


def _declare(asked: Asked, company: str, extension: str, wanted: NewIntent) -> AgentRow | Refusal:
    doors = asked.doors
    now = doors.clock.unix(company)
    intent = Intent(
        kind=wanted.kind, reason=wanted.reason.strip(), source=f"{asked.asker.role} {asked.asker.signature}",
        since=now, until=now + wanted.seconds if wanted.seconds else 0.0,
    )  # fmt: skip
    try:
        doors.agents(company).declare(extension, intent)
    except Away:
        return Refusal("no_presence")
    board = doors.board.read(company)
    return Refusal("unknown_company", {"company": company}) if board is None else board.agents[extension]


OPERATIONS = (set_intent,)
