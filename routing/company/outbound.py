"""Calls to the outside: whom, as whom, and how much work an agent may have."""

from __future__ import annotations

from typing import Literal

from routing.company.shape import Shape
from routing.company.words import E164, STANDARD_CLASSES, Id, NumberClass


class Contact(Shape, frozen=True):
    """An entry of the external directory."""

    name: str
    number: E164
    country: str = ""


class CapacityProfile(Shape, frozen=True):
    """How much work an agent may have at a time (D13 to D29)."""

    limit: int
    reset: Literal["immediate", "end_of_day"] = "immediate"
    blocking: bool = False
    blocking_scope: Literal["any_active", "at_limit"] = "any_active"
    name: str = ""


class OutboundProfile(Shape, frozen=True):
    """What an agent's outside calls look like (D31 to D33)."""

    number: Id
    queue: Id = ""
    capacity: tuple[Id, ...] = ()
    caller_id: Id = ""
    label: str = ""
    default: bool = False
    countries: tuple[str, ...] = ()
    classes: tuple[NumberClass, ...] = STANDARD_CLASSES
    """Kinds of calls, within those countries; satellite networks are of none."""
    hold_music: Id = ""
    wait_music: Id = ""
    recording: Literal["none", "automatic"] = "none"
    transfer_to_external: bool = True
