"""Company handling (R): destinations, greeting, operator, zero dialing, delegation."""

from __future__ import annotations

from typing import Any

import pytest

from routing.route import LegOutcome
from routing.steps import Announce, Ask, Hangup, Play, Ring, Voicemail
from tests.routing.following import OVER, SILENCE, Following

MAIN, CLAIRE = "+15145550100", "+15145550110"
TO = {"to": "target", "target": {"action": "extension", "extension": "1010"}}
RING = {
    "action": "ring",
    "members": ["1004", "1005"],
    "strategy": "fixed_order",
    "seconds": 0,
    "member_seconds": 20,
}
BOX = {"action": "voicemail", "box": "8100"}
GREETING = {"action": "greeting", "prompt": "G-FR-EN", "dial_extension": True}


def main(*steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"handlings": {"main": {"open": [*steps], "rules": [], **more}}}


@pytest.mark.parametrize(
    ("step", "what"),
    [
        (GREETING, Ask),
        ({"action": "extension", "extension": "1004"}, {"1004a"}),
        ({**RING, "strategy": "simultaneous"}, {"1004a", "1005a"}),
        ({"action": "queue", "queue": "Q-SUP"}, {"1007a"}),
        ({"action": "shared_line", "shared_line": "L-1"}, {"1008a", "1012a"}),
        (BOX, Voicemail),
        ({"action": "announce", "prompt": "A-FERIE"}, Announce),
    ],
)
def test_given_each_destination_then_it_is_reached(step: dict[str, Any], what: object) -> None:
    lines = {"shared_lines": {"L-1": {"extension": "7100", "members": ["1008", "1012"]}}}
    call = Following(MAIN, change={**main(step), **lines})
    assert (call.rings or type(call.decision.step)) == what


# --- the greeting ------------------------------------------------------------------------------------


def test_given_nothing_pressed_then_what_follows_the_greeting_is_what_is_set() -> None:
    assert Following(MAIN).then(SILENCE).rings == {"1000a"}
    then_box = Following(MAIN, change=main({**GREETING, "then": BOX})).then(SILENCE)
    assert then_box.decision.step == Voicemail(box="8100")
    alone = Following(MAIN, change=main({**GREETING, "operator": False})).then(SILENCE)
    assert alone.decision.step.why == "normal"  # type: ignore[union-attr]


@pytest.mark.parametrize("keys", ["9", "#", "0"])
def test_given_a_key_that_means_nothing_then_it_is_said_and_the_greeting_comes_again_as_often_as_it_plays(
    keys: str,
) -> None:
    call = Following(MAIN, change=main({**GREETING, "operator": False, "dial_extension": False, "plays": 2}))
    for _ in range(2):
        assert isinstance(call.decision.step, Ask)
        assert isinstance(call.keys(keys).decision.step, Play)
        call.then(OVER)
    assert call.decision.step.why == "normal"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("dialled", "rung"), [("1004", {"1004a"}), ("7000", {"1007a"}), ("1090", {"1090"}), ("8888", set())]
)
def test_given_an_extension_dialled_in_the_greeting_then_whoever_has_it_is_reached(
    dialled: str, rung: set[str]
) -> None:
    assert Following(MAIN).keys(dialled[0]).keys(dialled[1:]).rings == rung


# --- the operator (C24) --------------------------------------------------------------------------------

OPERATORS = [
    ({}, {"1000a"}),
    ({"sites": {"MTL": {"operator": {"action": "extension", "extension": "1006"}}}}, {"1006a"}),
    ({"sites": {"LYON": {"operator": {"action": "extension", "extension": "1006"}}}}, {"1000a"}),
    ({"account": {"operator": {"action": "queue", "queue": "Q-SUP", "extension": None}}}, {"1007a"}),
]


@pytest.mark.parametrize(("change", "rung"), OPERATORS)
def test_given_operators_of_sites_and_company_then_the_nearest_is_reached(
    change: dict[str, Any], rung: set[str]
) -> None:
    assert Following(MAIN, change=change).keys("0").rings == rung


def test_given_a_call_handed_to_another_number_then_its_site_has_the_operator() -> None:
    change = {"sites": {"MTL": {"operator": {"action": "extension", "extension": "1006"}}}}
    lyon = Following("+33199000103", when="2026-10-13T14:00", change=change)
    assert isinstance(lyon.decision.step, Ask)
    assert lyon.keys("0").rings == {"1006a"}


# --- zero dialing (R45 to R52, C4, C25) --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zero", "listens"),
    [({"to": "nothing"}, False), ({"to": "company_greeting"}, True), (TO, True), (None, False)],
)
def test_given_the_three_values_then_the_phones_ring_with_or_without_a_key(zero: Any, listens: bool) -> None:
    for step in (RING, {"action": "extension", "extension": "1004"}):
        call = Following(MAIN, change=main(step, zero_dialing=zero))
        assert isinstance(call.decision.step, Ring)
        assert call.decision.step.key_0 == listens


def test_given_a_target_then_0_reaches_it() -> None:
    assert Following(MAIN, change=main(RING, zero_dialing=TO)).keys("0").rings == {"1010a"}
    assert Following(MAIN, change=main({**RING, "zero_dialing": TO})).keys("0").rings == {"1010a"}


def test_given_the_second_member_rings_then_0_still_works() -> None:
    call = Following(MAIN, change=main(RING, BOX, zero_dialing=TO)).unanswered()
    assert call.rings == {"1005a"}
    assert call.keys("0").rings == {"1010a"}


