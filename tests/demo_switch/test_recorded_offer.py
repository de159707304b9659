"""A caller who waits, a phone that the controller rings for him, and `uuid_bridge`: as it was recorded."""

from __future__ import annotations

from typing import Any

import pytest

from demo_switch.api import run_api
from demo_switch.phones import Offer
from tests.demo_switch.lab import Lab
from tests.demo_switch.recordings import by_leg, controller_reads, executed, numbered, recorded

RECORDED = [
    event
    for event in recorded("offered_by_controller")
    if event["Event-Name"] not in ("CALL_UPDATE", "PLAYBACK_START", "PLAYBACK_STOP")  # of the media stack
]
CALLER = RECORDED[0]["Unique-ID"]
PHONE = next(event["Unique-ID"] for event in RECORDED if event["Event-Name"] == "CHANNEL_OUTGOING")
RUNG = "1007a@127.0.0.1:43798"
OF_THE_RUN = {
    "Core-UUID", "Event-Date-Timestamp", "Caller-Channel-Created-Time", "Job-UUID", "Application-UUID",
}  # fmt: skip
"""Read by the controller, and another in each run."""


@pytest.fixture
def played(lab: Lab) -> list[dict[str, Any]]:
    """The events of the situation on the demo switch."""
    first = RECORDED[0]
    lab.script(RUNG, Offer(answer_after=1, hang_up_after=2))
    lab.answers[first["Caller-Destination-Number"]] = lambda form: [
        (name, data.replace(CALLER, form["Unique-ID"]))
        for name, data in executed("offered_by_controller", CALLER, 0)
    ]
    caller = lab.call(
        first["Caller-Destination-Number"], context=first["Caller-Context"], profile="trunks", domain="127.0.0.1",
        headers=(), dialplan=first["Caller-Dialplan"],
    )  # fmt: skip
    (job,) = [event for event in RECORDED if event["Event-Name"] == "BACKGROUND_JOB"]
    order = job["Job-Command-Arg"].replace("${sofia_contact(*/1007a@boreal.example)}", f"sofia/phones/{RUNG}")
    lab.until(lambda: "CHANNEL_EXECUTE playback" in lab.names(caller.uuid))
    done = lab.switch.spawn(run_api, lab.switch, job["Job-Command"], order.replace(CALLER, caller.uuid))
    lab.until(lambda: "CHANNEL_PARK" in lab.names(PHONE))
    assert done.get() == job["_body"]
    run_api(lab.switch, "uuid_setvar", f"{caller.uuid} relais_owner 1007")
    assert run_api(lab.switch, "uuid_bridge", f"{caller.uuid} {PHONE}") == f"+OK {PHONE}\n"
    lab.finish()
    kinds = {event["Event-Name"] for event in RECORDED}
    return [event for event in lab.events if event["Event-Name"] in kinds]


def test_both_legs_have_the_recorded_events(played: list[dict[str, Any]]) -> None:
    assert by_leg(played) == by_leg(RECORDED)


def test_what_the_controller_reads_of_them_is_what_was_recorded(played: list[dict[str, Any]]) -> None:
    names = sorted(controller_reads() - OF_THE_RUN)
    theirs = numbered([event for event in RECORDED if "Unique-ID" in event], names)
    assert numbered(played, names) == theirs
    assert len({name for event in theirs for name in event}) > 30


def test_what_is_another_in_each_run_is_there(played: list[dict[str, Any]]) -> None:
    theirs = {event["Event-Name"]: OF_THE_RUN & event.keys() for event in RECORDED}
    ours = {event["Event-Name"]: OF_THE_RUN & event.keys() for event in played}
    del theirs["BACKGROUND_JOB"]  # the answer to a client of the event socket, and none is connected here
    assert ours == theirs
