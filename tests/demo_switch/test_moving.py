"""Moving calls: transfers and their count, guards, uuid_bridge, park, originate (freeswitch-facts 5, 16, 17)."""

from __future__ import annotations

import pytest

from demo_switch.api import run_api
from demo_switch.callers import hang_up_far_end
from demo_switch.channel import Channel
from demo_switch.phones import Offer
from demo_switch.transfers import blind_transfer
from tests.demo_switch.lab import Lab

A, B = "a@127.0.0.1:1", "b@127.0.0.1:2"


def leg_of(lab: Lab, far_end: str) -> Channel:
    """The leg that rings or talks to a far end."""
    return next(c for c in lab.switch.channels.values() if c.profile.channel_name.endswith(far_end))


def api(lab: Lab, line: str) -> str:
    name, _, arguments = line.partition(" ")
    return run_api(lab.switch, name, arguments)


def in_bridge(lab: Lab, caller: Channel) -> bool:
    return caller.bridged is not None


@pytest.mark.parametrize(("forwards", "setting", "requests"), [(4, [], 4), (70, [], 70), (4, ["9"], 9)])
def test_a_loop_of_transfers_ends_when_its_count_is_used_up(
    lab: Lab, forwards: int, setting: list[str], requests: int
) -> None:
    first = [("set", f"max_session_transfers={count}") for count in setting]
    lab.answers["x"] = [*first, ("transfer", "again XML default")]
    lab.answers["again"] = [("transfer", "again XML default")]
    caller = lab.call("x", max_forwards=forwards)
    lab.finish()
    assert lab.event("CHANNEL_HANGUP", caller.uuid)["Hangup-Cause"] == "EXCHANGE_ROUTING_ERROR"
    assert len(lab.posts) == requests


def test_the_hand_over_of_a_listener_beats_the_sleep_of_the_xml(lab: Lab) -> None:
    lab.script(A, Offer(refuse=486, refuse_after=0.5))
    lab.answers["x"] = [
        ("set", "continue_on_fail=true"), ("bridge", f"sofia/internal/{A}"),
        ("sleep", "1000"), ("transfer", "late XML default"),
    ]  # fmt: skip
    lab.answers["next"] = lab.answers["late"] = [("hangup", "")]
    caller = lab.call("x")

    def react(event: dict[str, object]) -> None:
        if event["Event-Name"] == "CHANNEL_EXECUTE_COMPLETE" and event.get("Application") == "bridge":
            api(lab, f"uuid_setvar_multi {caller.uuid} relais_outcome=busy;relais_step=2")
            api(lab, f"uuid_transfer {caller.uuid} next XML default")

    lab.switch.events.listen(react)
    lab.finish()
    form = lab.form(1)
    assert (form["Hunt-Destination-Number"], form["variable_relais_outcome"]) == ("next", "busy")
    assert form["variable_originate_causes"].endswith(";USER_BUSY")
    assert form["variable_DIALSTATUS"] == "BUSY"
    assert (form["Hunt-Dialplan"], form["Caller-RDNIS"], form["Hunt-Profile-Index"]) == ("XML", "x", "2")


def test_without_a_listener_the_xml_asks_again_itself(lab: Lab) -> None:
    lab.script(A, Offer(refuse=486))
    lab.answers["x"] = [
        ("set", "continue_on_fail=true"), ("bridge", f"sofia/internal/{A}"),
        ("sleep", "1000"), ("transfer", "late XML default"),
    ]  # fmt: skip
    lab.answers["late"] = [("hangup", "")]
    lab.call("x")
    lab.finish()
    assert lab.form(1)["Hunt-Destination-Number"] == "late"


