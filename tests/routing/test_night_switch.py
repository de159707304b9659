"""The night switch: which number a code means, who may, what is saved, what is heard, and its lamp."""

from __future__ import annotations

from typing import Any

import pytest

from routing.call import Call
from routing.engine import next_step
from routing.lamps import Lamp, lamp_of, state_of
from routing.night_switch import NightSwitch, is_closed, number_of, with_switch
from routing.snapshot import Snapshot
from routing.steps import Announce
from tests.routing.test_outbound import changed, dial
from tests.sample import at, document

CLOSED = {"handlings": {"main": {"forced": "closed"}}}


def heard(decided: Any) -> str:
    assert isinstance(decided.step, Announce), decided
    return decided.step.prompts[0].name


@pytest.mark.parametrize(
    ("digits", "number"),
    [
        ("", "N-MAIN"), ("0100", "N-MAIN"), ("5145550100", "N-MAIN"), ("15145550100", "N-MAIN"), ("+15145550100", "N-MAIN"),
        ("0103", "N-LYO"), ("01", "N-SUP"), ("0", ""), ("0150", ""), ("4999", ""),
    ],
    ids=["none", "the last four", "as people dial it", "with the country", "E.164", "another", "as few as will do", "of several",
         "one that rings a person", "nobody's"],
)  # fmt: skip
def test_a_number_is_named_by_its_last_digits(digits: str, number: str) -> None:
    assert number_of(document(), digits) == number


def test_it_closes_and_the_next_time_it_lifts() -> None:
    first, second = dial("*28", "1011"), dial("*28", "1011", changed(**CLOSED))
    assert (first.saves, heard(first)) == (NightSwitch("1011", "N-MAIN", closed=True), "night_on")
    assert (second.saves, heard(second)) == (NightSwitch("1011", "N-MAIN", closed=False), "night_off")
    assert (first.reasons[-1].code, second.reasons[-1].code) == ("night_closed", "night_lifted")


def test_what_was_forced_open_is_closed() -> None:
    there = changed(handlings={"main": {"forced": "open"}})
    assert dial("*28", "1011", there).saves == NightSwitch("1011", "N-MAIN", closed=True)


def test_all_numbers_of_one_handling_close_together() -> None:
    closed = with_switch(document(), NightSwitch("1011", "N-SUP", closed=True))
    assert [is_closed(closed, key) for key in ("N-MAIN", "N-SUP", "N-VEN", "N-PERS", "gone")] == [
        True, True, False, False, False,
    ]  # fmt: skip
    assert with_switch(closed, NightSwitch("1011", "N-MAIN", closed=False)) == document()


@pytest.mark.parametrize(
    ("user", "dialled", "changes", "code", "prompt"),
    [
        ("1004", "*28", {}, "night_refused", "refused_locked"),
        ("1010", "*28", {}, "night_refused", "refused_locked"),
        ("1090", "*28", {}, "night_refused", "refused_locked"),
        ("1011", "*280103", {"users": {"1011": {"role": "site_admin"}}}, "night_refused", "refused_locked"),
        ("1011", "*284999", {}, "night_unknown", "refused_number"),
    ],
    ids=["a user", "a supervisor", "the door phone", "another site's", "nobody's number"],
)
def test_it_is_refused_with_its_reason_spoken(
    user: str, dialled: str, changes: dict[str, Any], code: str, prompt: str
) -> None:
    decided = dial(dialled, user, changed(**changes))
    assert (decided.saves, decided.reasons[-1].code, heard(decided)) == (None, code, prompt)


def test_what_could_not_be_saved_is_said() -> None:
    call = Call(
        id="c", company="boreal", entry_kind="extension", entry="*28", caller_number="1011",
        received_at=at("2026-10-13T10:00"), owner="1011",
    )  # fmt: skip
    decided = next_step(changed(), call, Snapshot(now=call.received_at, agents={}, unsaved="nobody"))
    assert (decided.saves, decided.reasons[-1].code, heard(decided)) == (
        None, "night_not_saved", "something_wrong",
    )  # fmt: skip


def test_its_lamp_is_lit_while_it_is_closed_by_hand() -> None:
    there, nothing = changed(), Snapshot(now=at("2026-10-13T10:00"), agents=None)
    lamp = lamp_of(there, "*280101")
    assert lamp == Lamp("night", "N-SUP")
    assert lamp_of(there, "*284999") is None
    assert state_of(there, lamp, nothing) == "terminated"
    assert state_of(changed(**CLOSED), lamp, nothing) == "confirmed"
