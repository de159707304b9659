"""What a setting comes to: default, account, site, group, object, and the locks on the way (catalogue 3.2, C3, Z06).

A level's value replaces the one above unless a higher level locked it. A lock of values makes a forbidden value
count as unset, and the level above decides. What is not in force stays in the document and is told here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

import msgspec

from routing.company import (
    Account,
    Announce,
    Answering,
    AnyAction,
    BusySignal,
    CallWaiting,
    CompanyDocument,
    ExternalNumber,
    Forward,
    Group,
    Handling,
    Hangup,
    Lock,
    Number,
    Queue,
    RingPlan,
    Site,
    User,
    Voicemail,
)

Kind = Literal["users", "numbers", "queues"]
LevelName = Literal["default", "account", "site", "group", "object"]
Way = tuple[str, ...]
"""A setting below its kind: `("open", "ring", "seconds")`."""

_CONTEXT: tuple[Way, ...] = (
    ("ring", "mode"), ("ring", "seconds"), ("ring", "classes_off"), ("busy",), ("unanswered",),
)  # fmt: skip
PRESS_1: tuple[Way, ...] = (("press_1",), ("confirm_by",), ("confirm_seconds",))
"""Of each outside number of a user; a level gives them for all of his."""
USER_SETTINGS: tuple[Way, ...] = (
    ("time_zone",), ("language",), ("operator",), ("hold_music",), ("schedule",), ("exceptions",),
    *(("open", *way) for way in _CONTEXT), *(("closed", *way) for way in _CONTEXT), ("dnd",),
    ("forward_vs_schedule",), ("forward_in_open_hours",), ("receive_while_on_call",),
    ("external_numbers",), ("forward",), ("rules",),
)  # fmt: skip
NUMBER_SETTINGS: tuple[Way, ...] = (
    ("time_zone",), ("languages",), ("operator",), ("schedule",), ("exceptions",), ("closed",), ("rules",),
)  # fmt: skip
QUEUE_SETTINGS: tuple[Way, ...] = (("time_zone",), ("schedule",), ("exceptions",), ("music",))
SETTINGS: Mapping[Kind, tuple[Way, ...]] = {
    "users": USER_SETTINGS,
    "numbers": NUMBER_SETTINGS,
    "queues": QUEUE_SETTINGS,
}
VOICEMAIL_OPTIONS: tuple[str, ...] = ("operator", "check_voicemail")
"""Parts of an `unanswered` of voicemail that are locked by themselves (Z34, Z41)."""
_WITHOUT_WORDS = frozenset({"schedule", "exceptions", "external_numbers", "rules"})
_FALLBACKS: Mapping[str, tuple[AnyAction, ...]] = {
    "busy": (CallWaiting(), BusySignal()),
    "unanswered": (Voicemail(), Announce(prompt=""), Hangup()),
}
_NOTHING: Any = object()
_OF_HANDLING = ("schedule", "exceptions", "closed", "rules")


class Level(msgspec.Struct, frozen=True):
    """Where a value, or a lock, is: the account, a site, a group, or the object itself, with its id."""

    name: LevelName
    id: str = ""


DEFAULT = Level("default")


class Unused(msgspec.Struct, frozen=True):
    """A value that is stored and not in force, and the level whose lock says so."""

    value: Any
    level: Level
    because: Literal["locked", "forbidden"]
    by: Level


class Resolved(msgspec.Struct, frozen=True, gc=False):
    """A setting as far as the levels looked at: its value (None: the built-in default) and origin, who locked
    it, and which values are forbidden, by whom."""

    value: Any = None
    origin: Level = DEFAULT
    locked_by: Level | None = None
    forbidden: Mapping[str, Level] = {}
    unused: tuple[Unused, ...] = ()

    @property
    def is_plain(self) -> bool:
        """True when nothing was given or locked."""
        return self.value is None and self.locked_by is None and not self.forbidden

    def below(self, value: Any, level: Level) -> Resolved:
        """With the value of the next level, None when it has none."""
        if value is None:
            return self
        refusal = self.refuses(value)
        if refusal is not None:
            unused = Unused(value, level, *refusal)
            return msgspec.structs.replace(self, unused=(*self.unused, unused))
        if isinstance(value, Mapping) and isinstance(self.value, Mapping):
            value = {**self.value, **value}
        return msgspec.structs.replace(self, value=value, origin=level)

    def refuses(self, value: Any) -> tuple[Literal["locked", "forbidden"], Level] | None:
        """Why a lower level's value is not in force, and by whom."""
        if self.locked_by is not None:
            return "locked", self.locked_by
        by = next((self.forbidden[one] for one in words(value) if one in self.forbidden), None)
        return ("forbidden", by) if by is not None else None

    def named(self, value: Any) -> str:
        """A refused value as its refusal names it: by the word that is forbidden, else by all of its words."""
        told = words(value)
        return next((one for one in told if one in self.forbidden), ", ".join(told))

    def locked(self, lock: Lock, level: Level) -> Resolved:
        """With a lock of the level whose value was taken last; a higher lock stays."""
        if self.locked_by is not None:
            return self
        if not lock.values:
            return msgspec.structs.replace(self, locked_by=level)
        added = dict.fromkeys(lock.values, level)
        return msgspec.structs.replace(self, forbidden={**added, **self.forbidden})


