"""The company's numbers, and how the calls of one or more of them are handled."""

from __future__ import annotations

from typing import Literal

from routing.company.actions import AnyAction, ZeroDialing
from routing.company.rules import ExceptionalPeriod, Rule
from routing.company.schedules import Schedule
from routing.company.shape import Shape
from routing.company.words import E164, Extension, Id, Language


class Handling(Shape, frozen=True):
    """How the calls of one or more numbers are handled: R's company handling, A's number flow."""

    name: str = ""
    schedule: Schedule | None = None
    exceptions: dict[Id, ExceptionalPeriod] = {}
    rules: tuple[Rule, ...] = ()
    open: tuple[AnyAction, ...] = ()
    closed: tuple[AnyAction, ...] = ()
    """Empty: the default of C22, an announcement that the company is closed."""
    zero_dialing: ZeroDialing = ZeroDialing(to="nothing")
    respect_queue_time: bool = False
    forced: Literal["", "open", "closed"] = ""
    """By hand: closed goes before every rule and period (3.3, 1); open replaces the hours alone."""


class Number(Shape, frozen=True):
    """A phone number of the company, with a handling or an extension it belongs to."""

    number: E164
    handling: Id = ""
    extension: Extension = ""
    label: str = ""
    kind: Literal["geographic", "mobile", "toll_free"] = "geographic"
    make_calls: bool = False
    receive_calls: bool = True
    status: Literal["ready", "connected"] = "connected"
    owner: Extension = ""
    site: Id = ""
    group: Id = ""
    time_zone: str = ""
    languages: tuple[Language, ...] = ()
    """Spoken to its callers, in this order; empty: those of the group, the site, the company."""
    operator: AnyAction | None = None
    enabled: bool = True
