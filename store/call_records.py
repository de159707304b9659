"""Call records: one for each call that is over. Told again of the same call, what is known of it is joined."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from routing.ended_call import EndedCall, WholeCall, joined
from store.database import engine, reading
from store.tables import CALL_RECORD, CALL_RECORD_AGENT

_T, _A = CALL_RECORD.c, CALL_RECORD_AGENT.c
_summary = msgspec.json.Decoder(EndedCall).decode
_whole = msgspec.json.Decoder(WholeCall).decode


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which records: begun from `since` until before `until` (Unix seconds), of a caller, with an agent's phone ringing, by
    disposition, by where they began. Empty asks nothing. `after`: the last one of the list before, by its call id."""

    company: str
    since: float | None = None
    until: float | None = None
    caller: str = ""
    entry: str = ""
    agent: str = ""
    disposition: str = ""
    after: str = ""
    most: int = 100


class CallRecords:
    """The records of one database."""

    def __init__(self, url: str) -> None:
        self._engine = engine(url)

    def keep(self, calls: Sequence[WholeCall]) -> None:
        """All of them, or none when the database is away; each may be told again."""
        with self._engine.begin() as link:
            for call in calls:
                _keep(link, call)

    def load(self, company: str, call: str) -> WholeCall | None:
        """The record of a call, whole."""
        with reading(self._engine) as link:
            return _load(link, company, call)

    def list(self, wanted: Wanted) -> list[EndedCall]:
        """The newest first, at most `most`."""
        query = sa.select(_T.record).where(*_conditions(wanted)).order_by(_T.began.desc(), _T.call)
        with reading(self._engine) as link:
            after = _began(link, wanted) if wanted.after else None
            if after is not None:
                later = sa.and_(_T.began == after, _T.call > wanted.after)
                query = query.where(sa.or_(_T.began < after, later))
            found = link.execute(query.limit(wanted.most)).scalars()
            return [_summary(zlib.decompress(record)) for record in found]


def _conditions(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    asked = {_T.caller: wanted.caller, _T.entry: wanted.entry, _T.disposition: wanted.disposition}
    found = [_T.company == wanted.company, *(column == value for column, value in asked.items() if value)]
    if wanted.since is not None:
        found.append(_T.began >= wanted.since)
    if wanted.until is not None:
        found.append(_T.began < wanted.until)
    if wanted.agent:
        his = sa.select(_A.call).where(_A.company == wanted.company, _A.extension == wanted.agent)
        found.append(_T.call.in_(his))
    return found


def _began(link: sa.Connection, wanted: Wanted) -> float | None:
    query = sa.select(_T.began).where(_T.company == wanted.company, _T.call == wanted.after)
    return link.execute(query).scalar_one_or_none()


def _keep(link: sa.Connection, call: WholeCall) -> None:
    known = _load(link, call.company, call.call)
    whole = call if known is None else joined(known, call)
    mine = {"company": whole.company, "call": whole.call}
    for table in (CALL_RECORD, CALL_RECORD_AGENT):
        link.execute(table.delete().where(table.c.company == whole.company, table.c.call == whole.call))
    values = {
        "began": whole.began, "ended": whole.ended, "entry": whole.entry[:120], "caller": whole.caller[:64],
        "disposition": whole.disposition, "record": zlib.compress(msgspec.json.encode(whole)),
    }  # fmt: skip
    link.execute(CALL_RECORD.insert().values(**mine, **values))
    rows = [{**mine, "extension": extension} for extension in agents_of(whole)]
    if rows:
        link.execute(CALL_RECORD_AGENT.insert(), rows)


def agents_of(call: EndedCall) -> list[str]:
    """Whose phones rang for it."""
    return list(dict.fromkeys(leg.owner[:20] for leg in call.legs if leg.owner))


def _load(link: sa.Connection, company: str, call: str) -> WholeCall | None:
    query = sa.select(_T.record).where(_T.company == company, _T.call == call)
    record = link.execute(query).scalar_one_or_none()
    return None if record is None else _whole(zlib.decompress(record))
