"""What people dial, as a number of the world: E.164, its country, and what kind of call it makes. Pure.

Local, national and international forms are read as in the place of whoever dials (D31; issue 5, part 10); numbering plans are
libphonenumber's.
"""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec
import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType, ValidationResult

from routing.company import NumberClass
from routing.compiled import Company

_DIALLED = re.compile(r"\+?[0-9]{3,20}")
_SHORTEST = 7
"""Digits of a local number: extensions have six at most."""
_BETWEEN = re.compile(r"[.-]")
_SATELLITE = frozenset({870, 881, 882, 883})
"""Codes of no country: Inmarsat, satellite systems, international networks (ITU-T E.164)."""


class Destination(msgspec.Struct, frozen=True):
    """An outside number: `number` E.164, `country` ISO 3166 (`001`: no country's)."""

    number: str
    country: str
    kind: NumberClass


class Home(msgspec.Struct, frozen=True):
    """Where somebody dials: his country, and a number of his site, whose area local numbers are of (empty: none)."""

    country: str
    number: str = ""


def home_of(company: Company, extension: str) -> Home:
    """Of a user's site, else of the company."""
    document = company.document
    user = document.users.get(extension)
    site = document.sites.get(user.site) if user is not None else None
    number = document.numbers.get(site.number) if site is not None else None
    country = site.country if site is not None and site.country else document.account.country
    return Home(country, number.number if number is not None else company.outgoing)


def home_of_number(company: Company, key: str) -> Home:
    """Of the site of a number of the company, else of the company; local numbers are of its own area."""
    document = company.document
    number = document.numbers.get(key)
    site = document.sites.get(number.site) if number is not None else None
    country = site.country if site is not None and site.country else document.account.country
    return Home(country, number.number if number is not None else company.outgoing)


@lru_cache(maxsize=4096)
def caller_number(shown: str, home: Home) -> str:
    """The number that a trunk shows of a caller, as documents write it (R12): E.164, whether it comes in the national or an
    international form or without its `+`. What is no number of the world stays as it is."""
    if shown.startswith("+") or len(shown) < _SHORTEST:
        return shown
    for form in (shown, f"+{shown}", f"+{shown.removeprefix('00')}"):
        found = destination(form, home)
        if found is not None and phonenumbers.is_valid_number(phonenumbers.parse(found.number)):
            return found.number
    return shown


# Room for the outside numbers of the largest company: every save judges all of them again (`routing.lint_outside`).
@lru_cache(maxsize=16_384)
def destination(dialled: str, home: Home) -> Destination | None:
    """The number that was dialled; None for what cannot be one."""
    text = _BETWEEN.sub("", dialled)
    parsed = _parsed(text, home.country) if _DIALLED.fullmatch(text) else None
    if parsed is None:
        return None
    possible = phonenumbers.is_possible_number_with_reason(parsed)
    if possible == ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
        parsed = _with_area(parsed, home)
        if parsed is None or not phonenumbers.is_possible_number(parsed):
            return None
    elif possible != ValidationResult.IS_POSSIBLE:
        return None
    country = _country(parsed, home)
    if not country:
        return None
    number = phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
    return Destination(number, country, _kind(parsed, country, home))


@lru_cache(maxsize=4096)
def national_digits(number: str, country: str) -> str:
    """A number as it is read to somebody of a country, digit by digit: as he would dial it at home, all of it from abroad; an
    extension as it is."""
    parsed = _parsed(number, country) if number.startswith("+") else None
    if parsed is None or parsed.country_code != phonenumbers.country_code_for_region(country):
        return number.lstrip("+")
    return re.sub(r"\D", "", phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL))


def _parsed(text: str, country: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None


def _with_area(parsed: PhoneNumber, home: Home) -> PhoneNumber | None:
    """Seven digits in North America: the area is that of the site."""
    area = _area_of(home)
    local = phonenumbers.national_significant_number(parsed)
    return _parsed(f"+{parsed.country_code}{area}{local}", home.country) if area else None


@lru_cache(maxsize=256)
def _area_of(home: Home) -> str:
    return _area(_parsed(home.number, home.country)) if home.number else ""


def _area(parsed: PhoneNumber | None) -> str:
    if parsed is None:
        return ""
    length = phonenumbers.length_of_geographical_area_code(parsed)
    return phonenumbers.national_significant_number(parsed)[:length]


def _country(parsed: PhoneNumber, home: Home) -> str:
    """Empty where several countries share a code and none of them has the number. One that several of them have, as those toll-free
    numbers of North America that all of it may call, is one of whoever dials from there."""
    found = phonenumbers.region_code_for_number(parsed)
    if found and found != home.country and _is_of(parsed, home.country):
        return home.country
    if found:
        return found
    sharing = phonenumbers.region_codes_for_country_code(parsed.country_code or 0)
    return sharing[0] if len(sharing) == 1 else ""


def _is_of(parsed: PhoneNumber, country: str) -> bool:
    code = phonenumbers.country_code_for_region(country)
    return parsed.country_code == code and phonenumbers.is_valid_number_for_region(parsed, country)


def _kind(parsed: PhoneNumber, country: str, home: Home) -> NumberClass:
    """What makes a call dear goes first; a mobile abroad is international."""
    if parsed.country_code in _SATELLITE:
        return "satellite"
    number_type = phonenumbers.number_type(parsed)
    if number_type == PhoneNumberType.PREMIUM_RATE:
        return "premium"
    if number_type == PhoneNumberType.TOLL_FREE:
        return "toll_free"
    return _within(parsed, number_type, home) if country == home.country else "international"


def _within(parsed: PhoneNumber, number_type: int, home: Home) -> NumberClass:
    if number_type == PhoneNumberType.MOBILE:
        return "mobile"
    area = _area_of(home)
    # Where an area begins and ends is dear to ask; most numbers do not even begin like ours.
    alike = area and phonenumbers.national_significant_number(parsed).startswith(area)
    return "local" if alike and _area(parsed) == area else "national"
