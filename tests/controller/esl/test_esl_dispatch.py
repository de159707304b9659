"""Handlers: in order, each on its own, and none able to end the dispatcher."""

from __future__ import annotations

import inspect
import logging
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import gevent
import gevent.event
import pytest
from conftest import until
from scripted_switch import Peer, event_message, message
from sizes import CALLS, EVENTS, EVENTS_SECONDS

from controller.esl import ESLConnection, Event, Limits
from controller.esl.stock import InboundESL

pytestmark = pytest.mark.timeout(30)
Connect = Callable[..., tuple[ESLConnection, Peer]]


def nothing(_peer: Peer) -> None: ...


@pytest.mark.timeout(EVENTS_SECONDS)
def test_the_events_of_each_call_stay_in_order(connect: Connect) -> None:
    connection, peer = connect(nothing)
    seen: dict[str, list[int]] = {}

    def record(event: Event) -> None:
        seen.setdefault(event.unique_id, []).append(int(event.get("N")))

    connection.register_handle("CHANNEL_STATE", record)
    stream = b"".join(
        event_message("CHANNEL_STATE", Unique_ID=f"call-{i % CALLS}", N=str(i // CALLS))
        for i in range(4 * CALLS)
    )
    peer.send(stream)
    until(lambda: connection.counters.events == 4 * CALLS, EVENTS_SECONDS / 2)
    assert len(seen) == CALLS
    assert all(numbers == [0, 1, 2, 3] for numbers in seen.values())


def test_who_is_told(connect: Connect) -> None:
    connection, peer = connect(nothing)
    told: list[str] = []

    def note(name: str, _event: Event) -> None:
        told.append(name)

    for name in ("CHANNEL_ANSWER", "relais::step", "*", "log", "CUSTOM"):
        connection.register_handle(name, partial(note, name))
    peer.event("CHANNEL_ANSWER")
    peer.event("CUSTOM", Event_Subclass="relais::step")
    peer.event("HEARTBEAT")
    peer.send(message("log/data", b"a line"))
    until(lambda: connection.counters.events == 4)
    assert told == ["CHANNEL_ANSWER", "*", "relais::step", "*", "*", "log", "*"]


class Broken:
    """A handler without a name, as a partial or a callable object is."""

    def __call__(self, event: Event) -> None:
        raise RuntimeError("broken")


def raises_timeout(_event: Event) -> None:
    raise gevent.Timeout(1)


def takes_two(_extra: object, _event: Event) -> None:
    raise KeyError("broken")


@pytest.mark.parametrize(
    "broken", [Broken(), partial(takes_two, None), raises_timeout, lambda event: event.no_such], ids=str
)
def test_a_handler_that_fails(
    connect: Connect, broken: Callable[[Event], object], caplog: pytest.LogCaptureFixture
) -> None:
    connection, peer = connect(nothing)
    seen: list[str] = []
    connection.register_handle("E", broken)
    connection.register_handle("E", lambda event: seen.append(event.unique_id))
    with caplog.at_level(logging.ERROR):
        for i in range(3):
            peer.event("E", Unique_ID=str(i), Caller_Number="+14505550199")
        until(lambda: len(seen) == 3)
    assert connection.counters.handler_errors == 3
    assert "4505550199" not in caplog.text


def test_a_handler_that_goes_while_it_is_called(connect: Connect) -> None:
    connection, peer = connect(nothing)
    seen: list[str] = []

    def once(_event: Event) -> None:
        seen.append("once")
        connection.unregister_handle("E", once)

    connection.register_handle("E", once)
    connection.register_handle("E", lambda _: seen.append("always"))
    peer.event("E")
    peer.event("E")
    until(lambda: connection.counters.events == 2)
    assert seen == ["once", "always", "always"]
    with pytest.raises(ValueError, match="not in list"):
        connection.unregister_handle("E", once)


def test_a_handler_is_registered_once(connect: Connect) -> None:
    connection, peer = connect(nothing)
    seen: list[str] = []

    def record(event: Event) -> None:
        seen.append(event.name)

    connection.register_handle("E", record)
    connection.register_handle("E", record)
    peer.event("E")
    until(lambda: connection.counters.events == 1)
    assert seen == ["E"]


def test_a_handler_may_stop_the_connection(connect: Connect) -> None:
    connection, peer = connect()
    seen: list[str] = []

    def stop(event: Event) -> None:
        seen.append(event.name)
        connection.stop()

    connection.register_handle("E", stop)
    connection.register_handle("DISCONNECT", lambda event: seen.append(event.name))
    peer.event("E")
    until(lambda: len(seen) == 2)
    assert seen == ["E", "DISCONNECT"]
    until(lambda: all(one.dead for one in connection._greenlets))


def test_a_handler_may_ask_and_wait_for_a_result(connect: Connect) -> None:
    """Answers and results do not pass through the queue of events."""

    def script(peer: Peer) -> None:
        peer.answer(peer.read())
        job = peer.read().partition("Job-UUID: ")[2]
        peer.reply("+OK")
        peer.event("BACKGROUND_JOB", body="+OK done", Job_UUID=job)

    connection, peer = connect(script)
    seen: list[str] = []

    def ask(_event: Event) -> None:
        seen.append(connection.api("echo from a handler"))
        seen.append(connection.bgapi("originate x").output(5))

    connection.register_handle("E", ask)
    peer.event("E")
    until(lambda: len(seen) == 2)
    assert seen == ["from a handler", "+OK done"]


def test_the_queue_is_bounded_and_loses_nothing(connect: Connect) -> None:
    connection, peer = connect(nothing, limits=Limits(events=100))
    gate = gevent.event.Event()
    seen: list[int] = []

    def slow(event: Event) -> None:
        gate.wait(20)
        seen.append(int(event.get("N")))

    connection.register_handle("*", slow)
    stream = b"".join(event_message("E", N=str(i), variable_x="x" * 8000) for i in range(3000))
    sending = gevent.spawn(peer.send, stream)
    until(lambda: connection.counters.reader_waits)
    # 24 MB do not fit into the buffers of the system: the switch is held back.
    assert not sending.ready()
    assert len(connection._inbox) <= 100
    gate.set()
    until(lambda: len(seen) == 3000, 15)
    assert seen == list(range(3000))
    assert connection.counters.queue_high <= 100


def test_a_burst_does_not_starve_others(connect: Connect) -> None:
    connection, peer = connect(nothing)
    worst = 0.0
    stream = b"".join(event_message("E", variable_x="x" * 8000) for i in range(4000))
    gevent.spawn(peer.send, stream)
    clock = gevent.get_hub().loop
    while connection.counters.events < 4000:
        began = clock.now() if not clock.update_now() else 0.0
        gevent.sleep(0)
        clock.update_now()
        worst = max(worst, clock.now() - began)
    assert worst < 0.3


def test_held_events_wait_for_release(connect: Connect) -> None:
    connection, peer = connect(held=True)
    seen: list[str] = []
    connection.register_handle("*", lambda event: seen.append(event.unique_id))
    for i in range(5):
        peer.event("E", Unique_ID=str(i))
    assert connection.api("echo commands pass") == "commands pass"
    gevent.idle()
    assert seen == []
    connection.release()
    peer.event("E", Unique_ID="5")
    until(lambda: len(seen) == 6)
    assert seen == ["0", "1", "2", "3", "4", "5"]


def test_held_events_of_a_lost_connection_are_dropped(connect: Connect) -> None:
    connection, peer = connect(nothing, held=True)
    seen: list[str] = []
    connection.register_handle("*", lambda event: seen.append(event.name))
    connection.register_handle("DISCONNECT", lambda event: seen.append(event.name))
    peer.event("E")
    peer.hang_up()
    until(lambda: seen)
    assert seen == ["DISCONNECT"]
    assert connection.counters.dropped_unreleased == 1


def test_what_cannot_be_decoded_is_counted_and_passed_over(connect: Connect) -> None:
    connection, peer = connect(nothing)
    seen: list[str] = []
    connection.register_handle("*", lambda event: seen.append(event.unique_id))
    peer.send(message("text/event-json", b"{broken"))
    peer.send(message("text/event-xml", b"<event/>"))
    peer.send(message("text/event-json", b'{"Event-Name":"E","Unique-ID":"\xe9"}'))
    until(lambda: seen)
    assert seen == ["\ufffd"]
    assert (connection.counters.undecodable, connection.counters.unknown_frames) == (1, 1)


@pytest.mark.timeout(EVENTS_SECONDS)
def test_memory_stays_flat_over_many_events(connect: Connect) -> None:
    connection, peer = connect(nothing)
    batch = b"".join(event_message("E", Unique_ID=str(i), variable_x="x" * 500) for i in range(1000))

    def pass_through(batches: int) -> int:
        wanted = connection.counters.events + batches * 1000
        for _ in range(batches):
            peer.send(batch)
        until(lambda: connection.counters.events == wanted, EVENTS_SECONDS / 2)
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")

    before = pass_through(20)
    grown = pass_through(EVENTS // 1000 - 20) - before
    print(f"{EVENTS} events: {grown / 1e6:.1f} MB more")
    assert grown < 8_000_000


def test_every_member_of_greenswitch_is_replaced_or_cannot_be_reached() -> None:
    stock = {
        name
        for name, member in inspect.getmembers(InboundESL, callable)
        if getattr(ESLConnection, name) is member and not name.startswith("__")
    }
    # Called by `receive_events` and `process_events` of greenswitch only, which are replaced.
    assert stock == {"_read_socket", "_safe_exec_handler"}


def test_no_name_of_ours_hides_a_private_one_of_greenswitch() -> None:
    inherited = {name for name in vars(InboundESL("h", 1, "p")) if name.startswith("_")}
    ours = {name for name in dir(ESLConnection) if not name.startswith("__")}
    assert inherited & ours == set()
