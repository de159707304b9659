"""Every action of a company document, with the way to it: what checks and lints walk over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

import msgspec

from routing.company import (
    Account,
    Answering,
    AnyAction,
    CompanyDocument,
    Defaults,
    ExceptionalPeriod,
    Greeting,
    Group,
    Handling,
    Ring,
    Rule,
    Schedule,
    Site,
    User,
    UserDefaults,
    Voicemail,
    ZeroDialing,
)

Steps = tuple[str | int, ...]
Role = Literal["step", "busy", "unanswered", "forward", "dnd", "operator", "then", "key_0", "overflow"]

_NO_DEFAULTS = Defaults()


class Placed(msgspec.Struct, frozen=True, gc=False):
    """An action, the way to it in the document, what it is for there, and whose it is: the extension of a
    user (whose own box an empty `box` means), or nothing."""

    action: AnyAction
    steps: Steps
    role: Role
    owner: str = ""
    for_users: bool = False
    """In a level's defaults for its users: an empty `box` is each one's own."""


def each_action(document: CompanyDocument) -> Iterator[Placed]:
    """All actions, those inside other actions included, in the order of the document."""
    for placed in _outermost(document):
        yield from _with_inner(placed)


def _outermost(document: CompanyDocument) -> Iterator[Placed]:
    for steps, holder in each_level(document):
        if holder.operator is not None:
            yield Placed(holder.operator, (*steps, "operator"), "operator")
        yield from _of_defaults(holder.defaults, (*steps, "defaults"))
    for key, number in document.numbers.items():
        if number.operator is not None:
            yield Placed(number.operator, ("numbers", key, "operator"), "operator")
    for key, handling in document.handlings.items():
        yield from handling_actions(handling, ("handlings", key))
    for extension, user in document.users.items():
        yield from user_actions(user, extension)
    for key, queue in document.queues.items():
        yield from _of_exceptions(queue.exceptions, ("queues", key), "")
        for place, overflow in enumerate(queue.overflow):
            yield Placed(overflow.to, ("queues", key, "overflow", place, "to"), "overflow")
        yield from _of_zero(queue.zero_dialing, ("queues", key, "zero_dialing"), "")
    for key, line in document.shared_lines.items():
        yield Placed(line.unanswered, ("shared_lines", key, "unanswered"), "unanswered")


def each_level(document: CompanyDocument) -> Iterator[tuple[Steps, Account | Site | Group]]:
    """The account, the sites, the groups: whatever gives settings to the objects below it (3.2)."""
    yield ("account",), document.account
    yield from ((("sites", key), site) for key, site in document.sites.items())
    yield from ((("groups", key), group) for key, group in document.groups.items())


def each_periods(document: CompanyDocument) -> Iterator[tuple[Steps, Mapping[str, ExceptionalPeriod]]]:
    """Every set of exceptional periods, with the way to it."""
    for steps, holder in each_level(document):
        defaults = holder.defaults
        yield (*steps, "defaults", "users", "exceptions"), defaults.users.exceptions
        yield (*steps, "defaults", "numbers", "exceptions"), defaults.numbers.exceptions
        yield (*steps, "defaults", "queues", "exceptions"), defaults.queues.exceptions
    for key, handling in document.handlings.items():
        yield ("handlings", key, "exceptions"), handling.exceptions
    for extension, user in document.users.items():
        yield ("users", extension, "exceptions"), user.exceptions
    for key, queue in document.queues.items():
        yield ("queues", key, "exceptions"), queue.exceptions


def each_schedule(document: CompanyDocument) -> Iterator[tuple[Steps, Schedule]]:
    """Every schedule, with the way to it."""
    for steps, schedule in _schedules(document):
        if schedule is not None:
            yield steps, schedule


def _schedules(document: CompanyDocument) -> Iterator[tuple[Steps, Schedule | None]]:
    for steps, holder in each_level(document):
        defaults = holder.defaults
        yield (*steps, "defaults", "users", "schedule"), defaults.users.schedule
        yield (*steps, "defaults", "numbers", "schedule"), defaults.numbers.schedule
        yield (*steps, "defaults", "queues", "schedule"), defaults.queues.schedule
    for key, handling in document.handlings.items():
        yield ("handlings", key, "schedule"), handling.schedule
    for extension, user in document.users.items():
        yield ("users", extension, "schedule"), user.schedule
        yield ("users", extension, "working_hours"), user.working_hours
    for key, queue in document.queues.items():
        yield ("queues", key, "schedule"), queue.schedule


def _of_defaults(defaults: Defaults, steps: Steps) -> Iterator[Placed]:
    if defaults == _NO_DEFAULTS:
        return
    users, numbers = defaults.users, defaults.numbers
    for placed in _of_user_defaults(users, (*steps, "users")):
        yield msgspec.structs.replace(placed, for_users=True)
    yield from _of_exceptions(numbers.exceptions, (*steps, "numbers"), "")
    here = (*steps, "numbers", "closed")
    yield from (Placed(action, (*here, place), "step") for place, action in enumerate(numbers.closed))
    yield from _of_exceptions(defaults.queues.exceptions, (*steps, "queues"), "")


def _of_user_defaults(users: UserDefaults, steps: Steps) -> Iterator[Placed]:
    yield from _of_exceptions(users.exceptions, steps, "")
    for name, answering in (("open", users.open), ("closed", users.closed)):
        if answering is not None and answering.own_busy is not None:
            yield Placed(answering.own_busy, (*steps, name, "busy"), "busy")
        if answering is not None and answering.own_unanswered is not None:
            yield Placed(answering.own_unanswered, (*steps, name, "unanswered"), "unanswered")
    if users.dnd is not None:
        yield Placed(users.dnd, (*steps, "dnd"), "dnd")


def handling_actions(handling: Handling, steps: Steps) -> Iterator[Placed]:
    """The outermost actions of a handling."""
    yield from _of_exceptions(handling.exceptions, steps, "")
    yield from _of_rules(handling.rules, steps, "")
    for name in ("open", "closed"):
        listed: tuple[AnyAction, ...] = getattr(handling, name)
        yield from (Placed(action, (*steps, name, place), "step") for place, action in enumerate(listed))
    yield from _of_zero(handling.zero_dialing, (*steps, "zero_dialing"), "")


def user_actions(user: User, extension: str) -> Iterator[Placed]:
    """The outermost actions of a user; those of a context he left out are not there."""
    steps: Steps = ("users", extension)
    yield from _of_exceptions(user.exceptions, steps, extension)
    yield from _of_rules(user.rules, steps, extension)
    yield from _of_answering(user.open, (*steps, "open"), extension)
    if user.closed is not None:
        yield from _of_answering(user.closed, (*steps, "closed"), extension)
    if user.forward is not None:
        yield Placed(user.forward.to, (*steps, "forward", "to"), "forward", extension)
    if user.dnd is not None:
        yield Placed(user.dnd, (*steps, "dnd"), "dnd", extension)
    if user.operator is not None:
        yield Placed(user.operator, (*steps, "operator"), "operator", extension)


def _of_answering(answering: Answering, steps: Steps, owner: str) -> Iterator[Placed]:
    yield Placed(answering.busy, (*steps, "busy"), "busy", owner)
    yield Placed(answering.unanswered, (*steps, "unanswered"), "unanswered", owner)


def _of_exceptions(periods: Mapping[str, ExceptionalPeriod], steps: Steps, owner: str) -> Iterator[Placed]:
    for key, period in periods.items():
        here = (*steps, "exceptions", key, "steps")
        yield from (
            Placed(action, (*here, place), "step", owner) for place, action in enumerate(period.steps)
        )


def _of_rules(rules: tuple[Rule, ...], steps: Steps, owner: str) -> Iterator[Placed]:
    for number, rule in enumerate(rules):
        here = (*steps, "rules", number, "steps")
        yield from (Placed(action, (*here, place), "step", owner) for place, action in enumerate(rule.steps))


def _of_zero(zero: ZeroDialing | None, steps: Steps, owner: str) -> Iterator[Placed]:
    if zero is not None and zero.target is not None:
        yield Placed(zero.target, (*steps, "target"), "key_0", owner)


def _with_inner(placed: Placed) -> Iterator[Placed]:
    yield placed
    match placed.action:
        case Ring(zero_dialing=zero):
            for inner in _of_zero(zero, (*placed.steps, "zero_dialing"), placed.owner):
                yield from _with_inner(inner)
        case Greeting(then=then) if then is not None:
            yield from _with_inner(Placed(then, (*placed.steps, "then"), "then", placed.owner))
        case Voicemail(operator_target=target) if target is not None:
            here = (*placed.steps, "operator_target")
            yield from _with_inner(Placed(target, here, "operator", placed.owner))
