"""The event socket as a client meets it, by raw bytes (esl A.3)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gevent
import pytest
from gevent import socket

from demo_switch.phones import Offer
from tests.demo_switch.lab import Lab

CAPTURES = Path(__file__).parents[1] / "captures"

A = "a@127.0.0.1:1"


class Client:
    """Sends lines, reads frames."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.link = socket.create_connection(address)
        self.file = self.link.makefile("rb")
        self.events: list[dict[str, Any]] = []

    def frame(self) -> tuple[dict[str, str], bytes]:
        """The next frame, events too."""
        headers: dict[str, str] = {}
        with gevent.Timeout(5):
            while (line := self.file.readline()) not in (b"\n", b""):
                name, _, value = line.decode().partition(":")
                headers[name] = value.strip()
            return headers, self.file.read(int(headers.get("Content-Length", "0")))

    def send(self, text: str) -> tuple[dict[str, str], bytes]:
        """A command and its reply; events that come before it are kept."""
        self.link.sendall(text.encode() + b"\n\n")
        while True:
            headers, body = self.frame()
            if headers.get("Content-Type") != "text/event-json":
                return headers, body
            self.events.append(json.loads(body))

    def event(self, name: str) -> dict[str, Any]:
        """Wait for an event."""
        while True:
            found = [event for event in self.events if event["Event-Name"] == name]
            if found:
                return found[-1]
            headers, body = self.frame()
            assert headers["Content-Type"] == "text/event-json"
            self.events.append(json.loads(body))


@pytest.fixture
def client(lab: Lab) -> Iterator[Client]:
    client = Client(lab.address)
    assert client.frame()[0] == {"Content-Type": "auth/request"}
    assert client.send("auth secret")[0]["Reply-Text"] == "+OK accepted"
    yield client
    client.link.close()


def test_given_a_wrong_password_then_it_is_refused_and_the_connection_ends(lab: Lab) -> None:
    client = Client(lab.address)
    client.frame()
    assert client.send("auth ClueCon")[0]["Reply-Text"] == "-ERR invalid"
    assert client.frame()[0]["Content-Type"] == "text/disconnect-notice"
    assert client.file.read() == b""


def test_only_what_was_subscribed_arrives_custom_ones_by_subclass(lab: Lab, client: Client) -> None:
    assert client.send("event json CHANNEL_PROGRESS CUSTOM relais::step")[0]["Reply-Text"].startswith("+OK")
    lab.answers["x"] = [
        ("event", "Event-Name=CUSTOM,Event-Subclass=relais::other,a=1"),
        ("event", "Event-Name=CUSTOM,Event-Subclass=relais::step,relais_phase=begin"),
    ]
    caller = lab.call("x")
    lab.finish()
    event = client.event("CUSTOM")
    assert [e["Event-Name"] for e in client.events] == ["CUSTOM"]
    assert (event["Event-Subclass"], event["relais_phase"], event["Unique-ID"]) == (
        "relais::step", "begin", caller.uuid,
    )  # fmt: skip
    assert event["variable_sip_from_display"] == "Garage Nord"


def test_names_travel_as_the_bytes_they_are(lab: Lab, client: Client) -> None:
    client.send("event json CHANNEL_CREATE")
    lab.answers["x"] = [("hangup", "")]
    lab.call("x", name=b"Caf\xe9 \xc3\xa9".decode("utf-8", "surrogateescape"))
    _, body = client.frame()
    assert b"Caf\xe9 \xc3\xa9" in body
    lab.finish()
    assert b"variable_sip_from_display=Caf%E9%20%C3%A9" in lab.posts[0]


def test_api_and_bgapi_answer_in_the_forms_of_the_switch(lab: Lab, client: Client) -> None:
    client.send("event json BACKGROUND_JOB")
    headers, body = client.send("api show channels as json")
    assert (headers["Content-Type"], body) == ("api/response", b'{"row_count": 0}\n')
    assert client.send("api uuid_exists nobody")[1] == b"false"
    assert client.send("api uuid_kill nobody")[1] == b"-ERR No such channel!\n"
    headers, _ = client.send("bgapi switchname\nJob-UUID: job-1")
    assert headers["Reply-Text"] == "+OK Job-UUID: job-1"
    job = client.event("BACKGROUND_JOB")
    assert (job["Job-UUID"], job["Job-Command"], job["_body"]) == ("job-1", "switchname", "vm")
    assert client.send("exit")[0]["Reply-Text"] == "+OK bye"
    assert client.frame()[0]["Content-Type"] == "text/disconnect-notice"


