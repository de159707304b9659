"""A number's calendar (P86): for each day what a call from outside meets, asked of the engine itself.

Asked at every instant at which an answer can change: the edges of the hours, periods and rules of what the number leads to,
and changes of the clock. Rules for certain callers are not in it: it is the calendar of somebody unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Literal

import msgspec

from routing.call import Call
from routing.company import ExceptionalPeriod, Opening, Rule, Schedule
from routing.compiled import Company
from routing.engine import next_step
from routing.reasons import Reason, ReasonCode
from routing.snapshot import Snapshot

State = Literal["open", "closed", "exception", "rule", "forwarded", "out_of_service"]
_STATES: Mapping[ReasonCode, State] = {
    "number_open": "open",
    "number_forced_open": "open",
    "user_open": "open",
    "queue_open": "open",
    "line_reached": "open",
    "extension_reached": "open",
    "number_closed": "closed",
    "number_forced_closed": "closed",
    "user_closed": "closed",
    "queue_out_of_hours": "closed",
    "exception_in_force": "exception",
    "rule_matched": "rule",
    "forwarded": "forwarded",
}
_MINUTE = timedelta(minutes=1)


class Spell(msgspec.Struct, frozen=True):
    """From `start` until before `end`, in the object's zone; `name` is the period's or rule's id."""

    start: datetime
    end: datetime
    state: State
    name: str = ""


class Day(msgspec.Struct, frozen=True):
    """One date. `clock`: clocks go forward or back on it, by `shift` minutes at `shift_at`."""

    date: date
    spells: tuple[Spell, ...]
    clock: Literal["", "forward", "back"] = ""
    shift: int = 0
    shift_at: datetime | None = None


class Subject(msgspec.Struct, frozen=True):
    """What a number leads to, as far as time is concerned. `target` as in a reason."""

    target: str
    zone: tzinfo
    schedule: Schedule | None = None
    exceptions: Mapping[str, ExceptionalPeriod] = {}
    rules: tuple[Rule, ...] = ()


def subject_of(company: Company, number: str) -> Subject:
    """The handling, user or queue whose time counts at a number of the company (its id)."""
    document, found = company.document, company.document.numbers[number]
    target = company.extensions.get(found.extension) if found.extension else None
    if target is not None and target.kind == "user":
        user = document.users[target.id]
        zone = company.user_zone(user)
        return Subject(f"u.{target.id}", zone, user.schedule, user.exceptions, user.rules)
    if target is not None and target.kind == "queue":
        queue = document.queues[target.id]
        return Subject(f"q.{target.id}", company.queue_zone(queue), queue.schedule, queue.exceptions)
    handling = document.handlings.get(found.handling)
    if handling is None:
        return Subject(f"n.{number}", company.number_zone(found))
    zone = company.number_zone(found)
    return Subject(f"n.{number}", zone, handling.schedule, handling.exceptions, handling.rules)


def calendar(company: Company, number: str, first: date, days: int) -> tuple[Day, ...]:
    """`days` dates from `first` on."""
    subject = subject_of(company, number)
    minutes = sorted(_edges(subject))
    return tuple(_day(company, number, subject, first + timedelta(days=n), minutes) for n in range(days))


def state_at(company: Company, number: str, moment: datetime) -> tuple[State, str]:
    """What a call meets at an instant, and the period or rule that says so."""
    call = Call(
        id="calendar",
        company=company.id,
        entry_kind="number",
        entry=number,
        caller_number="",
        received_at=moment,
    )
    decision = next_step(company, call, Snapshot(now=moment, agents=None))
    deciding = next((reason for reason in decision.reasons if reason.code in _STATES), None)
    if deciding is None:
        return "out_of_service", ""
    return _STATES[deciding.code], _name(deciding)


def _name(reason: Reason) -> str:
    return reason.facts.get("period") or reason.facts.get("rule", "")


def _day(company: Company, number: str, subject: Subject, day: date, minutes: Iterable[int]) -> Day:
    start, end = _midnight(day, subject.zone), _midnight(day + timedelta(days=1), subject.zone)
    change = _change(start, end, subject.zone)
    moments = {start, *(moment for m in minutes for moment in _moments(day, m, subject.zone))}
    if change is not None:
        moments.add(change)
    spells: list[Spell] = []
    for moment in sorted(moment for moment in moments if start <= moment < end):
        state, name = state_at(company, number, moment)
        if spells and (spells[-1].state, spells[-1].name) == (state, name):
            continue
        if spells:
            spells[-1] = msgspec.structs.replace(spells[-1], end=moment.astimezone(subject.zone))
        spells.append(Spell(moment.astimezone(subject.zone), end.astimezone(subject.zone), state, name))
    return (
        Day(day, tuple(spells))
        if change is None
        else _with_change(Day(day, tuple(spells)), change, subject.zone)
    )


def _with_change(day: Day, change: datetime, zone: tzinfo) -> Day:
    shift = int((_offset(change, zone) - _offset(change - _MINUTE, zone)).total_seconds() // 60)
    return msgspec.structs.replace(
        day, clock="forward" if shift > 0 else "back", shift=abs(shift), shift_at=change.astimezone(zone)
    )


# --- instants -----------------------------------------------------------------------------------------


def _midnight(day: date, zone: tzinfo) -> datetime:
    """The first instant of a date, in UTC; where midnight does not exist, the instant at which clocks pass it."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def _moments(day: date, minute: int, zone: tzinfo) -> Iterator[datetime]:
    """The instants at which clocks show a minute of a date: two when they went back, the next one when it was
    left out."""
    local = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)
    for fold in (0, 1):
        yield local.replace(tzinfo=zone, fold=fold).astimezone(UTC)


def _change(start: datetime, end: datetime, zone: tzinfo) -> datetime | None:
    """The instant of a change of clocks between two, to the minute."""
    before, after = _offset(start, zone), _offset(end, zone)
    if before == after:
        return None
    while end - start > _MINUTE:
        middle = start + (end - start) // 2
        middle = middle.replace(second=0, microsecond=0)
        start, end = (middle, end) if _offset(middle, zone) == before else (start, middle)
    return end


def _offset(moment: datetime, zone: tzinfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def _edges(subject: Subject) -> set[int]:
    """Minutes of the day at which something begins or ends."""
    openings: list[Opening] = [*(subject.schedule.openings if subject.schedule is not None else ())]
    openings += [opening for rule in subject.rules for opening in rule.weekly]
    found = {0} | {minute for opening in openings for minute in (opening.start, opening.end)}
    return found | {minute for period in subject.exceptions.values() for minute in (period.start, period.end)}
