"""What the scripted phones say outside calls: REGISTER and SUBSCRIBE with digest, and NOTIFY answered and told."""

from __future__ import annotations

from collections.abc import Iterator

import gevent
import pytest
from gevent import socket

from console.scenarios import sip_messages as sip
from console.scenarios.sip_phone import Phone
from console.scenarios.sip_script import Observation

CHALLENGE = 'Digest realm="boreal.example", nonce="n-1", algorithm=MD5, qop="auth"'


class Registrar:
    """Challenges what comes without credentials, takes the rest with `taken`."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.taken = 200
        self.seen: list[sip.Message] = []
        self._reader = gevent.spawn(self._read)

    def _read(self) -> None:
        while True:
            data, source = self.socket.recvfrom(65535)
            message = sip.parse(data)
            assert message is not None
            self.seen.append(message)
            if message.method:
                asked = "digest" in message.get("authorization").lower()
                answer = sip.response(message, self.taken if asked else 401, "X", tag="t")
                answer.headers.append(("www-authenticate", CHALLENGE))
                self.socket.sendto(answer.encode(), source)

    def close(self) -> None:
        self._reader.kill()
        self.socket.close()


@pytest.fixture
def registrar() -> Iterator[Registrar]:
    made = Registrar()
    yield made
    made.close()


@pytest.fixture
def told() -> list[Observation]:
    return []


@pytest.fixture
def phone(registrar: Registrar, told: list[Observation]) -> Iterator[Phone]:
    made = Phone("1001a", proxy=registrar.socket.getsockname(), domain="boreal.example", observe=told.append)
    yield made
    made.close()


def test_given_a_challenge_then_a_registration_answers_it_for_itself(
    phone: Phone, registrar: Registrar
) -> None:
    assert phone.register("secret") == 200
    first, second = registrar.seen
    assert (first.method, first.uri, first.get("authorization")) == ("REGISTER", "sip:boreal.example", "")
    assert second.get("to") == "<sip:1001a@boreal.example>"
    assert second.get("expires") == "3600"
    assert 'uri="sip:boreal.example"' in second.get("authorization")
    assert first.get("call-id") == second.get("call-id")
    assert int(second.get("cseq").split()[0]) == int(first.get("cseq").split()[0]) + 1


def test_given_a_subscription_then_it_names_whom_and_what_it_asks_about(
    phone: Phone, registrar: Registrar
) -> None:
    registrar.taken = 202
    assert phone.subscribe("1001", "message-summary", "secret") == 202
    last = registrar.seen[-1]
    assert (last.method, last.uri, last.get("event")) == (
        "SUBSCRIBE",
        "sip:1001@boreal.example",
        "message-summary",
    )
    assert last.get("to") == "<sip:1001@boreal.example>"
    assert last.get("from").startswith("<sip:1001a@boreal.example>")
    assert 'uri="sip:1001@boreal.example"' in last.get("authorization")


def test_given_a_notification_then_it_is_answered_and_told(
    phone: Phone, registrar: Registrar, told: list[Observation]
) -> None:
    headers = [("via", "SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK1"), ("from", "<sip:a@b>;tag=1"), ("to", "<sip:c@d>"),
               ("call-id", "x"), ("cseq", "1 NOTIFY")]  # fmt: skip
    notify = sip.Message(
        method="NOTIFY", uri="sip:1001a@127.0.0.1", headers=headers, body=b"Messages-Waiting: yes\r\n"
    )
    registrar.socket.sendto(notify.encode(), ("127.0.0.1", phone.port))
    with gevent.Timeout(5):
        while not registrar.seen:
            gevent.sleep(0.01)
    assert registrar.seen[-1].status == 200
    assert [(o.phone, o.what, o.call_id, o.detail) for o in told] == [
        ("1001a", "notified", "x", "Messages-Waiting: yes\r\n")
    ]


def test_given_an_answer_that_crosses_the_end_of_a_call_then_it_is_acknowledged_and_ended(
    told: list[Observation],
) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as switch, gevent.Timeout(5):
        switch.bind(("127.0.0.1", 0))
        caller = Phone("trunk", proxy=switch.getsockname(), domain="127.0.0.1", observe=told.append)
        call = caller.call("1001")
        data, source = switch.recvfrom(65535)
        invite = sip.parse(data)
        assert invite is not None
        caller.hang_up(call)
        answer = sip.response(invite, 200, "OK", tag="t")
        switch.sendto(answer.encode(), source)
        methods = []
        while "BYE" not in methods:
            message = sip.parse(switch.recvfrom(65535)[0])
            assert message is not None
            methods.append(message.method)
        caller.close()
    assert methods == ["CANCEL", "ACK", "BYE"]
    assert [(o.what, o.detail) for o in told] == [("answered", ""), ("ended", "local")]
    assert not caller.dialogs
