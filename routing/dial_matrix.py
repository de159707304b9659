"""What a phone can dial: one number of each kind and country, decided as a call of its user would be. Pure.

The rights alone are asked: nobody is on a call, every line is free, nothing was counted today.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec
import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from routing.call import Call
from routing.company import NumberClass
from routing.compiled import Company
from routing.decision import Decision
from routing.engine import next_step
from routing.outbound_dialing import entry_of
from routing.outbound_numbers import Home, destination, home_of
from routing.reasons import Reason
from routing.snapshot import Snapshot
from routing.steps import Ring

_KINDS: tuple[tuple[NumberClass, int], ...] = (
    ("national", PhoneNumberType.FIXED_LINE),
    ("national", PhoneNumberType.FIXED_LINE_OR_MOBILE),
    ("mobile", PhoneNumberType.MOBILE),
    ("toll_free", PhoneNumberType.TOLL_FREE),
    ("premium", PhoneNumberType.PREMIUM_RATE),
)
_SATELLITE = "+881612345678"
"""A number of a satellite system; libphonenumber has no example of them by country."""
_ALWAYS_ASKED = ("CA", "US", "FR", "GB")
_ENDINGS = ("0199", "0198", "0166")


class Target(msgspec.Struct, frozen=True):
    """What is dialled, and what it stands for: `kind` `emergency`, `extension`, or a kind of number, of a country (ISO 3166,
    `001` of none)."""

    kind: str
    country: str
    dialled: str


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """Whether one user may dial one target. `code` and `reason` say why not; `shows` which number is seen there, `profile`
    and `trunk` by what it goes."""

    target: Target
    allowed: bool
    code: str = ""
    reason: Reason | None = None
    shows: str = ""
    profile: str = ""
    trunk: str = ""


def matrix(company: Company, extension: str, now: datetime, more: tuple[str, ...] = ()) -> tuple[Cell, ...]:
    """Every target for a user; `more` are dialled as they are written."""
    asked = [*targets(company, extension), *(_written(company, extension, text) for text in more)]
    return tuple(_cell(company, extension, target, now) for target in asked)


def targets(company: Company, extension: str) -> Iterator[Target]:
    """Emergency numbers, a colleague, each kind of number of the user's own country, a landline of each country that
    somebody of the company may call, and of a few others; satellite networks."""
    home = home_of(company, extension)
    for number in sorted(company.emergency):
        yield Target("emergency", home.country, number)
    colleague = next((each for each in company.document.users if each != extension), "")
    if colleague:
        yield Target("extension", home.country, colleague)
    yield from _local(company, home)
    yield from _of_home(home)
    named = {c for profile in company.document.outbound_profiles.values() for c in profile.countries}
    for country in sorted({*named, *_ALWAYS_ASKED} - {home.country}):
        example = _example(country, PhoneNumberType.FIXED_LINE) or _example(country, PhoneNumberType.MOBILE)
        if example:
            yield Target("international", country, example)
    yield Target("satellite", "001", _SATELLITE)


def _local(company: Company, home: Home) -> Iterator[Target]:
    """A neighbour of the site's own number that is nobody's here."""
    near = (home.number[:-4] + ending for ending in _ENDINGS if home.number)
    yield from (
        Target("local", home.country, number)
        for number in list(near)[:1]
        if number not in company.numbers_by_e164 and _is(number, home, "local")
    )


def _of_home(home: Home) -> Iterator[Target]:
    seen: set[str] = set()
    for kind, number_type in _KINDS:
        example = _example(home.country, number_type)
        if example and kind not in seen and _is(example, home, kind):
            seen.add(kind)
            yield Target(kind, home.country, example)


def _is(number: str, home: Home, kind: NumberClass) -> bool:
    found = destination(number, home)
    return found is not None and found.kind == kind


def _example(country: str, number_type: int) -> str:
    found = phonenumbers.example_number_for_type(country, number_type)
    return phonenumbers.format_number(found, PhoneNumberFormat.E164) if found is not None else ""


def _written(company: Company, extension: str, text: str) -> Target:
    to = destination(text, home_of(company, extension))
    return Target(to.kind if to is not None else "", to.country if to is not None else "", text)


def _cell(company: Company, extension: str, target: Target, now: datetime) -> Cell:
    kind, entry = entry_of(company, extension, target.dialled)
    call = Call(
        id="matrix", company=company.id, entry_kind=kind, entry=entry, caller_number=extension, received_at=now,
        owner=extension,
    )  # fmt: skip
    if target.kind == "extension" or kind == "number":
        return Cell(target=target, allowed=True)
    return _told(target, next_step(company, call, Snapshot(now=now, agents=None)))


def _told(target: Target, decision: Decision) -> Cell:
    step = decision.step
    if isinstance(step, Ring):
        leg = step.legs[0]
        return Cell(target=target, allowed=True, shows=leg.caller_id, profile=decision.rule, trunk=leg.trunk)
    last = decision.reasons[-1] if decision.reasons else None
    return Cell(target=target, allowed=False, code=last.code if last is not None else "", reason=last)
