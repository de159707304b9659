"""Callers of a queue who are called back instead of waiting on: they keep their place (D50, D51; issue 5, part 9). Pure.

A request waits like a caller who came at its instant; whose turn it is says `routing.calling_back`.
"""

from __future__ import annotations

import re
import uuid

import msgspec

from routing import actions
from routing.call import Call
from routing.company import CallBack
from routing.decision import Decision
from routing.spots import Next, Spot
from routing.steps import Announce
from routing.turn import Turn, builtin, company_prompt
from routing.waiting_line import own_place

TRIES, PAUSE_SECONDS, LAST_SECONDS = 3, 30, 4 * 3600
"""How often a member is rung for a request, how long it rests after nobody took it, and when it is given up."""
_NUMBER = re.compile(r"\+[0-9]{7,15}")


class CallBackRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who is to be called back: his call, the queue, his number, since when he waits (Unix seconds), how often a
    member was rung for him, and before when none is again."""

    call: str
    queue: str
    number: str
    since: float
    tries: int = 0
    not_before: float = 0.0


def ask(turn: Turn, spot: Spot, action: CallBack) -> Next:
    """He is told, and the call ends; a number that nobody could call goes on as if nothing were set."""
    number = turn.call.caller_number
    if spot.kind != "q" or not _NUMBER.fullmatch(number):
        turn.note("no_call_back", caller=number)
        return actions.exhausted(turn, spot)
    since = own_place(turn, spot.id).since
    turn.note("call_back_kept", queue=spot.id, caller=number, since=f"{since:.3f}")
    prompts = company_prompt(action.prompt) if action.prompt else builtin(turn, "goodbye")
    return turn.decide(spot.place(), Announce(prompts=prompts))


def request_of(call: Call, decision: Decision) -> CallBackRequest | None:
    """What is to be kept of a decision; None when it promises nothing."""
    for reason in decision.reasons:
        if reason.code == "call_back_kept":
            facts = reason.facts
            return CallBackRequest(
                call=call.id, queue=facts["queue"], number=facts["caller"], since=float(facts["since"])
            )
    return None


def placed_id(call: str) -> str:
    """The id of the call that answers a request: known before it is placed."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"call back/{call}"))


def tried(request: CallBackRequest, now: float) -> CallBackRequest | None:
    """After a member did not take it: later again; None: given up."""
    if request.tries + 1 >= TRIES or now - request.since > LAST_SECONDS:
        return None
    return msgspec.structs.replace(request, tries=request.tries + 1, not_before=now + PAUSE_SECONDS)
