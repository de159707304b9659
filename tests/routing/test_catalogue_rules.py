"""Rules of the catalogue that a table of states, destinations or strategies does not show: one test a rule."""

from __future__ import annotations

from typing import Any

import pytest

from routing.effective import effective
from routing.route import LegOutcome
from routing.snapshot import AgentState
from routing.steps import Announce, Ask, Hangup, PromptRef, Ring, Voicemail
from tests.routing.following import SILENCE, Following
from tests.routing.levels import boreal, for_users, site, user
from tests.sample import CALLER

MAIN, CLAIRE, SUPPLIER = "+15145550100", "+15145550110", "+14185550178"
GREETING = {"action": "greeting", "prompt": "G-FR-EN"}
BOX = {"action": "voicemail", "box": "8100"}


def handling(key: str, **more: Any) -> dict[str, Any]:
    return {"handlings": {key: more}}


# --- a number (3.3, INBOUND) ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("caller", "when"),
    [(SUPPLIER, "2026-10-13T10:00"), ("+14185550177", "2026-10-13T10:00"), (SUPPLIER, "2026-12-25T10:00")],
    ids=["a supplier", "an investor", "Christmas"],
)
def test_given_a_number_closed_by_hand_then_neither_rules_nor_holidays_count(caller: str, when: str) -> None:
    call = Following(MAIN, change=handling("main", forced="closed"), caller=caller, when=when)
    assert (call.decision.rule, call.facts("number_forced_closed")) == ("closed", [{"number": "N-MAIN"}])
    assert isinstance(call.decision.step, Voicemail)


def test_given_a_number_opened_by_hand_then_its_hours_do_not_count_but_its_holidays_do() -> None:
    forced = handling("main", forced="open")
    assert isinstance(Following(MAIN, change=forced, when="2026-10-17T10:00").decision.step, Ask)
    assert isinstance(Following(MAIN, change=forced, when="2026-12-25T10:00").decision.step, Announce)


@pytest.mark.parametrize(
    ("step", "what"),
    [({"action": "operator"}, {"1000a"}), ({"action": "hangup"}, Hangup), ({"action": "number", "number": "N-COL"}, Voicemail)],
    ids=["operator", "disconnect", "another number"],
)  # fmt: skip
def test_given_r42_the_wider_destinations_then_each_is_reached(step: dict[str, Any], what: object) -> None:
    call = Following(MAIN, change=handling("main", open=[step], rules=[]))
    assert (call.rings or type(call.decision.step)) == what


def test_given_r12_a_disabled_rule_then_it_is_passed_over_and_said() -> None:
    rules = [{"id": "R", "enabled": False, "steps": [BOX]}]
    call = Following(MAIN, change=handling("main", rules=rules))
    assert isinstance(call.decision.step, Ask)
    assert [fact["because"] for fact in call.facts("rule_passed_over")] == ["disabled"]


def test_given_r12_a_contact_as_condition_then_only_that_caller_matches() -> None:
    change = handling("main", rules=[{"id": "R", "contacts": ["garage-nord"], "steps": [BOX]}])
    assert isinstance(Following(MAIN, change=change, caller="+14505550166").decision.step, Voicemail)
    assert isinstance(Following(MAIN, change=change).decision.step, Ask)


def test_given_a25_a_closed_number_then_nobody_of_the_team_rings_however_free() -> None:
    call = Following("+15145550102", when="2026-10-13T19:00")
    assert (call.rings, type(call.decision.step)) == (set(), Voicemail)


def test_given_3_3_a_list_that_is_over_then_the_caller_hears_that_nobody_is_available() -> None:
    ring = {"action": "ring", "members": ["1004"]}
    call = Following(MAIN, change=handling("main", open=[ring], rules=[])).unanswered()
    assert isinstance(call.decision.step, Announce)
    assert {prompt.name for prompt in call.decision.step.prompts} == {"unavailable"}


