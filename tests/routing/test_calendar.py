"""A number's calendar says at each minute what the engine would."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest

from routing.calendar import calendar, state_at, subject_of
from routing.compiled import compile_company
from tests.routing.random_company import random_document
from tests.sample import company


def told(number: str, day: str) -> list[tuple[str, str, str, str]]:
    """The spells of one day of the sample company."""
    there = calendar(company(), number, date.fromisoformat(day), 1)[0]
    return [(f"{s.start:%H:%M}", f"{s.end:%H:%M}", s.state, s.name) for s in there.spells]


@pytest.mark.parametrize(
    ("number", "day", "spells"),
    [
        (
            "N-MAIN", "2026-10-13",
            [
                ("00:00", "08:00", "closed", ""), ("08:00", "12:00", "open", ""), ("12:00", "13:00", "rule", "CR4"),
                ("13:00", "17:00", "open", ""), ("17:00", "00:00", "closed", ""),
            ],
        ),
        ("N-MAIN", "2026-12-25", [("00:00", "00:00", "exception", "EX-NOEL")]),
        (
            "DID-1002", "2026-10-16",
            [("00:00", "08:00", "closed", ""), ("08:00", "12:00", "open", ""), ("12:00", "00:00", "closed", "")],
        ),
        (
            "DID-1002", "2026-10-14",
            [("00:00", "08:00", "closed", ""), ("08:00", "17:00", "exception", "X3"), ("17:00", "00:00", "closed", "")],
        ),
        ("N-COL", "2026-10-13", [("00:00", "00:00", "open", "")]),
    ],
)  # fmt: skip
def test_given_a_day_then_its_spells(number: str, day: str, spells: list[tuple[str, str, str, str]]) -> None:
    assert told(number, day) == spells


def test_given_the_days_on_which_clocks_change_then_they_say_so() -> None:
    days = {day.date.isoformat(): day for day in calendar(company(), "N-MAIN", date(2026, 11, 1), 150)}
    changes = {key: (day.clock, day.shift, f"{day.shift_at:%H:%M}") for key, day in days.items() if day.clock}
    assert changes == {"2026-11-01": ("back", 60, "01:00"), "2027-03-14": ("forward", 60, "03:00")}
    lyon = calendar(company(), "N-LYO", date(2026, 10, 25), 1)[0]
    assert (lyon.clock, lyon.shift) == ("back", 60)
    assert lyon.spells[-1].end.astimezone(UTC) - lyon.spells[0].start.astimezone(UTC) == timedelta(hours=25)


@pytest.mark.parametrize("seed", range(12))
def test_given_a_random_company_then_the_calendar_is_what_a_minute_by_minute_walk_finds(seed: int) -> None:
    there = compile_company(random_document(Random(seed)), 1)
    for number in there.document.numbers:
        zone = subject_of(there, number).zone
        for first in (date(2026, 3, 8), date(2026, 11, 1), date(2026, 12, 25)):
            day = calendar(there, number, first, 1)[0]
            for spell in day.spells:
                moment, end = spell.start.astimezone(UTC), spell.end.astimezone(UTC)
                while moment < end:
                    assert state_at(there, number, moment) == (spell.state, spell.name), moment
                    moment += timedelta(minutes=1)
            edges = [(spell.start, spell.end) for spell in day.spells]
            assert all(before[1] == after[0] for before, after in pairwise(edges))
            assert edges[0][0] == datetime(first.year, first.month, first.day, tzinfo=zone)
