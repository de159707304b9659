"""Days of a calendar file (iCalendar, RFC 5545), recurrences expanded, in the zone of the object they are for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

import recurring_ical_events
from icalendar import Calendar as ICalendar

from schemas.calendar_days import Calendar, CalendarDay, Refused

MOST_BYTES = 5_000_000
MOST_EVENTS = 2_000
_TOO_DENSE = frozenset(("SECONDLY", "MINUTELY", "HOURLY"))
"""Recurrences that no holiday has, and that would take minutes to expand."""
_OF_TIME = frozenset(("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID"))
_UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, OverflowError)
"""What the two libraries raise for events that are not what they seem to be, `from_ical` too."""
_DAY = timedelta(days=1)
_LAST_MINUTE = 23 * 60 + 59
"""An end of 23:59 is the end of the day (P73)."""


def file_calendar(data: bytes, name: str, years: Sequence[int], zone: tzinfo) -> Calendar | Refused:
    """What the file's events cover in these years. `name` is the calendar's: the file's without its ending."""
    if len(data) > MOST_BYTES:
        return Refused("calendar_too_large", {"most": str(MOST_BYTES // 1_000_000)})
    try:
        read = ICalendar.from_ical(data)
    except _UNREADABLE as error:
        return Refused("not_a_calendar", {"why": _why(error)})
    events = list(read.walk("VEVENT"))
    refused = next((found for event in events if (found := _wrong(event)) is not None), None)
    if refused is not None:
        return refused
    if len(events) > MOST_EVENTS:
        return Refused("calendar_too_many", {"most": str(MOST_EVENTS)})
    try:
        days = list(_days(read, years, zone))
    except _UNREADABLE as error:
        return Refused("event_broken", {"event": "?", "why": _why(error)})
    if len(days) > MOST_EVENTS:
        return Refused("calendar_too_many", {"most": str(MOST_EVENTS)})
    if not days:
        return Refused("calendar_empty", {"years": f"{years[0]}-{years[-1]}"})
    return Calendar(name, tuple(sorted(days, key=lambda day: (day.first, day.start, day.uid))))


def _why(error: Exception) -> str:
    """The first line of what a library says, or its kind of error where it says nothing."""
    return (str(error).splitlines() or [type(error).__name__])[0][:120]


def _wrong(event: Any) -> Refused | None:
    """Why an event cannot be read, by its name or id."""
    who = str(event.get("SUMMARY") or event.get("UID") or "?")[:80]
    broken = next((key for key, _ in event.errors if key in _OF_TIME), None)
    if broken is not None or "DTSTART" not in event:
        return Refused("event_broken", {"event": who, "why": broken or "DTSTART"})
    rules = event.get("RRULE") or []
    for rule in rules if isinstance(rules, list) else [rules]:
        frequency = str(rule.get("FREQ", [""])[0])
        if frequency in _TOO_DENSE:
            return Refused("event_too_dense", {"event": who, "why": f"FREQ={frequency}"})
    return None


def _days(read: Any, years: Sequence[int], zone: tzinfo) -> Iterator[CalendarDay]:
    first, last = date(years[0], 1, 1), date(years[-1], 12, 31)
    for event in recurring_ical_events.of(read).between(first, last + _DAY):
        if str(event.get("STATUS", "")) != "CANCELLED":
            yield from _of_event(event, zone, first, last)


def _of_event(event: Any, zone: tzinfo, first: date, last: date) -> Iterator[CalendarDay]:
    begins: Any = event.start
    ends: Any = event.end
    name = " ".join(str(event.get("SUMMARY") or "").split())[:200]
    uid = f"{event.get('UID') or name}/{_day_of(begins)}"[:180]
    if not isinstance(begins, datetime):
        until = max(ends - _DAY, begins) if not isinstance(ends, datetime) else begins
        if begins <= last and until >= first:
            yield CalendarDay(uid=uid, names={"fr": name, "en": name}, first=begins, last=until)
        return
    for number, (day, start, end) in enumerate(_by_day(_local(begins, zone), _local(ends, zone))):
        if first <= day <= last:
            part = uid if number == 0 else f"{uid}+{number}"
            yield CalendarDay(part, {"fr": name, "en": name}, day, day, start, end)


def _by_day(begins: datetime, ends: datetime) -> Iterator[tuple[date, int, int]]:
    """The hours of each day between two moments: a period has the same hours on all of its days."""
    day = begins.date()
    while datetime.combine(day, time()) < ends:
        start = _minute(begins) if day == begins.date() else 0
        end = _minute(ends) if day == ends.date() else 1440
        end = 1440 if end == _LAST_MINUTE else end
        if end > start:
            yield day, start, end
        day += _DAY


def _local(moment: datetime, zone: tzinfo) -> datetime:
    """As a clock on the wall of the object shows it; a moment without a zone that anybody knows is there already."""
    return (moment.astimezone(zone) if moment.tzinfo is not None else moment).replace(tzinfo=None)


def _minute(moment: datetime) -> int:
    return moment.hour * 60 + moment.minute


def _day_of(moment: date) -> str:
    return (moment.date() if isinstance(moment, datetime) else moment).isoformat()
