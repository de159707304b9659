"""Public holidays of a country, by date, from the `holidays` library."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import holidays

from routing.company import Language


def public_holidays(country: str, first: date, days: int, language: Language) -> Mapping[date, str]:
    """Those of `days` dates from `first` on, named in the language where the library can; none for a country it
    does not have. National ones only: the document does not say in which province or canton a place is."""
    if country not in holidays.list_supported_countries():
        return {}
    last = first + timedelta(days=days)
    years = range(first.year, last.year + 1)
    known = holidays.list_localized_countries().get(country, [])
    spoken = next((name for name in known if name.startswith(language)), None)
    found = holidays.country_holidays(country, years=years, language=spoken)
    return {day: name for day, name in sorted(found.items()) if first <= day < last}
