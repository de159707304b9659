"""A record for every call, whoever was killed: the controller, or what it believed of the call, or Redis for a while."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gevent
import pytest

from controller.esl import Event, Snapshot
from controller.node import NodeWatch
from controller.presence_writer import PresenceWriter
from controller.published import Published
from presence import connection, keys
from presence.agents import AgentStore
from presence.clock import Clock
from presence.ended import read
from presence.lines import Line
from routing.ended_call import EndedCall
from routing.legs import leg_uuid
from store.snapshot import SnapshotReader
from tests.controller.test_node import COMPANY, STARTED, call_id, leg_event, step, until, written
from tests.sample import company

pytestmark = pytest.mark.timeout(30)
NOTHING = Snapshot("core", (), (), 0.0)


@pytest.fixture
def client(redis_url: str) -> Iterator[Any]:
    found = connection.waiting(redis_url)
    yield found
    for key in found.keys(f"relais:{COMPANY}:*"):
        found.delete(key)


def controller(client: Any, node: str = "n1") -> NodeWatch:
    """One that has just started; its writer writes until the end of the test."""
    published = Published(SnapshotReader(Path("/nowhere")))
    published.company_of["c-node.example"] = COMPANY
    published.owners[COMPANY] = {"1001a": "1001", "1004a": "1004"}
    watch = NodeWatch(
        node=node, clock=Clock(), published=published, dialplans="XML",
        stores=lambda company: AgentStore(client, company),
    )  # fmt: skip
    gevent.spawn(watch.writer.run)
    return watch


def records(client: Any) -> list[EndedCall]:
    found = [read(fields) for _, fields in client.xrange(keys.records(COMPANY))]
    assert None not in found
    return [call for call in found if call is not None]


def live(*uuids: str) -> Snapshot:
    return Snapshot("core", tuple({"uuid": uuid} for uuid in uuids), (), 0.0)


def hang_up(watch: NodeWatch, uuid: str, cause: str = "NORMAL_CLEARING", **others: str) -> None:
    watch.on_event(
        Event({"Event-Name": "CHANNEL_HANGUP_COMPLETE", "Unique-ID": uuid, "Hangup-Cause": cause, **others})
    )


def talks(watch: NodeWatch, call: str) -> None:
    """A phone rings, is answered, and is joined to the caller."""
    watch.on_event(step("begin", call))
    watch.on_event(leg_event("CHANNEL_CREATE", call))
    watch.on_event(leg_event("CHANNEL_ANSWER", call))
    other = leg_uuid(call, 3, STARTED, "1001a")
    joined = {"Event-Name": "CHANNEL_BRIDGE", "Unique-ID": call, "Bridge-A-Unique-ID": call}
    watch.on_event(Event({**joined, "Bridge-B-Unique-ID": other}))
    watch.calls.tell()


def older(client: Any, call: str) -> None:
    """Nobody takes it for younger than a list of channels any more."""
    for key in (keys.calls(COMPANY), keys.followed(COMPANY)):
        text = client.hget(key, call)
        if text:
            now = f"{time.time():.0f}"[:-3]
            client.hset(key, call, re.sub(rf'"(since|began)":{now}[0-9.]+', r'"\1":1000.0', text))


def test_given_a_call_that_is_followed_to_its_end_then_one_record_with_path_legs_and_times(
    client: Any,
) -> None:
    watch = controller(client)
    talks(watch, call_id(1))
    watch.on_event(leg_event("CHANNEL_HANGUP_COMPLETE", call_id(1), "NORMAL_CLEARING"))
    hang_up(watch, call_id(1))
    hang_up(watch, call_id(1))  # told twice
    written(watch)
    (record,) = records(client)
    assert (record.call, record.node, record.disposition, record.closed_by) == (
        call_id(1),
        "n1",
        "answered",
        "switch",
    )
    assert (record.answered_by, record.path) == ("1001a", ("n.x.o.r0@",))
    ((leg, owner, cause),) = [(leg.leg, leg.owner, leg.cause) for leg in record.legs]
    assert (leg, owner, cause) == ("1001a", "1001", "NORMAL_CLEARING")
    assert 0 < record.began <= record.legs[0].began <= record.answered_at <= record.ended


def test_given_a_controller_that_was_killed_in_a_conversation_then_the_next_one_finishes_its_record(
    client: Any,
) -> None:
    first = controller(client)
    talks(first, call_id(1))
    written(first)
    second = controller(client)
    second.on_snapshot(live(call_id(1)))
    written(second)
    assert len(second.calls) == 1
    second.on_event(leg_event("CHANNEL_HANGUP_COMPLETE", call_id(1), "NORMAL_CLEARING"))
    hang_up(second, call_id(1))
    written(second)
    (record,) = records(client)
    assert (record.disposition, record.answered_by, record.closed_by) == ("answered", "1001a", "switch")
    assert record.legs[0].cause == "NORMAL_CLEARING"
    store = AgentStore(client, COMPANY)
    assert (store.calls(), store.followed()) == ({}, {})


@pytest.mark.parametrize(("answered", "disposition"), [(True, "answered"), (False, "lost")])
def test_given_a_call_that_ended_while_nobody_followed_then_the_sweep_writes_its_record_and_says_so(
    client: Any, answered: bool, disposition: str
) -> None:
    first = controller(client)
    if answered:
        talks(first, call_id(1))
    else:
        first.on_event(step("begin", call_id(1)))
        first.calls.tell()
    written(first)
    older(client, call_id(1))
    second = controller(client)
    second.on_snapshot(NOTHING)
    second.on_snapshot(NOTHING)
    written(second)
    (record,) = records(client)
    assert (record.disposition, record.closed_by) == (disposition, "sweep")
    ((_, repair),) = client.xrange(keys.repairs(COMPANY))
    assert (repair["kind"], repair["who"]) == ("call_closed", call_id(1))
    assert second.repairs.count["call_closed"] == 1


def test_given_a_call_of_another_switch_then_it_is_left_alone(client: Any) -> None:
    other = controller(client, "n2")
    talks(other, call_id(1))
    written(other)
    older(client, call_id(1))
    watch = controller(client, "n1")
    watch.on_snapshot(NOTHING)
    written(watch)
    assert records(client) == []
    assert list(AgentStore(client, COMPANY).calls()) == [call_id(1)]


def test_given_a_call_of_which_only_the_end_is_heard_then_that_is_enough_for_a_record(client: Any) -> None:
    watch = controller(client)
    said = dict(step("end", call_id(1)).headers)
    created = str(int((time.time() - 60) * 1e6))
    said |= {
        "Event-Name": "CHANNEL_HANGUP_COMPLETE",
        "Hangup-Cause": "ORIGINATOR_CANCEL",
        "Event-Subclass": "",
    }
    for _ in range(2):
        watch.on_event(Event({**said, "Caller-Channel-Created-Time": created}))
    written(watch)
    (record,) = records(client)
    assert (record.disposition, record.path) == ("abandoned", ("n.x.o.r0@",))
    assert record.ended - record.began == pytest.approx(60, abs=2)


def test_given_redis_away_then_the_record_is_kept_until_it_is_back(client: Any, redis_url: str) -> None:
    away = connection.hot("unix:///nowhere/redis.sock")
    answers, tries = {"client": away}, []

    def store(company: str) -> AgentStore:
        tries.append(company)
        return AgentStore(answers["client"], company)

    writer = PresenceWriter()
    gevent.spawn(writer.run)
    record = EndedCall(call="c1", company=COMPANY, began=1.0, ended=2.0, disposition="abandoned")
    writer.must(lambda: store(COMPANY).call_over("c1", record))
    writer.put(lambda: store(COMPANY).lines.begins("l1", Line(node="n1")))
    until(lambda: writer.lost >= 2)
    answers["client"] = client
    until(lambda: records(client) == [record])
    assert client.hgetall(keys.lines(COMPANY)) == {}  # what a sweep repairs is not kept


def test_given_redis_away_while_a_call_was_to_be_shown_then_the_board_has_it_as_it_is_once_redis_is_back(
    client: Any,
) -> None:
    watch = controller(client)
    watch.writer._resting_until = time.monotonic() + 600  # a moment ago nobody answered
    watch.on_event(step("begin", call_id(1)))
    until(lambda: watch.writer.lost > 0)
    written_off = watch.writer.lost
    watch.on_event(leg_event("CHANNEL_CREATE", call_id(1)))
    until(lambda: watch.writer.lost > written_off)
    watch.writer._resting_until = 0.0
    talks(watch, call_id(1))
    written(watch)
    (shown,) = AgentStore(client, COMPANY).calls().values()
    assert shown["state"] == "bridged"


def test_given_a_redis_that_lost_the_calls_then_a_sweep_shows_them_again(client: Any) -> None:
    watch = controller(client)
    talks(watch, call_id(1))
    written(watch)
    client.delete(keys.calls(COMPANY), keys.followed(COMPANY))
    watch.sweep(live(call_id(1), leg_uuid(call_id(1), 3, STARTED, "1001a")))
    written(watch)
    watch.calls.tell()
    written(watch)
    store = AgentStore(client, COMPANY)
    (shown,) = store.calls().values()
    assert (shown["state"], list(store.followed())) == ("bridged", [call_id(1)])


def test_given_somebody_else_may_have_our_place_then_nothing_is_written_until_it_is_ours_again(
    client: Any,
) -> None:
    ours = []
    writer = PresenceWriter()
    writer.may_write = lambda: bool(ours)
    gevent.spawn(writer.run)
    writer.put(lambda: AgentStore(client, COMPANY).lines.begins("l1", Line(node="n1")))
    gevent.sleep(0.2)
    assert client.hgetall(keys.lines(COMPANY)) == {}
    ours.append(True)
    until(lambda: client.hkeys(keys.lines(COMPANY)) == ["l1"])


def test_given_phones_that_the_fail_safe_rang_then_the_record_names_who_answered_and_has_them_all(
    client: Any,
) -> None:
    watch = controller(client)
    watch._published.companies[COMPANY] = company()
    for name, device in (
        ("CHANNEL_CREATE", "1004a"),
        ("CHANNEL_CREATE", "1005a"),
        ("CHANNEL_ANSWER", "1004a"),
    ):
        watch.on_event(failsafe_leg(name, device))
    watch.on_event(failsafe_leg("CHANNEL_HANGUP_COMPLETE", "1005a", "LOSE_RACE"))
    causes = "|:".join(f"{leg_uuid('', 0, 0, device)};NONE" for device in ("1004a", "1005a"))
    hang_up(
        watch, call_id(5), variable_last_bridge_to=leg_uuid("", 0, 0, "1004a"), variable_originate_causes=causes,
        **{"Call-Direction": "inbound", "Caller-Destination-Number": "+15145550102"},
    )  # fmt: skip
    written(watch)
    (record,) = records(client)
    assert (record.answered_by, record.answered_at > 0, record.disposition) == ("1004a", True, "answered")
    assert {(leg.leg, leg.owner, leg.answered > 0, leg.cause) for leg in record.legs} == {
        ("1004a", "1004", True, ""), ("1005a", "1005", False, "LOSE_RACE"),
    }  # fmt: skip
    assert all(leg.ended > 0 for leg in record.legs)


def failsafe_leg(name: str, device: str, cause: str = "") -> Event:
    said = {
        "relais_company": COMPANY,
        "relais_leg": device,
        "relais_owner": device[:4],
        "relais_device": device,
    }
    variables = {f"variable_{name}": value for name, value in said.items()}
    uuid = leg_uuid("", 0, 0, device)
    return Event({"Event-Name": name, "Unique-ID": uuid, "Hangup-Cause": cause, **variables})


def test_given_a_controller_that_came_too_late_to_see_it_then_the_other_channels_name_tells_who_answered(
    client: Any,
) -> None:
    watch = controller(client)
    watch._published.companies[COMPANY] = company()
    hang_up(
        watch, call_id(5), variable_last_bridge_to=call_id(6), variable_bridge_channel="sofia/phones/1004a@10.0.0.7:5062",
        **{"Call-Direction": "inbound", "Caller-Destination-Number": "+15145550102"},
    )  # fmt: skip
    written(watch)
    assert [record.answered_by for record in records(client)] == ["1004a"]


@pytest.mark.parametrize(
    ("says", "entry", "disposition"),
    [
        ({"variable_last_bridge_to": "x", "Hangup-Cause": "NORMAL_CLEARING"}, "number.N-VEN", "answered"),
        ({"Hangup-Cause": "ORIGINATOR_CANCEL"}, "number.N-VEN", "abandoned"),
        ({"Caller-Destination-Number": "15145550102"}, "number.N-VEN", "completed"),
        (
            {"variable_relais_company": COMPANY, "Caller-Destination-Number": "1004"},
            "extension.1004",
            "completed",
        ),
        ({"Caller-Destination-Number": "+15149999999"}, "", ""),
        ({"Call-Direction": "outbound"}, "", ""),
        ({"variable_relais_leg": "1001a"}, "", ""),
    ],
)
def test_given_a_call_that_only_the_fail_safe_served_then_its_end_leaves_a_record(
    client: Any, says: dict[str, str], entry: str, disposition: str
) -> None:
    watch = controller(client)
    watch._published.companies[COMPANY] = company()
    created = str(int((time.time() - 30) * 1e6))
    said = {
        "Event-Name": "CHANNEL_HANGUP_COMPLETE", "Unique-ID": call_id(5), "Call-Direction": "inbound",
        "Caller-Destination-Number": "+15145550102", "Caller-Channel-Created-Time": created,
        "Event-Date-Timestamp": str(int(time.time() * 1e6)), "Hangup-Cause": "NORMAL_TEMPORARY_FAILURE", **says,
    }  # fmt: skip
    watch.on_event(Event(said))
    written(watch)
    found = [(each.entry, each.disposition, each.rule) for each in records(client)]
    assert found == ([(entry, disposition, "failsafe")] if entry else [])
    assert all(each.ended - each.began == pytest.approx(30, abs=1) for each in records(client))