def test_given_a23_a_step_that_a_call_comes_to_again_then_who_let_it_ring_rings_again_and_who_declined_does_not() -> (
    None
):
    ring = {
        "action": "ring",
        "members": ["1004", "1005"],
        "strategy": "fixed_order",
        "seconds": 0,
        "member_seconds": 10,
    }
    change = handling("main", open=[ring, GREETING], rules=[], zero_dialing={"to": "company_greeting"})
    call = Following(
        MAIN,
        change={
            **change,
            "account": {"operator": {"action": "number", "number": "N-MAIN", "extension": None}},
        },
    )
    assert call.rings == {"1004a"}
    assert call.unanswered().rings == {"1005a"}
    assert isinstance(call.then(call.ended(LegOutcome.DECLINED)).decision.step, Ask)
    assert call.keys("0").rings == {"1004a"}
    assert isinstance(call.unanswered().decision.step, Ask)


# --- a user (3.3, DIRECT CALL) -----------------------------------------------------------------------------


def test_given_z18_press_1_then_only_outside_phones_ask_for_it() -> None:
    change = user("1001", open={"ring": {"mode": "simultaneous"}})
    step = Following(CLAIRE, change=change).decision.step
    assert isinstance(step, Ring)
    assert {leg.id for leg in step.legs if leg.confirm is not None} == {"x14385550111"}


def test_given_z23_one_time_then_in_sequence_each_phone_has_it_and_together_all() -> None:
    call, seconds = Following(CLAIRE), 0
    while call.rings:
        seconds += call.seconds
        call.unanswered()
    assert seconds == 4 * 15
    together = Following(CLAIRE, change=user("1001", open={"ring": {"mode": "simultaneous", "seconds": 20}}))
    assert isinstance(together.unanswered().decision.step, Ask)


