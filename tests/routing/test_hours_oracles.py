"""Hours and periods against slower ways of finding the same: minute by minute, and dateutil's recurrences."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil import rrule, tz
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.company import (
    WEEKDAYS,
    DateRange,
    DaysOfMonths,
    ExceptionalPeriod,
    Opening,
    Schedule,
    YearlyDate,
)
from routing.hours import LONGEST_MONTH, covers, is_open, winning_period

CLOCK_CHANGES = (
    ("America/Toronto", datetime(2026, 3, 8, 7)),
    ("America/Toronto", datetime(2026, 11, 1, 6)),
    ("Europe/Paris", datetime(2027, 3, 28, 1)),
    ("Europe/Paris", datetime(2026, 10, 25, 1)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 15)),
    ("Australia/Lord_Howe", datetime(2026, 10, 3, 15, 30)),
    ("America/St_Johns", datetime(2026, 11, 1, 4, 30)),
    ("Africa/Casablanca", datetime(2026, 2, 15, 2)),
    ("Asia/Kathmandu", datetime(2026, 12, 31, 18, 15)),
    ("Pacific/Apia", datetime(2011, 12, 30, 10)),
)
"""A zone and an instant of UTC at, or near, which its clocks change (or the year does)."""

MINUTE = timedelta(minutes=1)
times_of_day = st.one_of(st.integers(0, 1439), st.sampled_from((0, 60, 90, 120, 150, 180, 1439)))


@st.composite
def openings(draw: st.DrawFn) -> Opening:
    start, end = draw(times_of_day), draw(st.one_of(times_of_day, st.just(1440)))
    next_day = end <= start or (end == 1440 and start == 1440)
    return Opening(
        days=tuple(draw(st.lists(st.sampled_from(WEEKDAYS), min_size=1, unique=True))),
        start=start,
        end=end,
        next_day=next_day,
        months=tuple(draw(st.lists(st.integers(1, 12), max_size=4, unique=True))),
        enabled=draw(st.integers(0, 9)) > 0,
    )


def spells(opening: Opening, around: date) -> list[tuple[datetime, datetime]]:
    """From when to when the opening is open, as a clock on the wall shows it, in the days around a date."""
    found = []
    for shift in range(-3, 4):
        day = around + timedelta(days=shift)
        if WEEKDAYS[day.weekday()] in opening.days and day.month in (opening.months or range(1, 13)):
            midnight = datetime.combine(day, time())
            end = midnight + timedelta(days=int(opening.next_day), minutes=opening.end)
            found.append((midnight + timedelta(minutes=opening.start), end))
    return found


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(CLOCK_CHANGES), st.lists(openings(), min_size=1, max_size=3), st.integers(-1500, 300))
def test_given_any_hours_then_every_minute_around_a_clock_change_agrees(
    change: tuple[str, datetime], listed: list[Opening], begins: int
) -> None:
    name, instant = change
    zone, other = ZoneInfo(name), tz.gettz(name)
    schedule = Schedule(openings=tuple(listed))
    around = [span for entry in listed if entry.enabled for span in spells(entry, instant.date())]
    for minute in range(begins, begins + 1500, 1):
        moment = (instant + minute * MINUTE).replace(tzinfo=UTC)
        wall = moment.astimezone(other).replace(tzinfo=None)
        expected = any(first <= wall < last for first, last in around)
        assert is_open(schedule, moment.astimezone(zone)) is expected, (moment, wall)


def days_of_years(first: int, last: int) -> list[date]:
    return [
        day.date() for day in rrule.rrule(rrule.DAILY, datetime(first, 1, 1), until=datetime(last, 12, 31))
    ]


EVERY_DAY = days_of_years(2026, 2028)
NOON = time(12)
dates_in_reach = st.dates(date(2026, 1, 1), date(2028, 12, 31))


@st.composite
def days_of_months(draw: st.DrawFn) -> DaysOfMonths:
    days = draw(st.lists(st.integers(1, 31), min_size=1, max_size=6, unique=True))
    return DaysOfMonths(
        days=tuple(days), months=tuple(draw(st.lists(st.integers(1, 12), max_size=4, unique=True)))
    )


@settings(max_examples=40, deadline=None)
@given(days_of_months())
def test_given_days_and_months_then_they_are_those_of_a_recurrence(selector: DaysOfMonths) -> None:
    rule = rrule.rrule(
        rrule.DAILY, datetime(2026, 1, 1), until=datetime(2028, 12, 31),
        bymonth=selector.months or None, bymonthday=selector.days,
    )  # fmt: skip
    period = ExceptionalPeriod(days=selector)
    covered = [day for day in EVERY_DAY if covers(period, datetime.combine(day, NOON))]
    assert covered == [day.date() for day in rule]


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 12), st.integers(1, 31))
def test_given_a_day_of_each_year_then_it_is_that_of_a_recurrence(month: int, day: int) -> None:
    period = ExceptionalPeriod(yearly=YearlyDate(month=month, day=min(day, LONGEST_MONTH[month - 1])))
    assert period.yearly is not None
    rule = rrule.rrule(
        rrule.YEARLY,
        datetime(2026, 1, 1),
        until=datetime(2028, 12, 31),
        bymonth=month,
        bymonthday=period.yearly.day,
    )
    covered = [day for day in EVERY_DAY if covers(period, datetime.combine(day, NOON))]
    assert covered == [day.date() for day in rule]


@settings(max_examples=40, deadline=None)
@given(dates_in_reach, dates_in_reach)
def test_given_a_range_of_dates_then_both_ends_are_in_it(one: date, other: date) -> None:
    first, last = sorted((one, other))
    period = ExceptionalPeriod(range=DateRange(first=first.isoformat(), last=last.isoformat()))
    covered = [day for day in EVERY_DAY if covers(period, datetime.combine(day, NOON))]
    assert covered == [day.date() for day in rrule.rrule(rrule.DAILY, first, until=last)]


@st.composite
def periods(draw: st.DrawFn) -> ExceptionalPeriod:
    """Always in force at noon of 2027-06-15."""
    before, after = draw(st.integers(0, 3)), draw(st.integers(0, 3))
    day = date(2027, 6, 15)
    first, last = day - timedelta(days=before), day + timedelta(days=after)
    kind = draw(st.sampled_from(("range", "yearly", "days")))
    return ExceptionalPeriod(
        rank=draw(st.integers(1, 2)),
        start=draw(st.sampled_from((0, 480, 600))),
        end=draw(st.sampled_from((840, 1020, 1440))),
        range=DateRange(first=first.isoformat(), last=last.isoformat()) if kind == "range" else None,
        yearly=YearlyDate(month=6, day=15) if kind == "yearly" else None,
        days=DaysOfMonths(days=(15,), months=(5, 6)) if kind == "days" else None,
    )


def by_hand(found: dict[str, ExceptionalPeriod]) -> str:
    """C10, one question after the other, on days counted one by one."""

    def days(period: ExceptionalPeriod) -> int:
        if period.range is None:
            return sum(covers(period, datetime.combine(day, NOON)) for day in days_of_years(2027, 2027))
        return sum(covers(period, datetime.combine(day, NOON)) for day in EVERY_DAY)

    def began(period: ExceptionalPeriod) -> datetime:
        first = date.fromisoformat(period.range.first) if period.range is not None else date(2027, 6, 15)
        return datetime.combine(first, time()) + timedelta(minutes=period.start)

    left = sorted(found)
    lowest = min(found[key].rank for key in left)
    left = [key for key in left if found[key].rank == lowest]
    fewest = min(days(found[key]) for key in left)
    left = [key for key in left if days(found[key]) == fewest]
    shortest = min(found[key].end - found[key].start for key in left)
    left = [key for key in left if found[key].end - found[key].start == shortest]
    latest = max(began(found[key]) for key in left)
    return next(key for key in left if began(found[key]) == latest)


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.sampled_from("abcdef"), periods(), min_size=1, max_size=5))
def test_given_periods_in_force_then_the_winner_is_found_by_hand_too(
    found: dict[str, ExceptionalPeriod],
) -> None:
    assert winning_period(found, datetime(2027, 6, 15, 12)) == by_hand(found)
