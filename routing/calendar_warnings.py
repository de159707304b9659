"""What a calendar shows that was probably not meant: never open, periods without effect, holidays as usual, hours that
a change of clocks shortens or repeats."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Literal

import msgspec

from routing.calendar import Day, Subject
from routing.company import WEEKDAYS, Language, Opening
from routing.compiled import Company
from routing.explain_names import Names
from routing.hours import covers
from routing.lint_sentences import Sentence

WarningCode = Literal[
    "not_in_service",
    "never_open",
    "exception_without_effect",
    "holiday_as_usual",
    "hours_skipped",
    "hours_twice",
]
_TAKES_CALLS = ("open", "rule", "forwarded")


class CalendarWarning(msgspec.Struct, frozen=True, kw_only=True):
    """A code and its facts. `date` is the first day it concerns; `period` an id; `from_` and `until` clock times."""

    code: WarningCode
    date: date
    facts: Mapping[str, str] = {}


SENTENCES: Mapping[WarningCode, Sentence] = {
    "not_in_service": Sentence(
        "Ce numéro n'est pas en service ou ne mène nulle part.", "This number is not in service or leads nowhere."
    ),
    "never_open": Sentence("Jamais ouvert du {date} au {last}.", "Never open from {date} to {last}."),
    "exception_without_effect": Sentence(
        "La période exceptionnelle {period} n'a pas d'effet dans ces jours : une autre passe toujours avant (dès le {date}).",
        "The exceptional period {period} has no effect in these days: another always goes before it (from {date} on).",
    ),
    "holiday_as_usual": Sentence(
        "Le {date} est un jour férié ({holiday}) : ouvert comme d'habitude.",
        "{date} is a public holiday ({holiday}): open as usual.",
    ),
    "hours_skipped": Sentence(
        "Le {date} les horloges avancent : l'heure {at} des heures d'ouverture n'existe pas ce jour-là.",
        "On {date} clocks go forward: the time {at} of the business hours does not exist on that day.",
    ),
    "hours_twice": Sentence(
        "Le {date} les horloges reculent : l'heure {at} des heures d'ouverture vient deux fois ce jour-là.",
        "On {date} clocks go back: the time {at} of the business hours comes twice on that day.",
    ),
}  # fmt: skip


def warnings(
    days: Sequence[Day], subject: Subject, holidays: Mapping[date, str] | None = None
) -> tuple[CalendarWarning, ...]:
    """Everything to warn of. `holidays` are the public ones of the place, by date."""
    return (
        *_never_open(days),
        *_without_effect(days, subject),
        *_holidays(days, holidays or {}),
        *_clock_changes(days, subject),
    )


def warning_sentence(company: Company, subject: Subject, found: CalendarWarning, language: Language) -> str:
    """The warning as people read it."""
    names = Names(company, language)
    facts = {**found.facts, "date": found.date.isoformat()}
    if "period" in facts:
        facts["period"] = names.period(subject.target, facts["period"])
    return names.say(SENTENCES[found.code]).format(**facts)


def _never_open(days: Sequence[Day]) -> Iterator[CalendarWarning]:
    states = {spell.state for day in days for spell in day.spells}
    if "out_of_service" in states:
        yield CalendarWarning(code="not_in_service", date=days[0].date)
    elif days and not states & set(_TAKES_CALLS):
        yield CalendarWarning(code="never_open", date=days[0].date, facts={"last": days[-1].date.isoformat()})


def _without_effect(days: Sequence[Day], subject: Subject) -> Iterator[CalendarWarning]:
    """Periods in force at some edge of these days that win at none."""
    winning = {spell.name for day in days for spell in day.spells if spell.state == "exception"}
    for key, period in subject.exceptions.items():
        if key in winning:
            continue
        begins = (_at(day.date, period.start) for day in days)
        first = next((moment for moment in begins if covers(period, moment)), None)
        if first is not None:
            yield CalendarWarning(code="exception_without_effect", date=first.date(), facts={"period": key})


def _holidays(days: Sequence[Day], holidays: Mapping[date, str]) -> Iterator[CalendarWarning]:
    for day in days:
        states = {spell.state for spell in day.spells}
        if day.date in holidays and "open" in states and "exception" not in states:
            yield CalendarWarning(
                code="holiday_as_usual", date=day.date, facts={"holiday": holidays[day.date]}
            )


def _clock_changes(days: Sequence[Day], subject: Subject) -> Iterator[CalendarWarning]:
    for day in days:
        if day.shift_at is None:
            continue
        # Wall clocks: forward, what lies before the instant was left out; back, what follows it came already.
        forward = day.clock == "forward"
        edge = day.shift_at.hour * 60 + day.shift_at.minute
        first = edge - day.shift if forward else edge
        for minute in sorted(_edges_on(day.date, subject)):
            if first <= minute < first + day.shift and not (forward and minute == first):
                at = f"{minute // 60:02}:{minute % 60:02}"
                code: WarningCode = "hours_skipped" if forward else "hours_twice"
                yield CalendarWarning(code=code, date=day.date, facts={"at": at})


def _edges_on(day: date, subject: Subject) -> set[int]:
    """Minutes of a date at which its business hours begin or end."""
    found: set[int] = set()
    for opening in subject.schedule.openings if subject.schedule is not None else ():
        if _begins_on(opening, day):
            found |= {opening.start} if opening.next_day else {opening.start, opening.end}
        if opening.next_day and _begins_on(opening, day - timedelta(days=1)):
            found.add(opening.end)
    return found


def _begins_on(opening: Opening, day: date) -> bool:
    in_month = not opening.months or day.month in opening.months
    return opening.enabled and in_month and WEEKDAYS[day.weekday()] in opening.days


def _at(day: date, minute: int) -> datetime:
    return datetime(day.year, day.month, day.day) + timedelta(minutes=minute)
