"""Levels and locks that do not do what they seem to: values that wait behind a lock, groups that are not in force,
zones that nobody set (3.2, Z06, Z11, LINT-26)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from routing.company import CompanyDocument, Handling, Lock, User
from routing.document_walk import each_level
from routing.lint_findings import Finding
from routing.resolution import (
    PRESS_1,
    SETTINGS,
    Above,
    Kind,
    Level,
    Resolved,
    Way,
    covers,
    given,
    read,
)

_OF_HANDLING = ("schedule", "exceptions", "closed", "rules")


def check(document: CompanyDocument) -> Iterator[Finding]:
    """The rules about levels."""
    yield from _sites(document)
    yield from _groups(document)
    yield from _double_locks(document)
    above = Above(document)
    if any(holder.locks for _, holder in each_level(document)):
        yield from _objects_behind_locks(document, above)
        yield from _levels_behind_locks(document, above)


def _sites(document: CompanyDocument) -> Iterator[Finding]:
    """A site in another country judges time in the company's zone until it has its own (LINT-26, C26)."""
    account = document.account
    for key, site in document.sites.items():
        if site.country and site.country != account.country and not site.time_zone:
            facts = {"site": site.name, "country": site.country, "zone": account.time_zone}
            yield Finding(
                id="LINT-26", level="warn", objects=(key,), path=f"sites.{key}.time_zone", facts=facts
            )


def _groups(document: CompanyDocument) -> Iterator[Finding]:
    """Settings and locks of a group without effect: it is not enabled, or nobody is in it."""
    members = {user.group for user in document.users.values()}
    members |= {number.group for number in document.numbers.values()}
    members |= {queue.group for queue in document.queues.values()}
    for key, group in document.groups.items():
        if key in members and not group.enabled:
            yield Finding(
                id="group_not_enabled",
                level="warn",
                objects=(key,),
                path=f"groups.{key}.enabled",
                facts={"group": group.name},
            )
        if key not in members:
            yield Finding(
                id="group_empty",
                level="info",
                objects=(key,),
                path=f"groups.{key}",
                facts={"group": group.name},
            )


def _double_locks(document: CompanyDocument) -> Iterator[Finding]:
    """A lock of a site or group on what the account locked already."""
    whole = [lock for lock in document.account.locks if not lock.values]
    for steps, holder in each_level(document):
        if steps == ("account",):
            continue
        for place, lock in enumerate(holder.locks):
            if any(_within(lock, higher) for higher in whole):
                path = f"{steps[0]}.{steps[1]}.locks[{place}]"
                yield Finding(
                    id="lock_useless",
                    level="info",
                    objects=(str(steps[1]),),
                    path=path,
                    facts={"setting": lock.setting},
                )


def _within(lock: Lock, higher: Lock) -> bool:
    kind, *way = lock.setting.split(".")
    return any(kind == known and covers(higher, known, tuple(way)) for known in SETTINGS)


# --- values behind a lock ----------------------------------------------------------------------------


def _objects_behind_locks(document: CompanyDocument, above: Above) -> Iterator[Finding]:
    for key, user in document.users.items():
        yield from _user(key, user, above)
    for key, queue in document.queues.items():
        for way, found in above.settings("queues", queue.site, queue.group).items():
            yield from _behind(found, read(queue, way), ("queues", key), way)
    told: dict[str, Finding] = {}
    for key, number in document.numbers.items():
        handling = document.handlings.get(number.handling, Handling())
        for way, found in above.settings("numbers", number.site, number.group).items():
            of_handling = way[0] in _OF_HANDLING
            owner = ("handlings", number.handling) if of_handling else ("numbers", key)
            value = read(handling if of_handling else number, way)
            told |= {finding.path: finding for finding in _behind(found, value, owner, way)}
    yield from told.values()


def _user(key: str, user: User, above: Above) -> Iterator[Finding]:
    for way, found in above.settings("users", user.site, user.group).items():
        if way in PRESS_1:
            for name, outside in user.external_numbers.items():
                full = ("external_numbers", name, *way)
                yield from _behind(found, read(outside, way), ("users", key), full)
        elif way in SETTINGS["users"]:
            yield from _behind(found, read(user, way), ("users", key), way)


def _levels_behind_locks(document: CompanyDocument, above: Above) -> Iterator[Finding]:
    """What a site or a group gives although the account locked it."""
    for steps, holder in each_level(document):
        if steps == ("account",):
            continue
        for kind, ways in SETTINGS.items():
            for way in (*ways, *(PRESS_1 if kind == "users" else ())):
                found = above.setting(kind, way, "", "")
                if not found.is_plain:
                    value = given(holder, kind, way)
                    yield from _behind(found, value, (str(steps[0]), str(steps[1])), _written_at(kind, way))


def _written_at(kind: Kind, way: Way) -> Way:
    """Where a level writes what it gives."""
    return way if way in (("time_zone",), ("operator",), ("languages",)) else ("defaults", kind, *way)


def _behind(found: Resolved, value: Any, owner: tuple[str, str], way: Way) -> Iterator[Finding]:
    if value is None:
        return
    refused = found.refuses(value)
    if refused is None:
        return
    because, by = refused
    rule = "value_behind_lock" if because == "locked" else "value_forbidden"
    facts = {"value": found.named(value) or "…", "by": _name(by)}
    yield Finding(
        id=rule, level="warn", objects=(owner[1], by.id), path=".".join((*owner, *way)), facts=facts
    )


def _name(level: Level) -> str:
    return f"{level.name}.{level.id}"