def test_a_transfer_of_a_talking_caller_ends_the_other_leg(lab: Lab) -> None:
    lab.script(A, Offer(answer_after=1))
    lab.answers |= {"x": [("bridge", f"sofia/internal/{A}")], "y": [("hangup", "")]}
    caller = lab.call("x")
    lab.until(lambda: in_bridge(lab, caller))
    leg = leg_of(lab, A)
    assert api(lab, f"uuid_transfer {caller.uuid} y XML default") == "+OK\n"
    lab.finish()
    assert leg.cause == "NORMAL_CLEARING"
    story = lab.names(caller.uuid)
    after = story[story.index("CHANNEL_UNBRIDGE") :]
    assert after[:3] == ["CHANNEL_UNBRIDGE", "CHANNEL_EXECUTE_COMPLETE bridge", "CHANNEL_EXECUTE hangup"]


def test_moving_the_other_leg_lets_the_callers_dialplan_go_on(lab: Lab) -> None:
    lab.script(A, Offer(answer_after=1))
    lab.answers |= {
        "x": [("bridge", f"sofia/internal/{A}"), ("set", "went=on"), ("hangup", "")],
        "y": [("sleep", "2000"), ("hangup", "USER_BUSY")],
    }  # fmt: skip
    caller = lab.call("x")
    lab.until(lambda: in_bridge(lab, caller))
    leg = leg_of(lab, A)
    api(lab, f"uuid_transfer {caller.uuid} -bleg y XML default")
    lab.finish()
    assert lab.event("CHANNEL_HANGUP_COMPLETE", caller.uuid)["variable_went"] == "on"
    assert leg.cause == "USER_BUSY"


def test_a_blind_transfer_routes_the_partner_in_the_forced_context(lab: Lab) -> None:
    lab.script(A, Offer(answer_after=1))
    lab.answers |= {
        "x": [("set", "force_transfer_context=relais-transfer"), ("set", "hangup_after_bridge=true"),
              ("bridge", f"sofia/internal/{A}")],
        "1004": [("hangup", "")],
    }  # fmt: skip
    caller = lab.call("x")
    lab.until(lambda: in_bridge(lab, caller))
    leg = leg_of(lab, A)
    assert blind_transfer(lab.switch, leg, "1004")
    lab.finish()
    form = lab.form(1)
    assert (form["Hunt-Context"], form["Hunt-Destination-Number"], form["Hunt-RDNIS"]) == (
        "relais-transfer", "1004", "x",
    )  # fmt: skip
    assert form["Hunt-Dialplan"] == "XML,XML:/etc/freeswitch/failsafe.xml"
    assert leg.cause == "NORMAL_CLEARING"


@pytest.mark.parametrize(
    ("action", "cause", "lasted"),
    [
        (("set", "park_timeout=3:USER_BUSY"), "USER_BUSY", (2, 3)),
        (("sched_hangup", "+4 NO_ANSWER"), "NO_ANSWER", (3, 4)),
        (("sched_transfer", "+2 y XML default"), "CALL_REJECTED", (1, 2)),
    ],
)
def test_guards_inside_the_switch_end_a_parked_call(
    lab: Lab, action: tuple[str, str], cause: str, lasted: tuple[int, int]
) -> None:
    lab.answers |= {"x": [("answer", ""), action, ("park", "")], "y": [("hangup", "CALL_REJECTED")]}
    caller = lab.call("x")
    lab.finish()
    report = lab.event("CHANNEL_HANGUP_COMPLETE", caller.uuid)
    assert report["Hangup-Cause"] == cause
    assert lasted[0] - 0.1 <= int(str(report["variable_mduration"])) / 1000 <= lasted[1] + 1.9


