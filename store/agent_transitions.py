"""The history of agents: every transition once, however often it is told; read by agent and time."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from routing.agent_history import Changed, Transition
from store.database import engine, reading
from store.tables import AGENT_TRANSITION

_T = AGENT_TRANSITION.c
_LONGEST = {column.name: column.type.length for column in _T if isinstance(column.type, sa.String)}
_ORDER = (_T.at, _T.milliseconds, _T.number)


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """An agent's time from `since` until before `until`, Unix seconds."""

    company: str
    extension: str
    since: float
    until: float


class AgentTransitions:
    """The transitions of one database."""

    def __init__(self, url: str) -> None:
        self._engine = engine(url)

    def keep(self, company: str, told: Sequence[Transition]) -> None:
        """All of them, or none when the database is away; those that are there already stay as they are."""
        rows = {each.entry: _row(company, each) for each in told}
        if not rows:
            return
        with self._engine.begin() as link:
            query = sa.select(_T.entry).where(_T.company == company, _T.entry.in_(rows))
            known = set(link.execute(query).scalars())
            new = [row for entry, row in rows.items() if entry not in known]
            if new:
                link.execute(AGENT_TRANSITION.insert(), new)

    def list(self, span: Span, most: int, after: str = "") -> list[Transition]:
        """In the order in which they were told, at most `most`; `after`: only those behind this one."""
        query = sa.select(AGENT_TRANSITION).where(*_within(span)).order_by(*_ORDER)
        with reading(self._engine) as link:
            if after:
                query = query.where(sa.tuple_(*_ORDER) > _position(link, span.company, after))
            return [_transition(row) for row in link.execute(query.limit(most))]

    def changes(self, span: Span) -> tuple[str, Sequence[Changed]]:
        """What he was when it began (empty when nobody has told yet), and every change of his state in it."""
        columns = sa.select(_T.at, _T.before, _T.after).where(_T.before != _T.after)
        before = (
            sa.select(_T.after).where(_T.company == span.company, _T.extension == span.extension, _T.at < span.since)
            .order_by(*(column.desc() for column in _ORDER)).limit(1)
        )  # fmt: skip
        with reading(self._engine) as link:
            first = link.execute(before).scalar_one_or_none() or ""
            found = link.execute(columns.where(*_within(span)).order_by(*_ORDER))
            return first, [Changed(*row) for row in found]


def _within(span: Span) -> list[sa.ColumnElement[bool]]:
    return [
        _T.company == span.company,
        _T.extension == span.extension,
        _T.at >= span.since,
        _T.at < span.until,
    ]


def _position(link: sa.Connection, company: str, entry: str) -> sa.Tuple:
    """Of an entry in the order; of one that is not there, behind everything."""
    query = sa.select(*_ORDER).where(_T.company == company, _T.entry == entry)
    found = link.execute(query).one_or_none()
    return sa.tuple_(*(sa.literal(value) for value in found or (float("1e12"), 0, 0)))


def _row(company: str, told: Transition) -> dict[str, object]:
    """As it is written; what is longer than its column is cut."""
    milliseconds, _, number = told.entry.partition("-")
    texts = msgspec.structs.asdict(told)
    texts |= {name: value[: _LONGEST[name]] for name, value in texts.items() if isinstance(value, str)}
    return {**texts, "company": company, "milliseconds": int(milliseconds), "number": int(number)}


def _transition(row: sa.Row[tuple[object, ...]]) -> Transition:
    said = row._mapping
    return Transition(**{name: said[name] for name in Transition.__struct_fields__})
