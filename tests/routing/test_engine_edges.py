"""Situations that nobody sets on purpose, found by random companies and calls: each must end, and end sensibly."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from routing.call import Call
from routing.compiled import Company, compile_company
from routing.decision import Decision
from routing.engine import needs, next_step
from routing.route import (
    Attempt,
    History,
    LegOutcome,
    Outcome,
    OutcomeKind,
    Place,
    decode_route,
    encode_route,
)
from routing.snapshot import Agent, AgentState, Snapshot
from routing.steps import Announce, Ask, Hangup, Ring, Voicemail, Wait
from schemas.company import load_company
from tests.sample import MONTREAL

NOW = datetime(2026, 10, 13, 10, 0, tzinfo=MONTREAL)
COLLEAGUE = {"action": "ring", "members": ["1002"]}
MOBILE = {"action": "external", "number": "+14385550111", "country": "CA"}
SILENCE, UNANSWERED = Outcome(OutcomeKind.NO_INPUT), Outcome(OutcomeKind.NO_ANSWER)
ZERO, NINE = (Outcome(OutcomeKind.KEYED, keys=key) for key in "09")


def company(open_: list[Any] | None = None, operator: Any = None, **more: Any) -> Company:
    """A number whose open hours are `open_`, and two people, with whatever else."""
    people = {
        "1001": {"name": "Claire", "devices": {"1001a": {}}},
        "1002": {"name": "Marc", "devices": {"1002a": {}}},
    }
    document: dict[str, Any] = {
        "format": 1,
        "account": {
            "id": "c",
            "name": "C",
            "domain": "c.example",
            "time_zone": "America/Toronto",
            "operator": operator,
        },
        "prompts": {"G": {"file": "g.wav"}},
        "numbers": {"N": {"number": "+15145550100", "handling": "h", "make_calls": True}},
        "handlings": {"h": {"open": open_ or []}},
        "users": people,
        "boxes": {"8100": {}},
        **more,
    }
    loaded = load_company(document)
    assert not isinstance(loaded, list), loaded
    return compile_company(loaded, 1)


def call(entry: str = "N") -> Call:
    kind = "number" if entry == "N" else "extension"
    return Call(
        id="c", company="c", entry_kind=kind, entry=entry, caller_number="+14505550199", received_at=NOW
    )


def agents(there: Company, **states: AgentState) -> dict[str, Agent]:
    return {
        extension: Agent(
            state=states.get(f"u{extension}", AgentState.AVAILABLE), registered=frozenset(user.devices)
        )
        for extension, user in there.document.users.items()
    }


def route(there: Company, *outcomes: Outcome, entry: str = "N", **states: AgentState) -> list[Decision]:
    """The decisions of a call whose steps end like this, one after the other."""
    history: History = ()
    made = [next_step(there, call(entry), Snapshot(now=NOW, agents=agents(there, **states)), history)]
    for outcome in outcomes:
        history = (*history, Attempt(made[-1].place, outcome))
        made.append(next_step(there, call(entry), Snapshot(now=NOW, agents=agents(there, **states)), history))
    return made


def rings(decision: Decision) -> set[str]:
    assert isinstance(decision.step, Ring), decision
    return {leg.id for leg in decision.step.legs}


def test_given_what_follows_a_greeting_is_not_answered_then_the_list_is_over_all_the_same() -> None:
    """Only ring steps are followed by another (A28, LINT-12)."""
    greeting = {"action": "greeting", "prompt": "G", "operator": False, "then": MOBILE}
    there = company([greeting, {"action": "ring", "members": ["1002"]}])
    made = route(there, SILENCE, UNANSWERED)
    assert rings(made[1]) == {"x14385550111"}
    assert isinstance(made[2].step, Announce)


def test_given_the_operator_of_a_menu_does_not_answer_then_the_message_is_taken_without_the_menu() -> None:
    menu = {"action": "voicemail", "box": "8100", "operator": True, "operator_target": COLLEAGUE}
    made = route(company([menu], {"action": "extension", "extension": "1001"}), ZERO, UNANSWERED)
    assert rings(made[1]) == {"1002a"}
    assert made[2].step == Voicemail(box="8100", skip_greeting=True)


def test_given_the_target_of_0_of_a_ring_step_does_not_answer_then_the_next_step_of_the_list_comes() -> None:
    zero = {"to": "target", "target": MOBILE}
    first = {"action": "ring", "members": ["1001"], "zero_dialing": zero}
    made = route(company([first, {"action": "ring", "members": ["1002"]}]), ZERO, UNANSWERED)
    assert [rings(decision) for decision in made] == [{"1001a"}, {"x14385550111"}, {"1002a"}]


def test_given_an_operator_who_does_not_answer_then_a_users_calls_do_not_go_there_again() -> None:
    people = {
        "1002": {"name": "Marc", "devices": {"1002a": {}}},
        "1001": {"name": "Claire", "open": {"ring": None, "unanswered": {"action": "operator"}}},
    }
    made = route(company(operator=COLLEAGUE, users=people), UNANSWERED, entry="1001")
    assert rings(made[0]) == {"1002a"}
    assert isinstance(made[1].step, Announce)


def test_given_an_operator_who_is_a_greeting_then_silence_ends_the_call() -> None:
    there = company([{"action": "operator"}], {"action": "greeting", "prompt": "G"})
    made = route(there, SILENCE)
    assert isinstance(made[0].step, Ask)
    assert isinstance(made[1].step, Announce)
    assert "no_operator" in [reason.code for reason in made[1].reasons]


def test_given_the_first_digit_of_an_extension_then_the_step_that_reads_the_rest_has_a_reason() -> None:
    made = route(company([{"action": "greeting", "prompt": "G", "operator": False}]), NINE)
    assert [reason.code for reason in made[1].reasons] == ["digit_pressed"]


def test_given_a_step_without_a_time_that_waits_for_somebody_who_is_away_then_its_members_shares_are_the_longest() -> (
    None
):
    ring = {
        "action": "ring",
        "members": ["1001", "1002"],
        "strategy": "fixed_order",
        "seconds": 0,
        "member_seconds": 20,
    }
    handling = {"h": {"open": [ring, {"action": "voicemail", "box": "8100"}], "respect_queue_time": True}}
    there, history = company(handlings=handling), ()
    waited = 0
    for second in range(0, 100, 5):
        away = agents(there, u1001=AgentState.OFFLINE, u1002=AgentState.OFFLINE)
        snapshot = Snapshot(now=NOW + timedelta(seconds=second), agents=away)
        decision = next_step(there, call(), snapshot, history)
        if not isinstance(decision.step, Wait):
            break
        history = (*history, Attempt(decision.place, Outcome(OutcomeKind.DONE)))
        waited += decision.step.seconds
    assert waited == 40
    assert isinstance(decision.step, Voicemail)


@pytest.mark.parametrize("stage", ["r0", "r0q0", "n0", "s0x0", "", "zz"])
@pytest.mark.parametrize("kind", ["u", "n", "q", "l", "e"])
def test_given_a_place_that_is_gone_then_the_caller_hears_that_nobody_is_there(kind: str, stage: str) -> None:
    gone = (Attempt(Place(kind, "1999", "o", stage), UNANSWERED),)
    decision = next_step(company(), call("1001"), Snapshot(now=NOW, agents={}), gone)
    assert isinstance(decision.step, Announce)
    assert [reason.code for reason in decision.reasons] == ["steps_exhausted"]


def relay(other: str) -> dict[str, Any]:
    """Somebody whose calls from outside go to somebody else: no circle that the check could be certain of."""
    steps = [{"action": "extension", "extension": other}]
    return {"name": other, "rules": [{"id": "R", "callers": ["+1*"], "steps": steps}]}


@pytest.mark.parametrize(
    ("limits", "target", "hops"),
    [
        ({"hop_limit": 20}, "u.1001", "5"),
        ({"hop_limit": 3, "visits_per_target": 5}, "u.1002", "4"),
        ({"visits_per_target": 1}, "u.1001", "3"),
    ],
)
def test_given_two_who_send_calls_to_each_other_then_the_budget_ends_it_with_one_reason(
    limits: dict[str, int], target: str, hops: str
) -> None:
    there = company(
        [{"action": "extension", "extension": "1001"}], users={"1001": relay("1002"), "1002": relay("1001")}
    )
    account = msgspec.structs.replace(there.document.account, **limits)
    there = compile_company(msgspec.structs.replace(there.document, account=account), 1)
    decision = route(there)[0]
    assert decision.step == Hangup(why="loop")
    assert [dict(reason.facts) for reason in decision.reasons if reason.code == "loop"] == [
        {"target": target, "hops": hops}
    ]


QUEUE = {"extension": "7000", "members": ["1002"], "schedule": {"openings": []}, "members_own_hours": True}
LINE = {"extension": "7100", "members": [], "unanswered": {"action": "extension", "extension": "1002"}}


@pytest.mark.parametrize(
    ("entry", "more"),
    [
        ("7000", {"queues": {"Q": {**QUEUE, "overflow": [{"reason": "out_of_hours", "to": {"action": "queue", "queue": "Q"}}]}}}),
        ("7100", {"shared_lines": {"L": LINE}}),
        ("1001", {"users": {"1001": {"name": "C", "dnd": {"action": "extension", "extension": "1002"}}, "1002": {"name": "M"}}}),
        ("1001", {"operator": {"action": "extension", "extension": "1002"}}),
        ("N", {"open_": [{"action": "ring", "members": ["1001"], "zero_dialing": {
            "to": "target", "target": {"action": "extension", "extension": "1002"}}}]}),
    ],
)  # fmt: skip
def test_needs_follows_every_way_to_a_user_and_comes_back_from_a_circle(
    entry: str, more: dict[str, Any]
) -> None:
    assert "1002" in needs(company(**more), call(entry)).agents


def test_needs_knows_the_number_whose_zero_dialing_is_still_in_force() -> None:
    zero = {"to": "target", "target": {"action": "ring", "members": ["1002"]}}
    there = company(handlings={"h": {"open": [], "zero_dialing": zero}})
    past = (Attempt(Place("n", "N", "o", "s0r0"), UNANSWERED), Attempt(Place("u", "1001", "o", "r0"), ZERO))
    assert "1002" in needs(there, call("1001"), past).agents


def test_needs_follows_hundreds_of_rules_but_not_further_than_a_call_may_move() -> None:
    people = {str(2000 + n): {"name": "P"} for n in range(400)}
    rules = [{"id": f"R{n}", "callers": [f"+1514555{n:04}"], "steps": [{"action": "extension", "extension": e}]}
             for n, e in enumerate(people)]  # fmt: skip
    chain = {
        str(3000 + n): {"name": "C", "dnd": {"action": "extension", "extension": str(3001 + n)}}
        for n in range(9)
    }
    there = company(
        handlings={"h": {"open": [{"action": "extension", "extension": "3000"}], "rules": rules}},
        users={**people, **chain, "3009": {"name": "C"}},
    )
    asked = needs(there, call("N")).agents
    assert people.keys() <= asked
    assert asked & chain.keys() == {"3000", "3001", "3002", "3003", "3004"}, "five moves from the number"


def test_given_an_agent_who_was_not_asked_for_then_nothing_is_concluded_about_him() -> None:
    decision = next_step(company(), call("1001"), Snapshot(now=NOW, agents={}))
    assert isinstance(decision.step, Ring)


@pytest.mark.parametrize(
    ("state", "because"),
    [(AgentState.ON_CALL, "on_call"), (AgentState.OFFLINE, "unreachable"), (AgentState.DND, "dnd")],
)
def test_given_a_list_of_1000_steps_whose_members_are_not_free_then_what_comes_after_them_is_found(
    state: AgentState, because: str
) -> None:
    rings_marc = {"action": "ring", "members": ["1002"], "wait_if_busy": False}
    there = company([*[rings_marc] * 1000, {"action": "voicemail", "box": "8100"}])
    made = route(there, u1002=state)[0]
    assert made.step == Voicemail(box="8100")
    passed = [reason.facts["because"] for reason in made.reasons if reason.code == "member_passed_over"]
    assert passed == [because] * 1000


@pytest.mark.parametrize("how", [LegOutcome.BUSY, LegOutcome.NO_ANSWER, LegOutcome.UNREACHABLE])
def test_given_a_list_of_200_steps_that_all_ring_then_the_call_carries_its_way_to_the_last(
    how: LegOutcome,
) -> None:
    there = company(
        [*[{"action": "ring", "members": ["1002"]}] * 200, {"action": "voicemail", "box": "8100"}]
    )
    history, ended = (), Outcome(OutcomeKind(how.value), members=(("1002", how),))
    for second in range(200):
        snapshot = Snapshot(now=NOW + timedelta(seconds=second), agents=agents(there))
        decision = next_step(there, call(), snapshot, history)
        assert decision.place.stage.startswith(f"s{second}r")
        history = decode_route(encode_route((*history, Attempt(decision.place, ended))))
    last = next_step(there, call(), Snapshot(now=NOW, agents=agents(there)), history)
    assert last.step == Voicemail(box="8100")
