"""What became of a company's calls in a time, inbound and outbound apart (D11)."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from console.api.operation import Asked, operation
from console.api.records import spell_of
from console.permissions import Permission
from console.refusals import Refusal
from routing.compiled import Company
from routing.ended_call import EndedCall
from routing.statistics import Statistics, statistics
from store.call_records import CallRecords, Wanted

_AT_ONCE = 500
_MOST = 100_000
_QUERY = (
    ("since", "only calls that began at this instant or later (ISO 8601 with its offset)"),
    ("until", "only calls that began before this instant"),
)


class CallStatistics(msgspec.Struct, frozen=True, kw_only=True):
    """`complete` is false when there were more than 100,000 calls: then the newest of them are counted."""

    complete: bool
    statistics: Statistics


@operation(
    "GET", "/companies/{company}/statistics", answers=CallStatistics, permission=Permission.SEE_RECORDS, query=_QUERY,
    refusals=("bad_question",),
)  # fmt: skip
def read_statistics(asked: Asked, company: str) -> CallStatistics | Refusal:
    """How many calls came in and went out, what became of them, by profile and by agent."""
    known = asked.doors.board.compiled(company)
    if known is None:
        return Refusal("unknown_company", {"company": company})
    spell = spell_of(asked)
    if isinstance(spell, Refusal):
        return spell
    wanted = Wanted(company=company, since=spell[0], until=spell[1], most=_AT_ONCE)
    return asked.doors.offload(_counted, asked.doors.records, wanted, known)


def _counted(records: CallRecords, wanted: Wanted, company: Company) -> CallStatistics:
    inside = {*company.extensions, *company.device_owners}
    queues = {key: profile.queue for key, profile in company.document.outbound_profiles.items()}
    calls = list(_all(records, wanted))
    return CallStatistics(complete=len(calls) <= _MOST, statistics=statistics(calls[:_MOST], inside, queues))


def _all(records: CallRecords, wanted: Wanted) -> Iterator[EndedCall]:
    """The newest first, one more than are counted at most."""
    left = _MOST + 1
    while left > 0:
        some = records.list(wanted)
        yield from some[:left]
        left -= len(some)
        if len(some) < wanted.most:
            return
        wanted = msgspec.structs.replace(wanted, after=some[-1].call)


OPERATIONS = (read_statistics,)
