"""Exceptional periods that do not do what they seem to (LINT-07, 08, 27, P77 to P81, P86)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import combinations

from routing.company import CompanyDocument, DaysOfMonths, ExceptionalPeriod
from routing.document_walk import Steps, each_periods
from routing.hours import LONGEST_MONTH, covers, winning_period
from routing.lint_edges import period_dates
from routing.lint_findings import Finding, path_text
from routing.resolution import Above, Kind

_SOON = 7
_RUNNING_OUT = 60
"""Days before the last imported holiday at which the next years should be imported."""

Periods = Mapping[str, ExceptionalPeriod]


def check(document: CompanyDocument) -> Iterator[Finding]:
    """The rules about periods, but those that need to know which day it is."""
    inherited = _Inherited(document)
    for steps, periods in each_periods(document):
        here = path_text(steps)
        owner = _owner(steps)
        for key, period in periods.items():
            yield from _alone(period, (owner, key), f"{here}.{key}")
        for one, other in combinations(periods, 2):
            yield from _pair(periods, one, other, owner, here)
        for key, other, both in inherited.meeting(steps, periods):
            told = _pair(both, other, key, owner, here)
            # One's own goes before what everybody has: that is what it is for.
            yield from (one for one in told if one.id == "LINT-07" or one.objects[1] == key)


def reminders(document: CompanyDocument, today: date) -> list[Finding]:
    """LINT-27: periods that are over, and those that begin within a week; and calendars that run out."""
    found: list[Finding] = []
    for steps, periods in each_periods(document):
        objects = [(key, period, f"{path_text(steps)}.{key}") for key, period in periods.items()]
        found += [
            finding
            for key, period, path in objects
            if (finding := _reminder(period, (_owner(steps), key), path, today)) is not None
        ]
        found += _running_out(periods, _owner(steps), path_text(steps), today)
    return found


def _owner(steps: Steps) -> str:
    """Whose periods they are: the object's id, or for a level's defaults the level's."""
    return str(steps[1] if len(steps) == 3 or steps[0] != "account" else steps[0])


# --- one by one --------------------------------------------------------------------------------------


def _alone(period: ExceptionalPeriod, objects: tuple[str, str], path: str) -> Iterator[Finding]:
    if not period.enabled:
        return
    if period.days is not None and _probably_a_range(period.days):
        yield Finding(id="LINT-08", level="warn", objects=objects, path=f"{path}.days")
    if period.days is not None and not any(_days_there_are(period.days)):
        yield Finding(
            id="period_never",
            level="warn",
            objects=objects,
            path=f"{path}.days",
            facts={"period": objects[1]},
        )
    if period.yearly is not None and (period.yearly.month, period.yearly.day) == (2, 29):
        yield Finding(
            id="period_leap",
            level="info",
            objects=objects,
            path=f"{path}.yearly",
            facts={"period": objects[1]},
        )


def _days_there_are(selector: DaysOfMonths) -> Iterator[bool]:
    for month in selector.months or range(1, 13):
        yield from (day <= LONGEST_MONTH[month - 1] for day in selector.days)


def _probably_a_range(days: DaysOfMonths) -> bool:
    """Days at both ends of the month, and two months that follow each other (P69)."""
    both_ends = any(day <= 7 for day in days.days) and any(day >= 25 for day in days.days)
    months = set(days.months)
    adjacent = any(month % 12 + 1 in months for month in months)
    return both_ends and adjacent


def _reminder(period: ExceptionalPeriod, objects: tuple[str, str], path: str, today: date) -> Finding | None:
    if not period.enabled:
        return None
    span, soon = period.range, _begins_soon(period, today)
    over = span is not None and span.last < today.isoformat()
    if (not over and soon is None) or (period.imported is not None and over):
        return None
    day = soon.isoformat() if soon is not None else ""
    first, last = (span.first, span.last) if span is not None else (day, day)
    facts = {"owner": objects[0], "period": period.name or objects[1], "first": first, "last": last}
    facts["when"] = "past" if over else "soon"
    return Finding(id="LINT-27", level="warn", objects=objects, path=path, facts=facts)


def _begins_soon(period: ExceptionalPeriod, today: date) -> date | None:
    """The first of the coming days on which it begins, one that comes again included: it was not in force the day before."""
    if period.range is not None:
        first = date.fromisoformat(period.range.first)
        return first if today < first <= today + timedelta(days=_SOON) else None
    days = [today + timedelta(days=ahead) for ahead in range(_SOON + 1)]
    held = [covers(period, datetime(day.year, day.month, day.day, *divmod(period.start, 60))) for day in days]
    return next((days[n] for n in range(1, _SOON + 1) if held[n] and not held[n - 1]), None)


