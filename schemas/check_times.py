"""Hours, exceptional periods and zones that could never be meant (P46, P47, P66)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from zoneinfo import available_timezones

from routing.company import CompanyDocument, DateRange, ExceptionalPeriod, Opening, Rule, Schedule
from routing.document_walk import each_level, each_periods, each_schedule
from routing.hours import LONGEST_MONTH
from schemas.problems import Found, Steps
from schemas.shape import meant
from schemas.times import clock_text

_NEXT_DAY = (
    " ; si la période passe minuit, ajoutez « next_day: true »",
    "; when it passes midnight, add “next_day: true”",
)

_TWO_PERIODS = (
    " ; une période ne passe pas minuit : faites-en deux, l'une jusqu'à 24:00, l'autre dès 00:00 du lendemain",
    "; a period does not pass midnight: make two of it, one to 24:00 and one from 00:00 of the next day",
)


def check_times(document: CompanyDocument) -> Iterator[Found]:
    """Everything about hours and dates that is refused."""
    for steps, schedule in each_schedule(document):
        yield from _schedule(schedule, steps)
    for steps, periods in each_periods(document):
        for key, period in periods.items():
            yield from _period(period, (*steps, key))
    for key, handling in document.handlings.items():
        yield from _rules(handling.rules, ("handlings", key))
    for extension, user in document.users.items():
        yield from _rules(user.rules, ("users", extension))
        yield from _zone(user.time_zone, ("users", extension))
    for steps, holder in each_level(document):
        yield from _zone(holder.time_zone, steps)
    for key, number in document.numbers.items():
        yield from _zone(number.time_zone, ("numbers", key))
    for key, queue in document.queues.items():
        yield from _zone(queue.time_zone, ("queues", key))


def _schedule(schedule: Schedule, steps: Steps) -> Iterator[Found]:
    yield from _zone(schedule.time_zone, steps)
    for place, opening in enumerate(schedule.openings):
        yield from _opening(opening, (*steps, "openings", place))


def _opening(opening: Opening, steps: Steps) -> Iterator[Found]:
    if not opening.days:
        yield Found("no_weekday", (*steps, "days"), "")
    start, end = clock_text(opening.start), clock_text(opening.end)
    if opening.next_day and opening.end > opening.start:
        yield Found("longer_than_a_day", (*steps, "end"), end, {"start": start})
    if not opening.next_day and opening.end <= opening.start:
        yield Found("end_before_start", (*steps, "end"), end, {"start": start, "hint": _NEXT_DAY})


def _period(period: ExceptionalPeriod, steps: Steps) -> Iterator[Found]:
    kinds = (period.range, period.yearly, period.days)
    if sum(kind is not None for kind in kinds) != 1:
        yield Found("one_date_kind", steps)
    if not period.steps:
        yield Found("no_steps", (*steps, "steps"))
    if period.end <= period.start:
        start, end = clock_text(period.start), clock_text(period.end)
        yield Found("end_before_start", (*steps, "end"), end, {"start": start, "hint": _TWO_PERIODS})
    if period.range is not None:
        yield from _range(period.range, (*steps, "range"))
    if period.yearly is not None and period.yearly.day > LONGEST_MONTH[period.yearly.month - 1]:
        day = f"{period.yearly.month:02}-{period.yearly.day:02}"
        yield Found("no_such_day", (*steps, "yearly"), day)


def _range(span: DateRange, steps: Steps) -> Iterator[Found]:
    if span.last < span.first:
        yield Found("end_before_start", (*steps, "last"), span.last, {"start": span.first, "hint": ""})


def _rules(rules: tuple[Rule, ...], steps: Steps) -> Iterator[Found]:
    for place, rule in enumerate(rules):
        here = (*steps, "rules", place)
        if not rule.steps:
            yield Found("no_steps", (*here, "steps"))
        for number, opening in enumerate(rule.weekly):
            yield from _opening(opening, (*here, "weekly", number))
        for number, span in enumerate(rule.dates):
            yield from _range(span, (*here, "dates", number))


def _zone(name: str, steps: Steps) -> Iterator[Found]:
    if name and name not in _zones():
        yield Found("unknown_time_zone", (*steps, "time_zone"), name, {"hint": meant(name, tuple(_zones()))})


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
