"""Ringing: timers, causes, who wins, press 1 (freeswitch-facts 4)."""

from __future__ import annotations

from typing import Any

import pytest

from demo_switch.phones import Offer
from tests.demo_switch.lab import Lab

A, B, C = "a@127.0.0.1:1", "b@127.0.0.1:2", "c@127.0.0.1:3"
CONTINUE = ("set", "continue_on_fail=true")
IGNORE = ("set", "ignore_early_media=true")


def dial(*names: str) -> str:
    return ",".join(f"sofia/internal/{name}" for name in names)


def ring(lab: Lab, dialled: str, *before: tuple[str, str], **how: Any) -> dict[str, Any]:
    """Ring from an extension; the caller's variables when he is reported."""
    lab.answers["x"] = [*before, ("bridge", dialled), ("hangup", "NORMAL_UNSPECIFIED")]
    caller = lab.call("x", **how)
    lab.finish()
    report = lab.event("CHANNEL_HANGUP_COMPLETE", caller.uuid)
    return {k.removeprefix("variable_"): v for k, v in report.items()} | {"leg": caller.uuid}


@pytest.mark.parametrize(
    ("before", "brackets", "disposition", "status", "cause", "seconds"),
    [
        ([CONTINUE], "[leg_timeout=3]", "ALLOTTED_TIMEOUT", "ALLOTTED_TIMEOUT", "ALLOTTED_TIMEOUT", (3, 4)),
        ([CONTINUE, ("set", "call_timeout=3")], "", "NO_ANSWER", "NOANSWER", "NO_ANSWER", (2, 3)),
        ([CONTINUE], "{originate_timeout=5}", "NO_ANSWER", "NOANSWER", "NO_ANSWER", (4, 5)),
        ([CONTINUE], "", "NO_ANSWER", "NOANSWER", "NO_ANSWER", (59, 60)),
    ],
)  # fmt: skip
def test_each_timer_has_its_own_cause_and_its_second(
    lab: Lab, before: list[tuple[str, str]], brackets: str, disposition: str, status: str, cause: str,
    seconds: tuple[int, int],
) -> None:  # fmt: skip
    lab.script(A, Offer())
    report = ring(lab, brackets + dial(A), *before)
    assert (report["originate_disposition"], report["DIALSTATUS"]) == (disposition, status)
    leg = report["originated_legs"].split(";")[0]
    assert report["originate_causes"] == f"{leg};{cause}"
    lasted = int(lab.event("CHANNEL_HANGUP_COMPLETE", leg)["variable_mduration"]) / 1000
    assert seconds[0] <= lasted <= seconds[1] + 0.9


def test_given_several_refusals_when_nobody_answers_then_the_first_leg_names_the_cause(lab: Lab) -> None:
    lab.script(A, Offer(refuse=404, refuse_after=1))
    lab.script(B, Offer(refuse=486))
    report = ring(lab, dial(A, B), CONTINUE)
    assert report["originate_disposition"] == "UNALLOCATED_NUMBER"
    assert [each.split(";")[1] for each in report["originate_causes"]] == ["UNALLOCATED_NUMBER", "USER_BUSY"]


@pytest.mark.parametrize(
    ("before", "cause"),
    [
        ([], "USER_BUSY"),
        ([("set", "continue_on_fail=USER_BUSY,17")], "NORMAL_UNSPECIFIED"),
        ([("set", "continue_on_fail=NO_ANSWER")], "USER_BUSY"),
        ([("set", "continue_on_fail=true")], "NORMAL_UNSPECIFIED"),
    ],
)
def test_continue_on_fail_decides_whether_the_caller_stays(
    lab: Lab, before: list[tuple[str, str]], cause: str
) -> None:
    lab.script(A, Offer(refuse=486))
    assert ring(lab, dial(A), *before)["hangup_cause"] == cause


def test_unset_continue_on_fail_goes_on_after_no_answer(lab: Lab) -> None:
    lab.script(A, Offer())
    assert ring(lab, "{originate_timeout=2}" + dial(A))["hangup_cause"] == "NORMAL_UNSPECIFIED"


