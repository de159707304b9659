"""Where a user's forwards and outside numbers may lead: no further than he may call himself (C19, design 3.6, T53). Pure."""

from __future__ import annotations

from routing.company import STANDARD_CLASSES, OutboundProfile
from routing.compiled import Company
from routing.number_lists import number_blocked
from routing.outbound_numbers import destination, home_of
from routing.outbound_rights import presented
from routing.reasons import Reason


def not_allowed(company: Company, owner: str, number: str, country: str) -> Reason | None:
    """Why a forward of his does not reach a number: it reaches no other number, no other country and no dearer kind of number
    than its owner may call himself. An entry of the directory may have no `country`: its number tells it."""
    shown = presented(company, owner)
    listed = number_blocked(company, owner, number, shown.profile if shown is not None else "")
    if listed is not None:
        return listed
    to = destination(number, home_of(company, owner))
    if to is None:
        return Reason(code="outside_invalid", facts={"dialled": number})
    where = country or ("" if to.kind == "satellite" else to.country)
    profile = company.document.outbound_profiles[shown.profile] if shown is not None else None
    if where and where not in _countries(company, owner, profile):
        return Reason(code="country_not_allowed", facts={"user": owner, "outside": number, "country": where})
    if to.kind in (profile.classes if profile is not None else STANDARD_CLASSES):
        return None
    return Reason(code="class_not_allowed", facts={"user": owner, "outside": number, "number_class": to.kind})


def _countries(company: Company, owner: str, profile: OutboundProfile | None) -> tuple[str, ...]:
    """Where a user's forwards and outside numbers may lead: the countries of the profile that his calls use, or without any
    that of the company and of his site (T53)."""
    document = company.document
    if profile is not None:
        return profile.countries
    user = document.users.get(owner)
    site = document.sites.get(user.site) if user is not None else None
    return (document.account.country, *((site.country,) if site is not None else ()))


def profile_of(company: Company, owner: str) -> OutboundProfile | None:
    """The outbound profile of a user's calls (3.3, OUTBOUND 3): with a personal number the default one (D40), else the
    first that shares a capacity profile with him. None: he has no outbound function (D15). The default profile is no
    fallback for him (against D32): else a forward would reach what he may not dial."""
    shown = presented(company, owner)
    return company.document.outbound_profiles[shown.profile] if shown is not None else None
