"""Calls that leave the company: whether they may, the leg, and what it shows (C19, design 3.6)."""

from __future__ import annotations

from routing import actions
from routing.company import STANDARD_CLASSES, OutboundProfile, ToContact, ToExternal
from routing.compiled import Company
from routing.guarded import may_leave
from routing.outbound_numbers import destination, home_of
from routing.spots import Next, Spot
from routing.steps import Confirm, Leg, Ring
from routing.turn import Turn


def ring_outside(turn: Turn, spot: Spot, action: ToExternal | ToContact) -> Next:
    """Ring an outside number alone; when it may not be called, the action is over."""
    contact = turn.document.contacts[action.contact] if isinstance(action, ToContact) else None
    number = contact.number if contact is not None else action.number  # type: ignore[union-attr]
    country = contact.country if contact is not None else action.country  # type: ignore[union-attr]
    caller_id = action.caller_id if isinstance(action, ToExternal) else ""
    owner = _owner(spot)
    if not may_ring(turn, owner, number, country):
        return actions.exhausted(turn, spot)
    confirm = Confirm() if action.press_1 else None
    leg = outside_leg(turn, number, owner, action.seconds, confirm, caller_id=caller_id)
    turn.note("to_outside", outside=number)
    return turn.decide(spot.place("x"), Ring(legs=(leg,), seconds=action.seconds))


def _owner(spot: Spot) -> str:
    """Whose rights count: the user's who set the destination; the operator is the company's choice."""
    return spot.id if spot.kind == "u" and "O" not in spot.within else ""


def may_ring(turn: Turn, owner: str, number: str, country: str, *, beside: int = 0) -> bool:
    """A line is free, `beside` other legs of the same step included (P21), and the owner may call there (3.6)."""
    if not line_is_free(turn, number, beside=beside) or not may_leave(turn, owner):
        return False
    if owner and country and country not in countries_of(turn.company, owner):
        turn.note("country_not_allowed", user=owner, outside=number, country=country)
        return False
    return not owner or _class_is_allowed(turn, owner, number)


def _class_is_allowed(turn: Turn, owner: str, number: str) -> bool:
    """A forward reaches no dearer kind of number than its owner may call himself."""
    profile, to = profile_of(turn.company, owner), destination(number, home_of(turn.company, owner))
    allowed = profile.classes if profile is not None else STANDARD_CLASSES
    if to is None or to.kind in allowed:
        return True
    turn.note("class_not_allowed", user=owner, outside=number, number_class=to.kind)
    return False


def line_is_free(turn: Turn, number: str, *, beside: int = 0) -> bool:
    """A line for one more call, `beside` others that begin with it."""
    used, channels = turn.snapshot.lines_in_use, turn.document.account.trunk_channels
    if used is None or used + beside < channels:
        return True
    turn.note("trunk_full", outside=number, used=str(used), channels=str(channels))
    return False


def countries_of(company: Company, owner: str) -> tuple[str, ...]:
    """Where a user may call, forwards included: the countries of the profile that his calls use, or without any that
    of the company and of his site. An entry of the directory without a country is the administrator's choice."""
    profile, document = profile_of(company, owner), company.document
    if profile is not None:
        return profile.countries
    user = document.users.get(owner)
    site = document.sites.get(user.site) if user is not None else None
    return (document.account.country, *((site.country,) if site is not None else ()))


def profile_of(company: Company, owner: str) -> OutboundProfile | None:
    """The outbound profile of a user's calls (3.3, OUTBOUND 3): with a personal number the default one (D40), else the
    first that shares a capacity profile with him, else the default one (D32)."""
    user = company.document.users.get(owner)
    profiles = company.document.outbound_profiles.values()
    default = next((profile for profile in profiles if profile.default), None)
    if user is None or owner in company.personal:
        return default
    held = user.capacity.keys()
    return next((profile for profile in profiles if not held.isdisjoint(profile.capacity)), default)


def outside_leg(
    turn: Turn, number: str, owner: str, seconds: int, confirm: Confirm | None, *, caller_id: str = ""
) -> Leg:
    """A leg to an outside number. It shows the number chosen for it, else the one called, else any that can call out."""
    numbers = turn.document.numbers
    wanted = (numbers[key] for key in (caller_id, turn.number) if key in numbers)
    shown = next((number.number for number in wanted if number.make_calls), turn.company.outgoing)
    return Leg(
        id=f"x{number.lstrip('+')}", owner=owner or "0", seconds=seconds, number=number, caller_id=shown,
        confirm=confirm, rule=turn.rule,
    )  # fmt: skip
