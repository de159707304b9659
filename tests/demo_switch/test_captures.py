"""Each recorded situation again: events of each leg in the recorded order, with the recorded contents."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest

from demo_switch.api import run_api
from demo_switch.http_lookup import url_encode
from demo_switch.phones import Offer
from tests.demo_switch.lab import Lab, fields
from tests.demo_switch.recordings import (
    CAPTURES,
    MEDIA,
    RACING,
    by_leg,
    controller_reads,
    executed,
    headers,
    numbered,
    recorded,
)

CALLER = "+14505550199"

# The recorded ports: 5200 rings only, 5220 is busy, 5240 answers, 5260 is unavailable, 5280 declines.
FAR_ENDS = {
    "9@127.0.0.1:5200": Offer(),
    "9@127.0.0.1:5220": Offer(refuse=486, refuse_after=0.5, phrase="X"),
    "9@127.0.0.1:5240": Offer(answer_after=2),
    "9@127.0.0.1:5260": Offer(refuse=480, refuse_after=0.5, phrase="X"),
    "9@127.0.0.1:5280": Offer(refuse=603, refuse_after=0.5, phrase="X"),
}
SETTINGS = [("continue_on_fail", "true"), ("hangup_after_bridge", "true"), ("ignore_early_media", "true")]
OPERATOR = [("answer", ""), ("sleep", "1500"), ("hangup", "NORMAL_CLEARING")]

# What the recorded dialplans did, and what somebody did to the caller's leg and when (seconds).
CALLS: dict[str, tuple[list[tuple[str, str]], dict[str, Any]]] = {
    "answered": ([], {"kill": 8.88}),
    "busy": ([], {}),
    "declined": ([], {}),
    "no_answer": ([], {}),
    "caller_cancels": ([], {"hang_up_at": 1.9}),
    "group_one_busy_one_answers": ([], {"kill": 8.92}),
    "group_nobody": ([], {}),
    "sequence": ([], {"kill": 8.88}),
    "unregistered": ([], {}),
    "zero_while_ringing": ([], {"press": ((1.9, "0"),), "transfer": 2.38}),
    "parked": ([], {"transfer": 0.9}),
}


def replay(lab: Lab, name: str) -> list[dict[str, Any]]:
    """Run the recorded dialplan with the recorded far ends."""
    for far_end, offer in FAR_ENDS.items():
        lab.script(far_end, offer)
    first = next(e["Unique-ID"] for e in recorded(name) if "Unique-ID" in e)
    lab.answers[name] = executed(name, first, 0)
    lab.answers["op"] = OPERATOR
    how = CALLS[name][1]
    script = {key: how[key] for key in ("hang_up_at", "press") if key in how}
    caller = lab.call(name, **script)
    if "kill" in how:
        lab.after(how["kill"], lambda: run_api(lab.switch, "uuid_kill", caller.uuid))
    if "transfer" in how:
        lab.after(
            how["transfer"], lambda: run_api(lab.switch, "uuid_transfer", f"{caller.uuid} op XML default")
        )
    lab.finish()
    return [e for e in lab.events if e["Event-Name"] != "HEARTBEAT"]


@pytest.mark.parametrize("name", CALLS)
def test_given_a_recorded_call_when_replayed_then_each_leg_has_the_recorded_events(
    lab: Lab, name: str
) -> None:
    lab.users = {}
    assert by_leg(replay(lab, name)) == by_leg(recorded(name))


READ = (
    "Hangup-Cause", "Other-Type", "Channel-State", "Channel-State-Number", "Channel-Call-State", "Answer-State",
    "Call-Direction", "Presence-Call-Direction", "Channel-HIT-Dialplan", "Channel-Name", "Application",
    "Application-Data", "Application-Response", "DTMF-Digit", "Caller-Caller-ID-Name", "Caller-Caller-ID-Number",
    "Caller-Callee-ID-Name", "Caller-Callee-ID-Number", "Caller-Destination-Number", "Caller-Context",
    "Caller-RDNIS", "Caller-Profile-Index", "Caller-Source", "Caller-Dialplan", "Caller-Username",
    "Caller-Direction", "Other-Leg-Destination-Number", "Other-Leg-Direction", "Other-Leg-Caller-ID-Number",
    "Other-Leg-Logical-Direction", "Other-Leg-Callee-ID-Number",
    "variable_DIALSTATUS", "variable_originate_disposition", "variable_originate_failed_cause",
    "variable_hangup_cause", "variable_hangup_cause_q850", "variable_sip_term_status",
    "variable_sip_invite_failure_status", "variable_sip_hangup_disposition",
    "variable_proto_specific_hangup_cause", "variable_last_bridge_hangup_cause",
    "variable_last_bridge_proto_specific_hangup_cause", "variable_bridge_hangup_cause",
    "variable_endpoint_disposition", "variable_max_forwards", "variable_digits_dialed", "variable_direction",
    "variable_current_application", "variable_current_application_data", "variable_continue_on_fail",
    "variable_leg_timeout", "variable_is_outbound", "variable_last_app", "variable_last_arg",
    "variable_last_bridge_role", "variable_caller_id", "variable_sofia_profile_name",
    "variable_ignore_early_media", "variable_originate_early_media", "variable_sip_h_X-Foo", "Direction",
)  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_given_a_recorded_call_when_replayed_then_the_fields_we_read_are_the_recorded_ones(
    lab: Lab, name: str
) -> None:
    lab.users = {}
    assert numbered(replay(lab, name), READ) == numbered(recorded(name), READ)


@pytest.mark.parametrize("name", CALLS)
def test_given_a_recorded_call_when_replayed_then_no_header_of_it_is_missing(lab: Lab, name: str) -> None:
    lab.users = {}
    ours, theirs = headers(replay(lab, name)), headers(recorded(name))
    assert {kind: missing for kind in theirs if (missing := theirs[kind] - ours[kind])} == {}


def test_given_a_recorded_call_when_replayed_then_the_request_has_the_recorded_fields(lab: Lab) -> None:
    replay(lab, "zero_while_ringing")
    for number, post in enumerate([p for p in lab.posts if b"section=dialplan" in p], start=1):
        theirs = (CAPTURES / f"zero_while_ringing.{number}.dialplan.form").read_bytes()
        kept = [name for name in fields(theirs) if not name.startswith(MEDIA) and name not in RACING]
        assert [name for name in kept if name not in fields(post)] == []
        assert post.startswith(
            b"hostname=vm&section=dialplan&tag_name=&key_name=&key_value=&Event-Name=REQUEST_PARAMS"
        )


@pytest.mark.parametrize("form", sorted(CAPTURES.glob("*.form")), ids=lambda path: path.name)
def test_given_a_recorded_body_when_its_values_are_encoded_again_then_it_is_the_same(form: Path) -> None:
    for pair in form.read_bytes().split(b"&")[5:]:
        _, _, value = pair.partition(b"=")
        assert url_encode(unquote_to_bytes(value).decode()) == value


def test_given_a_phone_that_registers_then_its_event_has_what_the_recorded_one_has_of_what_we_read(
    lab: Lab,
) -> None:
    user = lab.switch.directory.find("1001", "boreal.example", {})
    assert user is not None
    lab.switch.registrations.register(user)
    lab.until(lambda: "sofia::register" in [event.get("Event-Subclass") for event in lab.events])
    (there,) = [each for each in recorded("registration") if each.get("Event-Subclass") == "sofia::register"]
    (here,) = [each for each in lab.events if each.get("Event-Subclass") == "sofia::register"]
    assert controller_reads() & here.keys() == controller_reads() & there.keys()
    for name in ("realm", "from-host", "username", "from-user"):
        assert here[name] == there[name]
