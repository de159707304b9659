"""Whether a call may leave as far as the fraud guard goes, with the reason when it may not."""

from __future__ import annotations

from typing import Literal

from routing import fraud_guard
from routing.fraud_guard import Exceeded
from routing.outside_calls import COMPANY, Hold, OutsideCalls
from routing.turn import Turn, clock_fact

_LIMITS: dict[tuple[bool, str], Literal["calls_per_minute", "calls_per_day", "company_calls_per_minute", "company_calls_per_day"]] = {
    (False, "minute"): "calls_per_minute",
    (False, "day"): "calls_per_day",
    (True, "minute"): "company_calls_per_minute",
    (True, "day"): "company_calls_per_day",
}  # fmt: skip


def may_leave(turn: Turn, owner: str) -> bool:
    """Neither the user whose call it is nor his company is held, or has used up a minute or a day. What nobody counts is no
    reason."""
    known = turn.snapshot.outside_calls
    if known is None:
        return True
    users = (owner,) if owner in turn.document.users else ()
    return not any(_refused(turn, name, known.get(name)) for name in (*users, COMPANY))


def _refused(turn: Turn, name: str, calls: OutsideCalls | None) -> bool:
    if calls is None:
        return False
    local = fraud_guard.local_of(turn.company, name, turn.snapshot.now)
    why = fraud_guard.refusal(fraud_guard.at(calls, local), fraud_guard.guard_of(turn.company, name))
    match why:
        case Hold():
            _note_hold(turn, name, why)
        case Exceeded():
            facts = {} if name == COMPANY else {"user": name}
            turn.note(_LIMITS[name == COMPANY, why.window], used=str(why.used), limit=str(why.limit), **facts)
    return why is not None


def _note_hold(turn: Turn, name: str, hold: Hold) -> None:
    local = fraud_guard.local_of(turn.company, name, turn.snapshot.now)
    since = clock_fact(local.fromtimestamp(hold.since, local.tzinfo))
    if name == COMPANY:
        turn.note("company_held", unusual=hold.why, reached=str(hold.reached), time=since)
    else:
        turn.note("outbound_held", user=name, unusual=hold.why, reached=str(hold.reached), time=since)
