"""How a trunk wants a number: the forms that carriers ask for (issue 5, part 5). Pure; prefixes are libphonenumber's."""

from __future__ import annotations

import re

import phonenumbers
from phonenumbers import PhoneMetadata

from routing.company import CompanyDocument, TrunkFormat

_NOT_DIALLED = re.compile(r"[^0-9]")


def dialled(document: CompanyDocument, trunk: str, number: str) -> str:
    """What is asked of the trunk for an outside number (E.164); a short one, an emergency number, goes as it is."""
    found = document.trunks.get(trunk)
    if found is None or not number.startswith("+"):
        return number
    return found.prefix + written(number, found.format, found.country or document.account.country)


def shown(document: CompanyDocument, trunk: str, number: str) -> str:
    """Our number as the trunk wants it."""
    found = document.trunks.get(trunk)
    if found is None or not number.startswith("+"):
        return number
    return written(number, found.shown_format, found.country or document.account.country)


def withheld(document: CompanyDocument, trunk: str, number: str) -> bool:
    """Whether the trunk hides who calls; never from rescuers, whose number is the only one without `+`."""
    found = document.trunks.get(trunk)
    return found is not None and found.withheld and number.startswith("+")


def written(number: str, form: TrunkFormat, country: str) -> str:
    """An E.164 number in one of the forms, seen from a country (ISO 3166)."""
    if form == "e164":
        return number
    if form == "digits":
        return number.lstrip("+")
    parsed = phonenumbers.parse(number)
    if form == "national":
        return _digits(phonenumbers.format_out_of_country_calling_number(parsed, country))
    return f"{_international_prefix(country)}{number.lstrip('+')}"


def _international_prefix(country: str) -> str:
    """What is dialled in a country before a number of another: 011, 00. Where a plan has several and prefers none (Brazil's
    depend on the carrier), the world's usual one (ITU-T E.123)."""
    plan = PhoneMetadata.metadata_for_region(country)
    known = (
        (plan.preferred_international_prefix or plan.international_prefix or "") if plan is not None else ""
    )
    digits = known.replace("~", "")  # where one waits for a second dial tone
    return digits if digits.isdigit() else "00"


def _digits(text: str) -> str:
    return _NOT_DIALLED.sub("", text)
