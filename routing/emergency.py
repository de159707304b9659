"""Emergency numbers, as people dial them: by country, whoever calls and whatever he may do otherwise. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from phonenumbers import shortnumberinfo

_EVERYWHERE = frozenset({"112", "911"})
"""What mobile phones dial wherever they are: an operator takes both."""
_NONE: Mapping[str, Iterable[str]] = {}
_ALSO: dict[str, frozenset[str]] = {
    # The French plan's urgent numbers that libphonenumber does not count (ARCEP): by text, social, children, rescue.
    "FR": frozenset({"114", "115", "119", "191", "196"}),
}


def numbers(countries: Iterable[str], own: Mapping[str, Iterable[str]] = _NONE) -> tuple[str, ...]:
    """The emergency numbers of these countries (ISO 3166), in order; those of a country that `own` names are the company's."""
    return tuple(sorted(_EVERYWHERE.union(*(own.get(country) or _of(country) for country in countries))))


@cache
def _of(country: str) -> frozenset[str]:
    """Two and three digits: there is no longer one in the countries' plans (libphonenumber, short numbers)."""
    known = {str(n) for n in range(10, 1000) if shortnumberinfo.is_emergency_number(str(n), country)}
    return _ALSO.get(country, frozenset()) | known
