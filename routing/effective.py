"""The document that calls obey: each object with the values that its levels came to (catalogue 3.2).

The shape is that of the document as saved, so that the engine reads it as if there were no levels. Objects
about which nothing above them says anything stay the same objects.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

import msgspec

from routing.company import Answering, CompanyDocument, Handling, Number, Queue, RingPlan, User, Voicemail
from routing.document_walk import Steps
from routing.resolution import PRESS_1, VOICEMAIL_OPTIONS, Above, Level, Resolved, Way, read, settled

_OBJECT = Level("object")
_Holder = TypeVar("_Holder", bound=msgspec.Struct)


def effective(document: CompanyDocument) -> CompanyDocument:
    """The document with every setting at its effective value. A handling that comes to something else at one
    of its numbers than written gets a copy of its own, `<handling>.<number>`."""
    above = Above(document)
    users = {key: _user(user, above) for key, user in document.users.items()}
    queues = {key: _queue(queue, above) for key, queue in document.queues.items()}
    handlings = dict(document.handlings)
    numbers = {key: _number(key, number, above, handlings) for key, number in document.numbers.items()}
    return msgspec.structs.replace(document, users=users, queues=queues, numbers=numbers, handlings=handlings)


def written(handling: str) -> str:
    """The id in the saved document of a handling of the effective one."""
    return handling.partition(".")[0]


def written_at(steps: Steps) -> Steps:
    """The way in the saved document to what is at `steps` of the effective one."""
    if steps[:1] != ("handlings",) or len(steps) < 2:
        return steps
    return ("handlings", written(str(steps[1])), *steps[2:])


def _user(user: User, above: Above) -> User:
    settings = above.settings("users", user.site, user.group)
    if not settings:
        return user
    user = _flat(_with_closed(user, settings), settings)
    for way, found in settings.items():
        if way in PRESS_1:
            user = _outside(user, way, found)
        elif way[-1] in VOICEMAIL_OPTIONS:
            user = _voicemail_option(user, way, found)
        elif len(way) > 1 and (way[1] != "ring" or _plan_of(user, way) is not None):
            user = _at(user, way, found)
    return user


def _with_closed(user: User, settings: Mapping[Way, Resolved]) -> User:
    """Without a closed context of his own he has that of the level above, if one gives any (Z03)."""
    if user.closed is not None or not any(
        way[0] == "closed" and found.value for way, found in settings.items()
    ):
        return user
    rings = any(way[:2] == ("closed", "ring") and found.value is not None for way, found in settings.items())
    given = ("closed", "unanswered") in settings
    closed = Answering(ring=RingPlan() if rings else None, own_unanswered=None if given else user.when_closed)
    return msgspec.structs.replace(user, closed=closed)


def _plan_of(user: User, way: Way) -> RingPlan | None:
    """A context in which nothing rings has no ring times to change."""
    context = user.open if way[0] == "open" else user.closed
    return context.ring if context is not None else None


def _outside(user: User, way: Way, found: Resolved) -> User:
    numbers = {key: _at(number, way, found) for key, number in user.external_numbers.items()}
    return msgspec.structs.replace(user, external_numbers=numbers)


def _voicemail_option(user: User, way: Way, found: Resolved) -> User:
    """A part of the voicemail action that is locked by itself is that of the level above, or off (Z34, Z41)."""
    context = user.open if way[0] == "open" else user.closed
    action = context.unanswered if context is not None else None
    if context is None or not isinstance(action, Voicemail) or found.locked_by is None:
        return user
    on = bool(found.value)
    if way[-1] == "check_voicemail":
        action = msgspec.structs.replace(action, check_voicemail=on)
    else:
        action = msgspec.structs.replace(action, operator=on, operator_target=None)
    changed = msgspec.structs.replace(context, own_unanswered=action)
    return msgspec.structs.replace(user, **{way[0]: changed})


def _queue(queue: Queue, above: Above) -> Queue:
    return _flat(queue, above.settings("queues", queue.site, queue.group))


def _number(key: str, number: Number, above: Above, handlings: dict[str, Handling]) -> Number:
    """The number; its handling, when it comes to something else there, is added to `handlings`."""
    settings = above.settings("numbers", number.site, number.group)
    written = handling = handlings.get(number.handling)
    number = _flat(number, settings)
    handling = _flat(handling, settings) if handling is not None else None
    if handling is not None and handling is not written:
        name = f"{number.handling}.{key}"
        handlings[name] = handling
        number = msgspec.structs.replace(number, handling=name)
    return number


def _flat(holder: _Holder, settings: Mapping[Way, Resolved]) -> _Holder:
    """The object with every setting of one word that it has, all at once; the same object when nothing differs."""
    changed: dict[str, Any] = {}
    for way, found in settings.items():
        name = _field(type(holder), way[0]) if len(way) == 1 else ""
        if name:
            own = read(holder, way)
            value = settled(way, found.below(own, _OBJECT))
            if value != own:
                changed[name] = _unset(type(holder), name) if value is None else value
    return msgspec.structs.replace(holder, **changed) if changed else holder


@cache
def _field(shape: type[msgspec.Struct], word: str) -> str:
    """The field that is written so; empty when the shape has none."""
    fields = msgspec.structs.fields(shape)
    return next((field.name for field in fields if field.encode_name == word), "")


def _at(holder: Any, way: Way, found: Resolved) -> Any:
    """The object with the setting at its effective value; the same object when it already is."""
    own = read(holder, way)
    value = settled(way, found.below(own, _OBJECT))
    return holder if value == own else _put(holder, way, value)


def _put(holder: Any, way: Way, value: Any) -> Any:
    first, *rest = way
    shape: type[msgspec.Struct] = type(holder)
    name = _field(shape, first)
    if rest:
        inner = getattr(holder, first)
        return (
            holder
            if inner is None
            else msgspec.structs.replace(holder, **{name: _put(inner, tuple(rest), value)})
        )
    return msgspec.structs.replace(holder, **{name: _unset(shape, name) if value is None else value})


@cache
def _unset(shape: type[msgspec.Struct], name: str) -> Any:
    """What the field holds when nothing is set."""
    field = next(field for field in msgspec.structs.fields(shape) if field.name == name)
    return field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()
