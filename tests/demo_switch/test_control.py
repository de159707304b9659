"""The control door: phones, scripts, calls, timelines, messages."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
from collections.abc import Iterator
from typing import Any

import pytest

from demo_switch.control import Control
from tests.demo_switch.lab import Lab

DIGEST = hashlib.md5(b"1002:boreal.example:right").hexdigest()
USERS = {
    "1001": {"password": "secret", "vm-password": "4321"},
    "1002": {"a1-hash": DIGEST},
    "8100": {"sip-forbid-register": "true", "password": "x"},
}


class Door:
    """Asks the door, as anybody would."""

    def __init__(self, lab: Lab) -> None:
        self.control = Control(lab.switch, "XML", ("127.0.0.1", 0))
        self.address = self.control.start()

    def ask(self, path: str, body: Any = None) -> tuple[int, Any]:
        """Status and answer."""
        status, text = self.raw(path, body)
        return status, json.loads(text)

    def raw(self, path: str, body: Any = None) -> tuple[int, bytes]:
        link = http.client.HTTPConnection(*self.address, timeout=10)
        link.request("GET" if body is None else "POST", path, json.dumps(body) if body is not None else None)
        answer = link.getresponse()
        return answer.status, answer.read()


@pytest.fixture
def door(lab: Lab) -> Iterator[Door]:
    lab.users = USERS
    door = Door(lab)
    yield door
    door.control.stop()


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"device": "1001@boreal.example", "password": "secret"}, 200),
        ({"device": "1002@boreal.example", "password": "right"}, 200),
        ({"device": "1002@boreal.example", "password": "wrong"}, 403),
        ({"device": "1001@boreal.example", "password": ""}, 403),
        ({"device": "1002@boreal.example", "trusted": True}, 200),
        ({"device": "1999@boreal.example", "trusted": True}, 403),
        ({"device": "8100@boreal.example", "trusted": True}, 403),
        ({"device": "1001@boreal.example", "passwort": "secret"}, 400),
    ],
)
def test_only_devices_of_the_directory_register_and_by_their_password(
    lab: Lab, door: Door, asked: dict[str, Any], status: int
) -> None:
    assert door.ask("/phones/register", asked)[0] == status
    if status == 200:
        events = [e for e in lab.events if e["Event-Name"] == "CUSTOM"]
        assert [e["Event-Subclass"] for e in events] == ["sofia::register_attempt", "sofia::register"]
        assert events[1]["from-user"] == asked["device"].partition("@")[0]
        assert events[1]["user_context"] == "relais-phone"
        assert lab.form(0)["action"] == "sip_auth"


def test_goodbye_and_expiry_have_their_own_events(lab: Lab, door: Door) -> None:
    door.ask("/phones/register", {"device": "1001@boreal.example", "trusted": True, "expires": 2})
    lab.until(lambda: lab.events[-1].get("Event-Subclass") == "sofia::expire")
    assert (lab.events[-1]["user"], lab.events[-1]["host"]) == ("1001", "boreal.example")
    door.ask("/phones/register", {"device": "1001@boreal.example", "trusted": True})
    assert door.ask("/phones/unregister", {"device": "1001@boreal.example"}) == (200, {"was": True})
    assert lab.events[-1]["Event-Subclass"] == "sofia::unregister"
    assert lab.events[-1]["from-user"] == "1001"


def test_a_call_is_placed_followed_and_acted_on(lab: Lab, door: Door) -> None:
    lab.answers["+15145550100"] = [("bridge", "${sofia_contact(*/1001@boreal.example)}")]
    door.ask("/phones/register", {"device": "1001@boreal.example", "trusted": True})
    door.ask("/phones/script", {"phone": "1001@boreal.example", "offers": [{"answer_after": 2}]})
    name = base64.b64encode(b"Caf\xe9").decode()
    status, placed = door.ask("/calls", {"to": "+15145550100", "number": "+14505550199", "name_base64": name})
    assert status == 200
    call = placed["call"]
    lab.until(lambda: "bridge" in [what for what, _ in lab.rows(call)])
    assert door.ask(f"/calls/{call}/hold", {"who": "1001@boreal.example"})[0] == 200
    assert lab.event("CHANNEL_HOLD")["Channel-Call-State"] == "HELD"
    assert door.ask(f"/calls/{call}/hangup", {"who": "1001@boreal.example"})[0] == 200
    rows = [json.loads(line) for line in door.raw(f"/calls/{call}/follow?seconds=5")[1].splitlines()]
    assert [(row["what"], row["who"]) for row in rows] == [
        ("call", "+14505550199"), ("ring", "1001@boreal.example"), ("answer", "1001@boreal.example"),
        ("answer", "+14505550199"), ("bridge", "+14505550199"), ("hold", "1001@boreal.example"),
        ("held", "+14505550199"), ("hangup", "1001@boreal.example"), ("unbridge", "+14505550199"), ("hangup", "+14505550199"),
    ]  # fmt: skip
    assert 2.0 <= rows[2]["seconds"] < 3.0
    assert rows[0]["at"] == pytest.approx(placed["started"], abs=0.5)
    assert door.ask(f"/calls/{call}")[1]["over"]
    assert b"variable_sip_from_display=Caf%E9" in lab.posts[-1]


def test_a_registered_phone_calls_with_the_rights_the_directory_gives(lab: Lab, door: Door) -> None:
    lab.answers["1002"] = [("hangup", "USER_BUSY")]
    assert door.ask("/calls", {"to": "1002", "device": "1001@boreal.example"})[0] == 403
    door.ask("/phones/register", {"device": "1001@boreal.example", "trusted": True})
    assert door.ask("/calls", {"to": "1002", "device": "1001@boreal.example"})[0] == 200
    lab.finish()
    form = lab.form(-1)
    assert (form["Hunt-Context"], form["variable_user_name"], form["variable_sip_authorized"]) == (
        "relais-phone", "1001", "true",
    )  # fmt: skip


def test_an_unscripted_phone_that_talks_is_busy(lab: Lab, door: Door) -> None:
    from demo_switch.phones import Offer

    lab.switch.phones.default_device = Offer(answer_after=1)
    lab.answers["x"] = [("bridge", "${sofia_contact(*/1001@boreal.example)}")]
    door.ask("/phones/register", {"device": "1001@boreal.example", "trusted": True})
    first = lab.call("x")
    lab.until(lambda: first.bridged is not None)
    second = lab.call("x")
    lab.until(lambda: second.cause)
    assert second.cause == "USER_BUSY"
    door.ask(f"/calls/{first.uuid}/hangup", {})
    lab.finish()


def test_a_message_is_left_told_before_it_counts_and_listed(lab: Lab, door: Door) -> None:
    lab.answers["x"] = [
        ("answer", ""),
        ("set", "skip_greeting=true"),
        ("voicemail", "relais boreal.example 1001"),
    ]
    counted: list[str] = []

    def on_event(event: dict[str, Any]) -> None:
        if event.get("Event-Subclass") == "vm::maintenance":
            counted.append(str(lab.switch.mailboxes.count("1001@boreal.example")))

    lab.switch.events.listen(on_event)
    lab.call("x", hang_up_at=8)
    lab.finish()
    told = next(e for e in lab.events if e.get("Event-Subclass") == "vm::maintenance")
    assert (told["VM-Action"], told["VM-User"], told["VM-Domain"]) == (
        "leave-message",
        "1001",
        "boreal.example",
    )
    assert told["VM-Message-Len"] in ("7", "8")
    assert counted == ["(0, 0)"]
    messages = door.ask("/voicemail?box=1001@boreal.example")[1]["messages"]
    assert [message["uuid"] for message in messages] == [told["VM-UUID"]]


@pytest.mark.parametrize(("hang_up_at", "kept"), [(2, 0), (6, 1)])
def test_a_message_shorter_than_two_seconds_is_not_kept(
    lab: Lab, door: Door, hang_up_at: int, kept: int
) -> None:
    lab.answers["x"] = [
        ("answer", ""),
        ("set", "skip_greeting=true"),
        ("voicemail", "relais boreal.example 1001"),
    ]
    lab.call("x", hang_up_at=hang_up_at)
    lab.finish()
    assert len(lab.switch.mailboxes.messages("1001@boreal.example")) == kept


@pytest.mark.parametrize(("pin", "heard"), [("4321#", True), ("1111#", False)])
def test_a_box_is_heard_after_its_pin(lab: Lab, door: Door, pin: str, heard: bool) -> None:
    lab.answers["x"] = [
        ("answer", ""),
        ("set", "skip_greeting=true"),
        ("voicemail", "relais boreal.example 1001"),
    ]
    lab.call("x", hang_up_at=5)
    lab.finish()
    lab.answers["check"] = [("voicemail", "check relais boreal.example 1001")]
    lab.call("check", press=((1, pin),))
    lab.finish()
    assert lab.switch.mailboxes.count("1001@boreal.example") == ((0, 1) if heard else (1, 0))
