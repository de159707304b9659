"""Every action of a company document, with the way to it: what checks and lints walk over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

import msgspec

from routing.company import (
    Answering,
    AnyAction,
    CompanyDocument,
    ExceptionalPeriod,
    Greeting,
    Handling,
    Ring,
    Rule,
    User,
    Voicemail,
    ZeroDialing,
)

Steps = tuple[str | int, ...]
Role = Literal["step", "busy", "unanswered", "forward", "dnd", "operator", "then", "key_0", "overflow"]


class Placed(msgspec.Struct, frozen=True, gc=False):
    """An action, the way to it in the document, what it is for there, and whose it is: the extension of a
    user (whose own box an empty `box` means), or nothing."""

    action: AnyAction
    steps: Steps
    role: Role
    owner: str = ""


def each_action(document: CompanyDocument) -> Iterator[Placed]:
    """All actions, those inside other actions included, in the order of the document."""
    for placed in _outermost(document):
        yield from _with_inner(placed)


def _outermost(document: CompanyDocument) -> Iterator[Placed]:
    if document.account.operator is not None:
        yield Placed(document.account.operator, ("account", "operator"), "operator")
    for key, site in document.sites.items():
        if site.operator is not None:
            yield Placed(site.operator, ("sites", key, "operator"), "operator")
    for key, handling in document.handlings.items():
        yield from handling_actions(handling, ("handlings", key))
    for extension, user in document.users.items():
        yield from user_actions(user, extension)
    for key, queue in document.queues.items():
        for place, overflow in enumerate(queue.overflow):
            yield Placed(overflow.to, ("queues", key, "overflow", place, "to"), "overflow")
    for key, line in document.shared_lines.items():
        yield Placed(line.unanswered, ("shared_lines", key, "unanswered"), "unanswered")


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
