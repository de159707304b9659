"""Whether a call may leave as far as locks and the fraud guard go, with the reason when it may not."""

from __future__ import annotations

from typing import Literal

from routing import fraud_guard
from routing.fraud_guard import Exceeded
from routing.outbound_rights import locked_by
from routing.outside_calls import COMPANY, Hold, OutsideCalls
from routing.turn import Turn, clock_fact


def is_locked(turn: Turn, owner: str) -> bool:
    """A level locks outside calls for this user (3.2)."""
    found = locked_by(turn.company, owner)
    if found is not None:
        turn.note("outbound_locked", user=owner, level=found[0], holder=found[1])
    return found is not None


Guarded = Literal["", "held", "rate"]
"""Whether the fraud guard lets a call leave (empty), holds calls until somebody lifts that, or had too many of them for now."""


def may_leave(turn: Turn, owner: str) -> bool:
    """Neither the user whose call it is nor his company is held, or has used up a minute or a day."""
    return not guard(turn, owner)


def guard(turn: Turn, owner: str) -> Guarded:
    """The same, and which of the two it is. What nobody counts is no reason."""
    known = turn.snapshot.outside_calls
    if known is None:
        return ""
    users = (owner,) if owner in turn.document.users else ()
    found = (_refused(turn, name, known.get(name)) for name in (*users, COMPANY))
    return next((why for why in found if why), "")


def _refused(turn: Turn, name: str, calls: OutsideCalls | None) -> Guarded:
    if calls is None:
        return ""
    local = fraud_guard.local_of(turn.company, name, turn.snapshot.now)
    why = fraud_guard.refusal(fraud_guard.at(calls, local), fraud_guard.guard_of(turn.company, name))
    match why:
        case Hold():
            _note_hold(turn, name, why)
            return "held"
        case Exceeded():
            _note_exceeded(turn, name, why)
            return "rate"
    return ""


def _note_exceeded(turn: Turn, name: str, exceeded: Exceeded) -> None:
    used, limit, a_day = str(exceeded.used), str(exceeded.limit), exceeded.window == "day"
    if name == COMPANY:
        turn.note("company_calls_per_day" if a_day else "company_calls_per_minute", used=used, limit=limit)
    else:
        turn.note("calls_per_day" if a_day else "calls_per_minute", user=name, used=used, limit=limit)


def _note_hold(turn: Turn, name: str, hold: Hold) -> None:
    local = fraud_guard.local_of(turn.company, name, turn.snapshot.now)
    since = clock_fact(local.fromtimestamp(hold.since, local.tzinfo))
    if name == COMPANY:
        turn.note("company_held", unusual=hold.why, reached=str(hold.reached), time=since)
    else:
        turn.note("outbound_held", user=name, unusual=hold.why, reached=str(hold.reached), time=since)
