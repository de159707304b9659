"""What a calendar warns of."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from routing.calendar import calendar, subject_of
from routing.calendar_warnings import SENTENCES, CalendarWarning, warning_sentence, warnings
from routing.compiled import Company, compile_company
from schemas.company import load_company

HANG_UP = [{"action": "hangup"}]
WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
SPRING, AUTUMN = date(2027, 3, 14), date(2026, 11, 1)


def company(openings: list[Any], exceptions: dict[str, Any] | None = None, **number: Any) -> Company:
    loaded = load_company({
        "format": 1,
        "account": {"id": "c", "name": "C", "domain": "c.example", "time_zone": "America/Toronto"},
        "numbers": {"N": {"number": "+15145550100", "handling": "h", **number}},
        "handlings": {"h": {
            "schedule": {"openings": openings}, "exceptions": exceptions or {}, "open": HANG_UP, "closed": HANG_UP}},
    })  # fmt: skip
    assert not isinstance(loaded, list), loaded
    return compile_company(loaded, 1)


def opening(start: str, end: str, **more: Any) -> dict[str, Any]:
    return {"days": WEEK, "start": start, "end": end, **more}


def found(there: Company, first: date, days: int = 1, **holidays: str) -> list[CalendarWarning]:
    named = {date.fromisoformat(key[1:].replace("_", "-")): name for key, name in holidays.items()}
    return list(warnings(calendar(there, "N", first, days), subject_of(there, "N"), named))


def period(rank: int, first: str, last: str) -> dict[str, Any]:
    return {"rank": rank, "range": {"first": first, "last": last}, "steps": HANG_UP}


TODAY = date(2026, 10, 13)
DAY = [opening("08:00", "17:00")]


@pytest.mark.parametrize(
    ("there", "first", "told"),
    [
        (company(DAY), TODAY, []),
        (company([]), TODAY, [("never_open", {"last": "2026-10-13"})]),
        (company(DAY, enabled=False), TODAY, [("not_in_service", {})]),
        (
            company(DAY, {"A": period(1, "2026-10-01", "2026-10-31"), "B": period(2, "2026-10-13", "2026-10-13")}),
            TODAY,
            [("never_open", {"last": "2026-10-13"}), ("exception_without_effect", {"period": "B"})],
        ),
        (company([opening("02:30", "17:00")]), SPRING, [("hours_skipped", {"at": "02:30"})]),
        (company([opening("20:00", "02:15", next_day=True)]), SPRING, [("hours_skipped", {"at": "02:15"})]),
        (company([opening("01:30", "17:00")]), AUTUMN, [("hours_twice", {"at": "01:30"})]),
        (company([opening("02:00", "03:00")]), AUTUMN, []),
        (company([opening("01:00", "03:00")]), SPRING, []),
    ],
)  # fmt: skip
def test_given_a_company_then_its_warnings(there: Company, first: date, told: list[tuple[str, Any]]) -> None:
    assert [(each.code, dict(each.facts)) for each in found(there, first)] == told


def test_given_a_public_holiday_then_open_as_usual_is_told_and_a_period_of_its_own_is_not() -> None:
    there = company(DAY, {"A": period(1, "2026-10-14", "2026-10-14")})
    told = found(there, TODAY, 2, d2026_10_13="Action de grâce", d2026_10_14="Autre")
    assert [(each.code, each.date, each.facts["holiday"]) for each in told] == [
        ("holiday_as_usual", TODAY, "Action de grâce")
    ]
    sentence = warning_sentence(there, subject_of(there, "N"), told[0], "fr")
    assert sentence == "Le 2026-10-13 est un jour férié (Action de grâce) : ouvert comme d'habitude."


def test_every_warning_has_a_sentence_of_the_same_facts_in_both_languages() -> None:
    facts = {"date": "1", "last": "2", "period": "3", "holiday": "4", "at": "5"}
    for sentence in SENTENCES.values():
        used = [{name for name in facts if f"{{{name}}}" in text} for text in (sentence.fr, sentence.en)]
        assert used[0] == used[1]
