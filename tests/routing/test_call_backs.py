"""Being called back by a queue: who may ask, whose turn it is, by whom, and when it is given up (D50, D51)."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from routing.call import Call
from routing.call_backs import (
    LAST_SECONDS,
    PAUSE_SECONDS,
    TRIES,
    CallBackRequest,
    placed_id,
    request_of,
    tried,
)
from routing.calling_back import each_placed, needed, next_placed
from routing.compiled import Company
from routing.decision import Decision
from routing.engine import next_step
from routing.snapshot import AgentState, Snapshot, Waiting
from routing.steps import Announce
from schemas.company import load_company, plain_company
from schemas.merge_patch import merged
from tests.routing.test_outbound import changed
from tests.sample import at, document, everybody_idle

NOW = at("2026-10-13T10:00")
X = "+14505550199"
QUEUE: dict[str, Any] = {"members": ["1004", "1012"], "teams": [], "capacity": "", "max_waiting": 1,
         "overflow": [{"reason": "full", "to": {"action": "call_back"}}]}  # fmt: skip


def company() -> Company:
    return changed(queues={"Q-SUP": QUEUE})


def request(call: str = "a", since: float = 0.0, **more: Any) -> CallBackRequest:
    return CallBackRequest(call=call, queue="Q-SUP", number=X, since=NOW.timestamp() - 60 + since, **more)


def facts(*waiting: Waiting, busy: tuple[str, ...] = ()) -> Snapshot:
    agents = dict(everybody_idle())
    for member in busy:
        agents[member] = msgspec.structs.replace(agents[member], state=AgentState.ON_CALL, legs=1)
    return Snapshot(now=NOW, agents=agents, lines_in_use=0, waiting=waiting)


def waits(since: float, call: str = "w") -> Waiting:
    now = NOW.timestamp()
    return Waiting(call=call, queue="Q-SUP", since=now + since, until=now + 20)


def overflows(caller: str) -> Decision:
    """The queue is full for this caller."""
    call = Call(
        id="c", company="boreal", entry_kind="extension", entry="7000", caller_number=caller, received_at=NOW
    )
    return next_step(company(), call, facts(waits(-30), busy=("1004", "1012")))


def test_given_a_full_queue_then_the_caller_is_told_and_his_request_is_kept() -> None:
    decision = overflows(X)
    assert isinstance(decision.step, Announce)
    call = Call(
        id="c", company="boreal", entry_kind="extension", entry="7000", caller_number=X, received_at=NOW
    )
    kept = request_of(call, decision)
    assert kept == CallBackRequest(call="c", queue="Q-SUP", number=X, since=NOW.timestamp())


@pytest.mark.parametrize("caller", ["", "1010", "anonymous", "450"])
def test_given_nobody_who_could_be_called_then_nothing_is_promised(caller: str) -> None:
    decision = overflows(caller)
    assert "no_call_back" in {reason.code for reason in decision.reasons}
    call = Call(
        id="c", company="boreal", entry_kind="extension", entry="7000", caller_number=caller, received_at=NOW
    )
    assert request_of(call, decision) is None


@pytest.mark.parametrize(
    ("requests", "snapshot", "expected"),
    [
        ([request()], facts(), ("a", "1004")),
        ([request()], facts(busy=("1004", "1012")), None),
        ([request()], facts(busy=("1004",)), None),
        ([request("b", 10.0), request("a")], facts(), ("a", "1004")),
        ([request()], facts(waits(-90)), None),
        ([request()], facts(waits(-30)), ("a", "1004")),
        ([request(not_before=NOW.timestamp() + 1)], facts(), None),
        ([], facts(), None),
    ],
    ids=[
        "a member is free", "nobody is", "only one who may not call out", "the first first", "somebody waits longer",
        "somebody came later", "it rests", "nobody asked",
    ],
)  # fmt: skip
def test_whose_turn_it_is(
    requests: list[CallBackRequest], snapshot: Snapshot, expected: tuple[str, str] | None
) -> None:
    found = next_placed(company(), requests, snapshot)
    assert (None if found is None else (found[0].call, found[1].extension)) == expected


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        (["1004", "1005"], [("a", "1004"), ("b", "1005")]),
        (["1004", "1012"], [("a", "1004")]),
        (["1004", "1012", "1005"], [("a", "1004"), ("b", "1005")]),
    ],
)
def test_each_member_is_rung_for_one_request_the_one_that_asked_first(
    members: list[str], expected: list[tuple[str, str]]
) -> None:
    there = changed(queues={"Q-SUP": {**QUEUE, "members": members, "strategy": "fixed_order"}})
    requests = [request("c", 20.0), request("b", 10.0), request("a")]
    found = each_placed(there, requests, facts())
    assert [(each.call, placing.extension) for each, placing in found] == expected


def test_the_agents_it_looks_at_are_the_queues() -> None:
    assert needed(company(), [request()]) == {"1004", "1012"}


def test_given_members_who_do_not_answer_then_it_rests_and_is_given_up() -> None:
    known: CallBackRequest | None = request()
    for number in range(1, TRIES):
        assert known is not None
        known = tried(known, NOW.timestamp())
        assert known is not None
        assert (known.tries, known.not_before) == (number, NOW.timestamp() + PAUSE_SECONDS)
    assert known is not None
    assert tried(known, NOW.timestamp()) is None
    assert tried(request(), NOW.timestamp() + LAST_SECONDS) is None


def test_the_call_that_answers_is_known_before_it_is_placed() -> None:
    assert placed_id("a") == placed_id("a") != placed_id("b")


def test_only_a_queue_can_promise_it() -> None:
    patch = {"users": {"1004": {"open": {"ring": {}, "unanswered": {"action": "call_back"}}}}}
    loaded = load_company(merged(plain_company(document()), patch))
    assert isinstance(loaded, list)
    assert [problem.code for problem in loaded] == ["only_of_queues"]
