"""One switch, followed, over a real event socket and a real Redis: moves in time or not at all, agents as their legs are."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gevent
import gevent.event
import msgspec
import pytest

from controller.esl import Event, LinkSettings, NodeAddress, NodeLink, Snapshot
from controller.lines import Lines
from controller.node import CUSTOM, EVENTS, NodeWatch
from controller.published import Published
from presence import connection, gathering
from presence.agents import AgentStore
from presence.clock import Clock
from presence.lines import Line
from presence.reservations import Reservations
from routing.agents import LegActivity, Reservation, Terms
from routing.capacity import Capacity
from routing.company import Trunk
from routing.compiled import compile_company
from routing.legs import leg_uuid
from store.snapshot import Snapshot as PublishedSnapshot
from store.snapshot import SnapshotReader, write_snapshot
from tests.controller.esl.scripted_switch import PASSWORD, Peer, ScriptedSwitch
from tests.sample import document

pytestmark = pytest.mark.timeout(30)
COMPANY, STARTED = "c-node", 1_791_900_000_000
DIALPLANS = "XML,XML:/failsafe.xml"
TERMS = Terms(devices=("1001a",))


def call_id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"


class Slow:
    """A switch that keeps silent about commands with a word in them."""

    def __init__(self) -> None:
        self.about: str | None = None
        self.asked: list[tuple[Peer, str, float]] = []

    def __call__(self, peer: Peer) -> None:
        peer.admit()
        while True:
            command = peer.read()
            self.asked.append((peer, command, time.time()))
            if self.about is None or self.about not in command:
                peer.answer(command)

    def moves(self) -> list[str]:
        return [command.removeprefix("api ") for _, command, _ in self.asked if "api uuid_" in command]


@pytest.fixture
def switch() -> Slow:
    return Slow()


@pytest.fixture
def watch(switch: Slow, redis_url: str, tmp_path: Path) -> Iterator[NodeWatch]:
    client = connection.waiting(redis_url)
    published = Published(SnapshotReader(tmp_path))
    published.company_of["c-node.example"] = COMPANY
    published.owners[COMPANY] = {"1001a": "1001"}
    watched = NodeWatch(
        node="n1", clock=Clock(), published=published, stores=lambda company: AgentStore(client, company),
        dialplans=DIALPLANS,
    )  # fmt: skip
    server = ScriptedSwitch(switch)
    link = NodeLink(NodeAddress("n1", "127.0.0.1", server.port, PASSWORD), watched, LinkSettings())
    watched.mover.link = link
    link.start()
    assert link.wait_up(5)
    writer = gevent.spawn(watched.writer.run)
    yield watched
    writer.kill()
    link.stop()
    server.stop()
    for key in client.keys(f"relais:{COMPANY}:*"):
        client.delete(key)


def until(holds: Callable[[], object], seconds: float = 5.0) -> None:
    with gevent.Timeout(seconds, AssertionError("it did not come true in time")):
        while not holds():
            gevent.sleep(0.005)


def step(phase: str, call: str, *, age: float = 0.0, **others: str) -> Event:
    """A `relais::step` event, fired `age` seconds ago."""
    said = {
        "relais_call": call, "relais_company": COMPANY, "relais_step": "3", "relais_started": str(STARTED),
        "relais_mover": "controller", "relais_legs": "1001a:1001", "relais_place": "n.x.o.r0",
    }  # fmt: skip
    variables = {f"variable_{name}": value for name, value in said.items()}
    stamp = str(int((time.time() - age) * 1e6))
    return Event({
        "Event-Name": "CUSTOM", "Event-Subclass": "relais::step", "Unique-ID": call, "relais_phase": phase,
        "Event-Date-Timestamp": stamp, **variables, **others,
    })  # fmt: skip


def leg_event(name: str, call: str, cause: str = "", **others: str) -> Event:
    uuid = leg_uuid(call, 3, STARTED, "1001a")
    said = {
        "relais_call": call, "relais_company": COMPANY, "relais_step": "3", "relais_leg": "1001a",
        "relais_owner": "1001", "relais_device": "1001a",
    }  # fmt: skip
    variables = {f"variable_{name}": value for name, value in said.items()}
    return Event({"Event-Name": name, "Unique-ID": uuid, "Hangup-Cause": cause, **variables, **others})


def listed(*channels: dict[str, str], registered: tuple[str, ...] = ("1001a",)) -> Snapshot:
    """What the switch says of itself."""
    rows = tuple({"realm": "c-node.example", "reg_user": each, "expires": "9e9"} for each in registered)
    return Snapshot("core", channels, rows, 0.0)


def ring_and_end(watch: NodeWatch, call: str, cause: str, age: float = 0.0) -> None:
    watch.on_event(step("begin", call))
    watch.on_event(leg_event("CHANNEL_CREATE", call))
    watch.on_event(leg_event("CHANNEL_HANGUP_COMPLETE", call, cause))
    watch.on_event(step("end", call, age=age))


def test_what_is_subscribed_to_is_what_concerns_somebody(watch: NodeWatch) -> None:
    assert set(watch._concerned) == {*EVENTS, *CUSTOM}


def test_given_a_busy_phone_then_the_outcome_is_set_and_the_call_moved_in_order(
    watch: NodeWatch, switch: Slow
) -> None:
    ring_and_end(watch, call_id(1), "USER_BUSY")
    until(lambda: watch.mover.moves == 1)
    assert switch.moves() == [
        f"uuid_setvar {call_id(1)} relais_outcome b.1001b",
        f"uuid_transfer {call_id(1)} next-3 {DIALPLANS} relais",
    ]
    assert len({id(peer) for peer, command, _ in switch.asked if "api uuid_" in command}) == 1


def test_given_an_end_of_700_ms_ago_then_its_own_plan_moves_the_call(watch: NodeWatch, switch: Slow) -> None:
    ring_and_end(watch, call_id(1), "USER_BUSY", age=0.75)
    ring_and_end(watch, call_id(2), "USER_BUSY")
    until(lambda: watch.mover.moves == 1)
    assert [line.split()[1] for line in switch.moves()] == [call_id(2)] * 2


def test_given_a_switch_that_answers_too_late_then_nothing_is_sent_after_the_deadline(
    watch: NodeWatch, switch: Slow
) -> None:
    """The deadline counts from the event's own timestamp, not from when we came to it."""
    switch.about = "relais_outcome"
    ended = time.time() - 0.4
    ring_and_end(watch, call_id(1), "USER_BUSY", age=0.4)
    until(lambda: switch.moves())
    until(lambda: time.time() > ended + 0.7 + 0.1)
    late = next(peer for peer, command, _ in switch.asked if "relais_outcome" in command)
    late.output("+OK\n")
    # What is sent after it was answered would be read by now.
    assert watch.mover.link is not None
    watch.mover.link.command(call_id(1), "echo behind", deadline=5)
    assert [line.split()[0] for line in switch.moves()] == ["uuid_setvar"]
    assert all(at < ended + 0.7 for _, command, at in switch.asked if "api uuid_" in command)
    assert watch.mover.moves == 0