def settled(way: Way, found: Resolved) -> Any:
    """The value after the last level; None: the built-in default. Where that is forbidden too, what says least
    to the caller: an announcement, then the end of the call (C22, never silent ringing)."""
    if found.value is not None or way[-1] not in _FALLBACKS:
        return found.value
    default, *others = _FALLBACKS[way[-1]]
    if word(default) not in found.forbidden:
        return None
    return next((action for action in others if word(action) not in found.forbidden), others[-1])


def word(value: Any) -> str:
    """A value as locks name it: an action by its word, truth as `true` or `false`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, msgspec.Struct):
        return str(value.__struct_config__.tag or "")
    return str(value) if isinstance(value, str | int) else ""


def words(value: Any) -> tuple[str, ...]:
    """Every word by which locks forbid a value: a forward is what it leads to, a list each of its entries."""
    if isinstance(value, tuple):
        return tuple(one for entry in value for one in words(entry))
    told = word(value.to if isinstance(value, Forward) else value)
    return (told,) if told else ()


def has_words(way: Way) -> bool:
    """False for a setting that is locked as a whole only: no word names one of its values, or it is a part of
    another's (an option of voicemail)."""
    return way[-1] not in _WITHOUT_WORDS and way[-2:-1] != ("unanswered",)


def covers(lock: Lock, kind: Kind, way: Way) -> bool:
    """True when the lock is on this setting, or on something around it."""
    first, *words = lock.setting.split(".")
    return (
        first == kind
        and len(words) <= len(way)
        and all(one in ("*", step) for one, step in zip(words, way, strict=False))
    )


def read(value: Any, way: Way) -> Any:
    """What an object says about a setting; None when it leaves it to the levels above."""
    for step in way:
        if isinstance(value, Mapping):
            value = value.get(step)
        elif hasattr(value, f"own_{step}"):
            value = getattr(value, f"own_{step}")
            continue
        elif isinstance(value, tuple) and step.isdecimal():
            value = value[int(step)] if int(step) < len(value) else None
        else:
            value = getattr(value, step, None)
        if value in ("", (), {}):
            return None
    return value


