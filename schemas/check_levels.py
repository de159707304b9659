"""Locks and defaults of the account, sites and groups that could have no effect (catalogue 3.2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from routing.company import Answering, AnyAction, CompanyDocument, Lock
from routing.document_walk import each_level
from routing.resolution import PRESS_1, SETTINGS, VOICEMAIL_OPTIONS, Kind, Way, covers, has_words
from schemas.problems import Found, Steps
from schemas.shape import meant

_ACTIONS = tuple(str(action.__struct_config__.tag) for action in get_args(AnyAction))
_OF_ACTIONS = ("busy", "unanswered", "dnd", "operator", "forward", "closed")


def check_levels(document: CompanyDocument) -> Iterator[Found]:
    """Everything about levels that is refused."""
    for steps, holder in each_level(document):
        for place, lock in enumerate(holder.locks):
            yield from _lock(lock, (*steps, "locks", place))
        users = holder.defaults.users
        for name, answering in (("open", users.open), ("closed", users.closed)):
            yield from _order(answering, (*steps, "defaults", "users", name, "ring", "order"))


def lockable() -> dict[str, tuple[Kind, Way]]:
    """Every setting that a lock may name, as it is written."""
    ways: dict[Kind, list[Way]] = {kind: list(ways) for kind, ways in SETTINGS.items()}
    ways["users"] += [(c, "unanswered", option) for c in ("open", "closed") for option in VOICEMAIL_OPTIONS]
    ways["users"] += PRESS_1
    return {".".join((kind, *way)): (kind, way) for kind, listed in ways.items() for way in listed}


def _lock(lock: Lock, steps: Steps) -> Iterator[Found]:
    named = {name: way for name, (kind, way) in lockable().items() if covers(lock, kind, way)}
    if not named:
        hint = {"hint": meant(lock.setting, tuple(lockable()))}
        yield Found("unknown_setting", (*steps, "setting"), lock.setting, {**hint})
        return
    if lock.values and not any(has_words(way) for way in named.values()):
        allowed = _with_words(lock.setting.partition(".")[0])
        yield Found("lock_of_whole", (*steps, "values"), lock.setting, allowed=allowed)
        return
    length = lock.setting.count(".")
    if all(way[-1] in _OF_ACTIONS for way in named.values() if len(way) == length):
        for place, value in enumerate(lock.values):
            if value not in _ACTIONS:
                hint = {"hint": meant(value, _ACTIONS)}
                yield Found("not_allowed", (*steps, "values", place), value, {**hint}, allowed=_ACTIONS)


def _with_words(kind: str) -> tuple[str, ...]:
    """The settings of a kind of which single values can be locked; `*` for the open and the closed context."""
    ways = [way for known, way in lockable().values() if known == kind and has_words(way)]
    shown = [("*", *way[1:]) if len(way) > 1 else way for way in ways]
    return tuple(dict.fromkeys(".".join((kind, *way)) for way in shown))


def _order(answering: Answering | None, steps: Steps) -> Iterator[Found]:
    """Devices and outside numbers are a user's own: a level cannot put them in order."""
    if answering is not None and answering.ring is not None and answering.ring.order:
        yield Found("order_at_level", steps)