def test_given_a_switch_slow_for_one_call_then_the_others_are_moved_at_once(
    watch: NodeWatch, switch: Slow
) -> None:
    switch.about = call_id(1)
    began = time.monotonic()
    for number in range(1, 20):
        ring_and_end(watch, call_id(number), "NO_ANSWER")
    # Those that share the silent connection wait behind it; one in four does.
    until(lambda: watch.mover.moves >= 8)
    assert time.monotonic() - began < 0.7


def agent(watch: NodeWatch, redis_url: str, terms: Terms = TERMS) -> Any:
    written = gevent.event.Event()
    watch.writer.put(written.set)
    assert written.wait(5)
    client = connection.waiting(redis_url)
    client.hset(f"relais:{COMPANY}:devices", "1001a", str(int(time.time()) + 60))
    return gathering.everybody(client, COMPANY, {"1001": terms}, time.time())["1001"].agent


def test_given_a_leg_that_rings_and_is_answered_and_ends_then_its_agent_does_too(
    watch: NodeWatch, redis_url: str
) -> None:
    watch.on_event(leg_event("CHANNEL_CREATE", call_id(1)))
    assert agent(watch, redis_url).state == "ringing"
    watch.on_event(leg_event("CHANNEL_ANSWER", call_id(1)))
    assert agent(watch, redis_url).state == "on_call"
    watch.on_event(leg_event("CHANNEL_HANGUP_COMPLETE", call_id(1), "NORMAL_CLEARING"))
    found = agent(watch, redis_url)
    assert (found.state, found.idle_since > 0) == ("available", True)


