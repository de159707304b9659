"""Whether a member takes a queue's calls at the moment (R57): by himself, a supervisor or an administrator."""

from __future__ import annotations

import msgspec

from console.api.operation import Asked, operation
from console.api.saving import person
from console.board import AgentRow
from console.permissions import Permission
from console.refusals import Refusal
from presence.connection import Away
from routing.queue_rights import may_opt
from routing.refusal_sentences import refusal_text


class TakesCalls(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether he is offered the queue's calls from now on; he stays its member."""

    takes_calls: bool


@operation(
    "PUT", "/companies/{company}/agents/{extension}/queues/{queue}", answers=AgentRow, permission=Permission.SET_INTENT,
    body=TakesCalls, refusals=("unknown_agent", "unknown_queue", "queue_refused", "no_presence"),
)  # fmt: skip
def set_queue_membership(asked: Asked, company: str, extension: str, queue: str) -> AgentRow | Refusal:
    """Take a member out of a queue's calls, or back in, at once."""
    doors = asked.doors
    document = doors.board.document(company)
    if document is None:
        return Refusal("unknown_company", {"company": company})
    if extension not in document.users:
        return Refusal("unknown_agent", {"extension": extension})
    if queue not in document.queues:
        return Refusal("unknown_queue", {"queue": queue})
    refused = may_opt(document, person(asked), extension, queue)
    if refused is not None:
        return Refusal("queue_refused", {"why": refusal_text(refused, asked.language)})
    source = f"{asked.asker.role} {asked.asker.signature}"
    try:
        doors.agents(company).opt(
            extension, queue, into=asked.body.takes_calls, source=source, now=doors.clock.unix(company)
        )
    except Away:
        return Refusal("no_presence")
    board = doors.board.read(company)
    return Refusal("unknown_company", {"company": company}) if board is None else board.agents[extension]


OPERATIONS = (set_queue_membership,)
