"""The set-up of outside calls: each step done, to do or waiting; and what may become of each number."""

from __future__ import annotations

from typing import Any

import pytest

from routing.outbound_setup import SENTENCES, assignable_users, checklist, number_plans
from tests.routing.test_outbound import changed
from tests.sample import document

NOBODY_HOLDS = {ext: {"capacity": None} for ext in document().users}


def states(**changes: Any) -> dict[str, str]:
    return {step.id: step.state for step in checklist(changed(**changes).document)}


def test_given_the_sample_company_then_every_step_is_done_and_names_what_makes_it_so() -> None:
    steps = {step.id: step for step in checklist(changed().document)}
    assert {step.state for step in steps.values()} == {"done"}
    assert steps["voice_queue"].objects == ("Q-COL",)
    assert steps["default_profile"].objects == ("OP-DEF",)
    assert steps.keys() == SENTENCES.keys()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"outbound_profiles": {"OP-COL": {"queue": ""}}}, {"voice_queue": "to_do"}),
        ({"users": NOBODY_HOLDS}, {"capacity_users": "to_do", "outbound_profile": "waits"}),
        (
            {"outbound_profiles": {"OP-DEF": {"default": False}}, "numbers": {"N-PERS": {"owner": ""}}},
            {"default_profile": "to_do"},
        ),
    ],
    ids=["no queue", "nobody in a capacity profile", "no default"],
)
def test_given_what_is_missing_then_it_is_to_do_and_what_needs_it_waits(
    changes: Any, expected: dict[str, str]
) -> None:
    found = states(**changes)
    assert {key: state for key, state in found.items() if state != "done"} == expected


@pytest.mark.parametrize(
    ("key", "change", "state", "unassignable"),
    [
        ("N-PERS", {}, "personal", "already_assigned"),
        ("N-SUP", {}, "connected", "toll_free"),
        ("N-MAIN", {}, "connected", "already_assigned"),
        ("N-NEW", {"number": "+15145550177", "make_calls": True, "status": "ready"}, "ready", ""),
        ("N-NEW", {"number": "+15145550177", "status": "ready"}, "ready", "number_not_outbound"),
        ("N-NEW", {"number": "+15145550177", "make_calls": True, "enabled": False}, "disabled", ""),
        ("N-NEW", {"number": "+18005550177", "make_calls": True}, "ready", "toll_free"),
    ],
)  # fmt: skip
def test_a_number_says_what_became_of_it_and_whether_it_can_be_somebodys_own(
    key: str, change: Any, state: str, unassignable: str
) -> None:
    plans = {each.id: each for each in number_plans(changed(numbers={key: change}).document)}
    assert (plans[key].state, plans[key].unassignable) == (state, unassignable)


def test_only_users_for_routing_without_a_number_of_their_own_are_offered() -> None:
    offered = assignable_users(changed(users={"1004": {"routable": False}}).document)
    assert "1003" not in offered  # N-PERS is hers
    assert "1004" not in offered
    assert "1005" in offered