def test_given_an_agents_own_call_to_the_outside_then_it_takes_a_unit_until_its_step_or_the_call_is_over(
    watch: NodeWatch, redis_url: str
) -> None:
    own = {"variable_relais_owner": "1001", "variable_relais_device": "1001a"}
    terms = Terms(devices=("1001a",), capacity={"out": Capacity(1, blocking=True)})

    def used() -> tuple[int, bool]:
        found = agent(watch, redis_url, terms)
        return found.units["out"].used, found.blocked

    def happens(name: str) -> None:
        known = {"variable_relais_company": COMPANY, **own}
        watch.on_event(Event({"Event-Name": name, "Unique-ID": call_id(1), **known}))

    happens("CHANNEL_CREATE")
    assert used() == (0, False)
    watch.on_event(step("begin", call_id(1), **own, variable_relais_capacity="out"))
    assert used() == (1, True)
    watch.on_event(step("begin", call_id(1), **own, variable_relais_step="4"))
    assert used() == (0, False)
    watch.on_event(step("begin", call_id(1), **own, variable_relais_step="5", variable_relais_capacity="out"))
    assert used() == (1, True)
    happens("CHANNEL_HANGUP_COMPLETE")
    assert used() == (0, False)


def test_given_an_agent_who_calls_then_whom_he_dialled_is_at_the_other_end_until_he_hangs_up(
    watch: NodeWatch, redis_url: str
) -> None:
    own = {
        "Unique-ID": call_id(1), "variable_relais_company": COMPANY, "variable_relais_call": call_id(1),
        "variable_relais_owner": "1001", "variable_relais_device": "1001a", "Caller-Caller-ID-Number": "1001a",
    }  # fmt: skip
    store = AgentStore(connection.waiting(redis_url), COMPANY)
    watch.on_event(Event({**own, "Event-Name": "CHANNEL_CREATE", "Caller-Destination-Number": "1004"}))
    watch.on_event(Event({**own, "Event-Name": "CHANNEL_ANSWER", "Caller-Destination-Number": "next-1"}))
    assert agent(watch, redis_url).state == "on_call"
    assert [leg.other for leg in store.leg_uuids().values()] == ["1004"]


def test_given_writes_that_wait_then_the_board_is_told_of_a_call_once_and_the_newest(
    watch: NodeWatch, redis_url: str
) -> None:
    client = connection.waiting(redis_url)
    watch.writer.may_write = lambda: False
    for number in ("3", "4", "5"):
        watch.on_event(
            step("begin", call_id(1), variable_relais_step=number, variable_relais_place=f"n.{number}.o.r0")
        )
    watch.writer.may_write = lambda: True
    until(lambda: AgentStore(client, COMPANY).calls())
    written = gevent.event.Event()
    watch.writer.put(written.set)
    assert written.wait(5)
    assert AgentStore(client, COMPANY).calls()[call_id(1)]["place"] == "n.5.o.r0"
    told = [line for _, line in client.xrange(f"relais:{COMPANY}:feed") if line["what"] == "call"]
    assert len(told) == 1


MOBILE = {
    "variable_relais_leg": "x14385550144", "variable_relais_device": "", "variable_relais_mobile": "1001",
}  # fmt: skip