def test_given_the_steps_own_zero_dialing_then_it_comes_before_the_handlings() -> None:
    nothing = {**RING, "zero_dialing": {"to": "nothing"}}
    call = Following(MAIN, change=main(nothing, zero_dialing=TO))
    assert isinstance(call.decision.step, Ring)
    assert not call.decision.step.key_0


def test_given_the_company_greeting_then_the_caller_hears_it_and_its_own_0_is_the_operators() -> None:
    lunch = Following(MAIN, when="2026-10-13T12:30")
    assert isinstance(lunch.keys("0").decision.step, Ask)
    assert lunch.keys("0").rings == {"1000a"}
    assert isinstance(lunch.decision.step, Ring)
    assert not lunch.decision.step.key_0


def test_given_no_greeting_to_go_back_to_then_0_reaches_the_operator() -> None:
    call = Following(MAIN, change=main(RING, zero_dialing={"to": "company_greeting"}))
    assert call.keys("0").rings == {"1000a"}


@pytest.mark.parametrize(
    "step",
    [{"action": "queue", "queue": "Q-SUP"}, {"action": "shared_line", "shared_line": "L-1"}, GREETING],
)
def test_given_t23_another_destination_then_the_companys_zero_dialing_does_not_apply(
    step: dict[str, Any],
) -> None:
    lines = {"shared_lines": {"L-1": {"extension": "7100", "members": ["1008"]}}}
    call = Following(MAIN, change={**main(step, zero_dialing=TO), **lines})
    if isinstance(call.decision.step, Ask):
        call.keys("1").keys("004")
    assert isinstance(call.decision.step, Ring)
    assert not call.decision.step.key_0


def test_given_0_went_to_somebody_then_it_means_nothing_while_he_rings() -> None:
    call = Following(MAIN, change=main(RING, zero_dialing=TO)).keys("0")
    assert isinstance(call.decision.step, Ring)
    assert not call.decision.step.key_0


def test_given_a_users_voicemail_menu_then_its_0_is_the_menus() -> None:
    claire = {"action": "extension", "extension": "1001"}
    call = Following(MAIN, change=main(claire, zero_dialing=TO))
    for _ in range(4):
        call.unanswered()
    assert isinstance(call.decision.step, Ask)
    assert call.keys("0").rings == {"1000a"}


def test_given_nobody_where_0_led_from_a_ring_step_then_the_step_after_it_comes() -> None:
    outside = {"to": "target", "target": {"action": "external", "number": "+14505550188", "country": "CA"}}
    call = Following(MAIN, change=main({**RING, "zero_dialing": outside}, BOX)).keys("0")
    assert call.then(call.ended(LegOutcome.BUSY)).decision.step == Voicemail(box="8100")


def test_given_r51_greeting_user_greeting_then_the_loop_guard_counts_the_turns() -> None:
    claire = {"action": "extension", "extension": "1006"}
    greeting = {**GREETING, "then": claire, "operator": False}
    call = Following(MAIN, change=main(claire, rules=[], zero_dialing={"to": "company_greeting"}))
    assert isinstance(call.decision.step, Ring)
    lunch = {"id": "L", "steps": [claire], "callers": ["+1450*"]}
    call = Following(MAIN, change=main(greeting, rules=[lunch], zero_dialing={"to": "company_greeting"}))
    assert call.rings == {"1006a"}
    call.keys("0")
    assert isinstance(call.decision.step, Ask)
    assert call.then(SILENCE).rings == {"1006a"}
    assert isinstance(call.decision.step, Ring)
    assert not call.decision.step.key_0


def test_given_a_rule_that_leads_straight_back_then_everybody_rings_at_each_of_the_visits_that_the_guard_allows() -> (
    None
):
    """3.3, 0: no target is visited more than twice, even with nothing between; and each visit begins anew (A23)."""
    team = {
        "action": "ring",
        "teams": ["T-VEN"],
        "strategy": "fixed_order",
        "seconds": 0,
        "member_seconds": 10,
    }
    back = {"action": "number", "number": "N-VEN"}
    rule = {"id": "R", "callers": ["+1450*"], "steps": [team, back]}
    call = Following("+15145550102", change={"handlings": {"sales": {"rules": [rule]}}})
    rung = []
    while call.rings:
        rung += sorted(call.rings)
        call.unanswered()
    assert rung == ["1004a", "1005a", "1006a"] * 2
    assert call.decision.step == Hangup(why="loop")
    assert call.facts("loop") == [{"target": "n.N-VEN", "hops": "2"}]


@pytest.mark.parametrize("own", [False, True])
def test_given_nobody_where_0_led_from_a_ring_step_then_the_step_after_it(own: bool) -> None:
    """Whether the step or its number says what 0 does (decision 0013)."""
    zero = {"to": "target", "target": {"action": "ring", "members": ["1010"], "seconds": 20}}
    ring = {"action": "ring", "members": ["1004"], "seconds": 20, **({"zero_dialing": zero} if own else {})}
    main = {"rules": [], "open": [ring, {"action": "voicemail", "box": "8100"}]}
    call = Following(
        "+15145550100", change={"handlings": {"main": main if own else {**main, "zero_dialing": zero}}}
    )
    assert call.keys("0", 3).rings == {"1010a"}
    step = call.unanswered().decision.step
    assert isinstance(step, Voicemail)
    assert step.box == "8100"
