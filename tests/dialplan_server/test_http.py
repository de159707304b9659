"""The real HTTP server: what the switch really sent is answered with 200 and valid XML, whatever else with valid XML too."""

from __future__ import annotations

import gc
import http.client
import re
from collections.abc import Iterator
from pathlib import Path

import gevent
import pytest
from flask import Request
from gevent.pywsgi import WSGIHandler

from dialplan_server.answering import Answering
from dialplan_server.server import listen, serve
from dialplan_server.views import create_app
from schemas.settings import Address
from tests.dialplan_server.asking import (
    CAPTURES,
    HEAD,
    PASSWORD,
    answering,
    body,
    call,
    publish,
    settings_in,
    variables_of,
    well_formed,
)
from tests.sample import at, document

SENT = sorted(CAPTURES.glob("*.form"))
FORM = {**HEAD, "Content-Type": "application/x-www-form-urlencoded"}


class Server:
    """A worker on a port of its own, asked with a new connection each, as the switch does."""

    def __init__(self, worker: Answering) -> None:
        self.worker = worker
        self._listener = listen(Address("127.0.0.1", 0), shared=False)
        self._server = serve(self._listener, create_app(worker, PASSWORD))

    def post(self, section: str, sent: bytes, head: dict[str, str] = FORM) -> tuple[int, bytes]:
        link = http.client.HTTPConnection("127.0.0.1", self._server.server_port, timeout=5)
        link.request("POST", f"/freeswitch/{section}", sent, head)
        answer = link.getresponse()
        return answer.status, answer.read()

    def ask(self, method: str, path: str) -> int:
        link = http.client.HTTPConnection("127.0.0.1", self._server.server_port, timeout=5)
        link.request(method, path)
        return link.getresponse().status

    def close(self) -> None:
        self._server.stop(timeout=1)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    var: Path = tmp_path_factory.mktemp("var")
    publish(settings_in(var), document())
    server = Server(answering(settings_in(var), at("2026-10-13 10:00")))
    yield server
    server.close()


def section_of(capture: Path) -> str:
    return "directory" if ".directory" in capture.name else "dialplan"


def test_given_the_captures_then_both_sections_are_among_them() -> None:
    assert {section_of(capture) for capture in SENT} == {"dialplan", "directory"}
    assert len(SENT) >= 18


@pytest.mark.parametrize("capture", SENT, ids=lambda path: path.stem)
def test_given_a_body_the_switch_really_sent_then_200_and_valid_xml(server: Server, capture: Path) -> None:
    status, answer = server.post(section_of(capture), capture.read_bytes())
    assert status == 200
    well_formed(answer)


@pytest.mark.parametrize("capture", SENT, ids=lambda path: path.stem)
def test_given_the_same_body_for_our_company_then_it_is_answered_with_what_was_asked(
    server: Server, capture: Path
) -> None:
    sent = capture.read_bytes()
    if section_of(capture) == "directory":
        sent = re.sub(rb"(^|&)user=[^&]*", rb"\1user=1001a", sent)
        sent = re.sub(rb"(^|&)action=message-count", rb"\1action=sip_auth", sent)
        _, answer = server.post("directory", re.sub(rb"(^|&)domain=[^&]*", rb"\1domain=boreal.example", sent))
        assert [user.get("id") for user in well_formed(answer).iter("user")] == ["1001a"]
    else:
        sent = re.sub(rb"Hunt-Context=\w+", b"Hunt-Context=relais-trunk", sent)
        sent = re.sub(rb"Hunt-Destination-Number=\w+", b"Hunt-Destination-Number=%2B15145550110", sent)
        _, answer = server.post("dialplan", sent)
        assert variables_of(answer)["relais_entry"] == "number.DID-1001"


@pytest.mark.parametrize("section", ["dialplan", "directory", "configuration", "languages", "evil"])
@pytest.mark.parametrize(
    "sent", [b"", b"&&==&", b"\x00\xff%zz", b"a" * (1 << 20), b"section=dialplan" * 70_000]
)
def test_given_any_body_then_200_and_valid_xml(server: Server, section: str, sent: bytes) -> None:
    status, answer = server.post(section, sent)
    assert status == 200
    well_formed(answer)


@pytest.mark.parametrize(
    "head",
    [
        {},
        {"Authorization": "Basic"},
        {"Authorization": "Basic cmVsYWlzOndyb25n"},
        {"Authorization": "Bearer secret"},
    ],
)
def test_given_no_or_a_wrong_password_then_401_and_nothing(server: Server, head: dict[str, str]) -> None:
    assert server.post("dialplan", call("+15145550110"), head) == (401, b"")
    assert server.post("directory", body(user="1001a", domain="boreal.example"), head) == (401, b"")


def test_given_many_at_once_then_each_has_its_own_answer(server: Server) -> None:
    asked = [gevent.spawn(server.post, "dialplan", call("+15145550110", Unique__ID=f"{n:08d}-f505-4410-8083-3ce885c2fd9f"))
             for n in range(50)]  # fmt: skip
    gevent.joinall(asked, raise_error=True)
    calls = {variables_of(each.value[1])["relais_call"] for each in asked}
    assert len(calls) == 50


def test_given_many_answers_then_nothing_of_them_waits_for_the_collector(server: Server) -> None:
    """Workers collect seldom (`dialplan_server.__main__`): what an answer leaves behind would stay for minutes."""
    gc.collect()
    gc.disable()
    try:
        for _ in range(20):
            assert server.post("dialplan", call("+15145550110"))[0] == 200
        gevent.sleep(0.05)
        left = [each for each in gc.get_objects() if isinstance(each, Request | WSGIHandler)]
    finally:
        gc.enable()
    assert left == []


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nothing", 404), ("POST", "/health/live", 405), ("OPTIONS", "/health/live", 405), ("GET", "/metrics", 200)],
)  # fmt: skip
def test_given_a_path_that_is_not_the_switchs_then_it_is_told_what_it_is(
    server: Server, method: str, path: str, status: int
) -> None:
    assert server.ask(method, path) == status
