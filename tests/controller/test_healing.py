"""What Redis believes against what is so: whatever was missed is put right by a sweep, one more look when it is too young to
tell, and each repair says what was wrong."""

from __future__ import annotations

import json
import time
from functools import partial
from typing import Any

import msgspec
import pytest

from controller.esl import CommandError, Event, Snapshot
from controller.node import NodeWatch
from presence import connection, keys
from presence.agents import AgentStore
from presence.ended import read
from presence.gathering import everybody
from presence.nodes import is_new_run
from routing.agents import LegActivity, Reservation, Terms
from routing.snapshot import Waiting
from tests.controller import test_node
from tests.controller.test_node import COMPANY, call_id, keep, leg_event, listed, step, until, written

NOTHING = listed(registered=())
switch, watch = test_node.switch, test_node.watch
pytestmark = pytest.mark.timeout(30)


def told(redis_url: str) -> list[tuple[str, str]]:
    """Each repair's kind, and whom it is about; all of them say what was wrong."""
    found = [line for _, line in connection.hot(redis_url).xrange(keys.repairs(COMPANY))]
    assert all(line["wrong"] for line in found)
    return [(line["kind"], line["who"]) for line in found]


def store_of(redis_url: str) -> AgentStore:
    return AgentStore(connection.hot(redis_url), COMPANY)


def swept(watch: NodeWatch, snapshot: Snapshot) -> bool:
    """Whether another look is wanted soon."""
    watch.doubts.clear()
    watch.sweep(snapshot)
    written(watch)
    return watch.doubts.is_set()


def stuck(redis_url: str, age: float) -> None:
    """1001 rings, by a leg that nobody will tell the end of."""
    leg = LegActivity(
        owner="1001", state="ringing", call=call_id(1), node="n1", since=time.time() - age, device="1001a"
    )
    store_of(redis_url).leg("leg-1", leg)


def test_given_a_leg_whose_end_nobody_told_then_one_sweep_frees_its_agent_and_says_so(
    watch: NodeWatch, redis_url: str
) -> None:
    stuck(redis_url, age=6.0)
    assert not swept(watch, NOTHING)
    assert store_of(redis_url).leg_uuids() == {}
    assert told(redis_url) == [("agent_freed", "1001")]
    assert watch.repairs.count == {"agent_freed": 1}
    (line,) = [
        line
        for _, line in connection.hot(redis_url).xrange(keys.transitions(COMPANY))
        if line["source"] == "sweep"
    ]
    assert (line["who"], line["how"], line["from"]) == ("1001", "leg_over", "ringing")


def test_given_a_leg_too_young_to_tell_then_it_stays_and_another_look_is_wanted_soon(
    watch: NodeWatch, redis_url: str
) -> None:
    stuck(redis_url, age=1.0)
    assert swept(watch, NOTHING)
    assert told(redis_url) == []


def test_given_a_leg_of_another_switch_then_it_stays(watch: NodeWatch, redis_url: str) -> None:
    leg = LegActivity(owner="1001", state="answered", call=call_id(1), node="n2", since=1.0, device="1001a")
    store_of(redis_url).leg("leg-1", leg)
    assert not swept(watch, NOTHING)
    assert list(store_of(redis_url).leg_uuids()) == ["leg-1"]


def test_given_a_device_that_the_switch_does_not_know_then_the_second_look_takes_it_away(
    watch: NodeWatch, redis_url: str
) -> None:
    store = store_of(redis_url)
    store.register("door", time.time() + 60, node="n1")
    assert swept(watch, NOTHING)
    assert "door" in store.devices()
    assert not swept(watch, NOTHING)
    assert store.devices() == {}
    assert told(redis_url) == [("device_gone", "door")]


def test_given_a_device_whose_registration_was_missed_then_the_second_look_finds_it(
    watch: NodeWatch, redis_url: str
) -> None:
    assert swept(watch, listed())
    assert not swept(watch, listed())
    assert "1001a" in store_of(redis_url).devices("n1")
    assert told(redis_url) == [("device_found", "1001a")]


def test_given_an_event_that_was_only_late_then_nothing_is_repaired(watch: NodeWatch, redis_url: str) -> None:
    assert swept(watch, listed())
    store_of(redis_url).register("1001a", time.time() + 60, "1001", time.time(), node="n1")
    assert not swept(watch, listed())
    assert told(redis_url) == []


def test_given_devices_of_another_switch_then_neither_a_sweep_nor_a_reconnection_takes_them_away(
    watch: NodeWatch, redis_url: str
) -> None:
    store = store_of(redis_url)
    store.register("1002a", time.time() + 60, "1002", time.time(), node="n2")
    watch.on_snapshot(listed())
    for _ in range(2):
        swept(watch, listed())
    assert set(store.devices()) == {"1001a", "1002a"}
    # The phone moved to n2 before n1 noticed that it is gone.
    store.register("1001a", time.time() + 60, "1001", time.time(), node="n2")
    store.unregister("1001a", "1001", time.time(), node="n1")
    assert set(store.devices("n2")) == {"1001a", "1002a"}


