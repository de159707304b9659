"""The catalogue's acceptance cases (6.4) that concern routing alone, on the sample company."""

from __future__ import annotations

import pytest

from routing.route import LegOutcome, Outcome, OutcomeKind
from routing.snapshot import AgentState
from routing.steps import Announce, Ask, CollectMore, Hangup, Play, Ring, Voicemail
from tests.sample import after, decide, everybody_idle, keyed, rings, unanswered

MAIN, CLAIRE, MARC, SALES, COLLECT = (
    "+15145550100",
    "+15145550110",
    "+15145550111",
    "+15145550102",
    "+15145550160",
)
B = "2026-10-13T10:00"
SILENCE = Outcome(OutcomeKind.NO_INPUT)


def test_t01_given_an_extension_dialled_in_the_greeting_then_that_user_rings() -> None:
    greeting = decide(MAIN, B)
    assert isinstance(greeting.step, Ask)
    assert greeting.step.plays == 3
    first = after(greeting, keyed("1"))
    rest = decide(MAIN, B, first)
    assert rest.step == CollectMore(first="1", max_more=3, seconds=2)
    assert rings(decide(MAIN, B, after(rest, keyed("004"), first))) == {"1004a"}


def test_t02_given_0_in_the_greeting_then_the_operator_rings() -> None:
    assert rings(decide(MAIN, B, after(decide(MAIN, B), keyed("0")))) == {"1000a"}


def test_given_an_invalid_extension_then_it_is_said_and_the_greeting_comes_again() -> None:
    history = after(decide(MAIN, B), keyed("9"))
    history = after(decide(MAIN, B, history), keyed("999"), history)
    said = decide(MAIN, B, history)
    assert isinstance(said.step, Play)
    assert isinstance(decide(MAIN, B, after(said, Outcome(OutcomeKind.DONE), history)).step, Ask)


def test_given_silence_after_the_greeting_then_the_operator_rings() -> None:
    assert rings(decide(MAIN, B, after(decide(MAIN, B), SILENCE))) == {"1000a"}


def test_t05_given_a_saturday_then_nothing_rings_and_the_closed_box_records() -> None:
    step = decide(MAIN, "2026-10-17T10:00").step
    assert isinstance(step, Voicemail)
    assert step.box == "8100"


def test_t08_given_the_lunch_break_then_1000_rings_20_s_then_1006_then_the_box() -> None:
    first = decide(MAIN, "2026-10-13T12:30")
    assert rings(first) == {"1000a"}
    assert isinstance(first.step, Ring)
    assert first.step.seconds == 20
    history = after(first, unanswered(first))
    second = decide(MAIN, "2026-10-13T12:30", history)
    assert rings(second) == {"1006a"}
    last = decide(MAIN, "2026-10-13T12:30", after(second, unanswered(second), history))
    assert isinstance(last.step, Voicemail)
    assert last.step.box == "8100"


@pytest.mark.parametrize(
    ("when", "rule"),
    [("11:59:59", "open"), ("12:00:00", "CR4"), ("12:59:59", "CR4"), ("13:00:00", "open")],
)
def test_t12_given_the_edges_of_the_lunch_break_then_it_is_half_open(when: str, rule: str) -> None:
    assert decide(MAIN, f"2026-10-13T{when}").rule == rule


def test_t13_and_t14_given_an_investor_then_claire_rings_and_a_supplier_reaches_his_box() -> None:
    assert rings(decide(MAIN, B, caller="+14185550177")) == {"1001a"}
    supplier = decide(MAIN, B, caller="+14185550178")
    assert supplier.rule == "CR2"
    assert isinstance(supplier.step, Voicemail)
    assert supplier.step.box == "8110"


def test_t16_given_christmas_then_the_announcement_ends_the_call() -> None:
    decision = decide(MAIN, "2026-12-25T10:00")
    assert decision.rule == "EX-NOEL"
    assert isinstance(decision.step, Announce)


def test_t25_given_claire_does_not_answer_then_desk_softphone_teams_mobile_then_the_menu() -> None:
    history, order = (), []
    for _ in range(4):
        decision = decide(CLAIRE, B, history)
        order.append(rings(decision))
        history = after(decision, unanswered(decision), history)
    assert order == [{"1001a"}, {"1001b"}, {"1001c"}, {"x14385550111"}]
    menu = decide(CLAIRE, B, history)
    assert isinstance(menu.step, Ask)
    assert menu.step.keys == "01*"
    assert isinstance(decide(CLAIRE, B, after(menu, keyed("1"), history)).step, Voicemail)
    assert rings(decide(CLAIRE, B, after(menu, keyed("0"), history))) == {"1000a"}


