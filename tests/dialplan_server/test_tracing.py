"""What a worker tells behind its answers: the beginning of a call, each step with what it saw, later when Redis is away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from dialplan_server.answering import Answering
from dialplan_server.tracing import Trace
from presence import keys, tracing
from presence.connection import hot
from presence.gathering import Gathered
from presence.pipelines import Pipelines
from routing.route import OutcomeKind
from routing.trace import segments
from tests.dialplan_server.asking import UUID, answering, call, hand_over, publish, settings_in
from tests.sample import CALLER, at, document, everybody_idle


@pytest.fixture
def client(redis_url: str) -> Iterator[Any]:
    found = hot(redis_url)
    yield found
    found.delete(*found.keys("relais:boreal:*"))


@pytest.fixture
def worker(tmp_path: Path) -> Answering:
    settings = settings_in(tmp_path)
    publish(settings, document())
    agents = everybody_idle()
    return answering(settings, at("2026-10-13 10:00"), lambda *_: Gathered(True, agents))


def trace_of(worker: Answering, redis_url: str) -> Trace:
    trace = Trace(Pipelines(redis_url), "node-1", lambda _: None)
    worker._world = msgspec.structs.replace(worker._world, trace=trace.keep)
    return trace


def test_given_a_call_then_it_is_in_progress_and_its_steps_become_a_record(
    worker: Answering, redis_url: str, client: Any
) -> None:
    trace = trace_of(worker, redis_url)
    worker.dialplan(call("+15145550110"))
    worker.dialplan(hand_over("u.1001.o.r0", legs="1001a:1001", outcome="n.1001n"))
    assert client.hgetall(keys.calls("boreal")) == {}  # no answer waits for it
    assert trace.tell()
    facts = msgspec.json.decode(client.hget(keys.calls("boreal"), UUID))
    assert (facts["uuid"], facts["node"], facts["from"]) == (UUID, "node-1", CALLER)
    (segment,) = segments("boreal", tracing.read(client.hvals(keys.trace("boreal", UUID))))
    first, second = segment.steps
    assert first.place.stage == "r0"
    assert first.outcome is not None
    assert (first.outcome.kind, second.outcome) == (OutcomeKind.NO_ANSWER, None)
    assert second.reasons != ()


def test_given_redis_away_then_it_is_told_when_redis_is_back(
    worker: Answering, redis_url: str, client: Any
) -> None:
    trace = trace_of(worker, "unix:///nowhere/redis.sock")
    worker.dialplan(call("+15145550110"))
    assert not trace.tell()
    trace._pipelines = Pipelines(redis_url)
    assert trace.tell()
    assert list(client.hgetall(keys.calls("boreal"))) == [UUID]


def test_given_a_step_that_is_gone_on_with_then_it_stays_as_it_was_decided_first(
    worker: Answering, redis_url: str, client: Any
) -> None:
    trace = trace_of(worker, redis_url)
    worker.dialplan(call("+15145550110"))
    trace.tell()
    before = client.hgetall(keys.trace("boreal", UUID))
    started = int(at("2026-10-13 10:00").timestamp() * 1000) - 3000
    worker.dialplan(hand_over("u.1001.o.r0", "next-0", legs="1001a:1001", started=str(started)))
    trace.tell()
    assert client.hgetall(keys.trace("boreal", UUID)) == before