def test_given_an_agent_kept_for_a_call_that_is_no_more_then_he_is_released(
    watch: NodeWatch, redis_url: str
) -> None:
    watch.on_event(step("begin", call_id(2)))
    keep(redis_url, call_id(1), "1001")
    keep(redis_url, call_id(2), "1002")
    written(watch)
    assert swept(watch, listed({"uuid": call_id(2)}, registered=()))
    older(redis_url)
    assert not swept(watch, listed({"uuid": call_id(2)}, registered=()))
    assert set(store_of(redis_url).reservations.all()) == {(call_id(2), "1002")}
    assert told(redis_url) == [("agent_released", "1001")]


def older(redis_url: str) -> None:
    """Every reservation was made long ago."""
    client = connection.hot(redis_url)
    for name, text in client.hgetall(keys.claims(COMPANY)).items():
        since = f'"since":{time.time():.0f}'[:14]
        assert since in text
        client.hset(keys.claims(COMPANY), name, text.replace(since, '"since":100'))


def test_given_a_place_in_line_of_a_call_that_is_no_more_then_it_is_free(
    watch: NodeWatch, redis_url: str
) -> None:
    client: Any = connection.hot(redis_url)
    written(watch)  # the comparison after the link came up
    for call, since in ((call_id(1), 100.0), (call_id(2), 100.0)):
        place = Waiting(call=call, queue="Q-SUP", since=since, until=time.time() + 60)
        client.hset(keys.waiting(COMPANY), call, msgspec.json.encode(place).decode())
    watch.on_event(step("begin", call_id(2)))
    written(watch)
    swept(watch, listed({"uuid": call_id(2)}, registered=()))
    assert list(client.hgetall(keys.waiting(COMPANY))) == [call_id(2)]
    assert told(redis_url) == [("place_freed", call_id(1))]


def test_given_an_agent_kept_for_a_call_that_only_rings_him_yet_then_he_stays_kept(
    watch: NodeWatch, redis_url: str
) -> None:
    # A call that a program places (to call somebody back) is in progress from its first step on: when he has answered.
    keep(redis_url, call_id(1), "1001")
    leg = LegActivity(
        owner="1001", state="ringing", call=call_id(1), node="n1", since=time.time(), device="1001a"
    )
    store_of(redis_url).leg("leg-1", leg)
    written(watch)
    older(redis_url)
    swept(watch, listed({"uuid": "leg-1"}, registered=()))
    assert set(store_of(redis_url).reservations.all()) == {(call_id(1), "1001")}
    assert told(redis_url) == []


def test_given_something_that_a_sweep_cannot_read_then_the_rest_is_put_right_all_the_same(
    watch: NodeWatch, redis_url: str
) -> None:
    client: Any = connection.hot(redis_url)
    written(watch)  # the comparison after the link came up
    client.hset(keys.legs(COMPANY), "leg-1", "written by nobody we know")
    facts = {"uuid": call_id(1), "since": 100.0, "node": "n1"}
    client.hset(keys.calls(COMPANY), call_id(1), json.dumps(facts))
    swept(watch, NOTHING)
    assert told(redis_url) == [("call_closed", call_id(1))]


def test_given_nothing_wrong_then_a_sweep_says_nothing(watch: NodeWatch, redis_url: str) -> None:
    watch.on_snapshot(listed())
    watch.on_event(step("begin", call_id(1)))
    watch.on_event(leg_event("CHANNEL_CREATE", call_id(1)))
    written(watch)
    row = {"name": "sofia/phones/1001a@x", "presence_id": "1001@c-node.example", "callstate": "RINGING"}
    leg = leg_event("CHANNEL_CREATE", call_id(1)).unique_id
    for _ in range(2):
        swept(watch, listed({"uuid": call_id(1)}, {**row, "uuid": leg}))
    assert told(redis_url) == []
    assert watch.repairs.count == {}


def test_given_a_reservation_that_runs_out_by_itself_then_it_is_no_repair(
    watch: NodeWatch, redis_url: str
) -> None:
    store = store_of(redis_url)
    known = tuple(store.reservations.read(["1001"], time.time()).values())
    wanted = Reservation(call=call_id(1), holder="dialplan", since=100.0, until=101.0)
    assert store.reservations.claim(known, wanted) is None
    swept(watch, listed())
    assert told(redis_url) == []


