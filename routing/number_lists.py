"""Which outside numbers a company, or an outbound profile, blocks or alone allows (issue 5, part 4). Pure.

A blocked number is never reached. Where a list of allowed numbers is set, nothing else is. Both lists of both levels hold, and the
profile's countries and kinds of numbers besides: an allowed number opens no country.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from routing.company import Account, OutboundProfile
from routing.compiled import Company
from routing.number_patterns import matches
from routing.reasons import Reason

_Listed = Literal["", "blocked", "not_listed"]


def number_blocked(company: Company, owner: str, number: str, profile: str) -> Reason | None:
    """Why the lists leave a number (E.164) out for a user whose calls use this profile (its id; empty: none)."""
    for level, holder, lists in _levels(company, profile):
        listed = _listed(lists, number)
        if listed:
            facts = {"user": owner, "outside": number, "listed": listed, "level": level, "holder": holder}
            return Reason(code="number_blocked", facts=facts)
    return None


def _levels(company: Company, profile: str) -> Iterator[tuple[str, str, Account | OutboundProfile]]:
    document = company.document
    yield "account", document.account.id, document.account
    if profile:
        yield "outbound_profile", profile, document.outbound_profiles[profile]


def _listed(lists: Account | OutboundProfile, number: str) -> _Listed:
    if any(matches(pattern, number) for pattern in lists.blocked_numbers):
        return "blocked"
    allowed = lists.allowed_numbers
    return "not_listed" if allowed and not any(matches(pattern, number) for pattern in allowed) else ""
