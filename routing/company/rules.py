"""What departs from the hours: exceptional periods and advanced rules."""

from __future__ import annotations

from typing import Literal

from routing.company.actions import AnyAction
from routing.company.schedules import DateRange, DaysOfMonths, Opening, YearlyDate
from routing.company.shape import Shape
from routing.company.words import Id, Minute


class Imported(Shape, frozen=True):
    """Where an exceptional period came from: `calendar` such as `CA-QC` or a file's name, the `uid` it has
    there, and a digest of it as imported, which differs once somebody has edited it."""

    calendar: str
    uid: str
    digest: str


class ExceptionalPeriod(Shape, frozen=True):
    """Dates that depart from the hours, a holiday included (P62 to P75, Z09). Exactly one of
    `range`, `yearly`, `days`; from `start` to `end` each day, 1440 = to the end of the day."""

    name: str = ""
    rank: int = 100
    range: DateRange | None = None
    yearly: YearlyDate | None = None
    days: DaysOfMonths | None = None
    start: Minute = 0
    end: Minute = 1440
    steps: tuple[AnyAction, ...] = ()
    enabled: bool = True
    imported: Imported | None = None


class Rule(Shape, frozen=True):
    """An advanced rule: all conditions that are set must hold; first match wins (R09 to R12)."""

    id: Id
    name: str = ""
    enabled: bool = True
    even_in_exception: bool = False
    callers: tuple[str, ...] = ()
    """Whole numbers, or a part with a trailing `*`."""
    contacts: tuple[Id, ...] = ()
    called: tuple[Id, ...] = ()
    weekly: tuple[Opening, ...] = ()
    dates: tuple[DateRange, ...] = ()
    state: Literal["", "open", "closed"] = ""
    steps: tuple[AnyAction, ...] = ()
