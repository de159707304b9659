"""Public holidays of a place, by date: what a calendar of a number is compared with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from routing.company import Language
from schemas.calendar_days import Refused, library_calendar


def public_holidays(place: str, first: date, days: int, language: Language) -> Mapping[date, str] | Refused:
    """Those of `days` dates from `first` on, named in the language where the library can. `place` is a country (`CA`: the
    national ones) or a part of one (`CA-QC`); Refused when there is no such place, none when it has no holidays then."""
    last = first + timedelta(days=days)
    country, _, part = place.partition("-")
    found = library_calendar(country, part, range(first.year, last.year + 1))
    if isinstance(found, Refused):
        return {} if found.code == "calendar_empty" else found
    named = {day.first: day.names.get(language) or next(iter(day.names.values())) for day in found.days}
    return {day: name for day, name in named.items() if first <= day < last}