class Above:
    """The levels above an object, looked through once for all objects of the same site and group."""

    def __init__(self, document: CompanyDocument) -> None:
        self._document = document
        self._known: dict[tuple[Kind, str, str], dict[Way, Resolved]] = {}

    def settings(self, kind: Kind, site: str, group: str) -> Mapping[Way, Resolved]:
        """Every setting of the kind that something above says anything about."""
        key = (kind, site, group)
        if key not in self._known:
            ways = list(SETTINGS[kind])
            if kind == "users":
                ways += PRESS_1
                ways += [(c, "unanswered", o) for c in ("open", "closed") for o in VOICEMAIL_OPTIONS]
            resolved = {way: self.setting(kind, way, site, group) for way in ways}
            self._known[key] = {way: found for way, found in resolved.items() if not found.is_plain}
        return self._known[key]

    def setting(self, kind: Kind, way: Way, site: str, group: str) -> Resolved:
        """One setting, from the default down to the group."""
        found = Resolved()
        for level, holder in self.levels(site, group):
            found = found.below(given(holder, kind, way), level)
            for lock in holder.locks:
                if covers(lock, kind, way):
                    found = found.locked(lock, level)
        return found

    def levels(self, site: str, group: str) -> Iterator[tuple[Level, Account | Site | Group]]:
        """The account, then the site, then the group when it is in force."""
        document = self._document
        yield Level("account", document.account.id), document.account
        if site in document.sites:
            yield Level("site", site), document.sites[site]
        if group in document.groups and document.groups[group].enabled:
            yield Level("group", group), document.groups[group]


def given(holder: Account | Site | Group, kind: Kind, way: Way) -> Any:
    """What a level says for the objects below it."""
    match way:
        case ("time_zone",):
            return holder.time_zone or None
        case ("operator",):
            return holder.operator
        case ("languages",):
            return holder.languages or None
        case ("language",):
            return holder.languages[0] if holder.languages else None
        case _:
            return read(getattr(holder.defaults, kind), way)


# --- asking ----------------------------------------------------------------------------------------


class Effective(msgspec.Struct, frozen=True):
    """The answer to "why is it so": `path` as in the document (`users.1001.open.ring.seconds`)."""

    path: str
    value: Any
    origin: Level
    locked_by: Level | None = None
    forbidden: Mapping[str, Level] = {}
    unused: tuple[Unused, ...] = ()


def ask(document: CompanyDocument, path: str) -> Effective | None:
    """The value that holds for a setting of an object, where it comes from and who locked it. None when there
    is no such object or setting. Of a handling whose numbers do not all come to the same, what its first number
    comes to, under that number's path: `ask_below` has the others."""
    kind, _, rest = path.partition(".")
    name, _, setting = rest.partition(".")
    way = tuple(setting.split("."))
    if kind == "users" and name in document.users:
        return _asked(document, "users", document.users[name], name, way)
    if kind == "queues" and name in document.queues:
        return _asked(document, "queues", document.queues[name], name, way)
    if kind == "numbers" and name in document.numbers:
        return _asked(document, "numbers", document.numbers[name], name, way)
    if kind == "handlings" and name in document.handlings and setting:
        return next(iter(_of_handling(document, name, way)), None)
    return _plain(document, path)


def ask_below(document: CompanyDocument, path: str) -> tuple[Effective, ...]:
    """The answers for every setting with levels at or below a path, such as `users.1001.open`, and for every
    setting of a handling; for another path the one answer of `ask`; empty when there is nothing."""
    kind, name, *words = (*path.split("."), "")[: max(2, path.count(".") + 1)]
    for known, ways in SETTINGS.items():
        below = [way for way in ways if way[: len(words)] == tuple(words)]
        if kind == known and below and name in getattr(document, known):
            answers = [ask(document, ".".join((kind, name, *way))) for way in below]
            return tuple(answer for answer in answers if answer is not None)
    if kind == "handlings" and name in document.handlings:
        fields = [(field.encode_name,) for field in msgspec.structs.fields(Handling)]
        asked = [tuple(words)] if words else fields
        return tuple(answer for way in asked for answer in _of_handling(document, name, way))
    answer = ask(document, path)
    return (answer,) if answer is not None else ()


