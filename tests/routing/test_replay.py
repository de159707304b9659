"""A call, recorded and decided again by the same company, by others, and by a company that changed."""

from __future__ import annotations

from datetime import UTC
from random import Random
from typing import Any

import pytest

from routing.call import Call
from routing.compiled import Company, compile_company
from routing.decision import Decision
from routing.record import CallRecord, record_of
from routing.replay import Replayed, replay
from routing.replay_sentences import replay_sentences
from routing.snapshot import AgentState
from routing.steps import Ring
from routing.what_if import play_out
from routing.what_if_plan import Caller, PlannedCall, Scene, person_of
from schemas.company import load_company, plain_company
from schemas.merge_patch import merged
from schemas.record import dump_record, load_record
from tests.routing.random_calls import random_call, random_snapshot
from tests.routing.random_company import random_document
from tests.sample import at, company, document, everybody_idle

B = "2026-10-13T10:00"


def changed(patch: dict[str, Any]) -> Company:
    """The sample company after a change, revision 2."""
    loaded = load_company(merged(plain_company(document()), patch))
    assert not isinstance(loaded, list), loaded
    return compile_company(loaded, 2)


def recorded(number: str, when: str = B, keys: str = "", **states: AgentState) -> CallRecord:
    """A call of the sample company that nobody takes, as a record that was written and read."""
    call = Call(
        id="c", company="boreal", entry_kind="number", entry=company().numbers_by_e164[number],
        caller_number="+14505550199", received_at=at(when),
    )  # fmt: skip
    people = {key: person_of(agent) for key, agent in everybody_idle(**states).items()}
    return played(
        company(), call, Scene(company=company(), began=call.received_at.astimezone(UTC), people=people), keys
    )


def played(there: Company, call: Call, scene: Scene, keys: str = "") -> CallRecord:
    planned = {"c": PlannedCall(0.0, call, Caller(press=((3.0, keys),) if keys else ()))}
    record = record_of(there, call, play_out(scene, planned, lambda _: 1.0)["c"].taken)
    read = load_record(dump_record(record))
    assert isinstance(read, CallRecord), read
    assert read == record
    return read


def rings(decision: Decision) -> set[str]:
    assert isinstance(decision.step, Ring)
    return {leg.id for leg in decision.step.legs}


@pytest.mark.parametrize(
    ("number", "keys"),
    [("+15145550110", ""), ("+15145550100", "1004"), ("+15145550102", ""), ("+18005550101", "")],
)
def test_given_the_same_company_then_every_step_is_the_same(number: str, keys: str) -> None:
    record = recorded(number, keys=keys)
    assert len(record.steps) > 1
    assert replay(company(), record) == Replayed(len(record.steps))


@pytest.mark.parametrize("seed", range(30))
def test_given_a_random_company_then_its_own_record_replays_to_the_end(seed: int) -> None:
    chance = Random(seed)
    there = compile_company(random_document(chance), 1)
    call = random_call(there, chance)
    agents = random_snapshot(there, call.received_at, chance).agents
    people = None if agents is None else {key: person_of(agent) for key, agent in agents.items()}
    record = played(
        there, call, Scene(company=there, began=call.received_at.astimezone(UTC), people=people), "1"
    )
    assert replay(there, record).same == len(record.steps)


def test_given_a_phone_taken_out_of_the_sequence_then_the_call_goes_elsewhere_there() -> None:
    there = changed({"users": {"1001": {"open": {"ring": {"order": ["1001a", "1001c", "mobile"]}}}}})
    found = replay(there, recorded("+15145550110"))
    assert found.elsewhere is not None
    assert (found.same, found.elsewhere.step) == (1, 1)
    assert rings(found.elsewhere.now) == {"1001c"}
    told = replay_sentences(there, found, "en")
    assert (
        told[0]
        == "Up to step 1 all is the same; then the call goes elsewhere (Tuesday 13 October 2026 at 10:00)."
    )
    assert "    The application “Portable” (1001b) of Claire Gagnon (1001) rings for 15 s." in told
    assert "    Teams “Teams” (1001c) of Claire Gagnon (1001) rings for 15 s." in told


def test_given_the_states_seen_then_they_decide_again() -> None:
    record = recorded("+15145550110", u1001=AgentState.ON_CALL)
    found = replay(
        changed({"users": {"1001": {"open": {"busy": {"action": "extension", "extension": "1004"}}}}}), record
    )
    assert found.elsewhere is not None
    assert rings(found.elsewhere.now) == {"1004a"}


def test_given_a_rule_of_another_name_with_the_same_result_then_it_is_said() -> None:
    rules = plain_company(document())["handlings"]["main"]["rules"]
    there = changed({"handlings": {"main": {"rules": [*rules[:3], {**rules[3], "id": "LUNCH"}]}}})
    found = replay(there, recorded("+15145550100", "2026-10-13T12:30"))
    assert found.elsewhere is None
    assert [(other.step, other.then, other.now) for other in found.other_reasons] == [(0, "CR4", "LUNCH")]
    assert "mais par « LUNCH » au lieu de « CR4 »" in replay_sentences(there, found, "fr")[1]


def test_given_a_number_that_is_gone_then_the_call_is_refused_from_the_beginning() -> None:
    found = replay(changed({"numbers": {"DID-1002": None}}), recorded("+15145550111"))
    assert found.elsewhere is not None
    assert found.elsewhere.step == 0
    assert [reason.code for reason in found.elsewhere.now.reasons] == ["number_not_in_service"]


def test_given_reasons_of_another_version_then_they_are_named_by_their_code() -> None:
    record = recorded("+15145550111")
    text = dump_record(record).replace('"code": "user_open"', '"code": "moon_was_full"')
    read = load_record(text)
    assert isinstance(read, CallRecord)
    there = changed({"users": {"1002": {"licensed": False}}})
    assert any(
        line.startswith("    moon_was_full, ") for line in replay_sentences(there, replay(there, read), "en")
    )