@pytest.mark.parametrize(
    ("action", "what"),
    [
        ({"action": "queue", "queue": "Q-SUP"}, {"1007a"}),
        ({"action": "number", "number": "N-MAIN"}, Ask),
        ({"action": "shared_line", "shared_line": "L-1"}, {"1008a"}),
        ({"action": "external", "number": "+14505550166", "country": "CA"}, {"x14505550166"}),
        ({"action": "extension", "extension": "1091"}, {"1091"}),
        ({"action": "operator"}, {"1000a"}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("when", ["busy", "unanswered"])
def test_given_z24_z32_the_other_destinations_then_each_is_reached(
    when: str, action: dict[str, Any], what: object
) -> None:
    lines = {"shared_lines": {"L-1": {"extension": "7100", "members": ["1008"]}}}
    plain = {"operator": None, "operator_target": None, "check_voicemail": None, "extension": None}
    answering = {"ring": {"mode": "simultaneous"}, when: {**plain, **action}}
    state = AgentState.ON_CALL if when == "busy" else AgentState.AVAILABLE
    call = Following(CLAIRE, change={**user("1001", open=answering), **lines}, u1001=state)
    if when == "unanswered":
        call.unanswered()
    assert (call.rings or type(call.decision.step)) == what


def test_given_z43_no_greeting_then_the_tone_at_once_or_the_menu_alone() -> None:
    alone = user("1006", open={"ring": {}, "unanswered": {"action": "voicemail", "no_greeting": True}})
    assert Following("1006", change=alone).unanswered().decision.step == Voicemail(
        box="1006", skip_greeting=True
    )
    menu = user("1001", open={"ring": {"mode": "simultaneous"}, "unanswered": {"no_greeting": True}})
    step = Following(CLAIRE, change=menu).unanswered().decision.step
    assert isinstance(step, Ask)
    assert {prompt.name for prompt in step.prompts} == {"operator_menu"}


def test_given_acw_then_a_direct_call_rings_or_finds_him_busy_as_he_says() -> None:
    busy = {"open": {"ring": {}, "busy": {"action": "busy_signal"}}}
    assert Following("1004", change=user("1004", **busy), u1004=AgentState.ACW).rings == {"1004a"}
    change = user("1004", **busy, busy_in_wrap_up=True)
    assert Following("1004", change=change, u1004=AgentState.ACW).decision.step == Hangup(why="busy")


def test_given_r59_c7_a_user_who_wants_groups_with_times_of_their_own_then_a_rule_rings_them_with_colleagues() -> (
    None
):
    steps = [
        {"action": "ring", "members": ["1006"], "seconds": 10},
        {"action": "ring", "members": ["1006", "1004"], "seconds": 25},
        {"action": "voicemail"},
    ]
    call = Following("1006", change=user("1006", rules=[{"id": "GROUPS", "steps": steps}]))
    assert (call.rings, call.seconds) == ({"1006a"}, 10)
    assert (call.unanswered().rings, call.seconds) == ({"1006a", "1004a"}, 25)
    assert call.unanswered().decision.step == Voicemail(box="1006")


@pytest.mark.parametrize(
    ("destination", "what"),
    [
        ({"action": "voicemail"}, Voicemail(box="1002")),
        ({"action": "announce", "prompt": "P-OCCUPE"}, Announce(prompts=(PromptRef("P-OCCUPE", company=True),))),
    ],
    ids=["P56", "P58"],
)  # fmt: skip
def test_given_p55_closed_hours_then_the_destination_that_was_chosen(
    destination: dict[str, Any], what: object
) -> None:
    change = user("1002", closed={"unanswered": destination})
    assert Following("1002", change=change, when="2026-10-13T20:00").decision.step == what


def test_given_p57_a_colleague_for_closed_hours_then_he_rings() -> None:
    change = user("1002", closed={"unanswered": {"action": "extension", "extension": "1006"}})
    assert Following("1002", change=change, when="2026-10-13T20:00").rings == {"1006a"}


def test_given_p54_shifts_then_each_of_them_is_open_and_what_is_between_is_not() -> None:
    days = ["mon", "tue", "wed", "thu", "fri"]
    spans = (("06:00", "10:00"), ("13:00", "17:00"), ("20:00", "23:59"))
    openings = [{"days": days, "start": start, "end": end} for start, end in spans]
    change = user("1002", schedule={"enabled": True, "openings": openings}, exceptions=None, forward=None)
    rang = [
        bool(Following("1002", change=change, when=f"2026-10-13T{hour:02}:30").rings)
        for hour in (5, 7, 11, 14, 18, 22)
    ]
    assert rang == [False, True, False, True, False, True]


# --- defaults and conflicts (3.1, 3.2) ----------------------------------------------------------------------


@pytest.mark.parametrize("rings", [None, {"seconds": 10}], ids=["nothing rings", "the site lets phones ring"])
def test_given_c22_nobody_says_what_closed_hours_come_to_then_the_box_or_the_announcement(
    rings: dict[str, Any] | None,
) -> None:
    level = site(**for_users(closed={"ring": rings})) if rings else {}
    for box, what in ((True, "Voicemail"), (False, "Announce")):
        users = effective(boreal(level, user("1006", voicemail=box, closed=None))).users
        closed = users["1006"].closed
        action = users["1006"].when_closed if closed is None else closed.unanswered
        assert type(action).__name__ == what


# --- found by random calls -----------------------------------------------------------------------------------


def test_given_a_caller_who_did_not_want_the_mobile_then_each_time_it_is_left_out_it_is_said() -> None:
    plain = {"operator": None, "operator_target": None, "check_voicemail": None}
    change = {
        **user(
            "1001",
            external_numbers={"mobile": {"confirm_by": "caller"}},
            open={
                "ring": {"mode": "simultaneous"},
                "unanswered": {**plain, "action": "number", "number": "N-MAIN"},
            },
        ),
        **handling(
            "main",
            rules=[{"id": "R", "callers": [CALLER], "steps": [{"action": "extension", "extension": "1001"}]}],
        ),
    }
    call = Following(CLAIRE, change=change).then(SILENCE)
    assert call.facts("caller_did_not_agree") == [{"user": "1001"}]
    assert call.unanswered().rings == {"1001a", "1001b", "1001c"}
    assert call.facts("caller_did_not_agree") == [{"user": "1001"}]


def test_given_a_queue_that_a_call_comes_back_to_then_nobody_had_it_yet_in_this_visit() -> None:
    """`Following` compares each decision with that of the route as the call carries it."""
    queue = {
        "teams": [], "members": ["1007", "1008"], "max_wait": 0, "respect_queue_time": False,
        "overflow": [{"reason": "nobody", "to": {"action": "number", "number": "N-SUP"}}],
    }  # fmt: skip
    away = AgentState.BREAK
    call = Following("+18005550101", change={"queues": {"Q-SUP": queue}}, u1008=away)
    call.unanswered().then(call.ended(LegOutcome.DECLINED))
    assert call.facts("nobody_eligible") == [{"target": "q.Q-SUP"}]
    assert call.decision.step == Hangup(why="loop")
