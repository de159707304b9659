"""Acceptance cases about saving and asking rather than calling: refused with its code, or told by a lint."""

from __future__ import annotations

from typing import Any

import pytest

from routing.company import CompanyDocument
from routing.lint import lint
from schemas.company import load_company, plain_company
from schemas.merge_patch import merged
from tests.sample import decide, document

PRIYA_SELLS: dict[str, Any] = {"teams": {"T-VEN": {"members": ["1003", "1004", "1005", "1006"]}}}


def saved(change: dict[str, Any]) -> CompanyDocument:
    loaded = load_company(merged(plain_company(document()), change))
    assert isinstance(loaded, CompanyDocument), loaded
    return loaded


def lints(change: dict[str, Any]) -> list[tuple[str, str]]:
    return [(found.id, found.level) for found in lint(saved(change))]


def refused(change: dict[str, Any]) -> list[str]:
    problems = load_company(merged(plain_company(document()), change))
    assert isinstance(problems, list)
    return [problem.code for problem in problems]


def test_given_t76_and_t78_then_an_outbound_only_member_is_a_warning_and_strictly_an_error() -> None:
    strict = {"account": {"strict_outbound_only": True}}
    assert ("LINT-01", "warning") in lints(PRIYA_SELLS) or ("LINT-01", "warn") in lints(PRIYA_SELLS)
    assert ("LINT-01", "error") in lints({**PRIYA_SELLS, **strict})


def test_given_t79_a_team_in_no_flow_then_nobody_is_told_of_it() -> None:
    assert "LINT-01" not in [ident for ident, _ in lints({})]


def test_given_t111_then_the_reasons_name_the_holiday_and_the_rules_passed_over() -> None:
    decision = decide("+15145550100", "2026-12-25T10:00")
    assert decision.rule == "EX-NOEL"
    assert [r.facts["rule"] for r in decision.reasons if r.code == "rule_passed_over"] != []


def test_given_t127_then_both_mistakes_of_an_opening_are_told_at_once() -> None:
    openings = [
        {"days": [], "start": "08:00", "end": "12:00"},
        {"days": ["mon"], "start": "12:00", "end": "08:00"},
    ]
    found = refused({"users": {"1002": {"schedule": {"openings": openings}}}})
    assert len(found) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"users": {"1001": {"external_numbers": {"mobile": {"country": "CA"}}}}},
        {"outbound_profiles": {"OP-COL": {"queue": "Q-COL"}}},
    ],
    ids=["T46: the right country", "T121: a voice queue"],
)
def test_given_what_a_case_accepts_then_it_is_saved(change: dict[str, Any]) -> None:
    saved(change)
