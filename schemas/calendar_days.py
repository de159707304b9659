"""Days of a calendar, before they become exceptional periods: from the `holidays` library, by country (R11, Z09).

The library's rules are a start, not the law of a company: what is imported can be edited, and stays edited.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache

import holidays
import msgspec
from holidays.utils import list_localized_countries, list_supported_countries

from routing.company import Language
from schemas.shape import meant

YEARS = range(1900, 2101)
MOST_YEARS = 50
_LANGUAGES: Mapping[Language, tuple[str, ...]] = {"fr": ("fr",), "en": ("en_CA", "en_US", "en_GB", "en")}


class CalendarDay(msgspec.Struct, frozen=True):
    """Something of a calendar: from the first to the last day, both included, and between `start` and `end`
    minutes of each. `uid` tells it from the others of its calendar, the same at each import."""

    uid: str
    names: Mapping[Language, str]
    first: date
    last: date
    start: int = 0
    end: int = 1440


class Calendar(msgspec.Struct, frozen=True):
    """A calendar's name, such as `CA-QC`, its days in order, and the country they are of, if any."""

    name: str
    days: tuple[CalendarDay, ...]
    country: str = ""


class Refused(msgspec.Struct, frozen=True):
    """Why there is no calendar, or why it cannot be imported: the facts fill the sentence of `code` in
    `schemas.calendar_sentences`. A pair is the French and the English wording."""

    code: str
    facts: Mapping[str, str | tuple[str, str]] = {}


def years_of(text: str) -> range | Refused:
    """`2026` or `2026-2028`."""
    found = re.fullmatch(r"([0-9]{4})(?:-([0-9]{4}))?", text.strip())
    if found is None:
        return Refused("years_wrong", {"value": text})
    first, last = int(found[1]), int(found[2] or found[1])
    if first > last or first not in YEARS or last not in YEARS or last - first >= MOST_YEARS:
        return Refused("years_wrong", {"value": text})
    return range(first, last + 1)


def library_calendar(
    country: str, subdivision: str, years: Sequence[int], categories: Sequence[str] = ()
) -> Calendar | Refused:
    """The holidays of a country, or of a part of it, observed days included."""
    known = _countries()
    if country not in known:
        return Refused("country_unknown", {"value": country, "hint": meant(country, tuple(known))})
    subdivision = _subdivision(country, subdivision)
    if subdivision and subdivision not in known[country]:
        facts = {"value": subdivision, "country": country, "known": ", ".join(known[country]) or "—"}
        return Refused("subdivision_unknown", facts)
    possible = holidays.country_holidays(country).supported_categories
    wrong = next((category for category in categories if category not in possible), None)
    if wrong is not None:
        return Refused("category_unknown", {"value": wrong, "country": country, "known": ", ".join(possible)})
    named = {
        language: _days(country, subdivision, years, categories, locale)
        for language, locale in _locales(country).items()
    }
    days = _together(named)
    if not days:
        return Refused("calendar_empty", {"years": f"{years[0]}-{years[-1]}"})
    return Calendar("-".join(filter(None, (country, subdivision))), days, country)


def _days(
    country: str, subdivision: str, years: Sequence[int], categories: Sequence[str], locale: str | None
) -> dict[date, str]:
    with warnings.catch_warnings():
        # The library warns of years it does not know; they have no days, and the caller says so.
        warnings.simplefilter("ignore", UserWarning)
        chosen = holidays.country_holidays(
            country, subdiv=subdivision or None, years=years, observed=True, language=locale, categories=tuple(categories) or None
        )  # fmt: skip
    return {day: name for day, name in chosen.items() if day.year in years}


def _together(named: Mapping[Language, Mapping[date, str]]) -> tuple[CalendarDay, ...]:
    days = sorted({day for names in named.values() for day in names})
    return tuple(
        CalendarDay(
            uid=day.isoformat(),
            names={language: names[day] for language, names in named.items() if day in names},
            first=day,
            last=day,
        )
        for day in days
    )


@cache
def _countries() -> Mapping[str, list[str]]:
    """Two-letter codes, as a company writes countries, with their subdivisions."""
    return {code: parts for code, parts in list_supported_countries().items() if len(code) == 2}


def _subdivision(country: str, name: str) -> str:
    """The code of a subdivision that may be given by its name, in any case: `québec` is `QC`."""
    aliases: Mapping[str, str] = getattr(holidays.country_holidays(country), "subdivisions_aliases", {})
    by_text = {text.casefold(): code for text, code in aliases.items()}
    by_text |= {code.casefold(): code for code in _countries()[country]}
    return by_text.get(name.casefold(), name)


def _locales(country: str) -> dict[Language, str | None]:
    """The library's name of each of our languages that it has for the country; English or its own otherwise."""
    offered = list_localized_countries().get(country, [])
    found: dict[Language, str | None] = {
        language: next(locale for locale in locales if locale in offered)
        for language, locales in _LANGUAGES.items()
        if any(locale in offered for locale in locales)
    }
    return found or {"en": None}