def test_given_a_switch_that_was_started_again_then_what_died_with_it_is_cleared_at_once(
    watch: NodeWatch, redis_url: str
) -> None:
    client = connection.hot(redis_url)
    watch.is_new_run = partial(is_new_run, client, "n1")
    written(watch)
    client.delete(keys.core("n1"))
    stuck(redis_url, age=2.0)
    watch.on_snapshot(Snapshot("first run", (), (), 0.0))
    written(watch)
    assert list(store_of(redis_url).leg_uuids()) == ["leg-1"]  # too young: it may not be listed yet
    watch.on_snapshot(Snapshot("second run", (), (), 0.0))
    written(watch)
    assert store_of(redis_url).leg_uuids() == {}
    assert told(redis_url) == [("agent_freed", "1001")]
    stuck(redis_url, age=2.0)
    watch.on_snapshot(Snapshot("second run", (), (), 0.0))
    written(watch)
    assert list(store_of(redis_url).leg_uuids()) == ["leg-1"]


def test_given_a_switch_that_is_gone_then_its_agents_and_calls_are_not_kept(
    watch: NodeWatch, redis_url: str
) -> None:
    stuck(redis_url, age=1.0)
    watch.on_event(step("begin", call_id(1)))
    watch.on_snapshot(listed({"uuid": call_id(1)}, {"uuid": "leg-1"}))  # compared when it is already gone
    watch.gone()
    written(watch)
    store = store_of(redis_url)
    assert (store.leg_uuids(), store.calls()) == ({}, {})
    assert len(connection.hot(redis_url).xrange(keys.records(COMPANY))) == 1


class Answers:
    """A switch that has these channels, as `uuid_dump` tells them."""

    def __init__(self, **channels: dict[str, str]) -> None:
        self.channels, self.asked = channels, list[str]()

    def command(self, uuid: str, command: str, *, deadline: float) -> str:
        assert command == f"uuid_dump {uuid} json"
        self.asked.append(uuid)
        if uuid not in self.channels:
            raise CommandError("-ERR No such channel!")
        return json.dumps(self.channels[uuid])


def caller(number: int, **others: str) -> dict[str, str]:
    created = str(int((time.time() - 30) * 1e6))
    return {**step("begin", call_id(number)).headers, "Caller-Channel-Created-Time": created, **others}


def row(number: int) -> dict[str, str]:
    return {"uuid": call_id(number), "direction": "inbound"}


def test_given_a_call_that_began_and_was_answered_while_nobody_followed_then_the_switch_is_asked_and_its_record_is_whole(
    watch: NodeWatch, redis_url: str
) -> None:
    written(watch)
    leg = leg_event("CHANNEL_ANSWER", call_id(1)).headers
    talks = caller(1, variable_bridge_uuid=leg["Unique-ID"])
    switch = Answers(**{call_id(1): talks, leg["Unique-ID"]: leg, call_id(2): caller(2)})
    watch.inquiry.link = switch  # type: ignore[assignment]
    watch.on_snapshot(listed(row(1), row(2), row(3), registered=()))
    until(lambda: len(watch.calls) == 2)
    known = watch.calls.get(call_id(1))
    assert known is not None
    assert (known.answered_by, known.path) == ("1001a", ("n.x.o.r0@",))
    watch.on_event(leg_event("CHANNEL_HANGUP_COMPLETE", call_id(1), "NORMAL_CLEARING"))
    for number in (1, 2):
        said = {**caller(number), "Event-Name": "CHANNEL_HANGUP_COMPLETE", "Hangup-Cause": "NORMAL_CLEARING"}
        watch.on_event(Event({**said, "Event-Subclass": ""}))
    written(watch)
    records = [read(fields) for _, fields in connection.hot(redis_url).xrange(keys.records(COMPANY))]
    assert [each.disposition for each in records if each] == ["answered", "abandoned"]
    assert all(each and each.ended - each.began > 29 for each in records)


def test_given_calls_that_are_followed_then_a_sweep_asks_about_none_and_about_a_stranger_once(
    watch: NodeWatch, redis_url: str
) -> None:
    written(watch)
    watch.on_event(step("begin", call_id(1)))
    switch = Answers()
    watch.inquiry.link = switch  # type: ignore[assignment]
    for _ in range(3):
        swept(watch, listed(row(1), row(3), registered=()))
    until(lambda: switch.asked == [call_id(3)])


def test_given_calls_of_one_agent_on_two_switches_then_they_count_together(
    watch: NodeWatch, redis_url: str
) -> None:
    store, now = store_of(redis_url), time.time()
    for node in ("n1", "n2"):
        leg = LegActivity(
            owner="1001", state="answered", call=f"c-{node}", node=node, since=now, device="1001a"
        )
        store.leg(f"leg-{node}", leg)
    terms = {"1001": Terms(devices=("1001a",))}
    store.register("1001a", now + 60, "1001", now)
    found = everybody(connection.hot(redis_url), COMPANY, terms, now)["1001"].agent
    assert (found.state, found.legs) == ("on_call", 2)