def test_given_his_own_number_outside_then_he_is_on_a_call_from_when_he_is_joined_not_from_an_answer(
    watch: NodeWatch, redis_url: str
) -> None:
    """An answer may be his voicemail's."""
    leg = leg_uuid(call_id(1), 3, STARTED, "1001a")
    for name in ("CHANNEL_CREATE", "CHANNEL_ANSWER"):
        watch.on_event(leg_event(name, call_id(1), **MOBILE))
        assert agent(watch, redis_url).state == "ringing"
    joined = {"Bridge-A-Unique-ID": call_id(1), "Bridge-B-Unique-ID": leg}
    watch.on_event(Event({"Event-Name": "CHANNEL_BRIDGE", "Unique-ID": call_id(1), **joined}))
    assert agent(watch, redis_url).state == "on_call"
    watch.on_event(leg_event("CHANNEL_HANGUP_COMPLETE", call_id(1), "NORMAL_CLEARING", **MOBILE))
    found = agent(watch, redis_url)
    assert (found.state, found.idle_since > 0) == ("available", True)


def test_given_his_voicemail_answers_outside_then_he_has_had_no_conversation(
    watch: NodeWatch, redis_url: str
) -> None:
    for name in ("CHANNEL_CREATE", "CHANNEL_ANSWER"):
        watch.on_event(leg_event(name, call_id(1), **MOBILE))
    watch.on_event(leg_event("CHANNEL_HANGUP_COMPLETE", call_id(1), "NORMAL_CLEARING", **MOBILE))
    found = agent(watch, redis_url)
    assert (found.state, found.idle_since) == ("available", 0.0)


def test_given_a_controller_that_begins_while_his_mobile_rings_then_its_conversation_counts_all_the_same(
    watch: NodeWatch, redis_url: str
) -> None:
    store = AgentStore(connection.waiting(redis_url), COMPANY)
    leg = leg_uuid(call_id(1), 3, STARTED, "1001a")
    rings = LegActivity(owner="1001", state="ringing", call=call_id(1), node="n1", since=time.time())
    store.leg(leg, rings)
    watch.sweep(listed({"uuid": leg}))
    assert agent(watch, redis_url).state == "ringing"
    joined = {"Bridge-A-Unique-ID": call_id(1), "Bridge-B-Unique-ID": leg}
    watch.on_event(Event({"Event-Name": "CHANNEL_BRIDGE", "Unique-ID": call_id(1), **joined}))
    assert agent(watch, redis_url).state == "on_call"


def test_given_a_call_to_a_number_that_is_not_his_own_then_he_is_free(
    watch: NodeWatch, redis_url: str
) -> None:
    """A forward to somebody else: it rings with his rights, not in his pocket."""
    others = {**MOBILE, "variable_relais_mobile": ""}
    watch.on_event(leg_event("CHANNEL_CREATE", call_id(1), **others))
    watch.on_event(leg_event("CHANNEL_ANSWER", call_id(1), **others))
    assert agent(watch, redis_url).state == "available"


def test_given_a_leg_whose_beginning_was_missed_then_its_answer_and_end_still_count(
    watch: NodeWatch, redis_url: str
) -> None:
    watch.on_event(leg_event("CHANNEL_ANSWER", call_id(1)))
    assert agent(watch, redis_url).state == "on_call"
    watch.on_event(leg_event("CHANNEL_HANGUP_COMPLETE", call_id(1), "NORMAL_CLEARING"))
    assert agent(watch, redis_url).state == "available"


def test_given_a_list_of_channels_older_than_the_end_of_a_leg_then_its_agent_stays_free(
    watch: NodeWatch, redis_url: str
) -> None:
    call = call_id(1)
    row = {
        "uuid": leg_uuid(call, 3, STARTED, "1001a"), "name": "sofia/phones/1001a@127.0.0.1:5060", "callstate": "ACTIVE",
        "presence_id": "1001@c-node.example", "call_uuid": call,
    }  # fmt: skip
    watch.sweep(listed(row))
    assert agent(watch, redis_url).state == "on_call"
    watch.on_event(leg_event("CHANNEL_HANGUP_COMPLETE", call, "NORMAL_CLEARING"))
    watch.sweep(listed(row))
    assert agent(watch, redis_url).state == "available"


