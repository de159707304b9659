"""Calls of queues at a worker: what it says to the switch, and what it keeps in Redis for the others (real Redis)."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import gevent
import msgspec
import pytest

from dialplan_server.answering import Answering
from dialplan_server.claim_door import ClaimDoor
from dialplan_server.lines import Lines
from dialplan_server.presence_door import PresenceDoor
from presence import keys, waiting
from presence.agents import AgentStore, LegActivity
from presence.connection import hot
from presence.nodes import NodeLease
from presence.pipelines import Pipelines
from presence.reservations import Reservations
from routing.company import CompanyDocument
from schemas.company import load_company, plain_company
from schemas.merge_patch import merged
from tests.dialplan_server.asking import (
    answering,
    applications,
    call,
    data_of,
    legs_of,
    publish,
    settings_in,
    variables_of,
)
from tests.sample import at, document

NOW, FAR = at("2026-10-13 10:00"), 4_000_000_000.0
SUPPORT = "+18005550101"


class Switchboard(msgspec.Struct):
    """Workers of a company of its own, and what they share."""

    client: Any
    company: str
    workers: list[Answering]

    def calls(self, uuid: str, worker: int = 0, to: str = SUPPORT) -> bytes:
        """A new call to the queue."""
        return self.workers[worker].dialplan(call(to, Unique__ID=uuid, FreeSWITCH__Switchname="q-node"))

    @property
    def line(self) -> dict[str, Any]:
        """Who waits, by call."""
        found = waiting.read(self.client.hvals(keys.waiting(self.company)))
        return {each.call: each for each in found}


@pytest.fixture
def board(redis_url: str, tmp_path: Path) -> Callable[..., Switchboard]:
    def made(*, workers: int = 1, alive: bool = True, url: str = redis_url, **queue: Any) -> Switchboard:
        ident = f"queues-{tmp_path.name.replace('_', '-')[-12:]}".rstrip("-")
        loaded = load_company(merged(plain_company(document()), {"queues": {"Q-SUP": queue}}))
        assert isinstance(loaded, CompanyDocument), loaded
        ours = msgspec.structs.replace(loaded.account, id=ident, domain=f"{ident}.example")
        settings, client = settings_in(tmp_path), hot(redis_url)
        publish(settings, msgspec.structs.replace(loaded, account=ours))
        store = AgentStore(client, ident)
        for user in loaded.users.values():
            for device in user.devices:
                store.register(device, FAR)
        client.delete(keys.heartbeat("q-node"), keys.lease("q-node"))
        if alive:
            NodeLease(client, "q-node", "us").renew()
            client.set(keys.heartbeat("q-node"), "us", ex=60)

        def worker() -> Answering:
            pipelines = Pipelines(url)
            ask, claim = PresenceDoor(pipelines, "q-node").ask, ClaimDoor(hot(url)).claim
            return answering(settings, NOW, ask, claim=claim, lines=Lines(pipelines))

        return Switchboard(client, ident, [worker() for _ in range(workers)])

    return made


def uuid(number: int) -> str:
    return str(UUID(int=number))


Board = Callable[..., Switchboard]


def test_without_a_controller_a_free_member_rings_on_the_queues_music_and_is_kept_for_this_call(
    board: Board,
) -> None:
    there = board(alive=False, strategy="fixed_order")
    answer = there.calls(uuid(1))
    assert [name for name, _ in applications(answer)][:4] == ["multiset", "event", "answer", "bridge"]
    assert variables_of(answer)["transfer_ringback"].startswith("local_stream://")
    (leg,) = legs_of(answer).values()
    assert leg["relais_owner"] == "1007"
    assert there.line[uuid(1)].offered == ("1007",)
    assert there.client.get(keys.offer(there.company, "1007")) == uuid(1)


def test_with_a_controller_the_caller_only_hears_music_and_the_controller_does_the_rest(board: Board) -> None:
    there = board(strategy="fixed_order", periodic_seconds=None)
    answer = there.calls(uuid(1))
    assert [name for name, _ in applications(answer)] == [
        "multiset", "event", "answer", "set", "playback", "transfer",
    ]  # fmt: skip
    assert data_of(answer, "set") == "playback_timeout_sec=20"
    said = variables_of(answer)
    assert (said["relais_mover"], said["hangup_after_bridge"]) == ("controller", "true")
    assert there.line[uuid(1)].offered == ()
    assert Reservations(there.client, there.company).all() == {}


def test_whom_the_controller_rings_for_him_stays_known_when_his_music_goes_on(board: Board) -> None:
    there = board(strategy="fixed_order")
    there.calls(uuid(1))
    rung = msgspec.structs.replace(there.line[uuid(1)], offered=("1007",))
    AgentStore(there.client, there.company).waits(rung)
    there.calls(uuid(1))
    assert there.line[uuid(1)].offered == ("1007",)


def test_a_round_of_music_ends_when_the_next_message_is_due(board: Board) -> None:
    there = board(periodic_seconds=12, announce_position=False, periodic_prompt=None)
    assert data_of(there.calls(uuid(1)), "set") == "playback_timeout_sec=12"


def test_with_nobody_left_the_next_call_waits_and_is_told_its_place(board: Board) -> None:
    there = board(announce_position=True, max_waiting=None, alive=False, respect_queue_time=True)
    store = AgentStore(there.client, there.company)
    for n in range(3):
        assert "bridge" in dict(applications(there.calls(uuid(n))))
    answer = there.calls(uuid(3))
    assert [name for name, _ in applications(answer)] == [
        "multiset", "event", "answer", "playback", "sched_transfer", "endless_playback",
    ]  # fmt: skip
    assert there.line[uuid(3)].offered == ()
    assert data_of(answer, "sched_transfer").startswith("+5 next-1 ")
    assert there.workers[0].dialplan(call("+15145550110", Unique__ID=uuid(9)))
    assert set(there.line) == {uuid(n) for n in range(4)}
    store.waits_no_more(uuid(3))
    assert set(there.line) == {uuid(n) for n in range(3)}


def test_the_fourth_of_three_who_may_wait_leaves_a_message_and_stands_in_no_line(board: Board) -> None:
    there = board()
    for n in range(3):
        there.calls(uuid(n))
    assert "voicemail" in dict(applications(there.calls(uuid(3))))
    assert set(there.line) == {uuid(n) for n in range(3)}


def test_whoever_leaves_the_queue_leaves_the_line_and_so_do_those_long_gone(board: Board) -> None:
    there = board()
    there.calls(uuid(1))
    old = msgspec.structs.replace(there.line[uuid(1)], call="old", until=NOW.timestamp() - 60)
    mine = msgspec.structs.replace(there.line[uuid(1)], call=uuid(5))
    for each in (old, mine):
        there.client.hset(keys.waiting(there.company), each.call, msgspec.json.encode(each))
    there.calls(uuid(5), to="+18005550101")
    assert set(there.line) == {uuid(1), uuid(5)}
    there.workers[0].dialplan(call("7000", "relais-transfer", Unique__ID=uuid(6)))
    AgentStore(there.client, there.company).waits_no_more(uuid(1))
    assert uuid(1) not in there.line


def test_however_many_calls_come_at_once_to_however_many_workers_nobody_is_offered_two(board: Board) -> None:
    there = board(workers=3, alive=False, max_waiting=None, strategy="fixed_order")
    order = random.Random(4).sample(range(12), 12)
    asked = [gevent.spawn(there.calls, uuid(n), n % 3) for n in order]
    gevent.joinall(asked, raise_error=True)
    rings = [each.value for each in asked if "bridge" in dict(applications(each.value))]
    rung = [leg["relais_owner"] for answer in rings for leg in legs_of(answer).values()]
    assert len(rung) == len(set(rung))
    assert 1 <= len(rung) <= 3
    assert len(there.line) == 12


def test_with_redis_away_the_queue_still_rings_and_the_answer_waits_for_nothing(board: Board) -> None:
    there = board(url="redis://127.0.0.1:1")
    answer = there.calls(uuid(1))
    assert "bridge" in dict(applications(answer))
    assert variables_of(answer)["relais_mover"] == "switch"
    assert there.line == {}


def test_somebody_on_a_call_is_waited_for(board: Board) -> None:
    there = board()
    store = AgentStore(there.client, there.company)
    for owner in ("1007", "1008", "1012"):
        leg = LegActivity(owner=owner, state="answered", call="x", node="q-node", since=1.0)
        store.leg(f"leg-{owner}", leg)
    assert data_of(there.calls(uuid(1)), "set") == "playback_timeout_sec=20"


_ZERO: dict[str, Any] = {
    "zero_dialing": {"to": "target", "target": {"action": "extension", "extension": "1010"}}
}


@pytest.mark.parametrize(
    ("alive", "queue", "before", "work"),
    [
        (True, {}, 0, ["set", "playback", "transfer"]),
        (True, {"welcome": "P-OCCUPE"}, 0, ["playback", "transfer"]),
        (False, {}, 0, ["bridge", "event", "transfer"]),
        (False, {"members": ["1007"], "teams": None}, 1, ["set", "playback", "transfer"]),
    ],
    ids=["controller", "welcome", "phones ring", "nobody is free"],
)
def test_where_a_queue_lets_its_callers_leave_0_is_bound_in_each_of_its_steps_and_none_is_left_by_a_clock(
    board: Board, alive: bool, queue: dict[str, Any], before: int, work: list[str]
) -> None:
    there = board(alive=alive, **_ZERO, **queue)
    for n in range(before):
        there.calls(uuid(10 + n))
    answer = there.calls(uuid(1))
    assert [name for name, _ in applications(answer)] == [
        "multiset", "event", "answer", "bind_digit_action", "digit_action_set_realm", *work,
    ]  # fmt: skip
    assert data_of(answer, "bind_digit_action").startswith("relais,0,exec:transfer,'key-0-1 ")
    if "welcome" not in queue:
        assert variables_of(answer)["bridge_pre_execute_aleg_app"] == "clear_digit_action"
