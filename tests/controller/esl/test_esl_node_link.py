"""A link to a node: what it tells, in which order, and that it comes back from everything."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from itertools import count
from random import Random
from typing import Any

import gevent
import gevent.event
import msgspec
import pytest
from conftest import until
from scripted_switch import CORE, PASSWORD, Peer, ScriptedSwitch, headers_of

from controller.esl import (
    AccessDenied,
    AuthenticationError,
    BackgroundJob,
    CommandError,
    ConnectFailed,
    ConnectionLost,
    ESLError,
    Event,
    JobLost,
    Limits,
    LinkSettings,
    NodeAddress,
    NodeLink,
    NotSent,
    ProtocolError,
    Snapshot,
    State,
    Unconfirmed,
)
from controller.esl.backoff import Backoff
from controller.esl.snapshot import rows_of

pytestmark = pytest.mark.timeout(30)
Switch = Callable[..., ScriptedSwitch]

QUICK = LinkSettings(
    events=("CHANNEL_CREATE", "CHANNEL_ANSWER"),
    custom=("relais::step",),
    command_connections=3,
    connect_seconds=0.5,
    answer_seconds=0.5,
    heartbeat_seconds=10,
    probe_every=0.02,
    probe_seconds=0.3,
    retry_first=0.002,
    retry_longest=0.02,
    retry_refused=60,
    limits=Limits(stop_seconds=0.5),
)


class Node:
    """A healthy switch with channels, on which single questions may be answered otherwise."""

    def __init__(self) -> None:
        self.core = CORE
        self.channels: list[dict[str, str]] = [{"uuid": "leg-1", "cid_num": "1001"}]
        self.listeners: list[Peer] = []
        self.log: list[tuple[Peer, str]] = []
        self.special: dict[str, Callable[[Peer], object]] = {}

    def __call__(self, peer: Peer) -> None:
        peer.admit()
        while True:
            command = peer.read()
            self.log.append((peer, command))
            self.special.get(command, lambda peer: self.answer(peer, command))(peer)

    def answer(self, peer: Peer, command: str) -> None:
        if command == "api global_getvar core_uuid":
            peer.output(self.core)
        elif command == "api show channels as json":
            peer.output(json.dumps({"row_count": len(self.channels), "rows": self.channels}))
        elif command.startswith("event json"):
            self.listeners.append(peer)
            peer.reply("+OK event listener enabled json")
        else:
            peer.answer(command)

    def commands(self, start: str) -> list[str]:
        return [command for _, command in self.log if command.startswith(start)]


class Recorder:
    """A handler which remembers, and can be told to misbehave."""

    def __init__(self) -> None:
        self.told: list[Any] = []
        self.in_snapshot: Callable[[Snapshot], object] = lambda _: None
        self.in_event: Callable[[Event], object] = lambda _: None

    def on_snapshot(self, snapshot: Snapshot) -> None:
        self.told.append(snapshot)
        self.in_snapshot(snapshot)

    def on_event(self, event: Event) -> None:
        self.told.append(event.unique_id or event.name)
        self.in_event(event)

    def on_down(self, reason: ESLError) -> None:
        self.told.append(reason)

    def kinds(self) -> list[str]:
        """Snapshots and ends, in order."""
        names = {Snapshot: "snapshot", str: ""}
        return [word for word in (names.get(type(one), "down") for one in self.told) if word]


@pytest.fixture
def handler() -> Recorder:
    return Recorder()


@pytest.fixture
def node() -> Node:
    return Node()


@pytest.fixture
def link_to(switch: Switch, handler: Recorder) -> Iterator[Callable[..., NodeLink]]:
    """A started link to a switch, or to one that runs a script."""
    made: list[NodeLink] = []

    def make(
        target: Callable[[Peer], None] | ScriptedSwitch,
        settings: LinkSettings = QUICK,
        password: str = PASSWORD,
        random: Callable[[], float] = Random(1).random,
    ) -> NodeLink:
        server = target if isinstance(target, ScriptedSwitch) else switch(target)
        address = NodeAddress("a", "127.0.0.1", server.port, password)
        link = NodeLink(address, handler, settings, random=random)
        made.append(link)
        link.start()
        return link

    yield make
    for one in made:
        one.stop()
        assert one.state is State.DOWN


LinkTo = Callable[..., NodeLink]


def changed(**values: Any) -> LinkSettings:
    return msgspec.structs.replace(QUICK, **values)


# --- coming up


def test_first_subscribed_then_asked_then_what_came_between(
    link_to: LinkTo, handler: Recorder, node: Node
) -> None:
    def event_first(peer: Peer) -> None:
        node.listeners[0].event("CHANNEL_CREATE", Unique_ID="between")
        node.answer(peer, "api show channels as json")

    node.special["api show channels as json"] = event_first
    link = link_to(node)
    assert link.wait_up(5)
    node.listeners[0].event("CHANNEL_ANSWER", Unique_ID="after")
    until(lambda: len(handler.told) == 3)
    snapshot = handler.told[0]
    assert handler.told[1:] == ["between", "after"]
    assert (snapshot.core_uuid, snapshot.restarted, snapshot.registrations) == (CORE, False, ())
    assert snapshot.channels == ({"uuid": "leg-1", "cid_num": "1001"},)
    asked = [command for _, command in node.log]
    assert asked[:4] == [
        "event json HEARTBEAT BACKGROUND_JOB CHANNEL_CREATE CHANNEL_ANSWER CUSTOM relais::step",
        "api global_getvar core_uuid",
        "api show channels as json",
        "api show registrations as json",
    ]
    assert (link.state, link.times_up, link.core_uuid) == (State.UP, 1, CORE)


def test_the_snapshot_handler_may_ask(link_to: LinkTo, handler: Recorder, node: Node) -> None:
    answers: list[str] = []
    handler.in_snapshot = lambda _: answers.append(link.command("leg-1", "echo asked", deadline=1))
    link = link_to(node)
    assert link.wait_up(5)
    assert answers == ["asked"]


@pytest.mark.parametrize(
    ("output", "rows"),
    [
        ('{"row_count": 0}\n', ()),
        ('{"row_count":1,"rows":[{"uuid":"a","n":5}]}', ({"uuid": "a", "n": "5"},)),
        ('{"rows":[{"name":"x\x01"}]}', ({"name": "x\x01"},)),
    ],
)
def test_rows(output: str, rows: object) -> None:
    assert rows_of(output) == rows


@pytest.mark.parametrize("output", ["", "-USAGE", "[]", '{"rows":5}', '{"rows":[5]}'])
def test_rows_that_are_none(output: str) -> None:
    with pytest.raises(ProtocolError):
        rows_of(output)


# --- commands


def test_the_commands_of_a_call_stay_on_one_connection_and_in_order(link_to: LinkTo, node: Node) -> None:
    link = link_to(node)
    assert link.wait_up(5)

    def call(uuid: str) -> list[str]:
        return link.commands(uuid, [f"echo {uuid} {i}" for i in range(5)], deadline=5)

    uuids = [f"leg-{i}" for i in range(60)]
    calls = [gevent.spawn(call, uuid) for uuid in uuids]
    for uuid, one in zip(uuids, calls, strict=True):
        assert one.get(timeout=5) == [f"{uuid} {i}" for i in range(5)]
    used: dict[str, list[Peer]] = {}
    for peer, command in node.log:
        if command.startswith("api echo"):
            used.setdefault(command.split()[2], []).append(peer)
    assert all(len(set(map(id, peers))) == 1 for peers in used.values())
    assert len({id(peers[0]) for peers in used.values()}) == 3
    assert node.listeners[0] not in [peers[0] for peers in used.values()]


def test_a_sequence_stops_where_it_fails(link_to: LinkTo, node: Node) -> None:
    node.special["api uuid_setvar_multi leg a=1"] = lambda peer: peer.output("-ERR No such channel!\n")
    link = link_to(node)
    assert link.wait_up(5)
    with pytest.raises(CommandError):
        link.commands("leg", ["uuid_setvar_multi leg a=1", "uuid_transfer leg next-2"], deadline=1)
    assert node.commands("api uuid_transfer") == []


def test_a_sequence_has_one_deadline(link_to: LinkTo, node: Node) -> None:
    node.special["api hangs"] = lambda peer: None
    link = link_to(node)
    assert link.wait_up(5)
    began = time.monotonic()
    with pytest.raises(Unconfirmed):
        link.commands("leg", ["echo a", "hangs", "echo b"], deadline=0.1)
    assert time.monotonic() - began < 0.5
    assert node.commands("api echo b") == []


def test_results_of_jobs_and_applications(link_to: LinkTo, node: Node) -> None:
    link = link_to(node)
    assert link.wait_up(5)
    job = link.bgapi("originate x", job_uuid="job-1")
    node.listeners[0].event("BACKGROUND_JOB", body="+OK leg-2\n", Job_UUID="job-1")
    assert job.output(5) == "+OK leg-2\n"
    played = link.of_channel("leg").execute("leg", "playback", "x", event_uuid="app-1")
    node.listeners[0].event("CHANNEL_EXECUTE_COMPLETE", Unique_ID="leg", Application_UUID="app-1")
    assert played.result(5).application_uuid == "app-1"
    assert len(node.commands("bgapi")) == 1


def test_without_a_link_nothing_is_sent(link_to: LinkTo, node: Node) -> None:
    def refuse(peer: Peer) -> None:
        peer.hang_up()

    link = link_to(refuse)
    for attempt in (
        lambda: link.command("leg", "status"),
        lambda: link.commands("leg", ["status"]),
        lambda: link.bgapi("status"),
        link.take_snapshot,
    ):
        with pytest.raises(NotSent):
            attempt()
    assert not link.wait_up(0.05)


# --- going down and coming back


def test_a_restarted_switch(switch: Switch, link_to: LinkTo, handler: Recorder, node: Node) -> None:
    server = switch(node)
    link = link_to(server)
    assert link.wait_up(5)
    job = link.bgapi("originate x")
    node.core, node.channels = "another-core", []
    server.drop_all(Peer.reset)
    until(lambda: link.times_up == 2)
    with pytest.raises(JobLost):
        job.output(1)
    assert handler.kinds() == ["snapshot", "down", "snapshot"]
    assert (handler.told[-1].restarted, handler.told[-1].channels) == (True, ())
    assert node.commands("event json")[0] == node.commands("event json")[1]
    server.drop_all()
    until(lambda: link.times_up == 3)
    # The same run again: its calls live on.
    assert handler.told[-1].restarted is False
    link.stop()
    assert handler.kinds()[-1] == "down"


def test_all_read_events_are_told_before_the_end(
    switch: Switch, link_to: LinkTo, handler: Recorder, node: Node
) -> None:
    server = switch(node)
    link = link_to(server)
    assert link.wait_up(5)
    for i in range(200):
        node.listeners[0].event("CHANNEL_ANSWER", Unique_ID=str(i))
    node.listeners[0].say_goodbye()
    until(lambda: len(handler.kinds()) >= 2)
    end = next(i for i, one in enumerate(handler.told) if isinstance(one, ESLError))
    assert handler.told[1:end] == [str(i) for i in range(200)]
    link.stop()


@pytest.mark.parametrize("which", range(4))
def test_one_lost_connection_is_the_end_of_all(
    switch: Switch, link_to: LinkTo, handler: Recorder, node: Node, which: int
) -> None:
    server = switch(node)
    link = link_to(server)
    assert link.wait_up(5)
    server.peers[which].reset()
    until(lambda: link.times_up == 2)
    assert handler.kinds() == ["snapshot", "down", "snapshot"]
    link.stop()


def test_one_dead_node_of_three(link_to: LinkTo) -> None:
    nodes = [Node(), Node()]
    links = [link_to(script) for script in (nodes[0], lambda peer: None, nodes[1])]
    assert links[0].wait_up(5)
    assert links[2].wait_up(5)
    until(lambda: links[1].times_failed)
    assert links[1].state is not State.UP
    assert links[0].command("leg", "echo x") == "x"


def test_a_loss_while_coming_up_is_not_told(link_to: LinkTo, handler: Recorder, node: Node) -> None:
    falls = iter(range(3))

    def falling(peer: Peer) -> None:
        if next(falls, None) is None:
            node.answer(peer, "api show channels as json")
        else:
            node.listeners[-1].event("CHANNEL_ANSWER", Unique_ID="never told")
            peer.reset()

    node.special["api show channels as json"] = falling
    link = link_to(node)
    assert link.wait_up(5)
    assert handler.kinds() == ["snapshot"]
    assert "never told" not in handler.told
    assert link.times_failed == 3


@pytest.mark.parametrize("answer", ["-ERR no", "", "not json"])
def test_a_snapshot_that_cannot_be_read_is_asked_again(
    link_to: LinkTo, handler: Recorder, node: Node, answer: str
) -> None:
    node.special["api show channels as json"] = lambda peer: peer.output(answer)
    link = link_to(node)
    until(lambda: link.times_failed > 2)
    assert handler.told == []
    del node.special["api show channels as json"]
    assert link.wait_up(5)


def test_a_refused_password_is_retried_slowly(link_to: LinkTo, node: Node) -> None:
    link = link_to(node, password="wrong")
    until(lambda: isinstance(link.last_error, AuthenticationError))
    gevent.sleep(0.1)
    assert link.times_failed == 1
    assert "wrong" not in repr(link.address)


def test_backing_off() -> None:
    backoff = Backoff(0.2, 10.0, 30.0, random=lambda: 1.0)
    lost = ConnectionLost("x")
    assert [backoff.after(lost) for _ in range(8)] == pytest.approx([0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10, 10])
    assert [backoff.after(AuthenticationError("x")), backoff.after(AccessDenied("x"))] == [30, 30]
    backoff.reset()
    assert backoff.after(ConnectFailed("x")) == pytest.approx(0.2)


def test_jitter_is_full() -> None:
    backoff = Backoff(0.2, 10.0, 30.0, random=iter([0.0, 0.5, 0.999]).__next__)
    assert [backoff.after(ConnectionLost("x")) for _ in range(3)] == pytest.approx([0, 0.2, 0.7992])


def test_up_for_long_makes_the_next_retry_quick(
    switch: Switch, link_to: LinkTo, handler: Recorder, node: Node
) -> None:
    server = switch(node)
    settings = changed(settled_seconds=0.0, retry_first=0.001, retry_longest=1000)
    link = link_to(server, settings, random=lambda: 1.0)
    for times in range(1, 15):
        # Without the reset the last pause would be 8 s.
        until(lambda times=times: link.times_up == times, 2)
        server.drop_all()
    link.stop()


# --- the watchdog


def test_a_switch_that_sends_no_event_any_more(link_to: LinkTo, handler: Recorder, node: Node) -> None:
    link = link_to(node, changed(heartbeat_seconds=0.04))
    until(lambda: "down" in handler.kinds())
    assert "no event for" in str(handler.told[1])
    until(lambda: link.times_up == 2)


def test_heartbeats_keep_a_link_up(link_to: LinkTo, handler: Recorder, node: Node) -> None:
    link = link_to(node, changed(heartbeat_seconds=0.2))
    assert link.wait_up(5)
    began = time.monotonic()
    while time.monotonic() - began < 1.0:
        node.listeners[0].event("HEARTBEAT")
        gevent.sleep(0.02)
    assert (link.state, link.times_up) == (State.UP, 1)
    assert 0 < link.probe.seconds < 0.3
    assert time.monotonic() - link.probe.answered_at < 0.5


def test_a_switch_that_does_not_answer_the_probe(link_to: LinkTo, handler: Recorder, node: Node) -> None:
    link = link_to(node, changed(probe_seconds=0.1))
    assert link.wait_up(5)

    def hang_on_events(peer: Peer) -> None:
        if peer not in node.listeners:
            node.answer(peer, "api global_getvar core_uuid")

    node.special["api global_getvar core_uuid"] = hang_on_events
    until(lambda: "down" in handler.kinds())
    assert "the probe failed" in str(next(one for one in handler.told if isinstance(one, ESLError)))


def test_a_refused_probe_is_a_sign_of_life(link_to: LinkTo, node: Node) -> None:
    link = link_to(node)
    assert link.wait_up(5)
    node.special["api global_getvar core_uuid"] = lambda peer: peer.reply("-ERR permission denied")
    before = len(node.log)
    until(lambda: len(node.log) > before + 5)
    assert (link.state, link.times_up) == (State.UP, 1)


# --- handlers, and the end


def test_handlers_that_fail(link_to: LinkTo, handler: Recorder, node: Node) -> None:
    def fail(_event: Event) -> None:
        raise gevent.Timeout(1)

    handler.in_event = fail
    link = link_to(node)
    assert link.wait_up(5)
    for i in range(3):
        node.listeners[0].event("CHANNEL_ANSWER", Unique_ID=str(i))
    until(lambda: handler.told[1:] == ["0", "1", "2"])
    assert (link.state, link.counters.handler_errors) == (State.UP, 3)


@pytest.mark.parametrize("error", [KeyError("broken"), gevent.Timeout(1)], ids=str)
def test_a_snapshot_handler_that_fails_keeps_the_link_down(
    link_to: LinkTo, handler: Recorder, node: Node, error: BaseException
) -> None:
    times = iter(range(2))

    def fail(_snapshot: Snapshot) -> None:
        if next(times, None) is not None:
            raise error

    handler.in_snapshot = fail
    link = link_to(node)
    assert link.wait_up(5)
    assert handler.kinds() == ["snapshot"] * 3


def test_stopped_from_a_handler(link_to: LinkTo, handler: Recorder, node: Node) -> None:
    handler.in_event = lambda _: link.stop()
    link = link_to(node)
    assert link.wait_up(5)
    began = time.monotonic()
    node.listeners[0].event("CHANNEL_ANSWER", Unique_ID="last")
    until(lambda: "down" in handler.kinds())
    assert time.monotonic() - began < 0.4
    assert handler.told[1] == "last"


def test_stopped_from_the_snapshot(link_to: LinkTo, handler: Recorder, node: Node) -> None:
    handler.in_snapshot = lambda _: link.stop()
    link = link_to(node)
    until(lambda: handler.kinds() == ["snapshot", "down"])


def test_stopped_while_waiting_to_retry(link_to: LinkTo, node: Node) -> None:
    link = link_to(node, password="wrong")
    until(lambda: link.times_failed)
    began = time.monotonic()
    link.stop()
    link.stop()
    assert time.monotonic() - began < 0.3


def test_stopped_while_connecting_to_silence(link_to: LinkTo) -> None:
    link = link_to(lambda peer: None, changed(connect_seconds=20))
    until(lambda: link.state is State.CONNECTING)
    began = time.monotonic()
    link.stop()
    assert time.monotonic() - began < 1


def test_a_handler_that_hangs_hears_nothing_of_the_old_link_later(
    link_to: LinkTo, handler: Recorder, node: Node
) -> None:
    gate = gevent.event.Event()

    def hang(event: Event) -> None:
        if event.unique_id == "hangs":
            gate.wait(10)

    handler.in_event = hang
    link = link_to(node, changed(limits=Limits(stop_seconds=0.05)))
    assert link.wait_up(5)
    for uuid in ("hangs", "stale"):
        node.listeners[0].event("CHANNEL_ANSWER", Unique_ID=uuid)
    until(lambda: "hangs" in handler.told)
    node.listeners[0].hang_up()
    until(lambda: handler.kinds() == ["snapshot", "down", "snapshot"])
    gate.set()
    node.listeners[-1].event("CHANNEL_ANSWER", Unique_ID="fresh")
    until(lambda: "fresh" in handler.told)
    assert "stale" not in handler.told


def test_counters_outlive_connections(switch: Switch, link_to: LinkTo, handler: Recorder, node: Node) -> None:
    server = switch(node)
    link = link_to(server)
    assert link.wait_up(5)
    before = link.counters.commands
    assert before > 0
    server.drop_all()
    until(lambda: link.times_up == 2)
    assert link.counters.commands > before
    link.stop()
    assert link.counters.commands > before


def test_ids_of_jobs_are_ours(link_to: LinkTo, node: Node) -> None:
    link = link_to(node)
    assert link.wait_up(5)
    job = link.bgapi("status")
    assert headers_of(node.commands("bgapi")[0]) == {"Job-UUID": job.uuid}


# --- flapping


@pytest.mark.parametrize("way", [Peer.hang_up, Peer.reset, Peer.say_goodbye], ids=lambda way: way.__name__)
def test_flapping(
    switch: Switch, link_to: LinkTo, handler: Recorder, node: Node, way: Callable[[Peer], None]
) -> None:
    """Callers that never pause must not keep the link from coming back, and nothing is sent twice."""
    server = switch(node)
    link = link_to(server)
    asked: list[str] = []
    done: list[str] = []
    jobs: list[BackgroundJob] = []
    refused: list[ESLError] = []
    stop = gevent.event.Event()

    def call(number: int) -> None:
        for turn in count():
            if stop.is_set():
                return
            word = f"{number}-{turn}"
            asked.append(word)
            try:
                if number % 2:
                    assert link.command(f"leg-{number}", f"echo {word}", deadline=1) == word
                else:
                    jobs.append(link.bgapi(f"originate {word}", deadline=1))
                done.append(word)
            except ESLError as error:
                refused.append(error)

    callers = [gevent.spawn(call, number) for number in range(8)]
    for times in range(1, 30):
        before = len(done)
        until(lambda times=times, before=before: link.times_up >= times and len(done) >= before + 16)
        server.drop_all(way)
    until(lambda: link.times_up >= 30)
    stop.set()
    gevent.joinall(callers, 5, raise_error=True)
    echoed, originated = node.commands("api echo"), node.commands("bgapi originate")
    sent = [command.splitlines()[0].split()[-1] for command in (*echoed, *originated)]
    assert min(len(echoed), len(originated)) > 30
    assert len(sent) == len(set(sent))
    assert set(done) <= set(sent) <= set(asked)
    assert {type(error) for error in refused} <= {NotSent, Unconfirmed}
    assert handler.kinds() == ["snapshot", "down"] * 29 + ["snapshot"]
    assert len(node.commands("event json")) == 30
    link.stop()
    assert all(job.done for job in jobs)
