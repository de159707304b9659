"""Members of teams and queues who have no phone at the moment, and a number outside (4.2: connectivity, rank 4; Z17)."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from routing.agent_changes import connected
from routing.agent_state import derive
from routing.agents import Inputs, Intent, Terms
from routing.engine import needs
from routing.offers import offer_of
from routing.route import LegOutcome
from routing.snapshot import Agent, AgentState
from routing.steps import Leg, Ring, Voicemail, Wait
from tests.routing.following import OVER, Following, changed, people

SALES, QUEUE = "+15145550102", "7000"
MOBILE = "x14385550144"
FREE, BUSY = AgentState.AVAILABLE, AgentState.ON_CALL


def mobile(*members: str, **number: Any) -> dict[str, Any]:
    """A change that gives them a mobile, all of them the same."""
    own = {"number": "+14385550144", "country": "CA", **number}
    return {"users": {member: {"external_numbers": {"mobile": own}} for member in members}}


def calls(
    to: str, change: dict[str, Any], *, gone: tuple[str, ...] = ("1004",), states: dict[str, AgentState | Agent] | None = None,
    **more: Any,
) -> Following:  # fmt: skip
    """A call while no device of `gone` is registered."""
    known = people(changed(change), **{f"u{each}": state for each, state in (states or {}).items()})
    for each in gone:
        known[each] = msgspec.structs.replace(known[each], registered=frozenset())
    return Following(to, change=change, agents=known, **more)


def leg_of(call: Following, ident: str) -> Leg:
    assert isinstance(call.decision.step, Ring), call.decision
    return next(leg for leg in call.decision.step.legs if leg.id == ident)


def test_given_no_device_of_his_is_there_then_his_mobile_rings_with_the_others_and_always_asks_for_1() -> (
    None
):
    call = calls(SALES, mobile("1004", press_1=False, confirm_by="caller", confirm_seconds=7))
    assert call.rings == {MOBILE, "1005a", "1006a"}
    leg = leg_of(call, MOBILE)
    assert (leg.owner, leg.own_number) == ("1004", True)
    assert leg.confirm is not None
    assert (leg.confirm.by, leg.confirm.seconds) == ("callee", 7)
    assert {"user": "1004", "device": "1004a"} in call.facts("device_unreachable")


def test_given_one_device_is_there_then_his_mobile_stays_silent() -> None:
    assert calls(SALES, mobile("1004"), gone=()).rings == {"1004a", "1005a", "1006a"}


@pytest.mark.parametrize(
    ("change", "state", "because"),
    [
        ({}, FREE, "unreachable"),
        (mobile("1004", enabled=False), FREE, "unreachable"),
        (mobile("1004", country="GB", number="+442079460144"), FREE, "unreachable"),
        (mobile("1004"), BUSY, "on_call"),
        (mobile("1004"), Agent(state=AgentState.OFFLINE, intent="offline"), "offline"),
        (mobile("1004"), AgentState.BREAK, "break"),
        (mobile("1004"), AgentState.ACW, "acw"),
    ],
)
def test_given_he_is_not_to_be_rung_outside_then_he_is_passed_over(
    change: dict[str, Any], state: AgentState | Agent, because: str
) -> None:
    call = calls(SALES, change, states={"1004": state})
    assert call.rings == {"1005a", "1006a"}
    assert {"member": "1004", "because": because} in call.facts("member_passed_over")


def test_given_he_takes_calls_while_on_one_then_never_outside() -> None:
    change = mobile("1004")
    change["users"]["1004"]["receive_while_on_call"] = True
    call = calls(SALES, change, states={"1004": BUSY})
    assert call.rings == {"1005a", "1006a"}
    assert {"member": "1004", "because": "on_call"} in call.facts("member_passed_over")


def test_given_no_line_is_left_then_he_is_passed_over_with_the_reason() -> None:
    call = calls(SALES, mobile("1004"), lines=10)
    assert call.rings == {"1005a", "1006a"}
    assert call.facts("trunk_full")


def test_given_a_line_for_one_of_two_then_the_first_alone_rings_outside() -> None:
    change = mobile("1004")
    change["users"] |= mobile("1005", number="+14385550145")["users"]
    assert calls(SALES, change, gone=("1004", "1005"), lines=9).rings == {MOBILE, "1006a"}


def test_given_two_members_share_a_number_then_it_rings_once() -> None:
    call = calls(SALES, mobile("1004", "1005"), gone=("1004", "1005"))
    assert isinstance(call.decision.step, Ring)
    assert [leg.id for leg in call.decision.step.legs] == [MOBILE, "1006a"]


def test_given_all_others_talk_too_then_he_is_waited_for_as_for_them() -> None:
    steps = [
        {"action": "ring", "teams": ["T-VEN"], "seconds": 20, "wait_if_busy": True},
        {"action": "voicemail", "box": "8300"},
    ]
    change = {**mobile("1004"), "handlings": {"sales": {"open": steps}}}
    call = calls(SALES, change, states={"1004": BUSY, "1005": AgentState.OFFLINE, "1006": AgentState.OFFLINE})
    assert isinstance(call.decision.step, Wait)
    assert call.then(OVER, after=20).decision.step == Voicemail(box="8300")


def test_given_a_queue_then_he_is_kept_for_its_call_and_works_after_it() -> None:
    change = {**mobile("1007"), "queues": {"Q-SUP": {"wrap_up": 30}}}
    call = calls(QUEUE, change, caller="1010", gone=("1007",), states={"1008": BUSY, "1012": BUSY})
    offer = offer_of(call.company.document, call.decision)
    assert offer is not None
    assert (offer.members, offer.wrap_up) == (("1007",), 30)


def test_given_his_mobile_is_not_reached_then_the_queue_goes_on_to_the_next_and_waits_a_round_before_it_tries_again() -> (
    None
):
    call = calls(QUEUE, mobile("1007"), caller="1010", gone=("1007",), states={"1008": BUSY, "1012": BUSY})
    call.then(call.ended(LegOutcome.TRUNK_FAILED))
    assert isinstance(call.decision.step, Wait)
    assert call.then(OVER, after=5).rings == {MOBILE}


def test_given_nobody_knows_of_agents_then_only_who_has_no_device_at_all_is_rung_outside() -> None:
    change = mobile("1004")
    change["users"] |= mobile("1005", number="+14385550145")["users"]
    change["users"]["1005"]["devices"] = {"1005a": None}
    assert Following(SALES, change=change, knows=False).rings == {"1004a", "x14385550145", "1006a"}


@pytest.mark.parametrize(
    ("change", "outside"), [({}, False), (mobile("1004"), True), (mobile("1004", enabled=False), False)]
)
def test_a_call_that_can_come_to_such_a_member_asks_what_was_counted_of_calls_to_the_outside(
    change: dict[str, Any], outside: bool
) -> None:
    call = Following(SALES, change=change)
    assert needs(call.company, call.call).outside is outside


# --- his state -----------------------------------------------------------------------------------------

ONE_DEVICE = Terms(devices=("1004a",))
OUTSIDE = Terms(devices=("1004a",), has_outside=True)


@pytest.mark.parametrize(
    ("terms", "intent", "state", "reason"),
    [
        (OUTSIDE, Intent(), AgentState.AVAILABLE, "idle_outside"),
        (OUTSIDE, Intent(kind="offline"), AgentState.OFFLINE, "declared"),
        (ONE_DEVICE, Intent(), AgentState.OFFLINE, "no_device"),
    ],
)
def test_given_a_number_outside_then_who_has_no_device_is_not_offline_unless_he_says_so(
    terms: Terms, intent: Intent, state: AgentState, reason: str
) -> None:
    derived = derive(Inputs(intent=intent), terms, 1_000.0)
    assert (derived.state, derived.reason) == (state, reason)


@pytest.mark.parametrize(("terms", "kind"), [(OUTSIDE, "break"), (ONE_DEVICE, "auto")])
def test_given_his_devices_were_gone_for_long_then_what_he_declared_holds_only_if_he_was_reached_outside(
    terms: Terms, kind: str
) -> None:
    gone = Inputs(intent=Intent(kind="break", reason="lunch", since=1.0), lost_at=10.0)
    assert connected(gone, "1004a", 9_000.0, 1_000.0, terms).intent.kind == kind
