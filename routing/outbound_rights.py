"""Who may call out, with which of the company's numbers, by which profile, and how much of it (OUTBOUND 2, 3, 4, 6). Pure."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from routing.capacity import capacity_of
from routing.company import User
from routing.compiled import Company


class Presented(msgspec.Struct, frozen=True):
    """With what a call goes out: the id of the number that is shown, and the profile that decides the rest."""

    number: str
    profile: str


def has_feature(company: Company, extension: str) -> bool:
    """A capacity profile of his is attached to an outbound profile, or a number is his own (D15); else he has no outbound
    function at all."""
    user = company.document.users.get(extension)
    if user is None:
        return False
    return bool(_personal(company, extension)) or next(_profiles_of(company, user), None) is not None


def locked_by(company: Company, extension: str) -> tuple[str, str] | None:
    """The level that locks outside calls for a user, and its id: account, site or an enabled group; None: none does."""
    document = company.document
    user = document.users.get(extension)
    if document.account.outbound_locked:
        return "account", document.account.id
    site = document.sites.get(user.site) if user is not None else None
    if user is not None and site is not None and site.outbound_locked:
        return "site", user.site
    group = document.groups.get(user.group) if user is not None else None
    if user is not None and group is not None and group.enabled and group.outbound_locked:
        return "group", user.group
    return None


def numbers_ending(company: Company, digits: str) -> list[str]:
    """The ids of the numbers that a choice of these digits may mean."""
    return [key for key, number in company.document.numbers.items() if number.number.endswith(digits)]


def can_call(company: Company, key: str) -> bool:
    """The number is in service and its plan has outbound calls (D05)."""
    number = company.document.numbers.get(key)
    return number is not None and number.enabled and number.make_calls


def may_show(company: Company, extension: str, key: str) -> bool:
    """He has access to the number (A03): his own, one whose data he may see, one of a team of his, or one of a profile of
    his. Somebody else's personal number never is (D39)."""
    document = company.document
    user, number = document.users.get(extension), document.numbers.get(key)
    if user is None or number is None or number.owner not in ("", extension):
        return False
    if extension in (number.owner, number.extension) or key in user.data_access:
        return True
    if any(extension in team.members and key in team.numbers for team in document.teams.values()):
        return True
    profiles = (document.outbound_profiles[each] for each in _profiles_of(company, user))
    return any(key in (profile.number, profile.caller_id) for profile in profiles)


def presented(company: Company, extension: str, chosen: str = "") -> Presented | None:
    """The number shown and the profile, for a number chosen or for none (OUTBOUND 3). With a personal number everything else
    is the default profile's, whatever others he has (D34, D40, C20). None: no profile decides it."""
    document = company.document
    own = _personal(company, extension)
    if chosen == own or not chosen:
        profile = _default(company) if own else _first(company, extension)
        return _showing(company, own, profile) if profile else None
    owning = (key for key, each in document.outbound_profiles.items() if each.number == chosen)
    profile = next(owning, "") or _default(company) or _first(company, extension)
    return _showing(company, chosen, profile) if profile else None


def _showing(company: Company, number: str, profile: str) -> Presented:
    """A profile may show another number than its own (D31)."""
    settings = company.document.outbound_profiles[profile]
    if number in ("", settings.number):
        number = settings.caller_id or settings.number
    return Presented(number, profile)


def capacity_used(company: Company, extension: str, profile: str) -> tuple[str, ...]:
    """The capacity profiles of which such a call may take a unit: his of this outbound profile, else his of any."""
    document = company.document
    user = document.users.get(extension)
    if user is None:
        return ()
    held = capacity_of(document, user)
    here = [key for key in document.outbound_profiles[profile].capacity if key in held]
    attached = {key for each in document.outbound_profiles.values() for key in each.capacity}
    return tuple(here or [key for key in held if key in attached])


def _personal(company: Company, extension: str) -> str:
    """His own number, as long as it can call out and he is enabled for routing (D41)."""
    key, user = company.personal.get(extension, ""), company.document.users.get(extension)
    return key if key and user is not None and user.routable and can_call(company, key) else ""


def _default(company: Company) -> str:
    profiles = company.document.outbound_profiles.items()
    return next((key for key, profile in profiles if profile.default), "")


def _first(company: Company, extension: str) -> str:
    user = company.document.users.get(extension)
    return next(_profiles_of(company, user), "") if user is not None else ""


def _profiles_of(company: Company, user: User) -> Iterator[str]:
    """The outbound profiles that share a capacity profile with him."""
    held = user.capacity.keys()
    profiles = company.document.outbound_profiles.items()
    return (key for key, profile in profiles if not held.isdisjoint(profile.capacity))


def emergency_number(company: Company, extension: str) -> str:
    """What an emergency call shows: the number of the caller's site, else the company's first; empty when it has none."""
    document = company.document
    user = document.users.get(extension)
    site = document.sites.get(user.site) if user else None
    own = document.numbers.get(site.number) if site else None
    geographic = (number for number in document.numbers.values() if number.kind == "geographic")
    shown = own or next(geographic, None)
    return shown.number if shown else ""
