"""Emergency numbers, as people dial them: by country, whoever calls and whatever he may do otherwise. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache

from phonenumbers import PhoneMetadata

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
    """Every number that the country's plan counts as one: two to six digits, `000` and `01` among them (libphonenumber, short
    numbers). Tried one by one, as it tells only whether a number is one: half a second for six digits, which three countries have."""
    metadata = PhoneMetadata.short_metadata_for_region(country)
    plan = metadata.emergency if metadata is not None else None
    if plan is None or not plan.national_number_pattern:
        return _ALSO.get(country, frozenset())
    counts = re.compile(plan.national_number_pattern).fullmatch
    tried = (f"{n:0{length}}" for length in plan.possible_length for n in range(10**length))
    return _ALSO.get(country, frozenset()).union(number for number in tried if counts(number))
