"""Hours and exceptional periods on both sides of every edge, and across clock changes (P40 to P75, C10, C11)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from routing.company import DateRange, DaysOfMonths, ExceptionalPeriod, Opening, Schedule, YearlyDate
from routing.hours import covers, is_open, winning_period
from schemas.times import minute_of

TORONTO = ZoneInfo("America/Toronto")


def opening(days: str, hours: str, *, months: tuple[int, ...] = (), enabled: bool = True) -> Opening:
    """`opening("mon tue", "08:00-17:00")`; an end before the start is of the next day."""
    start, _, end = hours.partition("-")
    first, last = minute_of(start, end=False), minute_of(end, end=True)
    return Opening(
        days=tuple(days.split()), start=first, end=last, next_day=last <= first, months=months, enabled=enabled,
    )  # fmt: skip


def at(text: str, zone: ZoneInfo = TORONTO) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


WORK = opening("mon tue wed thu fri", "08:00-17:00")
NIGHT = opening("fri", "22:00-06:00")
ALL_DAY = opening("sat", "00:00-23:59")
ROUND_THE_CLOCK = opening("sun", "06:00-06:00")
SUMMER = opening("mon", "08:00-17:00", months=(6, 7, 8))
SUMMER_NIGHT = opening("mon", "22:00-06:00", months=(8,))

OPEN: dict[str, tuple[Schedule | None, str, bool]] = {
    "no schedule (R14)": (None, "2026-10-17T03:00", True),
    "a schedule that is not enabled (P76)": (Schedule(openings=(WORK,), enabled=False), "2026-10-17T03:00", True),
    "no opening (P83)": (Schedule(), "2026-10-13T10:00", False),
    "no opening that is enabled": (Schedule(openings=(opening("tue", "08:00-17:00", enabled=False),)), "2026-10-13T10:00", False),
    "a second before": (Schedule(openings=(WORK,)), "2026-10-13T07:59:59", False),
    "when it begins": (Schedule(openings=(WORK,)), "2026-10-13T08:00:00", True),
    "a second before its end": (Schedule(openings=(WORK,)), "2026-10-13T16:59:59", True),
    "its end": (Schedule(openings=(WORK,)), "2026-10-13T17:00:00", False),
    "another weekday": (Schedule(openings=(WORK,)), "2026-10-17T10:00", False),
    "23:59 is the end of the day (P73)": (Schedule(openings=(ALL_DAY,)), "2026-10-17T23:59:59", True),
    "midnight after 23:59": (Schedule(openings=(ALL_DAY,)), "2026-10-18T00:00:00", False),
    "a night, before midnight": (Schedule(openings=(NIGHT,)), "2026-10-16T23:59:59", True),
    "a night, after midnight, of the day it began": (Schedule(openings=(NIGHT,)), "2026-10-17T05:59:59", True),
    "a night, its end": (Schedule(openings=(NIGHT,)), "2026-10-17T06:00", False),
    "a night, the morning of its weekday": (Schedule(openings=(NIGHT,)), "2026-10-16T05:00", False),
    "round the clock, as it begins": (Schedule(openings=(ROUND_THE_CLOCK,)), "2026-10-18T06:00", True),
    "round the clock, the next morning": (Schedule(openings=(ROUND_THE_CLOCK,)), "2026-10-19T05:59:59", True),
    "round the clock, a day later": (Schedule(openings=(ROUND_THE_CLOCK,)), "2026-10-19T06:00", False),
    "one of its months (P48)": (Schedule(openings=(SUMMER,)), "2026-06-01T10:00", True),
    "another month": (Schedule(openings=(SUMMER,)), "2026-09-07T10:00", False),
    "the last night of its months runs into the next": (Schedule(openings=(SUMMER_NIGHT,)), "2026-09-01T05:00", True),
    "the night before its months": (Schedule(openings=(opening("mon", "22:00-06:00", months=(9,)),)), "2026-09-01T05:00", False),
    "the union, where one covers (C11)": (
        Schedule(openings=(WORK, opening("fri", "08:00-12:00"))), "2026-10-16T16:00", True),
    "the union, where neither covers": (
        Schedule(openings=(opening("fri", "08:00-12:00"), opening("fri", "13:00-17:00"))), "2026-10-16T12:30", False),
}  # fmt: skip


@pytest.mark.parametrize("case", OPEN)
def test_given_a_schedule_then_it_is_open_or_closed_at_the_moment(case: str) -> None:
    schedule, moment, expected = OPEN[case]
    assert is_open(schedule, at(moment)) is expected


CHANGES: dict[str, tuple[str, Opening, str, str, float]] = {
    "Toronto, the hour that comes twice": ("America/Toronto", opening("sun", "01:00-02:00"), "2026-11-01", "2026-11-02", 2),
    "Toronto, the hour that is left out": ("America/Toronto", opening("sun", "02:00-03:00"), "2026-03-08", "2026-03-09", 0),
    "Toronto, a part of it": ("America/Toronto", opening("sun", "01:30-02:30"), "2026-03-08", "2026-03-09", 0.5),
    "Toronto, the day of 23 hours": ("America/Toronto", opening("sun", "00:00-24:00"), "2026-03-08", "2026-03-09", 23),
    "Toronto, the day of 25 hours": ("America/Toronto", opening("sun", "00:00-24:00"), "2026-11-01", "2026-11-02", 25),
    "Toronto, a night of nine hours": ("America/Toronto", opening("sat", "22:00-06:00"), "2026-10-31", "2026-11-02", 9),
    "Toronto, a night of seven hours": ("America/Toronto", opening("sat", "22:00-06:00"), "2026-03-07", "2026-03-09", 7),
    "Paris, the hour that comes twice": ("Europe/Paris", opening("sun", "02:00-03:00"), "2026-10-25", "2026-10-26", 2),
    "Paris, the hour that is left out": ("Europe/Paris", opening("sun", "02:00-03:00"), "2026-03-29", "2026-03-30", 0),
    "Lord Howe, half an hour twice": ("Australia/Lord_Howe", opening("sun", "01:00-02:00"), "2026-04-05", "2026-04-06", 1.5),
    "Lord Howe, half an hour left out": ("Australia/Lord_Howe", opening("sun", "02:00-03:00"), "2026-10-04", "2026-10-05", 0.5),
    "St. John's, half past": ("America/St_Johns", opening("sun", "00:00-24:00"), "2026-11-01", "2026-11-02", 25),
    "Apia, where the sun never set on 30 December 2011": ("Pacific/Apia", opening("fri", "00:00-24:00"), "2011-12-29", "2011-12-31", 0),
}  # fmt: skip
"""Zone, opening, from the midnight of a day to that of another: hours open."""


@pytest.mark.parametrize("case", CHANGES)
def test_given_a_clock_change_then_the_clock_on_the_wall_decides(case: str) -> None:
    name, entry, first, last, expected = CHANGES[case]
    zone = ZoneInfo(name)
    schedule = Schedule(openings=(entry,))
    moment, until, minutes = at(first, zone).astimezone(UTC), at(last, zone).astimezone(UTC), 0
    while moment < until:
        minutes += is_open(schedule, moment.astimezone(zone))
        moment += timedelta(minutes=1)
    assert minutes == expected * 60


def dates(first: str, last: str, hours: str = "00:00-24:00", rank: int = 100) -> ExceptionalPeriod:
    start, _, end = hours.partition("-")
    return ExceptionalPeriod(
        range=DateRange(first=first, last=last), rank=rank, start=minute_of(start, end=False), end=minute_of(end, end=True),
    )  # fmt: skip


LEAVE = dates("2026-12-20", "2027-01-05", "08:00-17:00")
CHRISTMAS = ExceptionalPeriod(yearly=YearlyDate(month=12, day=25))
LEAP = ExceptionalPeriod(yearly=YearlyDate(month=2, day=29))
MIDDLES = ExceptionalPeriod(days=DaysOfMonths(days=(15, 31), months=(2, 3)))
EVERY_FIRST = ExceptionalPeriod(days=DaysOfMonths(days=(1,)))

COVERED: dict[str, tuple[ExceptionalPeriod, str, bool]] = {
    "P70: before the year ends": (LEAVE, "2026-12-31T10:00", True),
    "P70: after it": (LEAVE, "2027-01-05T16:59:59", True),
    "P70: the day after": (LEAVE, "2027-01-06T10:00", False),
    "P71: after its hours": (LEAVE, "2026-12-22T18:00", False),
    "P71: as they end": (LEAVE, "2026-12-22T17:00", False),
    "P70: the year before": (LEAVE, "2025-12-31T10:00", False),
    "P72: the whole day": (CHRISTMAS, "2026-12-25T23:59:59", True),
    "P73: no hole before midnight": (CHRISTMAS, "2031-12-25T23:59:30", True),
    "P72: the next day": (CHRISTMAS, "2026-12-26T00:00", False),
    "29 February, where there is one": (LEAP, "2028-02-29T12:00", True),
    "29 February, where there is none": (LEAP, "2027-03-01T12:00", False),
    "P66: a day of one of the months": (MIDDLES, "2027-03-31T12:00", True),
    "P66: a day that the month has not": (MIDDLES, "2027-03-03T12:00", False),
    "P67: another month": (MIDDLES, "2027-04-15T12:00", False),
    "P67: all months": (EVERY_FIRST, "2027-08-01T12:00", True),
    "not enabled": (ExceptionalPeriod(yearly=YearlyDate(month=12, day=25), enabled=False), "2026-12-25T12:00", False),
}  # fmt: skip


@pytest.mark.parametrize("case", COVERED)
def test_given_a_period_then_it_covers_the_moment_or_not(case: str) -> None:
    period, moment, expected = COVERED[case]
    assert covers(period, at(moment)) is expected


WINNERS: dict[str, tuple[dict[str, ExceptionalPeriod], str, str | None]] = {
    "nothing in force": ({"a": LEAVE}, "2026-10-13T10:00", None),
    "the lowest rank": (
        {"a": dates("2026-12-25", "2026-12-25", rank=2), "b": dates("2026-12-20", "2027-01-05", rank=1)}, "2026-12-25T10:00", "b"),
    "fewer calendar days": (
        {"a": dates("2026-12-20", "2027-01-05"), "b": dates("2026-12-24", "2026-12-25")}, "2026-12-25T10:00", "b"),
    "one day a year is fewer than two": (
        {"a": dates("2026-12-24", "2026-12-25"), "b": CHRISTMAS}, "2026-12-25T10:00", "b"),
    "twelve days a year are more than two": (
        {"a": EVERY_FIRST, "b": dates("2026-12-31", "2027-01-01")}, "2027-01-01T10:00", "b"),
    "fewer hours a day": (
        {"a": dates("2026-12-25", "2026-12-25"), "b": dates("2026-12-25", "2026-12-25", "08:00-17:00")}, "2026-12-25T10:00", "b"),
    "Z09: the most immediate, by its first day": (
        {"a": dates("2026-12-23", "2026-12-25"), "b": dates("2026-12-24", "2026-12-26")}, "2026-12-25T10:00", "b"),
    "Z09: the most immediate, by its hour": (
        {"a": dates("2026-12-25", "2026-12-25", "08:00-12:00"), "b": dates("2026-12-25", "2026-12-25", "10:00-14:00")},
        "2026-12-25T11:00", "b"),
    "the lowest id": (
        {"b": dates("2026-12-25", "2026-12-25"), "a": dates("2026-12-25", "2026-12-25")}, "2026-12-25T10:00", "a"),
}  # fmt: skip


@pytest.mark.parametrize("case", WINNERS)
def test_given_several_periods_then_the_winner_is_the_one_of_c10(case: str) -> None:
    periods, moment, winner = WINNERS[case]
    assert winning_period(periods, at(moment)) == winner
