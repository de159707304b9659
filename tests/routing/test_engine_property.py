"""A company that passes the check never makes the engine raise, and every call ends; for random companies, calls, moments,
agents and histories. The long run is benchmarks/engine_property.py."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from routing.compiled import Company, compile_company
from tests.routing.random_calls import follow, judged, random_call, random_history, random_snapshot
from tests.routing.random_company import random_document

RANDOM = st.randoms(use_true_random=False)
SOME = settings(
    max_examples=60, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[*HealthCheck],
)  # fmt: skip


def company(chance: Random) -> Company:
    return compile_company(random_document(chance), 1)


@SOME
@given(RANDOM)
def test_every_call_of_a_valid_company_ends_within_the_budget_with_a_reason_for_each_step(
    chance: Random,
) -> None:
    assert follow(company(chance), chance) > 0


@SOME
@given(RANDOM)
def test_given_a_history_of_another_revision_then_a_decision_comes_all_the_same(chance: Random) -> None:
    there = company(chance)
    call = random_call(there, chance)
    history = random_history(there, chance)
    assert judged(there, call, random_snapshot(there, call.received_at, chance), history).reasons


@pytest.mark.parametrize("seed", range(20))
def test_fifty_calls_of_each_of_twenty_companies_end(seed: int) -> None:
    chance = Random(seed)
    there = company(chance)
    assert all(follow(there, chance) for _ in range(50))