def test_a_leg_that_never_existed_is_in_no_list_and_sends_no_event(lab: Lab) -> None:
    lab.script(A, Offer(refuse=486))
    report = ring(lab, "error/user_not_registered,sofia/gateway/none/+15145550100," + dial(A), CONTINUE)
    assert report["originated_legs"].count(";") == 2
    assert report["originate_disposition"] == "USER_BUSY"
    assert len([e for e in lab.events if e["Event-Name"] == "CHANNEL_CREATE"]) == 2


def test_causes_accumulate_unless_they_are_not_preserved(lab: Lab) -> None:
    lab.script(A, Offer(refuse=486))
    twice = [CONTINUE, ("bridge", dial(A))]
    assert len(ring(lab, dial(A), *twice)["originate_causes"]) == 2
    once = [CONTINUE, ("bridge", dial(A)), ("set", "preserve_originated_vars=false")]
    assert isinstance(ring(lab, dial(A), *once)["originate_causes"], str)


def test_early_media_wins_unless_it_is_ignored(lab: Lab) -> None:
    lab.script(A, Offer(early_media=True, refuse=486, refuse_after=2))
    lab.script(B, Offer(answer_after=3, hang_up_after=1))
    report = ring(lab, dial(A, B))
    assert [each.split(";")[1] for each in report["originate_causes"]] == ["NONE", "LOSE_RACE"]
    report = ring(lab, dial(A, B), IGNORE)
    assert [each.split(";")[1] for each in report["originate_causes"]] == ["USER_BUSY", "NONE"]


def test_braces_and_exports_go_over_brackets_but_not_for_the_caller_id(lab: Lab) -> None:
    lab.script(A, Offer(answer_after=1, hang_up_after=1))
    exports = [("export", "nolocal:c=exported"), ("export", "d=both")]
    ring(lab, "{a=braces,origination_caller_id_number=1}[a=own,b=own,c=own,origination_caller_id_number=2]" + dial(A),
         *exports)  # fmt: skip
    created = [e for e in lab.events if e["Event-Name"] == "CHANNEL_CREATE"][1]
    assert [created.get(f"variable_{name}") for name in "abcd"] == ["braces", "own", "exported", "both"]
    assert created["Caller-Caller-ID-Number"] == "2"
    caller = [e for e in lab.events if e["Event-Name"] == "CHANNEL_HANGUP_COMPLETE"][-1]
    assert "variable_c" not in caller
    assert caller["variable_d"] == "both"


def test_the_answering_legs_variable_is_imported_before_the_bridge(lab: Lab) -> None:
    lab.script(A, Offer(answer_after=1, hang_up_after=1))
    ring(lab, "[relais_owner=1004]" + dial(A), ("set", "import=relais_owner"))
    assert lab.event("CHANNEL_BRIDGE")["variable_relais_owner"] == "1004"


@pytest.mark.parametrize(
    ("offer", "settings", "cause", "answered"),
    [
        (Offer(answer_after=1, press=((2, "1"),), hang_up_after=9), "", "NONE", True),
        (Offer(answer_after=1, press=((1, "5"), (4, "1")), hang_up_after=9), "", "NONE", True),
        (Offer(answer_after=1), ",leg_timeout=5", "ALLOTTED_TIMEOUT", False),
        (Offer(answer_after=4), ",leg_timeout=5,group_confirm_timeout=8", "ALLOTTED_TIMEOUT", False),
        (Offer(answer_after=4, press=((6, "1"),), hang_up_after=9), ",leg_timeout=5,group_confirm_timeout=8", "NONE",
         True),
        (Offer(answer_after=1, hang_up_after=3), "", "NORMAL_CLEARING", False),
    ],
)  # fmt: skip
def test_press_one_makes_the_winner(
    lab: Lab, offer: Offer, settings: str, cause: str, answered: bool
) -> None:
    lab.script(A, offer)
    confirm = f"[group_confirm_key=1,group_confirm_file=silence_stream://2000{settings}]"
    report = ring(lab, confirm + dial(A), CONTINUE, IGNORE)
    assert report["originate_causes"].split(";")[1] == cause
    assert ("CHANNEL_ANSWER" in lab.names(report["leg"])) == answered


