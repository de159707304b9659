"""Every item of the catalogue that calls have to obey is shown somewhere, or waits for an issue that is named."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from routing.lint_sentences import SENTENCES
from schemas.document_text import Parsed, parse
from tests.test_acceptance_cases import CASES, runs, scenarios_of
from tests.test_scenarios import FILES, scenario

ROOT = Path(__file__).parents[1]
ISSUES = {"Mid-call", "Outbound", "Console"}
STILL_WAITING = {"A10", "A11", "A12", "A13", "P14", "P24", "P78", "P85", "P86", "R29", "Z12"}
"""Subjects of the issues that bring what waits."""
_COUNTS = {"A": 28, "Z": 50, "R": 61, "P": 87, "D": 53}


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of catalogue_items.yaml."""

    about: str
    cases: list[str] = []
    tested: list[str] = []
    waits: str = ""
    no_rule: bool = False


def _items() -> dict[str, Item]:
    read = parse(Path(__file__).with_name("catalogue_items.yaml").read_text(encoding="utf-8"))
    assert isinstance(read, Parsed), read
    return msgspec.convert(read.data, dict[str, Item])


ITEMS = _items()
PLAYED = {item for each in map(scenario, FILES) if runs(each) for item in each.items}


def test_given_the_catalogue_then_no_item_conflict_or_lint_is_left_out() -> None:
    wanted = {f"{group}{n:02}" for group, count in _COUNTS.items() for n in range(1, count + 1)}
    wanted |= {f"C{n}" for n in range(1, 27)}
    assert wanted <= ITEMS.keys()
    lints = {f"LINT-{n:02}" for n in range(1, 33)}
    assert lints <= SENTENCES.keys() | ITEMS.keys()


@pytest.mark.parametrize("ident", ITEMS)
def test_given_an_item_then_it_is_shown_or_says_which_issue_brings_it(ident: str) -> None:
    item = ITEMS[ident]
    running = [case for case in item.cases if CASES[case].tested or any(map(runs, scenarios_of(case)))]
    shown = bool(item.tested or running or ident in PLAYED)
    assert shown or item.waits or item.no_rule, "nobody shows it"
    assert not (item.no_rule and (shown or item.waits)), "what is shown has a rule"
    assert not item.waits or item.waits in ISSUES
    for place in item.tested:
        file, _, words = place.partition(": ")
        assert words.lower() in (ROOT / file).read_text(encoding="utf-8").lower(), place


def test_given_the_scenarios_then_their_items_are_those_of_the_catalogue() -> None:
    named = {item for each in map(scenario, FILES) for item in each.items if item[0] in "AZRPDC"}
    assert named <= ITEMS.keys()


def test_given_the_items_then_no_other_waits_than_those_that_are_known_to() -> None:
    """What waits must not quietly become more."""
    assert {ident for ident, item in ITEMS.items() if item.waits} <= STILL_WAITING
