"""Hours and exceptional periods that do not do what they seem to (LINT-03 to 09 and 27)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from itertools import combinations

from routing.company import (
    WEEKDAYS,
    CompanyDocument,
    DaysOfMonths,
    ExceptionalPeriod,
    Handling,
    Opening,
    Schedule,
    ToExternal,
    User,
)
from routing.hours import covers, winning_period
from routing.lint_findings import Finding
from routing.lint_loops import period_dates

_SOON = 7
_DAY = 24 * 60


def check(document: CompanyDocument) -> Iterator[Finding]:
    """The rules about time, but those that need to know which day it is."""
    for key, handling in document.handlings.items():
        yield from _handling(handling, key)
    for extension, user in document.users.items():
        yield from _user(user, extension)
    for key, queue in document.queues.items():
        yield from _schedule(queue.schedule, key, f"queues.{key}.schedule")


def reminders(document: CompanyDocument, today: date) -> list[Finding]:
    """LINT-27: periods that are over, and those that begin within a week."""
    owners = [("handlings", key, handling.exceptions) for key, handling in document.handlings.items()]
    owners += [("users", key, user.exceptions) for key, user in document.users.items()]
    return [
        finding
        for kind, owner, periods in owners
        for key, period in periods.items()
        if (finding := _reminder(period, (owner, key), f"{kind}.{owner}.exceptions.{key}", today)) is not None
    ]


def _reminder(period: ExceptionalPeriod, objects: tuple[str, str], path: str, today: date) -> Finding | None:
    if period.range is None or not period.enabled:
        return None
    first, last = date.fromisoformat(period.range.first), date.fromisoformat(period.range.last)
    facts = {"owner": objects[0], "period": period.name or objects[1], "first": period.range.first}
    facts["last"] = period.range.last
    if last < today:
        return Finding(
            id="LINT-27", level="warn", objects=objects, path=path, facts={**facts, "when": "past"}
        )
    if today < first and (first - today).days <= _SOON:
        return Finding(
            id="LINT-27", level="warn", objects=objects, path=path, facts={**facts, "when": "soon"}
        )
    return None


def _handling(handling: Handling, key: str) -> Iterator[Finding]:
    schedule = handling.schedule
    if schedule is not None and schedule.enabled and not handling.closed:
        yield Finding(id="LINT-03", level="warn", objects=(key,), path=f"handlings.{key}.closed")
    yield from _schedule(schedule, key, f"handlings.{key}.schedule")
    yield from _periods(handling.exceptions, key, f"handlings.{key}.exceptions")


def _user(user: User, key: str) -> Iterator[Finding]:
    schedule, path = user.schedule, f"users.{key}"
    if schedule is not None and schedule.enabled:
        if user.closed is None:
            yield Finding(id="LINT-04", level="warn", objects=(key,), path=f"{path}.closed")
        if user.forward is not None and user.forward.enabled and user.forward_vs_schedule == "schedule_first":
            to = user.forward.to
            number = to.number if isinstance(to, ToExternal) else str(to.__struct_config__.tag)
            open_too = user.forward_in_open_hours == "apply"
            facts = {"name": user.name, "to": number, "when": "closed" if open_too else "always"}
            yield Finding(id="LINT-09", level="warn", objects=(key,), path=f"{path}.forward", facts=facts)
    yield from _schedule(schedule, key, f"{path}.schedule")
    yield from _schedule(user.working_hours, key, f"{path}.working_hours")
    yield from _periods(user.exceptions, key, f"{path}.exceptions")


def _schedule(schedule: Schedule | None, key: str, path: str) -> Iterator[Finding]:
    if schedule is None or not schedule.enabled:
        return
    if not any(opening.enabled for opening in schedule.openings):
        yield Finding(id="LINT-05", level="warn", objects=(key,), path=f"{path}.openings")
    if len(schedule.openings) > 1:
        yield from _overlapping_openings(schedule, key, path)


def _overlapping_openings(schedule: Schedule, key: str, path: str) -> Iterator[Finding]:
    numbered = [(place, opening) for place, opening in enumerate(schedule.openings) if opening.enabled]
    for (first, one), (second, other) in combinations(numbered, 2):
        days = _common_days(one, other)
        if days:
            facts = {"days": ", ".join(days), "first": str(first + 1), "second": str(second + 1)}
            yield Finding(
                id="LINT-06", level="warn", objects=(key,), path=f"{path}.openings[{second}]", facts=facts
            )


def _common_days(one: Opening, other: Opening) -> list[str]:
    """Weekdays on which both are open at some moment, in some month."""
    if one.months and other.months and not set(one.months) & set(other.months):
        return []
    return [
        WEEKDAYS[day]
        for day in range(7)
        if any(a < d and c < b for a, b in _spells(one, day) for c, d in _spells(other, day))
    ]


def _spells(opening: Opening, day: int) -> Iterator[tuple[int, int]]:
    """The minutes of a weekday which an opening covers."""
    if WEEKDAYS[day] in opening.days:
        yield opening.start, _DAY if opening.next_day else opening.end
    if opening.next_day and WEEKDAYS[day - 1] in opening.days:
        yield 0, opening.end


def _periods(periods: Mapping[str, ExceptionalPeriod], key: str, path: str) -> Iterator[Finding]:
    for name, period in periods.items():
        if period.enabled and period.days is not None and _probably_a_range(period.days):
            yield Finding(id="LINT-08", level="warn", objects=(key, name), path=f"{path}.{name}.days")
    if len(periods) < 2:
        return
    for (one, first), (other, second) in combinations(periods.items(), 2):
        moment = _common_moment(first, second)
        if moment is None:
            continue
        winner = winning_period({one: first, other: second}, moment) or one
        facts = {"first": one, "second": other, "winner": winner, "on": moment.date().isoformat()}
        yield Finding(
            id="LINT-07", level="warn", objects=(key, one, other), path=f"{path}.{other}", facts=facts
        )


def _probably_a_range(days: DaysOfMonths) -> bool:
    """Days at both ends of the month, and two months that follow each other (P69)."""
    both_ends = any(day <= 7 for day in days.days) and any(day >= 25 for day in days.days)
    months = set(days.months)
    adjacent = any(month % 12 + 1 in months for month in months)
    return both_ends and adjacent


def _common_moment(one: ExceptionalPeriod, other: ExceptionalPeriod) -> datetime | None:
    """A moment that both cover; the first of those within the years looked at."""
    if not (one.enabled and other.enabled):
        return None
    start, end = max(one.start, other.start), min(one.end, other.end)
    first, second = period_dates(one), period_dates(other)
    days = second if first is None else first if second is None else first & second
    if start >= end or not days:
        return None
    for day in sorted(days):
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
