"""The end of a connection, of every kind and at every stage: a typed error in time, all that was read
delivered, `DISCONNECT` once and last."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import gevent
import gevent.event
import pytest
from conftest import until
from scripted_switch import Peer, event_message, message

from controller.esl import (
    CommandTimeout,
    ESLConnection,
    ESLError,
    Event,
    JobLost,
    Limits,
    NotSent,
    ProtocolError,
    Unconfirmed,
)

pytestmark = pytest.mark.timeout(20)
Connect = Callable[..., tuple[ESLConnection, Peer]]
Wait = Callable[[ESLConnection], object]

ENDINGS: dict[str, Callable[[Peer], None] | None] = {
    "end of stream": Peer.hang_up,
    "reset": Peer.reset,
    "notice": Peer.say_goodbye,
    "silence": None,
}
DEADLINE = 0.3


def nothing(_peer: Peer) -> None: ...


def reads(peer: Peer) -> None:
    peer.read()


def begins_a_head(peer: Peer) -> None:
    peer.read()
    peer.send(b"Content-Type: command/rep")


def begins_a_body(peer: Peer) -> None:
    peer.read()
    peer.send(b"Content-Type: api/response\nContent-Length: 9000\n\nabc")


def accepts(peer: Peer) -> None:
    peer.read()
    peer.reply("+OK")


def ask(connection: ESLConnection) -> object:
    return connection.api("status", DEADLINE)


def ask_much(connection: ESLConnection) -> object:
    # Far more than socket buffers of 16 kB hold: a part of it stays here.
    return connection.api("x" * 900_000, DEADLINE)


def ask_behind(connection: ESLConnection) -> object:
    gevent.spawn(ask_much, connection).link_exception(lambda _: None)
    gevent.sleep(0)
    return ask(connection)


def await_job(connection: ESLConnection) -> object:
    return connection.bgapi("originate x", job_deadline=DEADLINE).output()


def await_application(connection: ESLConnection) -> object:
    return connection.execute("leg", "playback", "x", end_deadline=DEADLINE).result()


# stage: what the switch does, what we wait for, the error of a loss, the error of silence
STAGES: dict[str, tuple[Callable[[Peer], None], Wait, type[ESLError], type[ESLError]]] = {
    "half written": (nothing, ask_much, Unconfirmed, CommandTimeout),
    "queued": (nothing, ask_behind, NotSent, NotSent),
    "reply pending": (reads, ask, Unconfirmed, CommandTimeout),
    "mid head": (begins_a_head, ask, Unconfirmed, CommandTimeout),
    "mid body": (begins_a_body, ask, Unconfirmed, CommandTimeout),
    "job pending": (accepts, await_job, JobLost, JobLost),
    "application pending": (accepts, await_application, JobLost, JobLost),
}


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("stage", STAGES)
def test_loss(connect: Connect, stage: str, ending: str) -> None:
    act, wait, on_loss, on_silence = STAGES[stage]
    ready = gevent.event.Event()

    def script(peer: Peer) -> None:
        act(peer)
        ready.set()

    connection, peer = connect(script, buffer=16384 if stage in ("half written", "queued") else 0)
    endings: list[object] = []
    connection.register_handle("DISCONNECT", endings.append)
    waiting = gevent.spawn(wait, connection)
    assert ready.wait(5)
    gevent.idle()
    end = ENDINGS[ending]
    began = time.monotonic()
    if end is not None:
        end(peer)
    with pytest.raises(ESLError) as caught:
        waiting.get(timeout=5)
    assert type(caught.value) is (on_loss if end else on_silence)
    assert time.monotonic() - began < DEADLINE + 2
    assert connection.connected is (end is None)
    connection.close("enough")
    assert len(endings) == 1


@pytest.mark.parametrize("ending", [name for name, end in ENDINGS.items() if end])
def test_loss_while_idle(connect: Connect, ending: str) -> None:
    connection, peer = connect(nothing)
    end = ENDINGS[ending]
    assert end is not None
    end(peer)
    until(lambda: connection.lost)
    with pytest.raises(NotSent):
        connection.api("status")


@pytest.mark.parametrize("ending", [name for name, end in ENDINGS.items() if end])
def test_all_that_was_sent_is_delivered_and_disconnect_is_last(connect: Connect, ending: str) -> None:
    end = ENDINGS[ending]
    assert end is not None
    connection, peer = connect(nothing)
    seen: list[str] = []
    connection.register_handle("*", lambda event: seen.append(event.unique_id))
    connection.register_handle("DISCONNECT", lambda event: seen.append(event.name))
    for i in range(100):
        peer.event("CHANNEL_HANGUP_COMPLETE", Unique_ID=str(i))
    if ending == "reset":
        # A reset overtakes what it follows: only what had arrived can be asked for.
        until(lambda: len(seen) == 100)
    end(peer)
    until(lambda: "DISCONNECT" in seen)
    assert seen == [*map(str, range(100)), "DISCONNECT"]


def test_the_end_while_the_queue_is_full(connect: Connect) -> None:
    connection, peer = connect(nothing, limits=Limits(events=5))
    gate = gevent.event.Event()
    seen: list[str] = []

    def slow(event: Event) -> None:
        gate.wait(5)
        seen.append(event.unique_id)

    connection.register_handle("*", slow)
    connection.register_handle("DISCONNECT", lambda event: seen.append(event.name))
    peer.send(b"".join(event_message("E", Unique_ID=str(i)) for i in range(50)))
    until(lambda: connection.counters.reader_waits)
    connection.end(ProtocolError("a test"))
    gate.set()
    until(lambda: "DISCONNECT" in seen)
    assert seen == [*map(str, range(50)), "DISCONNECT"]


@pytest.mark.parametrize("stage", STAGES)
def test_an_end_costs_no_processor_time_and_holds_up_nobody(connect: Connect, stage: str) -> None:
    act, wait, _, _ = STAGES[stage]
    ready = gevent.event.Event()

    def script(peer: Peer) -> None:
        act(peer)
        ready.set()

    connection, peer = connect(script, buffer=16384 if stage in ("half written", "queued") else 0)
    waiting = gevent.spawn(wait, connection)
    assert ready.wait(5)
    gevent.idle()
    peer.hang_up()
    with pytest.raises(ESLError):
        waiting.get(timeout=5)
    used = time.process_time()
    delays = []
    for _ in range(20):
        began = time.monotonic()
        gevent.sleep(0.01)
        delays.append(time.monotonic() - began)
    assert time.process_time() - used < 0.1
    # The middle one: the machine may have held up one or two itself.
    assert sorted(delays)[10] < 0.05


def test_the_reason_of_an_end_inside_a_body_says_so(connect: Connect) -> None:
    connection, peer = connect(begins_a_body)
    waiting = gevent.spawn(ask, connection)
    until(lambda: len(peer.commands) == 2)
    peer.hang_up()
    with pytest.raises(Unconfirmed):
        waiting.get(timeout=5)
    assert "inside a body, 3 of 9000 bytes read" in str(connection.lost)


@pytest.mark.parametrize("words", [b"lost 500 events, closing\n\n", b"\xff\xfe:\n\n", b"lost"])
def test_the_stream_ends_outside_the_protocol(connect: Connect, words: bytes) -> None:
    connection, peer = connect(nothing)
    peer.send(event_message("E") + words)
    gevent.idle()
    if connection.lost is None:
        peer.hang_up()
    until(lambda: connection.lost)
    until(lambda: connection.counters.events == 1)


def test_linger_is_not_an_end(connect: Connect) -> None:
    def lingers(peer: Peer) -> None:
        notice = message("text/disconnect-notice", b"Linger\n", Content_Disposition="linger")
        peer.send(notice)
        peer.serve()

    connection, _ = connect(lingers)
    assert connection.api("echo still here") == "still here"


def test_stop_with_a_silent_peer_is_bounded(connect: Connect) -> None:
    connection, _ = connect(nothing, limits=Limits(stop_seconds=0.1))
    began = time.monotonic()
    connection.stop()
    assert time.monotonic() - began < 1


def test_a_peer_that_never_answers_again_is_dropped(connect: Connect) -> None:
    connection, _ = connect(nothing, limits=Limits(stall_seconds=0.1))
    for _ in range(3):
        with pytest.raises((Unconfirmed, NotSent)):
            connection.api("status", 0.08)
    assert "stopped answering" in str(connection.lost)


def test_a_peer_that_never_reads_again_is_dropped(connect: Connect) -> None:
    connection, _ = connect(nothing, buffer=16384, limits=Limits(stall_seconds=0.1))
    with pytest.raises(Unconfirmed):
        connection.api("x" * 900_000, 5)
    assert "stopped reading" in str(connection.lost)


@pytest.mark.parametrize("which", [0, 1, 2], ids=["reader", "writer", "dispatcher"])
def test_no_greenlet_dies_alone(connect: Connect, which: int) -> None:
    connection, _ = connect(nothing)
    waiting = gevent.spawn(ask, connection)
    gevent.idle()
    connection._greenlets[which].kill()
    with pytest.raises((Unconfirmed, NotSent)):
        waiting.get(timeout=5)
    assert not connection.connected


def test_on_lost_is_told_once_and_at_once(connect: Connect) -> None:
    told: list[Any] = []
    connection, peer = connect(nothing, on_lost=told.append)
    peer.hang_up()
    until(lambda: told)
    connection.close("again")
    assert told == [connection.lost]