def test_an_agent_is_originated_parked_and_joined_to_a_waiting_caller(lab: Lab) -> None:
    lab.script(A, Offer(answer_after=2, hang_up_after=3))
    lab.answers["x"] = [("answer", ""), ("endless_playback", "local_stream://default")]
    caller = lab.call("x")
    uuid = "33333333-0000-4000-8000-000000000001"
    settings = (
        f"{{origination_uuid={uuid},originate_timeout=15,ignore_early_media=true,relais_call={caller.uuid}}}"
    )
    assert api(lab, f"originate {settings}sofia/internal/{A} &park()") == f"+OK {uuid}\n"
    lab.until(lambda: "CHANNEL_PARK" in lab.names(uuid))
    assert api(lab, f"uuid_bridge {caller.uuid} {uuid}") == f"+OK {uuid}\n"
    lab.finish()
    assert lab.names(uuid, "CHANNEL_PARK", "CHANNEL_UNPARK", "CHANNEL_HANGUP") == [
        "CHANNEL_PARK", "CHANNEL_UNPARK", "CHANNEL_HANGUP",
    ]  # fmt: skip
    assert "CHANNEL_EXECUTE_COMPLETE endless_playback" in lab.names(caller.uuid)
    bridge, ended = lab.event("CHANNEL_BRIDGE"), lab.event("CHANNEL_UNBRIDGE")
    assert (bridge["Unique-ID"], bridge["Bridge-B-Unique-ID"]) == (caller.uuid, uuid)
    reported = lab.event("CHANNEL_HANGUP_COMPLETE", uuid)
    assert int(str(reported["Event-Sequence"])) < int(str(ended["Event-Sequence"]))
    assert caller.cause == "NORMAL_CLEARING"
    assert ("ring", A) in lab.rows(caller.uuid)


def test_park_after_bridge_keeps_the_caller(lab: Lab) -> None:
    lab.script(A, Offer(answer_after=1, hang_up_after=2))
    lab.answers["x"] = [("answer", ""), ("set", "park_after_bridge=true"), ("park", "")]
    caller = lab.call("x")
    api(lab, f"originate {{origination_uuid=u}}sofia/internal/{A} &park()")
    lab.until(lambda: "CHANNEL_PARK" in lab.names("u"))
    api(lab, f"uuid_bridge {caller.uuid} u")
    lab.until(lambda: lab.names(caller.uuid).count("CHANNEL_PARK") == 2)
    hang_up_far_end(lab.switch, caller)
    lab.finish()


@pytest.mark.parametrize(
    ("offer", "reply"),
    [
        (Offer(refuse=486), "-ERR USER_BUSY\n"),
        (Offer(), "-ERR NO_ANSWER\n"),
    ],
)
def test_an_originate_that_fails_says_why(lab: Lab, offer: Offer, reply: str) -> None:
    lab.script(A, offer)
    assert api(lab, f"originate {{originate_timeout=3}}sofia/internal/{A} &park()") == reply


def test_a_phone_that_is_gone_is_503_as_recorded(lab: Lab) -> None:
    lab.users = {"1001": {"password": "secret", "dial-string": "sofia/internal/sip:1001@127.0.0.1:5555"}}
    uuid = "22222222-0000-4000-8000-000000000001"
    line = f"originate {{origination_uuid={uuid},originate_timeout=2}}user/1001@boreal.example &park()"
    assert api(lab, line) == "-ERR NORMAL_TEMPORARY_FAILURE\n"
    lab.finish()
    assert lab.names(uuid) == [
        "CHANNEL_OUTGOING", "CHANNEL_CREATE", "CHANNEL_ORIGINATE", "CHANNEL_HANGUP",
        "CHANNEL_HANGUP_COMPLETE", "CHANNEL_DESTROY",
    ]  # fmt: skip
    form = lab.form(0)
    assert (form["action"], form["user"], form["origination_uuid"]) == ("user_call", "1001", uuid)


def test_a_broadcast_plays_to_a_waiting_caller_and_waiting_goes_on(lab: Lab) -> None:
    lab.answers["x"] = [("answer", ""), ("endless_playback", "local_stream://default")]
    caller = lab.call("x")
    lab.until(lambda: caller.application is not None and caller.application.application == "endless_playback")
    assert api(lab, f"uuid_broadcast {caller.uuid} silence_stream://2000 aleg") == "+OK Message Sent\n"
    lab.until(lambda: "CHANNEL_EXECUTE_COMPLETE playback" in lab.names(caller.uuid))
    assert caller.up
    api(lab, f"uuid_kill {caller.uuid} USER_BUSY")
    lab.finish()
    assert caller.cause == "USER_BUSY"
