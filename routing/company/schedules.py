"""Weekly hours, and the three ways to name dates."""

from __future__ import annotations

from routing.company.shape import Shape
from routing.company.words import IsoDate, Minute, Weekday


class Opening(Shape, frozen=True):
    """One entry of weekly hours (P43 to P50). `end` <= `start` only with `next_day` (P46)."""

    days: tuple[Weekday, ...]
    start: Minute
    end: Minute
    next_day: bool = False
    months: tuple[int, ...] = ()
    name: str = ""
    enabled: bool = True


class Schedule(Shape, frozen=True):
    """Weekly hours; the union of the entries is open (C11). Not enabled: no schedule (P76)."""

    openings: tuple[Opening, ...] = ()
    enabled: bool = True
    time_zone: str = ""


class DateRange(Shape, frozen=True):
    """First to last day, both included, `YYYY-MM-DD` (finding 3)."""

    first: IsoDate
    last: IsoDate


class YearlyDate(Shape, frozen=True):
    """The same day each year, e.g. 12-25."""

    month: int
    day: int


class DaysOfMonths(Shape, frozen=True):
    """The recurring selector of P66 and P67: days of the month crossed with months."""

    days: tuple[int, ...]
    months: tuple[int, ...] = ()
