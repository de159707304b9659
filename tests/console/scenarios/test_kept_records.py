"""One call record a call, which says why: what is told when that is not so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from console.scenarios.happened import Happened, not_as_expected
from console.scenarios.kept_records import await_records, record_differences, rules_of
from routing.ended_call import WholeCall
from schemas.scenario import Scenario, load_scenario
from store.call_records import CallRecords
from store.migrating import migrate

CALLS = {"first": "c-1", "second": "c-2"}
LUNCH = Path(__file__).parents[2] / "scenarios" / "t08_lunch_break.yaml"


def kept(call: str, **more: Any) -> WholeCall:
    return msgspec.structs.replace(
        WholeCall(call=call, company="s1", began=1.0, ended=2.0, disposition="answered", rule="open"), **more
    )


def by_id(*records: WholeCall) -> dict[str, WholeCall]:
    return {each.call: each for each in records}


@pytest.mark.parametrize(
    ("records", "told"),
    [
        (by_id(kept("c-1"), kept("c-2")), []),
        (by_id(kept("c-1")), ["second: no call record was written"]),
        (by_id(kept("c-1"), kept("c-2", rule="")), ["second: its call record names neither a rule nor a reason"]),
        (by_id(kept("c-1"), kept("c-2", rule="", disposition="not_placed")), []),
        (
            by_id(kept("c-1"), kept("c-2"), kept("c-3", entry="number.N-MAIN")),
            ["a call record of no call of this file: number.N-MAIN from nobody, answered"],
        ),
    ],
    ids=["all there", "one is missing", "one says nothing", "one that its caller never took", "one too many"],
)  # fmt: skip
def test_given_the_records_of_a_case_then_what_is_wrong_is_told(
    records: dict[str, WholeCall], told: list[str]
) -> None:
    found = record_differences(CALLS, records)
    assert [line[: len(part)] for part, line in zip(told, found, strict=True)] == told


def test_given_records_that_come_late_then_they_are_waited_for(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'records.db'}"
    migrate(url)
    records, naps = CallRecords(url), list[float]()

    def nap(seconds: float) -> None:
        naps.append(seconds)
        if len(naps) == 2:
            records.keep([kept("c-2", rule="CR4")])

    records.keep([kept("c-1")])
    found = await_records(records, {"s1": CALLS}, nap)
    assert len(naps) == 2
    assert rules_of(CALLS, found["s1"]) == {"first": "open", "second": "CR4"}


@pytest.mark.parametrize(
    ("rule", "told"),
    [("CR4", []), ("open", ["rule open won, expected CR4"]), ("", ["rule none won, expected CR4"])],
)
def test_given_another_rule_than_expected_then_both_are_named(rule: str, told: list[str]) -> None:
    case = load_scenario(LUNCH)
    assert isinstance(case, Scenario)
    unlike = msgspec.structs.replace(case, timeline=())
    assert not_as_expected(unlike, Happened(rules={"": rule}), 1.0) == told