def test_given_a_list_of_channels_that_is_ahead_of_the_events_then_a_leg_that_just_began_is_left_to_them(
    watch: NodeWatch, redis_url: str
) -> None:
    """Its row does not say of which call it is: the next step of that very call would find its member busy."""
    row = {
        "uuid": leg_uuid(call_id(1), 3, STARTED, "1001a"), "name": "sofia/phones/1001a@127.0.0.1:5060",
        "callstate": "RINGING", "presence_id": "1001@c-node.example", "call_uuid": "",
    }  # fmt: skip
    watch.sweep(listed({**row, "created_epoch": str(int(time.time()))}))
    assert agent(watch, redis_url).state == "available"
    watch.sweep(listed({**row, "created_epoch": str(int(time.time()) - 10)}))
    assert agent(watch, redis_url).state == "ringing"


def test_given_a_switch_without_channels_then_a_call_of_its_is_closed_and_its_agent_freed(
    watch: NodeWatch, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch.on_event(step("begin", call_id(1)))
    watch.on_event(leg_event("CHANNEL_CREATE", call_id(1)))
    assert agent(watch, redis_url).state == "ringing"
    # A channel may be listed later than its event: only what is older than that is missed.
    watch.sweep(listed())
    assert agent(watch, redis_url).state == "ringing"
    monkeypatch.setattr(watch, "_grace", -1.0)
    watch.on_snapshot(
        Snapshot("core", (), ({"realm": "c-node.example", "reg_user": "1001a", "expires": "9e9"},), 0.0)
    )
    assert agent(watch, redis_url).state == "available"
    assert len(watch.calls) == 0
    store = AgentStore(connection.waiting(redis_url), COMPANY)
    until(lambda: not store.calls())
    records = connection.waiting(redis_url).xrange(f"relais:{COMPANY}:records")
    assert [("lost" in fields["record"]) for _, fields in records] == [True]


def trunk(name: str, uuid: str, **others: str) -> Event:
    """An event of a channel of the trunk profile."""
    said = {"Event-Name": name, "Unique-ID": uuid, "Channel-Name": "sofia/trunks/+14385550122", **others}
    return Event(said)


def test_given_a_call_that_came_by_a_gateways_registration_then_it_is_one_of_its_trunks_channels(
    watch: NodeWatch, redis_url: str, tmp_path: Path
) -> None:
    store = AgentStore(connection.waiting(redis_url), COMPANY)
    trunks = {"T-A": Trunk(gateway="carrier-a"), "T-B": Trunk(gateway="carrier-b")}
    found = compile_company(msgspec.structs.replace(document(), trunks=trunks), 1)
    published = Published(SnapshotReader(tmp_path))
    published.companies[COMPANY] = found
    lines = Lines("n1", Clock(), lambda _: store, watch.writer, watch.repairs, published.trunk)
    for number, gateway in enumerate(["carrier-b", "another-companys", ""], 20):
        said = {"variable_relais_company": COMPANY, "variable_sip_gateway": gateway}
        lines.on_begin(trunk("CHANNEL_CREATE", call_id(number), **said))
    until(lambda: len(store.lines.all()) == 3)
    assert [store.lines.all()[call_id(n)].trunk for n in (20, 21, 22)] == ["T-B", "", ""]


def nodes(store: AgentStore) -> dict[str, str]:
    return {uuid: line.node for uuid, line in store.lines.all().items()}


def test_given_channels_of_the_trunk_then_they_are_lines_until_they_end_or_are_no_more(
    watch: NodeWatch, redis_url: str
) -> None:
    store = AgentStore(connection.waiting(redis_url), COMPANY)
    ours = {"variable_relais_company": COMPANY}
    watch.on_event(trunk("CHANNEL_CREATE", call_id(7)))
    watch.on_event(step("begin", call_id(7), **{"Channel-Name": "sofia/trunks/x@y"}))
    watch.on_event(trunk("CHANNEL_CREATE", call_id(8), **ours, variable_relais_trunk="T-A"))
    watch.on_event(leg_event("CHANNEL_CREATE", call_id(7), **{"Channel-Name": "sofia/phones/1001a@x"}))
    until(lambda: nodes(store) == {call_id(7): "n1", call_id(8): "n1"})
    assert store.lines.all()[call_id(8)].trunk == "T-A"
    watch.on_event(trunk("CHANNEL_HANGUP_COMPLETE", call_id(8), **{"Hangup-Cause": "USER_BUSY"}))
    until(lambda: nodes(store) == {call_id(7): "n1"})
    store.lines.begins(call_id(9), Line(node="n1"))
    store.lines.begins(call_id(10), Line(node="n2"))
    store.lines.begins(call_id(11), Line(node="n1", at=time.time(), claimed=True))
    store.lines.begins(call_id(12), Line(node="n1", at=time.time() - 60, claimed=True))
    watch.sweep(listed())
    until(lambda: nodes(store) == {call_id(7): "n1", call_id(10): "n2", call_id(11): "n1"})


def test_given_somebody_answers_for_a_group_then_its_rotation_begins_after_him(
    watch: NodeWatch, redis_url: str
) -> None:
    client = connection.waiting(redis_url)
    for number, place in ((11, "q.Q-SUP.o.s0r0-6adf5a20"), (12, "u.1001.o.r0"), (13, "n.N-VEN.o.s1r0")):
        call = call_id(number)
        watch.on_event(step("begin", call, variable_relais_place=place))
        watch.on_event(leg_event("CHANNEL_CREATE", call))
        joined = {"Event-Name": "CHANNEL_BRIDGE", "Unique-ID": call, "Bridge-A-Unique-ID": call}
        watch.on_event(Event({**joined, "Bridge-B-Unique-ID": leg_uuid(call, 3, STARTED, "1001a")}))
    until(lambda: client.hgetall(f"relais:{COMPANY}:rotation") == {"q.Q-SUP": "1001", "n.N-VEN.o.s1": "1001"})


def test_given_a_phone_that_registers_right_after_its_company_was_published_then_it_is_there(
    watch: NodeWatch, redis_url: str, tmp_path: Path
) -> None:
    client = connection.waiting(redis_url)
    published = PublishedSnapshot(
        company="boreal", revision=1, published_at="", document=document(), a1_hashes={}, pins={}
    )
    write_snapshot(tmp_path, published)
    said = {"realm": "boreal.example", "username": "1004a", "expires": "60"}
    watch.on_event(Event({"Event-Name": "CUSTOM", "Event-Subclass": "sofia::register", **said}))
    until(lambda: client.hkeys("relais:boreal:devices") == ["1004a"])
    client.delete(*client.keys("relais:boreal:*"))


GROUP = {"variable_relais_place": "q.Q-SUP.o.s0r0"}


def test_given_one_who_fails_at_an_event_then_all_others_whom_it_concerns_have_it(
    watch: NodeWatch, redis_url: str
) -> None:
    def fails(_: Event) -> None:
        raise KeyError("a bug")

    told = list[Event]()
    kind = "CHANNEL_HANGUP_COMPLETE"
    watch._concerned[kind] = (fails, *watch._concerned[kind])
    watch.also({kind: told.append}, lambda *_: None)
    ring_and_end(watch, call_id(1), "USER_BUSY")
    written(watch)
    assert len(told) == 1
    assert AgentStore(connection.hot(redis_url), COMPANY).leg_uuids() == {}


def test_given_a_line_that_began_before_we_followed_then_its_end_frees_it(
    watch: NodeWatch, redis_url: str
) -> None:
    store = AgentStore(connection.hot(redis_url), COMPANY)
    written(watch)  # the comparison after the link came up
    store.lines.begins(call_id(30), Line(node="n1"))
    watch.on_event(trunk("CHANNEL_HANGUP_COMPLETE", call_id(30), variable_relais_company=COMPANY))
    written(watch)
    assert store.lines.all() == {}


def test_given_legs_whose_end_was_missed_then_nothing_is_remembered_of_them(watch: NodeWatch) -> None:
    watch.on_event(leg_event("CHANNEL_CREATE", call_id(1)))
    legs = watch._legs
    assert legs._owners
    assert legs._others
    for _ in range(2):
        watch.sweep(listed())
    written(watch)
    assert not legs._owners
    assert not legs._others


def written(watch: NodeWatch) -> None:
    """Everything that was to be written is."""
    done = gevent.event.Event()
    watch.writer.put(done.set)
    assert done.wait(5)


def keep(redis_url: str, call: str, extension: str, step: int = 3, seconds: float = 60.0) -> Reservations:
    """The dialplan server keeps somebody for a step of a call."""
    reservations, now = Reservations(connection.hot(redis_url), COMPANY), time.time()
    known = tuple(reservations.read([extension], now).values())
    wanted = Reservation(call=call, holder="dialplan", since=now, until=now + seconds, step=step)
    assert reservations.claim(known, wanted) is None
    return reservations


@pytest.mark.parametrize("over", ["the step ends", "somebody answers", "the caller hangs up"])
def test_given_a_member_who_is_kept_and_whose_phone_never_rang_then_he_is_free_when_the_offer_is_over(
    watch: NodeWatch, redis_url: str, over: str
) -> None:
    call = call_id(1)
    reservations = keep(redis_url, call, "1002")
    keep(redis_url, call_id(2), "1003")
    watch.on_event(step("begin", call, **GROUP))
    watch.on_event(leg_event("CHANNEL_CREATE", call))
    if over == "the step ends":
        watch.on_event(step("end", call, **GROUP))
    elif over == "somebody answers":
        legs = {"Bridge-A-Unique-ID": call, "Bridge-B-Unique-ID": leg_uuid(call, 3, STARTED, "1001a")}
        watch.on_event(Event({"Event-Name": "CHANNEL_BRIDGE", **legs}))
    else:
        watch.on_event(
            Event(
                {
                    "Event-Name": "CHANNEL_HANGUP_COMPLETE",
                    "Unique-ID": call,
                    "Hangup-Cause": "ORIGINATOR_CANCEL",
                }
            )
        )
    written(watch)
    assert set(reservations.all()) == {(call_id(2), "1003")}


def test_given_the_end_of_a_step_that_comes_late_then_the_next_offer_of_the_call_stays(
    watch: NodeWatch, redis_url: str
) -> None:
    watch.on_event(step("begin", call_id(1), **GROUP))
    reservations = keep(redis_url, call_id(1), "1002", step=4)
    watch.on_event(step("end", call_id(1), **GROUP))
    written(watch)
    assert set(reservations.all()) == {(call_id(1), "1002")}


def test_given_a_reservation_that_ran_out_then_the_controller_tells(watch: NodeWatch, redis_url: str) -> None:
    reservations = keep(redis_url, call_id(1), "1002", seconds=0.001)
    gevent.sleep(0.01)
    watch.settle()
    written(watch)
    assert reservations.all() == {}
    ((_, line),) = connection.hot(redis_url).xrevrange(f"relais:{COMPANY}:transitions", count=1)
    assert (line["who"], line["how"], line["to"]) == ("1002", "reservation_expired", "available")


def test_given_a_phone_that_registers_and_is_lost_then_its_owner_is_told_of(
    watch: NodeWatch, redis_url: str
) -> None:
    said = {"realm": "c-node.example", "username": "1001a", "expires": "60"}
    for name in ("sofia::register", "sofia::unregister"):
        watch.on_event(Event({"Event-Name": "CUSTOM", "Event-Subclass": name, **said}))
    written(watch)
    lines = [line for _, line in connection.hot(redis_url).xrange(f"relais:{COMPANY}:transitions")]
    assert [(line["who"], line["how"], line["source"]) for line in lines] == [
        ("1001", "registered", "switch"), ("1001", "unregistered", "switch"),
    ]  # fmt: skip
