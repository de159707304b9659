"""What an agent was on a day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo

import msgspec

from console.api.operation import Asked, operation
from console.permissions import Permission
from console.refusals import Refusal
from routing.agent_history import Transition, seconds_by_state
from store.agent_transitions import Span

_MOST = 1000


class AgentHistory(msgspec.Struct, frozen=True, kw_only=True):
    """A day of an agent where he is: `since` until before `until` (Unix seconds), how many seconds of it he was in each state so far, and
    every transition in its order. `next`: ask with `after` this for those behind; empty when there are none."""

    extension: str
    day: str
    time_zone: str
    since: float
    until: float
    seconds: dict[str, float]
    transitions: tuple[Transition, ...]
    next: str = ""


_QUERY = (
    ("day", "which day, YYYY-MM-DD where the agent is; today unless said"),
    ("limit", f"how many transitions at most, 1 to {_MOST}; {_MOST} unless said"),
    ("after", "only those behind this one: `next` of the answer before"),
)


@operation(
    "GET", "/companies/{company}/agents/{extension}/history", answers=AgentHistory, permission=Permission.SEE_RECORDS,
    query=_QUERY, refusals=("unknown_agent", "bad_question"),
)  # fmt: skip
def read_history(asked: Asked, company: str, extension: str) -> AgentHistory | Refusal:
    """Every transition of an agent on a day with cause and source, and how long he was in each state."""
    known = asked.doors.board.compiled(company)
    if known is None:
        return Refusal("unknown_company", {"company": company})
    if extension not in known.document.users:
        return Refusal("unknown_agent", {"extension": extension})
    given, now = asked.request.args, asked.doors.clock.now(company)
    zone = known.user_zone(known.document.users[extension])
    try:
        day = date.fromisoformat(given["day"]) if given.get("day") else now.astimezone(zone).date()
        since, until = (_midnight(day + timedelta(days=n), zone) for n in (0, 1))
        most = int(given.get("limit") or _MOST)
    except (ValueError, OverflowError) as error:
        return Refusal("bad_question", {"why": str(error)})
    if not 1 <= most <= _MOST:
        return Refusal("bad_question", {"why": f"limit={most}: 1 - {_MOST}"})
    span = Span(company=company, extension=extension, since=since, until=until)
    first, changes = asked.doors.offload(asked.doors.history.changes, span)
    found = asked.doors.offload(asked.doors.history.list, span, most, given.get("after", ""))
    seconds = seconds_by_state(since, max(since, min(until, now.timestamp())), first, changes)
    return AgentHistory(
        extension=extension, day=day.isoformat(), time_zone=str(zone), since=since, until=until, seconds=seconds,
        transitions=tuple(found), next=found[-1].entry if len(found) == most else "",
    )  # fmt: skip


def _midnight(day: date, zone: tzinfo) -> float:
    return datetime.combine(day, time(), zone).timestamp()


OPERATIONS = (read_history,)