def test_a_queued_application_carries_the_clients_id(lab: Lab, client: Client) -> None:
    client.send("event json CHANNEL_EXECUTE_COMPLETE")
    lab.answers["x"] = [("answer", ""), ("park", "")]
    caller = lab.call("x")
    lab.until(lambda: "CHANNEL_PARK" in lab.names(caller.uuid))
    message = f"sendmsg {caller.uuid}\ncall-command: execute\nexecute-app-name: playback"
    reply, _ = client.send(f"{message}\nexecute-app-arg: silence_stream://100\nevent-uuid: mine")
    assert reply["Reply-Text"] == "+OK"
    lab.until(lambda: "CHANNEL_EXECUTE_COMPLETE playback" in lab.names(caller.uuid))
    client.send("noevents")
    assert [e["Application-UUID"] for e in client.events if e["Application"] == "playback"] == ["mine"]
    client.send(f"sendmsg {caller.uuid}\ncall-command: hangup\nhangup-cause: USER_BUSY")
    lab.finish()
    assert caller.cause == "USER_BUSY"
    assert (
        client.send("sendmsg gone\ncall-command: hangup")[0]["Reply-Text"] == "-ERR invalid session id [gone]"
    )


def test_the_lists_show_calls_and_registrations(lab: Lab, client: Client) -> None:
    lab.script(A, Offer())
    lab.answers["x"] = [("bridge", f"[presence_id=1004@boreal.example]sofia/internal/{A}")]
    caller = lab.call("x")
    lab.until(lambda: len(lab.switch.channels) == 2 and "CHANNEL_PROGRESS" in lab.names(caller.uuid))
    listed = json.loads(client.send("api show channels as json")[1])
    assert listed["row_count"] == 2
    leg = next(row for row in listed["rows"] if row["direction"] == "outbound")
    assert (leg["presence_id"], leg["call_uuid"], leg["callstate"]) == (
        "1004@boreal.example",
        caller.uuid,
        "RINGING",
    )
    dump = json.loads(client.send(f"api uuid_dump {caller.uuid} json")[1])
    assert dump["variable_originated_legs"] == f"{leg['uuid']};Outbound Call;a"
    client.send(f"api uuid_kill {caller.uuid}")
    lab.finish()
    user = lab.switch.directory.find("1001", "boreal.example", {})
    assert user is not None
    lab.switch.registrations.register(user)
    rows = json.loads(client.send("api show registrations as json")[1])["rows"]
    recorded = json.loads((CAPTURES / "api.show_registrations_as_json.txt").read_text())
    assert rows[0].keys() == recorded["rows"][0].keys()
    assert client.send("api sofia_contact */1001@boreal.example")[1] == rows[0]["url"].encode()
    assert client.send("api sofia_contact */1002@boreal.example")[1] == b"error/user_not_registered"


@pytest.mark.parametrize(
    ("line", "reply", "kind"),
    [
        ("api sofia_dance now", "-ERR sofia_dance Command not found!", "unknown_api"),
        ("api show dances", "-ERR show Command not found!", "unknown_api"),
        ("filter a b", "-ERR command not found", "unknown_command"),
        ("event plain ALL", "-ERR only json is spoken here", "unknown_command"),
    ],
)
def test_what_is_not_known_is_an_error_and_counted(
    lab: Lab, client: Client, line: str, reply: str, kind: str
) -> None:
    headers, body = client.send(line)
    assert reply in headers.get("Reply-Text", body.decode())
    assert lab.switch.refusals.counts[kind] == 1
    lab.switch.refusals.last.clear()


def test_a_heartbeat_comes_every_twenty_seconds(lab: Lab, client: Client) -> None:
    client.send("event json HEARTBEAT")
    beat = client.event("HEARTBEAT")
    assert beat["FreeSWITCH-Switchname"] == "vm"
    assert 19_000 < int(beat["Uptime-msec"]) < 25_000
