"""Every acceptance case of the catalogue is tested somewhere, or waits for something that is named."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from schemas.document_text import Parsed, parse
from schemas.scenario import Scenario
from tests.test_scenarios import FILES, scenario

ROOT = Path(__file__).parents[1]
CAPABILITIES = {"queue", "trunk", "console"}
STILL_WAITING = {"T70", "T73", "T128"}


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of acceptance_cases.yaml."""

    about: str
    tested: list[str] = []
    needs: list[str] = []
    waiting: str = ""


def _cases() -> dict[str, Case]:
    read = parse(Path(__file__).with_name("acceptance_cases.yaml").read_text(encoding="utf-8"))
    assert isinstance(read, Parsed), read
    return msgspec.convert(read.data, dict[str, Case])


CASES = _cases()


def scenarios_of(ident: str) -> list[Scenario]:
    return [each for each in map(scenario, FILES) if ident in each.cases]


@pytest.mark.parametrize("ident", CASES)
def test_given_a_case_then_it_is_tested_or_says_what_it_waits_for(ident: str) -> None:
    case, played = CASES[ident], scenarios_of(ident)
    assert case.tested or played or case.needs or case.waiting
    assert set(case.needs) <= CAPABILITIES
    for place in case.tested:
        file, _, words = place.partition(": ")
        assert words.lower() in (ROOT / file).read_text(encoding="utf-8").lower(), place


def test_given_the_scenarios_then_they_play_cases_that_exist() -> None:
    played = {ident for each in map(scenario, FILES) for ident in each.cases}
    assert played <= CASES.keys()


def test_given_the_cases_then_no_other_waits_than_those_that_are_known_to() -> None:
    """What is only waited for, wholly or in part, must not quietly become more: whoever makes a case wait says so here too."""
    waiting = {ident for ident, case in CASES.items() if case.needs or case.waiting}
    assert waiting <= STILL_WAITING
    idle = {i for i, case in CASES.items() if not case.tested and not any(map(runs, scenarios_of(i)))}
    assert idle <= waiting


def runs(each: Scenario) -> bool:
    """It is played today, on the simulator at least."""
    return not each.needs and not each.waiting
