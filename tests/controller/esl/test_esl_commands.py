"""Every answer goes to the command that asked for it, or to nobody."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import gevent
import gevent.event
import pytest
from conftest import until
from scripted_switch import Peer

from controller.esl import (
    CommandError,
    CommandTimeout,
    ESLConnection,
    Limits,
    NotSent,
    Overloaded,
    ProtocolError,
)

pytestmark = pytest.mark.timeout(30)
Connect = Callable[..., tuple[ESLConnection, Peer]]


def stalled(gate: gevent.event.Event) -> Callable[[Peer], None]:
    """Reads nothing until the gate opens."""

    def script(peer: Peer) -> None:
        gate.wait(20)
        peer.serve()

    return script


def test_two_thousand_callers_of_a_stalled_peer(connect: Connect) -> None:
    gate = gevent.event.Event()
    connection, _ = connect(stalled(gate))
    callers = [gevent.spawn(connection.api, f"echo {i}", 20) for i in range(2000)]
    gevent.idle()
    gate.set()
    assert [one.get(timeout=20) for one in callers] == [str(i) for i in range(2000)]


@pytest.mark.parametrize("seed", range(3))
def test_callers_that_leave_take_no_one_elses_answer(connect: Connect, seed: int) -> None:
    """Killed, timed out by us, or by a timeout of their own: before and after the write."""
    gate = gevent.event.Event()
    # Small buffers and long commands: the writer blocks, and most commands stay unwritten at first.
    connection, peer = connect(stalled(gate), buffer=16384)
    dice = Random(seed)
    pad = "x" * 500

    def call(i: int, fate: str) -> str:
        if fate == "own timeout":
            with gevent.Timeout(0.05):
                return connection.api(f"echo {i} {pad}", 20)
        return connection.api(f"echo {i} {pad}", 0.05 if fate == "deadline" else 20)

    fates = [dice.choice(["deadline", "own timeout", "kill", "stay", "stay"]) for _ in range(2000)]
    callers = [gevent.spawn(call, i, fate) for i, fate in enumerate(fates)]
    for one in callers:
        one.link_exception(lambda _: None)
    gevent.idle()
    doomed = [one for one, fate in zip(callers, fates, strict=True) if fate == "kill"]
    gevent.killall(doomed)
    leaving = [one for one, fate in zip(callers, fates, strict=True) if fate != "stay"]
    gevent.joinall(leaving, 10)
    gate.set()
    for i, (one, fate) in enumerate(zip(callers, fates, strict=True)):
        if fate == "stay":
            assert one.get(timeout=20).split()[0] == str(i)
        else:
            assert not one.successful() or isinstance(one.value, gevent.GreenletExit)
    assert [connection.api(f"echo {i}") for i in range(50)] == [str(i) for i in range(50)]
    counters = connection.counters
    assert counters.never_written > 0
    assert counters.late_replies > 0
    assert counters.never_written + counters.late_replies == len(leaving)
    assert counters.commands == len(peer.commands)


def test_killed_while_others_are_answered(connect: Connect) -> None:
    """Callers die at any moment of a running exchange."""
    connection, _ = connect()
    dice = Random(11)
    wrong: list[object] = []

    def caller(name: int) -> None:
        for i in range(50):
            got = connection.api(f"echo {name}.{i}", 10)
            if got != f"{name}.{i}":
                wrong.append((name, i, got))

    callers = [gevent.spawn(caller, name) for name in range(60)]
    while not all(callers[:20]) and not all(one.dead for one in callers):
        gevent.sleep(0)
    for one in dice.sample(callers, 30):
        gevent.sleep(0)
        one.kill(block=False)
    gevent.joinall(callers, 15)
    assert wrong == []
    assert connection.api("echo end") == "end"


def test_late_answers_are_thrown_away(connect: Connect) -> None:
    gate = gevent.event.Event()
    connection, _ = connect(stalled(gate))
    with pytest.raises(CommandTimeout):
        connection.api("echo first", 0.02)
    waiting = gevent.spawn(connection.api, "echo second", 10)
    gevent.idle()
    gate.set()
    assert waiting.get(timeout=10) == "second"
    assert connection.counters.late_replies == 1


def test_an_answer_nobody_asked_for_ends_the_connection(connect: Connect) -> None:
    def generous(peer: Peer) -> None:
        peer.read()
        peer.output("one")
        peer.output("two")
        peer.serve()

    connection, _ = connect(generous)
    assert connection.api("echo one") == "one"
    until(lambda: connection.lost)
    assert isinstance(connection.lost, ProtocolError)
    with pytest.raises(NotSent):
        connection.api("echo three")


def test_refusals_are_errors_and_only_theirs(connect: Connect) -> None:
    def refuses(peer: Peer) -> None:
        for _ in range(2):
            peer.read()
            # A refused `api` is answered like any other command.
            peer.reply("-ERR permission denied")
            peer.read()
            peer.output("-ERR No such channel!\n")
            peer.read()
            peer.output("-USAGE: <uuid>\n")
            peer.read()
            peer.output("")
        peer.serve()

    connection, _ = connect(refuses)
    for _ in range(2):
        for text in ("-ERR permission denied", "-ERR No such channel!", "-USAGE: <uuid>"):
            with pytest.raises(CommandError) as caught:
                connection.api("uuid_kill x")
            assert caught.value.text == text
        assert connection.api("nothing") == ""
    assert connection.api("echo in order") == "in order"


def test_too_many_commands(connect: Connect) -> None:
    gate = gevent.event.Event()
    connection, _ = connect(stalled(gate), limits=Limits(commands=20))
    callers = [gevent.spawn(connection.api, f"echo {i}", 10) for i in range(20)]
    gevent.idle()
    with pytest.raises(Overloaded):
        connection.api("echo too much")
    gate.set()
    assert [one.get(timeout=10) for one in callers] == [str(i) for i in range(20)]
    assert connection.api("echo room") == "room"


def test_no_deadline_is_no_time(connect: Connect) -> None:
    connection, _ = connect()
    with pytest.raises(NotSent):
        connection.api("status", 0)
    assert connection.api("echo after") == "after"


def test_an_answer_that_is_not_utf8(connect: Connect) -> None:
    def latin(peer: Peer) -> None:
        peer.read()
        peer.send(b"Content-Type: api/response\nContent-Length: 4\n\nRen\xe9")
        peer.serve()

    connection, _ = connect(latin)
    assert connection.api("uuid_getvar x n") == "Ren\ufffd"
    assert connection.api("echo after") == "after"


def test_the_other_commands_on_the_wire(connect: Connect) -> None:
    connection, peer = connect()
    connection.subscribe("CHANNEL_ANSWER", custom=("sofia::register",))
    connection.nixevent("CHANNEL_ANSWER")
    connection.sendmsg("leg", {"call-command": "hangup", "hangup-cause": "USER_BUSY"})
    connection.sendevent("CUSTOM", {"Event-Subclass": "relais::x"}, body="a\n\nb é")
    assert connection.send("noop") == "+OK"
    assert peer.commands[1:] == [
        "event json CHANNEL_ANSWER CUSTOM sofia::register",
        "nixevent CHANNEL_ANSWER",
        "sendmsg leg\ncall-command: hangup\nhangup-cause: USER_BUSY",
        "sendevent CUSTOM\nEvent-Subclass: relais::x\ncontent-length: 7\n\na\n\nb é",
        "noop",
    ]
