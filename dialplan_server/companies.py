"""Which company owns a number or a domain: the indexes a worker looks calls up in, made once per publication."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import msgspec
import phonenumbers

from dialplan_server.teams_callers import TeamsPhone, phones_by_number
from routing.compiled import Company


class Companies(msgspec.Struct, frozen=True):
    """The companies a worker can serve. `at` finds an older revision that a live call is pinned to."""

    by_id: Mapping[str, Company]
    by_number: Mapping[str, tuple[str, ...]]
    by_domain: Mapping[str, str]
    at: Callable[[str, int], Company | None]
    spellings: Mapping[str, str] = {}
    """How trunks write our numbers without the `+`, to E.164; spellings that two numbers share are left out."""
    in_teams: Mapping[str, tuple[TeamsPhone, ...]] = {}
    """Phones in Microsoft Teams by their numbers there."""

    def e164(self, dialled: str) -> str:
        """The number that was dialled, as documents write it; empty when nobody has it."""
        number = dialled if dialled.startswith("+") else f"+{dialled}"
        if number in self.by_number:
            return number
        return self.spellings.get(dialled, "")

    def owner_of(self, number: str, domain: str) -> str | None:
        """The company of a number; of several that hold it, the one whose domain was asked."""
        holders = self.by_number.get(number, ())
        asked = self.by_domain.get(domain)
        return asked if asked in holders else (holders[0] if holders else None)


def index(by_id: Mapping[str, Company], at: Callable[[str, int], Company | None]) -> Companies:
    """The indexes of these companies."""
    by_number: dict[str, tuple[str, ...]] = {}
    for ident, company in by_id.items():
        for number in company.numbers_by_e164:
            by_number[number] = (*by_number.get(number, ()), ident)
    domains = {company.document.account.domain: ident for ident, company in by_id.items()}
    return Companies(by_id, by_number, domains, at, _spellings(by_number), phones_by_number(by_id))


def _spellings(numbers: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    shared: set[str] = set()
    for number in numbers:
        for spelling in _written(number):
            if found.setdefault(spelling, number) != number:
                shared.add(spelling)
    return {spelling: number for spelling, number in found.items() if spelling not in shared}


def _written(number: str) -> set[str]:
    """`5145550100`, `0199000103`, `0033199000103`, `01115145550100`: national and international prefixes."""
    digits = number.removeprefix("+")
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return {f"00{digits}", f"011{digits}"}
    national = phonenumbers.national_significant_number(parsed)
    trunk = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
    return {f"00{digits}", f"011{digits}", national, "".join(c for c in trunk if c.isdigit())}
