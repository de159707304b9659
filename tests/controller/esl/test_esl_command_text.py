"""Nothing in an argument ends its line; what would is refused before the wire."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from controller.esl import ESLConnection, UnsafeArgument
from controller.esl.command_text import MAX_COMMAND, command_bytes, subscription

BAD = ["a\nb", "a\r", "a\r\nb", "x\n\napi system reboot", "a\0b", "\ud800"]

CALLS: dict[str, Callable[[ESLConnection, str], object]] = {
    "send": lambda c, x: c.send(x),
    "api": lambda c, x: c.api(x),
    "bgapi": lambda c, x: c.bgapi(x),
    "bgapi job_uuid": lambda c, x: c.bgapi("status", job_uuid=x),
    "execute channel": lambda c, x: c.execute(x, "playback"),
    "execute application": lambda c, x: c.execute("u", x),
    "execute argument": lambda c, x: c.execute("u", "playback", x),
    "execute event_uuid": lambda c, x: c.execute("u", "playback", event_uuid=x),
    "sendmsg channel": lambda c, x: c.sendmsg(x, {}),
    "sendmsg name": lambda c, x: c.sendmsg("u", {x: "v"}),
    "sendmsg value": lambda c, x: c.sendmsg("u", {"n": x}),
    "sendevent event": lambda c, x: c.sendevent(x, {}),
    "sendevent name": lambda c, x: c.sendevent("E", {x: "v"}),
    "sendevent value": lambda c, x: c.sendevent("E", {"n": x}),
    "subscribe": lambda c, x: c.subscribe(x),
    "subscribe custom": lambda c, x: c.subscribe("E", custom=(x,)),
    "nixevent": lambda c, x: c.nixevent(x),
}


@pytest.mark.parametrize("bad", BAD, ids=ascii)
@pytest.mark.timeout(10)
def test_every_argument_of_every_command(connect: Callable[..., Any], bad: str) -> None:
    connection, peer = connect()
    for name, call in CALLS.items():
        with pytest.raises(UnsafeArgument):
            call(connection, bad)
        assert len(connection.completions) == 0, name
    assert connection.api("echo still in order") == "still in order"
    assert peer.commands[1:] == ["api echo still in order"]


@pytest.mark.parametrize("bad", ["pass\n\napi x", "pass\r"])
def test_the_password_too(bad: str) -> None:
    with pytest.raises(UnsafeArgument):
        ESLConnection("127.0.0.1", 1, bad).connect()


@pytest.mark.parametrize("bad", ["", " ", "E x", "E\tx", "ALL CUSTOM"])
def test_names_are_single_words(bad: str) -> None:
    with pytest.raises(UnsafeArgument):
        subscription("event json", (bad,), ())
    with pytest.raises(UnsafeArgument):
        subscription("event json", (), (bad,))


@pytest.mark.parametrize("blank", ["", " ", "\t"])
def test_an_empty_command_would_get_no_answer(blank: str) -> None:
    with pytest.raises(UnsafeArgument):
        command_bytes(blank)


def test_custom_subclasses_come_last() -> None:
    wire = subscription("event json", ("A", "B"), ("sofia::register", "relais::step"))
    assert wire == "event json A B CUSTOM sofia::register relais::step"
    with pytest.raises(UnsafeArgument):
        subscription("event json", (), ())


def test_literal_commands() -> None:
    assert command_bytes("api status") == b"api status\n\n"
    assert command_bytes("bgapi status", {"Job-UUID": "j"}) == b"bgapi status\nJob-UUID: j\n\n"
    assert (
        command_bytes("sendmsg u", {"a": "é"}, "x\n\n")
        == b"sendmsg u\na: \xc3\xa9\ncontent-length: 3\n\nx\n\n"
    )


def test_a_command_has_a_largest_size() -> None:
    with pytest.raises(UnsafeArgument):
        command_bytes("api " + "x" * MAX_COMMAND)
