"""Calendars become exceptional periods of a company: entries that people may edit (Z09, R11, A27).

An entry remembers where it came from. The next import of the same calendar brings it up to date, unless somebody
edited it: that one stays as it is. Nothing is ever taken out; to be without a holiday, disable it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from routing.company import CompanyDocument, Group, Language, Queue, Site, User, Voicemail
from routing.effective import effective, written
from schemas.calendar_days import Calendar, CalendarDay, Refused
from schemas.times import clock_text

Plain = dict[str, Any]
Steps = Sequence[Plain]
_TARGETS = re.compile(
    r"(handlings|queues)\.[A-Za-z0-9-]+|users\.[0-9]+"
    r"|(account|(sites|groups)\.[A-Za-z0-9-]+)\.defaults\.(users|numbers|queues)"
)


class Outcome(msgspec.Struct, frozen=True):
    """What an import did to one object: the ids of the entries, by what became of them."""

    target: str
    periods: Mapping[str, Plain]
    """Those to write, new or brought up to date, as a document writes them."""
    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()
    """Left as somebody edited them."""
    gone: tuple[str, ...] = ()
    """No longer in the calendar in these years; left too."""


def imported(
    plain: Plain, target: str, calendar: Calendar, steps: Steps, *, languages: Sequence[Language], years: Sequence[int]
) -> Outcome:  # fmt: skip
    """The entries of a calendar for the object at `target`. `plain` is the document as its schema describes it."""
    existing: Mapping[str, Plain] = at(plain, target).get("exceptions") or {}
    known = {
        entry["imported"]["uid"]: key
        for key, entry in existing.items()
        if (entry.get("imported") or {}).get("calendar") == calendar.name
    }
    lists: dict[str, list[str]] = {name: [] for name in ("added", "updated", "unchanged", "edited")}
    periods: dict[str, Plain] = {}
    for day in calendar.days:
        entry = _entry(day, calendar.name, steps, languages)
        key = known.get(day.uid) or _free(calendar.name, day, {*existing, *periods})
        fate = _fate(existing.get(key), entry)
        lists[fate].append(key)
        if fate in ("added", "updated"):
            periods[key] = entry
    found = {day.uid for day in calendar.days}
    gone = [key for uid, key in known.items() if uid not in found and _year(existing[key]) in years]
    return Outcome(target, periods, **{name: tuple(keys) for name, keys in lists.items()}, gone=tuple(gone))


def targets_of(document: CompanyDocument, wanted: Sequence[str], country: str = "") -> list[str] | Refused:
    """The objects named, or else every handling that has hours, and whose numbers are in the country of the
    calendar: holidays are exceptions to those."""
    if not wanted:
        found = [
            f"handlings.{key}"
            for key, one in document.handlings.items()
            if one.schedule is not None and country in ("", *_countries_of(document, key))
        ]
        return found or Refused("target_none")
    plain = msgspec.to_builtins(document)
    for target in wanted:
        if not _TARGETS.fullmatch(target) or not at(plain, target.partition(".defaults.")[0]):
            return Refused("target_unknown", {"value": target})
    return list(wanted)


def _countries_of(document: CompanyDocument, handling: str) -> set[str]:
    """Where the numbers of a handling are: the country of their site, or of the company."""
    sites = [document.sites.get(one.site) for one in document.numbers.values() if one.handling == handling]
    return {(site.country if site is not None else "") or document.account.country for site in sites}


def steps_for(document: CompanyDocument, target: str) -> Steps | Refused:
    """What happens on a holiday when nothing else is said: the same as when the object is closed."""
    kind, key, *rest = target.split(".")
    actions: Any = ()
    if kind == "handlings":
        actions = document.handlings[key].closed
    elif kind == "users":
        user = document.users[key]
        own = (Voicemail(),) if user.voicemail else ()
        actions = (user.closed.unanswered,) if user.closed is not None else own
    elif kind == "queues":
        overflow = document.queues[key].overflow
        actions = tuple(one.to for one in overflow if one.reason == "out_of_hours")
    elif rest[-1:] == ["numbers"] and kind == "account":
        actions = document.account.defaults.numbers.closed
    plain: list[Plain] = list(msgspec.to_builtins(actions))
    return plain or Refused("steps_missing", {"target": target})


def zone_of(document: CompanyDocument, target: str) -> str:
    """The time zone in which the object's periods are judged (C26)."""
    kind, key, *_ = target.split(".")
    obeyed = effective(document)
    if kind == "handlings":
        numbers = [n for n in obeyed.numbers.values() if written(n.handling) == key]
        scheduled = document.handlings[key].schedule
        named = scheduled.time_zone if scheduled is not None else ""
        found = named or next((number.time_zone for number in numbers), "")
    elif kind in ("users", "queues"):
        one: User | Queue = obeyed.users[key] if kind == "users" else obeyed.queues[key]
        found = (one.schedule.time_zone if one.schedule is not None else "") or one.time_zone
    else:
        holders: Mapping[str, Site | Group] = {**document.sites} if kind == "sites" else {**document.groups}
        holder = holders.get(key)
        found = holder.time_zone if holder is not None else ""
    return found or document.account.time_zone


def at(plain: Plain, target: str) -> Plain:
    """The object of a target in a plain document; empty when it is not written."""
    found: Any = plain
    for word in target.split("."):
        found = found.get(word) or {}
    return found if isinstance(found, dict) else {}


def put(plain: Plain, outcome: Outcome) -> None:
    """Write the periods of an outcome into a plain document, in place."""
    found = plain
    for word in (*outcome.target.split("."), "exceptions"):
        if not found.get(word):
            found[word] = {}
        found = found[word]
    found.update(outcome.periods)


def digest(entry: Plain) -> str:
    """16 hex digits of an entry as written, apart from where it came from."""
    kept = {key: value for key, value in entry.items() if key != "imported"}
    written = msgspec.json.encode(kept, order="deterministic")
    return hashlib.sha256(written).hexdigest()[:16]


def _entry(day: CalendarDay, calendar: str, steps: Steps, languages: Sequence[Language]) -> Plain:
    names = dict.fromkeys(day.names[language] for language in languages if language in day.names)
    name = " / ".join(names or dict.fromkeys(day.names.values()))[:200].strip()
    entry: Plain = {"name": name} if name else {}
    entry["range"] = {"first": day.first.isoformat(), "last": day.last.isoformat()}
    if day.start:
        entry["start"] = clock_text(day.start)
    if day.end != 24 * 60:
        entry["end"] = clock_text(day.end)
    entry["steps"] = [dict(step) for step in steps]
    entry["imported"] = {"calendar": calendar, "uid": day.uid, "digest": digest(entry)}
    return entry


def _fate(existing: Plain | None, entry: Plain) -> str:
    if existing is None:
        return "added"
    if digest(existing) != existing["imported"]["digest"]:
        return "edited"
    return "unchanged" if digest(existing) == digest(entry) else "updated"


def _free(calendar: str, day: CalendarDay, taken: set[str]) -> str:
    """An id that says which calendar and day, 32 characters at most."""
    stem = re.sub(r"[^A-Za-z0-9]+", "-", calendar).strip("-")[:18].strip("-") or "H"
    key, number = f"{stem}-{day.first.isoformat()}", 1
    while key in taken:
        number += 1
        key = f"{stem[:16]}-{day.first.isoformat()}-{number}"
    return key


def _year(entry: Plain) -> int:
    return int((entry.get("range") or {}).get("first", "0000")[:4])
