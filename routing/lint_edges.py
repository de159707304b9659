"""Where a call that an object does not keep is sent to, and in which part of the week: the ways that circles and long chains are made of.

An edge leads from an object to where it sends a call that nobody took there, with the part of the week in
which it does so: two people who relieve each other, one by day and one by night, form no circle.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from routing.company import (
    WEEKDAYS,
    AnyAction,
    CompanyDocument,
    DateRange,
    ExceptionalPeriod,
    Greeting,
    Handling,
    Opening,
    Queue,
    Ring,
    Rule,
    Schedule,
    ToExtension,
    ToExternal,
    ToNumber,
    ToOperator,
    ToQueue,
    ToSharedLine,
    User,
    Voicemail,
)
from routing.document_walk import Steps

Node = tuple[Literal["user", "handling", "queue", "shared_line"], str]

_LEADS_ON = Greeting | ToOperator | ToExtension | ToNumber | ToQueue | ToSharedLine | ToExternal
_DAY = 24 * 60
_WEEK = 7 * _DAY
ALWAYS = (1 << _WEEK) - 1
_LONGEST_PERIOD = 400
_YEARS = range(2020, 2046)
_WINTER = datetime(2026, 1, 15, 12, tzinfo=UTC)


class When(msgspec.Struct, frozen=True, gc=False):
    """A part of the week as bits, one a minute from Monday 00:00 UTC, and the dates it is limited to."""

    week: int = ALWAYS
    dates: frozenset[str] | None = None

    def meets(self, other: When) -> When | None:
        """What both cover; None when that is nothing."""
        week = self.week & other.week
        dates = self.dates if other.dates is None else other.dates
        if self.dates is not None and other.dates is not None:
            dates = self.dates & other.dates
        return When(week, dates) if week and dates != frozenset() else None


class Edge(msgspec.Struct, frozen=True, gc=False):
    """From an object to where it sends calls, and the setting that says so."""

    to: Node
    when: When
    steps: Steps
    chancy: bool = False
    """Only somebody's state, or a rule's conditions, make it so."""


Edges = Mapping[Node, Sequence[Edge]]
"""By the object they leave."""


def edges_of(document: CompanyDocument) -> Edges:
    """Every edge of a document as written."""
    return _Edges(document).all()


class _Edges:
    """The edges of a document."""

    def __init__(self, document: CompanyDocument) -> None:
        self._document = document
        self._extensions: dict[str, Node] = {q.extension: ("queue", k) for k, q in document.queues.items()}
        self._extensions |= {s.extension: ("shared_line", k) for k, s in document.shared_lines.items()}
        self._extensions |= {extension: ("user", extension) for extension in document.users}
        self._numbers = {number.number: key for key, number in document.numbers.items()}
        self._weeks: dict[Schedule, int] = {}

    def all(self) -> dict[Node, list[Edge]]:
        """By the object they leave."""
        document = self._document
        found: dict[Node, list[Edge]] = {}
        for key, handling in document.handlings.items():
            found["handling", key] = list(self._handling(handling, ("handlings", key)))
        for extension, user in document.users.items():
            found["user", extension] = list(self._user(user, extension))
        for key, queue in document.queues.items():
            found["queue", key] = list(self._queue(queue, key))
        for key, line in document.shared_lines.items():
            steps = ("shared_lines", key, "unanswered")
            found["shared_line", key] = list(self._edges(line.unanswered, "", When(), steps))
        return found

    def _user(self, user: User, extension: str) -> Iterator[Edge]:
        steps: Steps = ("users", extension)
        site = self._document.sites.get(user.site)
        zone = user.time_zone or (site.time_zone if site else "")
        scheduled = user.schedule is not None and user.schedule.enabled
        is_open = self._open(user.schedule, zone)
        yield from self._exceptions(user.exceptions, extension, steps)
        yield from self._rules(user.rules, extension, steps)
        if user.forward is not None and user.forward.enabled:
            if not scheduled or user.forward_vs_schedule == "forward_first":
                yield from self._edges(user.forward.to, extension, When(), (*steps, "forward", "to"))
                return
            if user.forward_in_open_hours == "apply":
                yield from self._edges(user.forward.to, extension, When(is_open), (*steps, "forward", "to"))
        yield from self._edges(user.open.unanswered, extension, When(is_open), (*steps, "open", "unanswered"))
        yield from self._edges(
            user.open.busy, extension, When(is_open), (*steps, "open", "busy"), chancy=True
        )
        yield from self._edges(user.dnd, extension, When(is_open), (*steps, "dnd"), chancy=True)
        if user.closed is not None:
            closed = When(ALWAYS & ~is_open)
            yield from self._edges(
                user.closed.unanswered, extension, closed, (*steps, "closed", "unanswered")
            )

    def _queue(self, queue: Queue, key: str) -> Iterator[Edge]:
        """Out of hours a call goes on at once; for another reason while the queue takes calls."""
        is_open = ALWAYS if queue.members_own_hours else self._open(queue.schedule, queue.time_zone)
        for place, overflow in enumerate(queue.overflow):
            week = ALWAYS & ~is_open if overflow.reason == "out_of_hours" else is_open
            yield from self._edges(overflow.to, "", When(week), ("queues", key, "overflow", place, "to"))

    def _exceptions(
        self, periods: Mapping[str, ExceptionalPeriod], owner: str, steps: Steps
    ) -> Iterator[Edge]:
        for key, period in periods.items():
            for place, action in enumerate(period.steps):
                if not isinstance(action, _LEADS_ON):
                    continue
                here = (*steps, "exceptions", key, "steps", place)
                for edge in self._edges(action, owner, When(), here):
                    yield Edge(edge.to, When(dates=period_dates(period)), edge.steps)

    def _handling(self, handling: Handling, steps: Steps) -> Iterator[Edge]:
        is_open = self._open(handling.schedule, "")
        for name, week in (("open", is_open), ("closed", ALWAYS & ~is_open)):
            listed: tuple[AnyAction, ...] = getattr(handling, name)
            for place, action in enumerate(listed):
                yield from self._edges(action, "", When(week), (*steps, name, place))
        yield from self._exceptions(handling.exceptions, "", steps)
        yield from self._rules(handling.rules, "", steps)

    def _rules(self, rules: Sequence[Rule], owner: str, steps: Steps) -> Iterator[Edge]:
        for number, rule in enumerate(rules):
            for place, action in enumerate(rule.steps if rule.enabled else ()):
                here = (*steps, "rules", number, "steps", place)
                yield from self._edges(action, owner, When(), here, chancy=True)

    def _edges(
        self, action: AnyAction | None, owner: str, when: When, steps: Steps, *, chancy: bool = False
    ) -> Iterator[Edge]:
        if action is None or isinstance(action, Ring | Voicemail) or not when.week:
            return
        if isinstance(action, Greeting):
            yield from self._edges(action.then, owner, when, (*steps, "then"), chancy=chancy)
            return
        if isinstance(action, ToOperator):
            action = self._operator(owner)
            if isinstance(action, ToOperator):
                return
        target = self._target(action)
        if target is not None:
            yield Edge(target, when, steps, chancy)

    def _target(self, action: AnyAction | None) -> Node | None:
        match action:
            case ToExtension(extension=extension):
                return self._extensions.get(extension)
            case ToQueue(queue=queue):
                return ("queue", queue)
            case ToSharedLine(shared_line=line):
                return ("shared_line", line)
            case ToNumber(number=key):
                return self._number(key)
            case ToExternal(number=number):
                return self._number(self._numbers.get(number, ""))
            case _:
                return None

    def _number(self, key: str) -> Node | None:
        number = self._document.numbers.get(key)
        if number is None:
            return None
        return ("handling", number.handling) if number.handling else self._extensions.get(number.extension)

    def _operator(self, owner: str) -> AnyAction | None:
        document = self._document
        user = document.users.get(owner)
        site = document.sites.get(user.site) if user is not None else None
        mine = user.operator if user is not None else None
        return mine or (site.operator if site is not None else None) or document.account.operator

    def _open(self, schedule: Schedule | None, zone: str) -> int:
        """Minutes of the week in which a schedule is open, in UTC of winter."""
        if schedule is None or not schedule.enabled:
            return ALWAYS
        if schedule not in self._weeks:
            week = 0
            for opening in schedule.openings:
                week |= _minutes(opening)
            self._weeks[schedule] = week
        return _shifted(self._weeks[schedule], self._offset(schedule.time_zone or zone))

    def _offset(self, zone: str) -> int:
        here = ZoneInfo(zone or self._document.account.time_zone)
        moved = _WINTER.astimezone(here).utcoffset()
        return int(moved.total_seconds() // 60) if moved is not None else 0


def _minutes(opening: Opening) -> int:
    if not opening.enabled:
        return 0
    length = opening.end - opening.start + (_DAY if opening.next_day else 0)
    spell = ((1 << max(length, 0)) - 1) << opening.start
    week = 0
    for day in opening.days:
        week |= spell << (WEEKDAYS.index(day) * _DAY)
    return (week & ALWAYS) | (week >> _WEEK)


def _shifted(week: int, offset: int) -> int:
    """Local minutes as minutes of UTC, around the end of the week."""
    turn = offset % _WEEK
    return ((week >> turn) | (week << (_WEEK - turn))) & ALWAYS


def period_dates(period: ExceptionalPeriod) -> frozenset[str] | None:
    """The dates of a period, those that come again written out for some years; None: any."""
    if period.range is not None:
        return _range_dates(period.range)
    if period.yearly is not None:
        return frozenset(f"{year}-{period.yearly.month:02}-{period.yearly.day:02}" for year in _YEARS)
    if period.days is not None:
        months = period.days.months or tuple(range(1, 13))
        days = [f"{month:02}-{day:02}" for month in months for day in period.days.days]
        return frozenset(f"{year}-{day}" for year in _YEARS for day in days)
    return None


def _range_dates(span: DateRange) -> frozenset[str] | None:
    first, last = date.fromisoformat(span.first).toordinal(), date.fromisoformat(span.last).toordinal()
    if last - first > _LONGEST_PERIOD:
        return None
    return frozenset(date.fromordinal(day).isoformat() for day in range(first, last + 1))
