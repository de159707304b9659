"""Capacity units (catalogue D13 to D29, D44): how much of each profile's limit an agent uses, and what follows from it.

Work is counted where it is: live calls and reservations by `routing.agents`, finished work of the day by its counters.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from routing.company import CompanyDocument, User


class Capacity(msgspec.Struct, frozen=True):
    """One profile as it holds for one user: his custom limit when he has one (D17)."""

    limit: int
    blocking: bool = False
    scope: Literal["any_active", "at_limit"] = "any_active"
    end_of_day: bool = False
    """Finished work stays counted until his shift ends (D20, D21)."""


class Units(msgspec.Struct, frozen=True):
    """Used and limit, shown as "2/3". `used` may exceed the limit after a supervisor forced work (D13)."""

    used: int
    limit: int


def capacity_of(document: CompanyDocument, user: User) -> dict[str, Capacity]:
    """The profiles that a user is in."""
    found: dict[str, Capacity] = {}
    for key, custom in user.capacity.items():
        profile = document.capacity_profiles.get(key)
        if profile is not None:
            found[key] = Capacity(
                custom or profile.limit,
                profile.blocking,
                profile.blocking_scope,
                profile.reset == "end_of_day",
            )
    return found


def units_of(capacity: Mapping[str, Capacity], used: Mapping[str, int]) -> dict[str, Units]:
    """Units of each of his profiles."""
    return {key: Units(used.get(key, 0), each.limit) for key, each in capacity.items()}


def is_blocked(capacity: Mapping[str, Capacity], units: Mapping[str, Units]) -> bool:
    """A blocking profile is in force: he is offered nothing (D23 to D26, C14)."""
    return bool(capacity) and any(_blocks(each, units[key]) for key, each in capacity.items())


def _blocks(capacity: Capacity, units: Units) -> bool:
    if not capacity.blocking:
        return False
    return units.used >= (1 if capacity.scope == "any_active" else capacity.limit)


def is_exhausted(units: Units) -> bool:
    """Nothing is left of it, or less than nothing."""
    return units.used >= units.limit


def load_of(
    capacity: Mapping[str, Capacity], units: Mapping[str, Units]
) -> Literal["free", "partly", "exhausted"]:
    """What presence is made of when it follows capacity (D44): one blocking profile exhausted, or all that do not block."""
    blocking = [is_exhausted(units[key]) for key, each in capacity.items() if each.blocking]
    others = [is_exhausted(units[key]) for key, each in capacity.items() if not each.blocking]
    if any(blocking) or (others and all(others)):
        return "exhausted"
    return "partly" if any(each.used for each in units.values()) else "free"
