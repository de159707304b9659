"""What a document says of an agent, kept for a whole revision, still tells one shift from the next (D20, D21)."""

from __future__ import annotations

import pytest

from routing.agent_state import derive
from routing.agent_terms import People
from routing.agents import Inputs, Today
from routing.compiled import compile_company
from tests.sample import at, document

PEOPLE = People(compile_company(document(), 1))
USED = Inputs(today=Today(day="2026-10-13 on", used={"CP-OUT-EOD": 2}))


@pytest.mark.parametrize(
    ("when", "left"),
    [
        ("2026-10-13 10:00", 2),
        ("2026-10-13 17:59", 2),
        ("2026-10-13 18:00", 0),
        ("2026-10-14 10:00", 0),
    ],
)
def test_given_terms_that_are_kept_when_the_shift_is_over_then_its_calls_count_no_more(
    when: str, left: int
) -> None:
    now = at(when).timestamp()
    for terms in (PEOPLE.standing("1005"), PEOPLE.at("1005", now)):
        assert derive(USED, terms, now).units["CP-OUT-EOD"].used == left


def test_given_work_that_is_over_at_once_then_nobody_asks_for_his_shift() -> None:
    assert PEOPLE.standing("1003").shift_at is None
    assert PEOPLE.standing("1003").shift(at("2026-10-13 10:00").timestamp()) == ""
