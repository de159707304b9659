"""Whom a call reaches when nobody of ours decides: the first open target's phones, and the box that follows. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from routing.company import (
    AnyAction,
    Greeting,
    Number,
    Ring,
    ToExtension,
    ToNumber,
    ToOperator,
    ToQueue,
    ToSharedLine,
    Voicemail,
)
from routing.compiled import Company
from routing.device_kinds import is_talked_on


class Target(msgspec.Struct, frozen=True):
    """Who rings first, by extension, and the box that follows; empty both when there is nobody."""

    users: tuple[str, ...] = ()
    box: str = ""


def number_target(company: Company, number: Number) -> Target:
    """What a number comes to while it is open; nobody for one that takes no calls. Documents whose numbers go round in a circle
    are refused when loaded."""
    if not (number.enabled and number.receive_calls):
        return Target()
    if number.extension:
        return extension_target(company, number.extension)
    handling = company.document.handlings.get(number.handling)
    if handling is None:
        return Target()
    found = _first(company, handling.open)
    box = found.box or _box((*handling.open, *handling.closed)) or _own_box(company, found.users)
    return msgspec.structs.replace(found, box=box)


def extension_target(company: Company, extension: str) -> Target:
    """Who rings for an extension; nobody for one that only speaks, or that nobody has."""
    target, document = company.extensions.get(extension), company.document
    match target.kind if target else "":
        case "user":
            return Target((extension,), _own_box(company, (extension,)))
        case "box":
            return Target(box=extension)
        case "queue" if target:
            queue = document.queues[target.id]
            return Target(_members(company, queue.members, queue.teams))
        case "shared_line" if target:
            return Target(document.shared_lines[target.id].members)
        case "site_device":
            return Target((extension,))
        case _:
            return Target()


def devices_of(company: Company, extension: str) -> tuple[str, ...]:
    """What rings of a user, or of a device that is nobody's: as when somebody decides (T113, P28)."""
    user, nobodys = company.document.users.get(extension), company.document.site_devices.get(extension)
    if user is None:
        return (extension,) if nobodys is not None and nobodys.device.enabled else ()
    devices = user.devices.items() if user.licensed else ()
    return tuple(key for key, device in devices if device.enabled and is_talked_on(device))


def _first(company: Company, steps: Iterable[AnyAction]) -> Target:
    targets = (_target(company, step) for step in steps)
    return next((target for target in targets if target.users or target.box), Target())


def _target(company: Company, step: AnyAction) -> Target:
    """Empty for a step that reaches nobody of the company: the next one does."""
    document, operator = company.document, company.document.account.operator
    match step:
        case ToExtension():
            return extension_target(company, step.extension)
        case Ring():
            return Target(_members(company, step.members, step.teams))
        case ToNumber() if step.number in document.numbers:
            return number_target(company, document.numbers[step.number])
        case ToQueue() if step.queue in document.queues:
            queue = document.queues[step.queue]
            return Target(_members(company, queue.members, queue.teams))
        case ToSharedLine() if step.shared_line in document.shared_lines:
            return Target(document.shared_lines[step.shared_line].members)
        case ToOperator() if operator and not isinstance(operator, Greeting | ToOperator):
            return _target(company, operator)
        case Greeting():
            return _first(company, (ToOperator(), *((step.then,) if step.then else ())))
        case Voicemail():
            return Target(box=step.box)
        case _:
            return Target()


def _members(company: Company, members: Sequence[str], teams: Sequence[str]) -> tuple[str, ...]:
    known = company.document.teams
    of_teams = (member for team in teams if team in known for member in known[team].members)
    return tuple(dict.fromkeys([*members, *of_teams]))


def _box(steps: Iterable[AnyAction]) -> str:
    return next((step.box for step in steps if isinstance(step, Voicemail)), "")


def _own_box(company: Company, users: Sequence[str]) -> str:
    """A message for several people is nobody's in particular."""
    user = company.document.users.get(users[0]) if len(users) == 1 else None
    return users[0] if user is not None and user.voicemail else ""
