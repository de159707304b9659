"""Opening hours and exceptional periods: pure questions about one local instant.

Intervals are half-open; an end of 1440 is the end of the day (P73). The union of all openings is open (C11).
Hours are what a clock on the wall of the object shows: when clocks go back, the hour that comes twice counts
twice; when they go forward, the hour that is left out never comes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from routing.company import WEEKDAYS, DateRange, ExceptionalPeriod, Opening, Schedule

LONGEST_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
"""Days of each month, in a leap year."""


def minute_of(local: datetime) -> int:
    """Minutes since local midnight."""
    return local.hour * 60 + local.minute


def in_opening(opening: Opening, local: datetime) -> bool:
    """True when the entry covers the instant; the part after midnight belongs to the day it began."""
    if not opening.enabled:
        return False
    minute, day = minute_of(local), local.date()
    if not opening.next_day:
        return _on_day(opening, day) and opening.start <= minute < opening.end
    began_today = _on_day(opening, day) and minute >= opening.start
    began_yesterday = _on_day(opening, day - timedelta(days=1)) and minute < opening.end
    return began_today or began_yesterday


def is_open(schedule: Schedule | None, local: datetime) -> bool:
    """No schedule, or one that is not enabled, is open at all times (R14)."""
    if schedule is None or not schedule.enabled:
        return True
    return any(in_opening(opening, local) for opening in schedule.openings)


def in_range(span: DateRange, day: date) -> bool:
    """First and last day included."""
    return span.first <= day.isoformat() <= span.last


def covers(period: ExceptionalPeriod, local: datetime) -> bool:
    """True when the exceptional period is in force."""
    return _covers(period, local.date(), local.date().isoformat(), minute_of(local))


def _covers(period: ExceptionalPeriod, day: date, written: str, minute: int) -> bool:
    """Of a day that is taken apart once for all periods."""
    if not period.enabled or not period.start <= minute < period.end:
        return False
    if period.range is not None:
        return period.range.first <= written <= period.range.last
    if period.yearly is not None:
        return (day.month, day.day) == (period.yearly.month, period.yearly.day)
    if period.days is not None:
        months = period.days.months
        return day.day in period.days.days and (not months or day.month in months)
    return False


def winning_period(periods: Mapping[str, ExceptionalPeriod], local: datetime) -> str | None:
    """The id of the period that wins now (C10): the lowest rank, then fewer calendar days, then fewer hours a
    day, then the one that began later (the most immediate, Z09), then the lowest id."""
    if not periods:
        return None
    day, minute = local.date(), minute_of(local)
    written = day.isoformat()
    in_force = [key for key, period in periods.items() if _covers(period, day, written, minute)]
    if len(in_force) < 2:
        return in_force[0] if in_force else None
    return min(in_force, key=lambda key: _precedence(key, periods[key], local.date()))


def _precedence(key: str, period: ExceptionalPeriod, day: date) -> tuple[int, int, int, int, int, str]:
    began = date.fromisoformat(period.range.first) if period.range is not None else day
    length = period.end - period.start
    return (period.rank, calendar_days(period), length, -began.toordinal(), -period.start, key)


def calendar_days(period: ExceptionalPeriod) -> int:
    """How many days it covers: of a range all, of what comes again those of a year."""
    if period.range is not None:
        first, last = date.fromisoformat(period.range.first), date.fromisoformat(period.range.last)
        return (last - first).days + 1
    if period.days is not None:
        months = period.days.months or range(1, 13)
        return sum(day <= LONGEST_MONTH[month - 1] for month in months for day in period.days.days)
    return 1


def _on_day(opening: Opening, day: date) -> bool:
    return WEEKDAYS[day.weekday()] in opening.days and (not opening.months or day.month in opening.months)
