"""Records of calls that are over."""

from __future__ import annotations

from datetime import datetime

import msgspec

from console.api.operation import Asked, operation
from console.permissions import Permission
from console.refusals import Refusal
from routing.ended_call import EndedCall, WholeCall
from store.call_records import Wanted

_MOST = 500


class Records(msgspec.Struct, frozen=True):
    """The newest first. `next`: ask with `after` this for those before; empty when there are none."""

    records: tuple[EndedCall, ...]
    next: str = ""


_QUERY = (
    ("since", "only calls that began at this instant or later (ISO 8601 with its offset)"),
    ("until", "only calls that began before this instant"),
    ("caller", "only calls of this number or extension"),
    ("entry", "only calls that began here: number.<id> or extension.<extension>"),
    ("agent", "only calls for which a phone of this extension rang"),
    ("disposition", "only calls that came to this: answered, voicemail, abandoned, busy, no_answer, declined, completed, lost, not_placed"),
    ("limit", f"how many at most, 1 to {_MOST}; 100 unless said"),
    ("after", "only those after this one in the list: `next` of the answer before"),
)  # fmt: skip


@operation(
    "GET", "/companies/{company}/records", answers=Records, permission=Permission.SEE_RECORDS,
    query=_QUERY, refusals=("bad_question",),
)  # fmt: skip
def list_records(asked: Asked, company: str) -> Records | Refusal:
    """Calls that are over, the newest first."""
    if company not in asked.doors.board.companies():
        return Refusal("unknown_company", {"company": company})
    wanted = _wanted(asked, company)
    if isinstance(wanted, Refusal):
        return wanted
    found = asked.doors.offload(asked.doors.records.list, wanted)
    return Records(tuple(found), found[-1].call if len(found) == wanted.most else "")


@operation(
    "GET", "/companies/{company}/records/{call}", answers=WholeCall, permission=Permission.SEE_RECORDS,
    refusals=("unknown_record",),
)  # fmt: skip
def read_record(asked: Asked, company: str, call: str) -> WholeCall | Refusal:
    """One call that is over, with its whole path; each of its segments is a record that `relais replay` takes."""
    found = asked.doors.offload(asked.doors.records.load, company, call)
    return Refusal("unknown_record", {"call": call}) if found is None else found


def _wanted(asked: Asked, company: str) -> Wanted | Refusal:
    given = asked.request.args
    try:
        since, until = (instant(given.get(name, "")) for name in ("since", "until"))
        most = int(given.get("limit") or 100)
    except ValueError as error:
        return Refusal("bad_question", {"why": str(error)})
    if not 1 <= most <= _MOST:
        return Refusal("bad_question", {"why": f"limit={most}: 1 - {_MOST}"})
    texts = {name: given.get(name, "") for name in ("caller", "entry", "agent", "disposition", "after")}
    return Wanted(company=company, since=since, until=until, most=most, **texts)


def instant(text: str) -> float | None:
    """Unix seconds of a text with its offset; None for none; ValueError for what is no instant."""
    if not text:
        return None
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(f"{text}: +00:00?")
    return found.timestamp()


OPERATIONS = (list_records, read_record)