def test_t35_given_claire_on_a_call_then_the_operator_rings_and_none_of_hers() -> None:
    assert rings(decide(CLAIRE, B, agents=everybody_idle(u1001=AgentState.ON_CALL))) == {"1000a"}


def test_given_her_desk_phone_answers_busy_then_the_operator_rings() -> None:
    first = decide(CLAIRE, B)
    assert rings(decide(CLAIRE, B, after(first, unanswered(first, LegOutcome.BUSY)))) == {"1000a"}


def test_given_she_declines_then_nothing_else_of_hers_rings() -> None:
    first = decide(CLAIRE, B)
    assert isinstance(decide(CLAIRE, B, after(first, unanswered(first, LegOutcome.DECLINED))).step, Ask)


def test_t41_given_the_evening_then_the_box_answers_without_a_menu() -> None:
    step = decide(CLAIRE, "2026-10-13T20:00").step
    assert isinstance(step, Voicemail)
    assert step.box == "1001"


def test_t52_given_marcs_forward_and_schedule_then_his_phones_ring_and_the_mobile_does_not() -> None:
    assert rings(decide(MARC, B)) == {"1002a", "1002b"}


@pytest.mark.parametrize(
    ("when", "what"),
    [
        ("2026-10-16T11:59:59", {"1002a", "1002b"}),
        ("2026-10-16T12:00:00", "1002"),
        ("2026-10-14T07:59:59", "1002"),
        ("2026-10-14T09:00:00", {"1004a"}),
        ("2026-10-14T16:59:59", {"1004a"}),
        ("2026-10-14T17:00:00", "1002"),
    ],
)
def test_t56_and_t58_given_marcs_hours_and_sick_day(when: str, what: object) -> None:
    decision = decide(MARC, when)
    assert (decision.step.box if isinstance(decision.step, Voicemail) else rings(decision)) == what


def test_t59_and_t61_given_marcs_leave_then_message_with_return_date_and_christmas_greeting() -> None:
    leave = decide(MARC, "2026-12-22T10:00").step
    assert isinstance(leave, Announce)
    assert leave.prompts[0].date == "2027-01-06"
    for when, greeting in (("2026-12-25T10:00", "NOEL-1002"), ("2026-12-25T23:59:30", "NOEL-1002")):
        step = decide(MARC, when).step
        assert isinstance(step, Voicemail)
        assert step.greeting is not None
        assert step.greeting.name == greeting
    ordinary = decide(MARC, "2026-12-26T00:00:00").step
    assert isinstance(ordinary, Voicemail)
    assert ordinary.greeting is None


def test_t69_given_marcs_phones_unregistered_then_his_box_at_once() -> None:
    assert isinstance(decide(MARC, B, agents=everybody_idle(u1002=AgentState.OFFLINE)).step, Voicemail)


def test_t74_given_the_collections_number_then_its_box_and_priya_does_not_ring() -> None:
    assert isinstance(decide(COLLECT, B).step, Voicemail)


def test_t81_and_t83_given_all_of_sales_busy_or_offline_then_paul_rings_at_once() -> None:
    busy = everybody_idle(u1004=AgentState.ON_CALL, u1005=AgentState.ON_CALL, u1006=AgentState.ON_CALL)
    gone = everybody_idle(u1004=AgentState.OFFLINE, u1005=AgentState.OFFLINE, u1006=AgentState.OFFLINE)
    assert rings(decide(SALES, B, agents=busy)) == {"1010a"}
    assert rings(decide(SALES, B, agents=gone)) == {"1010a"}


def test_t87_given_emma_on_break_then_the_two_others_ring() -> None:
    assert rings(decide(SALES, B, agents=everybody_idle(u1005=AgentState.BREAK))) == {"1004a", "1006a"}


def test_t131_given_christmas_on_the_sales_number_then_the_date_rule_wins() -> None:
    assert isinstance(decide(SALES, "2026-12-25T10:00").step, Announce)


def test_given_one_who_went_round_too_often_then_the_loop_guard_ends_the_call() -> None:
    history, decision = (), decide(CLAIRE, B)
    for _ in range(60):
        outcome = unanswered(decision, LegOutcome.BUSY) if isinstance(decision.step, Ring) else keyed("0")
        history = after(decision, outcome, history)
        decision = decide(CLAIRE, B, history)
        if isinstance(decision.step, Hangup | Voicemail | Announce):
            break
    assert isinstance(decision.step, Hangup | Voicemail | Announce)
    assert decision.reasons
