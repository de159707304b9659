"""Who follows a node, with a real Redis: one controller, another within the lease's time when it dies, freezes or is cut off."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gevent
import pytest

from controller import tenancy
from controller.tenancy import Tenancy
from presence import keys, nodes
from presence.connection import Away, hot
from presence.nodes import NodeLease, heartbeat_of
from tests.controller.queue_stage import until

NODE = "tenancy-node"


class Tenant:
    """Notes what becomes of it."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.reaches = True

    def begin(self) -> None:
        self.told.append("begins")

    def end(self) -> None:
        self.told.append("ends")

    def alive(self) -> bool:
        return self.reaches


class Clock:
    """Seconds of a process, which stand still only for us."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def client(redis_url: str) -> Iterator[Any]:
    found = hot(redis_url)
    yield found
    found.delete(keys.lease(NODE), keys.heartbeat(NODE), keys.standby(NODE))


@pytest.fixture
def clock() -> Clock:
    return Clock()


def process(client: Any, name: str, clock: Clock) -> Tenancy[Tenant]:
    return Tenancy(NODE, NodeLease(client, NODE, name, clock), Tenant, clock)


def runs_out(client: Any) -> None:
    """As if its holder had not renewed it for its time."""
    client.delete(keys.lease(NODE), keys.heartbeat(NODE))


def test_given_two_controllers_then_one_follows_and_the_other_when_the_first_is_no_more(
    client: Any, clock: Clock
) -> None:
    first, second = process(client, "one", clock), process(client, "two", clock)
    for each in (first, second, first, second):
        each.turn()
    assert (first.begun, second.begun) == (True, False)
    assert heartbeat_of(client, NODE)
    runs_out(client)
    second.turn()
    assert second.begun
    assert second.tenant.told == ["begins"]


def test_given_one_that_was_stopped_and_goes_on_then_it_does_nothing_until_it_knows_and_stands_by(
    client: Any, clock: Clock
) -> None:
    first, second = process(client, "one", clock), process(client, "two", clock)
    first.turn()
    assert first._lease.is_ours()
    frozen = first.tenant
    clock.now += nodes.LEASE_SECONDS
    assert not first._lease.is_ours()  # before anything else is done: it may be another's
    runs_out(client)
    second.turn()
    first.turn()
    assert (first.begun, frozen.told) == (False, ["begins", "ends"])
    assert first.tenant is not frozen
    assert client.get(keys.heartbeat(NODE)) is None  # the second has just begun: nothing answers it yet
    second.turn()
    assert client.get(keys.heartbeat(NODE)) == "two"


def test_given_one_that_cannot_reach_the_switch_then_the_other_may_try_but_not_when_it_is_alone(
    client: Any, clock: Clock
) -> None:
    first, second = process(client, "one", clock), process(client, "two", clock)
    first.turn()
    cut_off = first.tenant
    cut_off.reaches = False
    clock.now += 60
    first.turn()
    assert first.begun
    second.turn()
    first.turn()
    assert (first.begun, cut_off.told) == (False, ["begins", "ends"])
    first.turn()  # stands aside for a moment
    second.turn()
    assert (first.begun, second.begun) == (False, True)


def test_given_one_that_is_alone_and_cannot_reach_the_switch_then_there_is_no_heartbeat(
    client: Any, clock: Clock
) -> None:
    only = process(client, "one", clock)
    only.turn()
    only.tenant.reaches = False
    only.turn()
    assert not heartbeat_of(client, NODE)
    assert client.get(keys.lease(NODE)) == "one"


def test_given_redis_away_then_who_follows_goes_on_and_who_stands_by_does_not_begin(
    clock: Clock, client: Any
) -> None:
    first, second = process(client, "one", clock), process(client, "two", clock)
    first.turn()
    for each in (first, second):
        each._lease = NodeLease(hot("unix:///nowhere/redis.sock"), NODE, "x", clock)
        with pytest.raises(Away):
            each.turn()
    assert (first.begun, second.begun) == (True, False)


def test_given_a_tenant_that_cannot_be_made_for_a_while_then_the_node_is_followed_once_it_can(
    client: Any, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken: list[OSError] = []

    def make() -> Tenant:
        if broken:
            raise broken[0]
        return Tenant()

    lease = NodeLease(client, NODE, "one", clock)
    only = Tenancy(NODE, lease, make, clock)
    only.turn()
    ended = only.tenant
    client.set(keys.lease(NODE), "two")
    broken.append(OSError("no descriptor is left"))
    monkeypatch.setattr(tenancy, "STANDBY_SECONDS", 0.01)
    running = gevent.spawn(only.run)
    until(lambda: ended.told == ["begins", "ends"])
    runs_out(client)
    until(lambda: client.get(keys.lease(NODE)) == "one")
    broken.clear()
    until(lambda: only.begun)
    running.kill()
    assert only.tenant is not ended
    assert (ended.told, only.tenant.told) == (["begins", "ends"], ["begins"])


def test_given_the_end_of_a_process_then_the_other_takes_over_at_once(client: Any, clock: Clock) -> None:
    first, second = process(client, "one", clock), process(client, "two", clock)
    first.turn()
    first.close()
    second.turn()
    assert second.begun


def test_the_times_add_up_to_less_than_five_seconds() -> None:
    assert nodes.LEASE_SECONDS + tenancy.STANDBY_SECONDS < 4.0
    assert tenancy.RENEW_SECONDS * 2 < nodes.LEASE_SECONDS