def _running_out(periods: Periods, owner: str, path: str, today: date) -> Iterator[Finding]:
    """Imported holidays of a calendar of which few days, or none, are left."""
    last: dict[str, str] = {}
    for period in periods.values():
        if period.imported is not None and period.range is not None:
            calendar = period.imported.calendar
            last[calendar] = max(last.get(calendar, ""), period.range.last)
    for calendar, day in last.items():
        if date.fromisoformat(day) < today + timedelta(days=_RUNNING_OUT):
            facts = {"calendar": calendar, "last": day}
            yield Finding(
                id="holidays_run_out", level="warn", objects=(owner, calendar), path=path, facts=facts
            )


# --- two at a time -----------------------------------------------------------------------------------


def _pair(periods: Periods, one: str, other: str, owner: str, path: str) -> Iterator[Finding]:
    first, second = periods[one], periods[other]
    moment = _common_moment(first, second)
    if moment is None:
        return
    winner = winning_period({one: first, other: second}, moment) or one
    loser = other if winner == one else one
    facts = {"first": one, "second": other, "winner": winner, "on": moment.date().isoformat()}
    here = f"{path}.{other}"
    yield Finding(id="LINT-07", level="warn", objects=(owner, one, other), path=here, facts=facts)
    if _hides(periods[winner], periods[loser]):
        hidden = {"period": loser, "winner": winner}
        yield Finding(
            id="period_never_wins", level="warn", objects=(owner, loser, winner), path=here, facts=hidden
        )


def _hides(winner: ExceptionalPeriod, loser: ExceptionalPeriod) -> bool:
    """Whenever the loser is in force the winner is too, and goes before it."""
    large, small = period_dates(winner), period_dates(loser)
    if small is None or not (winner.start <= loser.start and loser.end <= winner.end):
        return False
    return large is None or small <= large


def _common_moment(one: ExceptionalPeriod, other: ExceptionalPeriod) -> datetime | None:
    """A moment that both cover; the first of those within the years looked at."""
    if not (one.enabled and other.enabled):
        return None
    start, end = max(one.start, other.start), min(one.end, other.end)
    if start >= end:
        return None
    first, second = period_dates(one), period_dates(other)
    days = second if first is None else first if second is None else first & second
    for day in sorted(days or ()):
        moment = datetime.fromisoformat(f"{day}T{start // 60:02}:{start % 60:02}") if _exists(day) else None
        if moment is not None and covers(one, moment) and covers(other, moment):
            return moment
    return None


def _exists(day: str) -> bool:
    """False for 29 February of most years, and for 31 June."""
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True


class _Inherited:
    """Periods that the levels above give, by the days on which they are, worked out once for a site and group."""

    def __init__(self, document: CompanyDocument) -> None:
        self._document, self._above = document, Above(document)
        self._known: dict[tuple[Kind, str, str], tuple[Periods, Mapping[str, Sequence[str]]]] = {}

    def meeting(self, steps: Steps, periods: Periods) -> Iterator[tuple[str, str, Periods]]:
        """Each own period with each inherited one that has a day in common: the ids, and both periods."""
        kind, site, group = self._place(steps)
        if not periods or kind is None:
            return
        given, by_day = self._of(kind, site, group)
        for key, period in periods.items():
            days = period_dates(period) if given else frozenset[str]()
            near = (
                {one for day in days or () for one in by_day.get(day, ())} if days is not None else set(given)
            )
            for other in sorted(near - periods.keys()):
                yield key, other, {key: period, other: given[other]}

    def _place(self, steps: Steps) -> tuple[Kind | None, str, str]:
        kind, key = str(steps[0]), str(steps[1])
        document = self._document
        if kind == "users":
            return "users", document.users[key].site, document.users[key].group
        if kind == "queues":
            return "queues", document.queues[key].site, document.queues[key].group
        numbers = [number for number in document.numbers.values() if number.handling == key]
        if kind == "handlings" and numbers:
            return "numbers", numbers[0].site, numbers[0].group
        return None, "", ""

    def _of(self, kind: Kind, site: str, group: str) -> tuple[Periods, Mapping[str, Sequence[str]]]:
        place = (kind, site, group)
        if place not in self._known:
            given: Periods = self._above.setting(kind, ("exceptions",), site, group).value or {}
            by_day: dict[str, list[str]] = {}
            for key, period in given.items():
                for day in period_dates(period) or ():
                    by_day.setdefault(day, []).append(key)
            self._known[place] = (given, by_day)
        return self._known[place]
