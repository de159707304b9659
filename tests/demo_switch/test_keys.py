"""Keys: what takes them, what they set off, when they are told (freeswitch-facts 5.3, 7.5)."""

from __future__ import annotations

from typing import Any

import pytest

from demo_switch.phones import Offer
from tests.demo_switch.lab import Lab

A = "a@127.0.0.1:1"
BOUND = [
    ("answer", ""),
    ("bind_digit_action", "relais,0,exec:transfer,'op XML default'"),
    ("digit_action_set_realm", "relais"),
]
CLEARED = [
    ("set", "bridge_pre_execute_aleg_app=clear_digit_action"),
    ("set", "bridge_pre_execute_aleg_data=all"),
]


def run(lab: Lab, actions: list[tuple[str, str]], *press: tuple[float, str], **how: Any) -> dict[str, Any]:
    """Run actions on an answered caller who presses keys; his variables when he is reported."""
    lab.answers["x"] = actions
    lab.answers["op"] = [("set", "was=op"), ("hangup", "")]
    caller = lab.call("x", press=press, **how)
    lab.finish()
    report = lab.event("CHANNEL_HANGUP_COMPLETE", caller.uuid)
    return {k.removeprefix("variable_"): v for k, v in report.items()} | {"leg": caller.uuid}


def ask(fewest: int, most: int, tries: int, terminators: str, pattern: str) -> tuple[str, str]:
    data = f"{fewest} {most} {tries} 2000 {terminators} silence_stream://5000 silence_stream://100 d {pattern} 1000"
    return "play_and_get_digits", data


@pytest.mark.parametrize(
    ("asked", "press", "digits", "rejected"),
    [
        (ask(1, 1, 1, "none", "[0-9*#]"), [(2, "4")], "4", None),
        (ask(1, 1, 2, "none", "[0-9]"), [(2, "#"), (9, "7")], "7", "#"),
        (ask(1, 1, 1, "none", "[0-9]"), [], None, None),
        (ask(0, 3, 1, "#", "[0-9]+"), [(1, "004")], "004", None),
        (ask(0, 3, 1, "#", "[0-9]+"), [(1, "0"), (1.5, "0"), (2, "#")], "00", None),
        (ask(0, 3, 1, "#", "[0-9]+"), [], None, None),
        (ask(1, 4, 1, "#", "[0-9]+"), [(1, "10"), (1.5, "0")], "100", None),
        (ask(3, 3, 1, "#", "[0-9]+"), [(1, "1")], None, "1"),
    ],
)
def test_digits_are_collected(
    lab: Lab, asked: tuple[str, str], press: list[tuple[float, str]], digits: str | None, rejected: str | None
) -> None:
    report = run(lab, [("answer", ""), asked], *press)
    assert (report.get("d"), report.get("d_invalid")) == (digits, rejected)


def test_keys_pressed_during_a_hand_over_are_not_lost(lab: Lab) -> None:
    lab.answers["next"] = [ask(0, 3, 1, "#", "[0-9]+")]
    first = ask(1, 1, 1, "none", "[0-9]")
    report = run(lab, [("answer", ""), first, ("transfer", "next XML default")], (1, "1004"))
    assert report["d"] == "004"


def test_every_key_is_told_when_it_is_taken_and_a_star_ends_a_playback(lab: Lab) -> None:
    report = run(lab, [("answer", ""), ("playback", "silence_stream://60000")], (1, "5"), (2, "*"))
    assert lab.names(report["leg"]).count("DTMF") == 2
    assert report["playback_terminator_used"] == "*"
    assert int(report["mduration"]) < 4000


@pytest.mark.parametrize(("eats", "slept"), [("false", False), ("true", True)])
def test_a_key_cuts_a_sleep_without_being_told(lab: Lab, eats: str, slept: bool) -> None:
    actions = [("answer", ""), ("set", f"sleep_eat_digits={eats}"), ("sleep", "4000")]
    report = run(lab, actions, (1, "5"))
    assert (int(report["mduration"]) >= 4000) == slept
    assert "DTMF" not in lab.names(report["leg"])


def test_a_bound_key_transfers_out_of_ringing_and_no_other_key_is_told(lab: Lab) -> None:
    lab.script(A, Offer())
    report = run(lab, [*BOUND, ("bridge", f"sofia/internal/{A}")], (1, "5"), (2, "0"))
    assert (report["was"], report["originate_disposition"]) == ("op", "ORIGINATOR_CANCEL")
    assert report["last_non_matching_digits"] == "5"
    assert "DTMF" not in lab.names(report["leg"])


def test_a_bound_key_can_tell_the_controller_instead(lab: Lab) -> None:
    lab.script(A, Offer(answer_after=4, hang_up_after=1))
    bound = (
        "bind_digit_action",
        "r,0,exec:event,'Event-Name=CUSTOM,Event-Subclass=relais::key,relais_phase=key'",
    )
    run(lab, [("answer", ""), bound, ("bridge", f"sofia/internal/{A}")], (2, "0"))
    told = lab.event("CUSTOM")
    assert (told["Event-Subclass"], told["relais_phase"], told["variable_current_application"]) == (
        "relais::key", "key", "event",
    )  # fmt: skip


@pytest.mark.parametrize(("before", "was"), [([], "op"), (CLEARED, None)])
def test_a_bound_key_survives_the_answer_unless_it_is_cleared_at_the_bridge(
    lab: Lab, before: list[tuple[str, str]], was: str | None
) -> None:
    lab.script(A, Offer(answer_after=1, hang_up_after=5))
    report = run(lab, [*before, *BOUND, ("bridge", f"sofia/internal/{A}")], (3, "0"))
    assert report.get("was") == was


def test_an_unanswered_caller_without_media_cannot_press_anything(lab: Lab) -> None:
    lab.script(A, Offer())
    report = run(lab, [*BOUND[1:], ("bridge", f"{{originate_timeout=4}}sofia/internal/{A}")], (2, "0"))
    assert report["originate_disposition"] == "NO_ANSWER"


def test_the_cancel_key_ends_the_ringing_and_other_keys_are_told(lab: Lab) -> None:
    lab.script(A, Offer())
    actions = [("answer", ""), ("set", "origination_cancel_key=9"), ("bridge", f"sofia/internal/{A}")]
    report = run(lab, actions, (1, "5"), (3, "9"))
    assert (report["originate_disposition"], report["DIALSTATUS"]) == ("NO_ANSWER", "NOANSWER")
    assert lab.names(report["leg"]).count("DTMF") == 2