def _of_handling(document: CompanyDocument, name: str, way: Way) -> tuple[Effective, ...]:
    """What a handling's setting comes to at its numbers, whose levels are above it (3.2): one answer where they
    all come to the same, else one for each of them. Without levels, or without numbers: what is written."""
    path = ".".join(("handlings", name, *way))
    holders = {key: number for key, number in document.numbers.items() if number.handling == name}
    asked = {key: _asked(document, "numbers", number, key, way) for key, number in holders.items()}
    found = {key: answer for key, answer in asked.items() if answer is not None}
    if way[0] not in _OF_HANDLING or not found:
        plain = _plain(document, path)
        return (plain,) if plain is not None else ()
    first, *others = [_as_handling(answer, key, path, name) for key, answer in found.items()]
    return (first,) if all(one == first for one in others) else tuple(found.values())


def _as_handling(answer: Effective, key: str, path: str, name: str) -> Effective:
    """The answer for a number as that of its handling, which is where the value is written."""
    levels = {Level("object", key): Level("object", name)}
    unused = tuple(
        msgspec.structs.replace(one, level=levels.get(one.level, one.level)) for one in answer.unused
    )
    origin = levels.get(answer.origin, answer.origin)
    return msgspec.structs.replace(answer, path=path, origin=origin, unused=unused)


def _asked(
    document: CompanyDocument, kind: Kind, holder: User | Number | Queue, name: str, way: Way
) -> Effective | None:
    source: Any = holder
    if isinstance(holder, Number) and way[0] in _OF_HANDLING:
        source = document.handlings.get(holder.handling, Handling())
    path = ".".join((kind, name, *way))
    if not any(way[: len(known)] == known for known in SETTINGS[kind]):
        return _plain(document, path)
    default = _plain_value(_blank(kind, way), way)
    if default is _NOTHING and _plain_value(source, way) is _NOTHING:
        return None
    found = Above(document).setting(kind, above_way(way), holder.site, holder.group)
    found = found.below(read(source, way), Level("object", name))
    value = settled(way, found)
    if value is None and default is not _NOTHING:
        value = default
    return Effective(path, value, found.origin, found.locked_by, found.forbidden, found.unused)


def above_way(way: Way) -> Way:
    """Where the levels above give what an object has at `way`: press 1 is given for all outside numbers."""
    of_number = len(way) == 3 and way[0] == "external_numbers" and way[2:] in PRESS_1
    return way[2:] if of_number else way


def _blank(kind: Kind, way: Way) -> Any:
    """An object on which nothing is set, to read the built-in defaults from."""
    outside = {way[1]: ExternalNumber(number="", country="")} if len(way) == 3 else {}
    if kind == "users":
        return User(name="", closed=Answering(ring=RingPlan()), external_numbers=outside)
    if kind == "queues":
        return Queue()
    return Handling() if way[0] in _OF_HANDLING else Number(number="")


def _plain(document: CompanyDocument, path: str) -> Effective | None:
    """A setting that no level above gives: what is written, or the struct's default."""
    way = tuple(path.split("."))
    value = _plain_value(document, way)
    if value is _NOTHING or len(way) == 1:
        return None
    holder = _plain_value(document, way[:-1])
    fields = msgspec.structs.fields(holder) if isinstance(holder, msgspec.Struct) else ()
    default = next((field.default for field in fields if field.encode_name == way[-1]), _NOTHING)
    origin = DEFAULT if value == default else Level("object", way[1] if len(way) > 2 else way[0])
    return Effective(path, value, origin)


def _plain_value(value: Any, way: Way) -> Any:
    for step in way:
        if isinstance(value, Mapping):
            value = value.get(step, _NOTHING)
        elif isinstance(value, tuple) and step.isdecimal():
            value = value[int(step)] if int(step) < len(value) else _NOTHING
        else:
            value = getattr(value, step, _NOTHING) if isinstance(value, msgspec.Struct) else _NOTHING
    return value