def test_an_inside_leg_that_answers_beats_an_outside_leg_that_has_not_confirmed(lab: Lab) -> None:
    lab.script(A, Offer(answer_after=1))
    lab.script(B, Offer(answer_after=3, hang_up_after=2))
    confirm = "[group_confirm_key=1,group_confirm_file=silence_stream://2000]"
    report = ring(lab, f"{confirm}{dial(A)},{dial(B)}", CONTINUE, IGNORE)
    assert [each.split(";")[1] for each in report["originate_causes"]] == ["LOSE_RACE", "NONE"]


def test_a_confirmation_that_cannot_be_played_ends_the_leg(lab: Lab) -> None:
    lab.script(A, Offer(answer_after=1))
    report = ring(lab, "[group_confirm_key=1,group_confirm_file=/nowhere.wav]" + dial(A), CONTINUE)
    assert report["originate_causes"].endswith(";DESTINATION_OUT_OF_ORDER")
    assert lab.switch.refusals.counts["missing_file"] == 1
    lab.switch.refusals.last.clear()


def test_the_overall_timer_cuts_a_confirmation(lab: Lab) -> None:
    lab.script(A, Offer(answer_after=1))
    confirm = "[group_confirm_key=1,group_confirm_file=silence_stream://2000,group_confirm_timeout=0]"
    report = ring(lab, confirm + dial(A), CONTINUE, ("set", "call_timeout=6"))
    assert report["originate_disposition"] == "NO_ANSWER"


def test_with_a_ringback_the_caller_gets_early_media_and_can_press_keys(lab: Lab) -> None:
    lab.script(A, Offer(answer_after=3, hang_up_after=1))
    report = ring(lab, dial(A), ("set", "ringback=%(2000,4000,440,480)"))
    assert "CHANNEL_PROGRESS_MEDIA" in lab.names(report["leg"])


def test_given_hangup_after_bridge_unset_then_the_dialplan_goes_on(lab: Lab) -> None:
    lab.script(A, Offer(answer_after=1, hang_up_after=1))
    assert ring(lab, dial(A))["hangup_cause"] == "NORMAL_UNSPECIFIED"


def test_sequential_groups_stop_after_the_overall_time(lab: Lab) -> None:
    lab.script(A, Offer())
    lab.script(B, Offer(answer_after=1, hang_up_after=1))
    report = ring(lab, f"{dial(A)}|{dial(B)}", ("set", "call_timeout=2"), CONTINUE)
    assert report["originate_disposition"] == "NO_ANSWER"
    report = ring(lab, f"[leg_timeout=2]{dial(A)}|{dial(B)}", CONTINUE)
    assert report["originate_disposition"] == "SUCCESS"


def test_a_number_leaves_through_its_gateway_with_the_wanted_caller_id(lab: Lab) -> None:
    lab.script("+14385550111", Offer(answer_after=1, hang_up_after=1))
    ring(lab, "[origination_caller_id_number=+15145550100]sofia/gateway/trunk/+14385550111")
    leg = lab.event("CHANNEL_BRIDGE")
    assert leg["Other-Leg-Destination-Number"] == "+14385550111"
    assert leg["Other-Leg-Caller-ID-Number"] == "+15145550100"
    assert ("ring", "+14385550111") in lab.rows(str(leg["Unique-ID"]))


def test_a_gateway_that_speaks_for_every_number_goes_after_the_numbers_own_script(lab: Lab) -> None:
    lab.script("+14385550111", Offer(answer_after=1))
    lab.script("trunk/*", Offer(refuse=503))
    report = ring(lab, "sofia/gateway/trunk/+14385550111", CONTINUE)
    assert report["originate_disposition"] == "NORMAL_TEMPORARY_FAILURE"
    lab.script("trunk/+14385550111", Offer(refuse=486))
    report = ring(lab, "sofia/gateway/trunk/+14385550111", CONTINUE)
    assert report["originate_disposition"] == "USER_BUSY"
