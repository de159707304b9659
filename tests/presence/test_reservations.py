"""Reservations in a real Redis: one at a time for each agent, whoever asks, whatever happens to Redis meanwhile."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from uuid import uuid4

import gevent
import pytest
import redis

from console.run import redis_server
from presence import keys
from presence.agents import AgentStore, LegActivity
from presence.committing import TermsOf, no_terms
from presence.connection import Away, hot
from presence.reservations import Contended, Reservations
from routing.agents import Intent, Reservation, Terms
from routing.capacity import Capacity
from routing.route import LegOutcome


class Desk:
    """A company of its own, and one who reserves its agents."""

    def __init__(self, url: str, terms: TermsOf = no_terms) -> None:
        self.url, self.terms, self.company = url, terms, f"c{uuid4().hex[:8]}"
        self.client = hot(url)
        self.store = AgentStore(self.client, self.company, terms)
        self.reservations = self.another()

    def another(self) -> Reservations:
        """Another process."""
        return Reservations(hot(self.url), self.company, self.terms)

    def claim(self, *extensions: str, call: str = "c1", holder: str = "one", now: float = 100.0, profile: str = "",
              forced: bool = False) -> Contended | None:  # fmt: skip
        """As a controller does: read, then claim."""
        known = self.reservations.read(extensions, now)
        wanted = Reservation(call=call, holder=holder, since=now, until=now + 20, profile=profile)
        return self.reservations.claim(tuple(known.values()), wanted, forced=forced)

    def told(self) -> list[tuple[str, str, str, str, str]]:
        """Every line of the durable stream."""
        lines = [line for _, line in self.client.xrange(keys.transitions(self.company))]
        return [(line["who"], line["how"], line["from"], line["to"], line["source"]) for line in lines]


@pytest.fixture
def desk(redis_url: str) -> Desk:
    return Desk(redis_url)


def test_given_an_agent_who_is_kept_for_a_call_then_no_other_call_gets_him_until_he_is_released(
    desk: Desk,
) -> None:
    assert desk.claim("1001") is None
    assert desk.claim("1001", call="c2", holder="two") == Contended({"1001": "reserved"})
    desk.reservations.release(["1001"], "c1", "one", 101.0)
    assert desk.claim("1001", call="c2", holder="two") is None


def test_given_an_agent_whom_we_wrote_just_before_another_process_kept_him_then_we_can_release_him(
    desk: Desk,
) -> None:
    desk.store.declare("1001", Intent(kind="available", source="agent", since=99.5))
    another = desk.another()
    wanted = Reservation(call="c1", holder="dialplan", since=100.0, until=120.0)
    assert another.claim(tuple(another.read(["1001"], 100.0).values()), wanted) is None
    desk.store.reservations.release_call("c1", "controller", 101.0)
    assert desk.reservations.all() == {}


def test_given_a_reservation_then_its_end_frees_him_without_anybody(desk: Desk) -> None:
    assert desk.claim("1001") is None
    assert desk.claim("1001", call="c2", now=119.9) == Contended({"1001": "reserved"})
    assert desk.claim("1001", call="c2", now=120.0) is None


def test_given_several_agents_then_all_or_none(desk: Desk) -> None:
    assert desk.claim("1002") is None
    assert desk.claim("1001", "1002", "1003", call="c2") == Contended({"1002": "reserved"})
    assert set(desk.reservations.all()) == {("c1", "1002")}
    assert desk.claim("1001", "1003", call="c2") is None
    assert set(desk.reservations.all()) == {("c1", "1002"), ("c2", "1001"), ("c2", "1003")}


def test_given_an_agent_who_changed_since_he_was_read_then_contended(desk: Desk) -> None:
    seen = tuple(desk.reservations.read(["1001"], 100.0).values())
    desk.store.declare("1001", Intent(kind="break", reason="lunch", source="agent", since=100.5))
    wanted = Reservation(call="c1", holder="one", since=101.0, until=121.0)
    assert desk.reservations.claim(seen, wanted) == Contended({"1001": "changed"})
    assert desk.reservations.all() == {}


def test_given_a_claim_whose_answer_was_lost_then_it_may_be_made_again_from_what_was_read(desk: Desk) -> None:
    seen = tuple(desk.reservations.read(["1001", "1002"], 100.0).values())
    wanted = Reservation(call="c1", holder="one", since=100.0, until=120.0)
    assert [desk.reservations.claim(seen, wanted) for _ in range(3)] == [None] * 3
    assert [line[1] for line in desk.told()] == ["reserved", "reserved"]
    other = Reservation(call="c1", holder="two", since=100.0, until=120.0)
    assert desk.another().claim(seen, other) == Contended({"1001": "changed", "1002": "changed"})


def test_given_a_claim_then_one_round_trip(desk: Desk) -> None:
    seen = tuple(desk.reservations.read(["1001", "1002"], 100.0).values())
    desk.reservations.claim(seen, Reservation(call="warm", holder="one", since=100.0, until=100.0))
    seen = tuple(desk.reservations.read(["1001", "1002"], 100.0).values())
    counting = hot(desk.url)
    before = counting.info("stats")["total_reads_processed"]
    assert (
        desk.reservations.claim(seen, Reservation(call="c1", holder="one", since=101.0, until=121.0)) is None
    )
    assert counting.info("stats")["total_reads_processed"] - before - 1 == 1


def test_given_a_call_that_hangs_up_then_everybody_who_was_kept_for_it_is_free(desk: Desk) -> None:
    desk.claim("1001", "1002")
    desk.claim("1003", call="c2")
    desk.reservations.release_call("c1", "controller", 105.0)
    assert set(desk.reservations.all()) == {("c2", "1003")}
    desk.reservations.release_call("c1", "controller", 105.0)
    assert [line[1] for line in desk.told()].count("released") == 2


def test_given_reservations_that_ran_out_then_a_sweep_tells_each_once_with_its_cause(desk: Desk) -> None:
    desk.claim("1001", now=100.0)
    desk.claim("1002", call="c2", now=110.0)
    for now in (119.0, 120.0, 121.0):
        desk.store.settle(now)
    assert set(desk.reservations.all()) == {("c2", "1002")}
    assert desk.told()[-1] == ("1001", "reservation_expired", "ringing", "available", "sweep")
    assert [line[1] for line in desk.told()].count("reservation_expired") == 1


def test_given_offer_answer_work_and_a_break_then_each_is_one_line_with_from_to_and_source(
    redis_url: str,
) -> None:
    desk = Desk(redis_url, lambda _, __: Terms(devices=("1001a",)))
    desk.store.register("1001a", 5000.0, "1001", 90.0)
    known = tuple(desk.reservations.read(["1001"], 100.0).values())
    desk.reservations.claim(
        known, Reservation(call="c1", holder="dialplan", since=100.0, until=120.0, wrap_up=30)
    )
    for state, since in (("ringing", 101.0), ("answered", 105.0)):
        leg = LegActivity(owner="1001", state=state, call="c1", node="n1", since=since, device="1001a")
        desk.store.leg("leg", leg)
    desk.store.leg_over("leg", "1001", 200.0)
    desk.store.settle(230.0)
    desk.store.declare("1001", Intent(kind="break", reason="lunch", source="supervisor 1003", since=240.0))
    desk.store.unregister("1001a", "1001", 250.0)
    assert desk.told() == [
        ("1001", "registered", "offline", "available", "switch"),
        ("1001", "reserved", "available", "ringing", "dialplan"),
        ("1001", "ringing", "ringing", "ringing", "switch"),
        ("1001", "answered", "ringing", "on_call", "switch"),
        ("1001", "leg_over", "on_call", "acw", "switch"),
        ("1001", "wrap_up_over", "acw", "available", "sweep"),
        ("1001", "break", "available", "break", "supervisor 1003"),
        ("1001", "unregistered", "break", "offline", "switch"),
    ]


def test_given_a_missed_offer_and_a_company_that_wants_it_then_he_is_away(redis_url: str) -> None:
    desk = Desk(redis_url, lambda _, __: Terms(missed_offer="away"))
    desk.claim("1001")
    leg = LegActivity(owner="1001", state="ringing", call="c1", node="n1", since=101.0)
    desk.store.leg("leg", leg)
    desk.store.leg_over("leg", "1001", 115.0, LegOutcome.NO_ANSWER)
    assert desk.told()[-1] == ("1001", "leg_over", "ringing", "away", "switch")
    assert desk.reservations.all() == {}


def test_given_calls_on_two_nodes_then_they_count_together(redis_url: str) -> None:
    desk = Desk(redis_url, lambda _, __: Terms(capacity={"in": Capacity(2)}))
    for node in ("n1", "n2"):
        assert desk.claim("1001", call=f"on-{node}", holder=node, profile="in") is None
        leg = LegActivity(owner="1001", state="answered", call=f"on-{node}", node=node, since=101.0)
        desk.store.leg(f"leg-{node}", leg)
    assert desk.claim("1001", call="c3", profile="in") == Contended({"1001": "capacity"})
    assert desk.claim("1001", call="c3", profile="in", forced=True) is None


def test_given_scripts_that_are_gone_then_they_are_loaded_again(desk: Desk) -> None:
    assert desk.claim("1001") is None
    desk.client.script_flush()
    assert desk.claim("1002") is None
    desk.client.script_flush()
    desk.reservations.release_call("c1", "one", 101.0)
    assert desk.reservations.all() == {}


def test_given_a_redis_that_hangs_then_a_claim_gives_up_in_time(desk: Desk) -> None:
    seen = tuple(desk.reservations.read(["1001"], 100.0).values())
    wanted = Reservation(call="c1", holder="one", since=100.0, until=120.0)
    hot(desk.url).execute_command("CLIENT", "PAUSE", "600", "ALL")
    began = time.monotonic()
    with pytest.raises(Away):
        desk.reservations.claim(seen, wanted)
    assert time.monotonic() - began < 0.5
    gevent.sleep(0.7)  # until it answers again, for the tests that follow
    assert desk.reservations.claim(seen, wanted) is None


@pytest.fixture
def own_redis(tmp_path: Path) -> tuple[str, list[str]]:
    path = tmp_path / "redis.sock"
    line = redis_server.command(redis_server.find_server(tmp_path), path, tmp_path, persistent=True)
    return f"unix://{path}", [*line, "--appendfsync", "always"]


def started(line: list[str], url: str) -> subprocess.Popen[bytes]:
    server = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 10
    while not redis_server.answers(Path(url.removeprefix("unix://"))):
        assert time.monotonic() < deadline, "the test Redis did not start"
        time.sleep(0.01)  # polling another process; nothing is decided by the length
    return server


def test_given_a_redis_that_is_killed_and_comes_back_then_who_was_kept_still_is(
    own_redis: tuple[str, list[str]],
) -> None:
    url, line = own_redis
    server = started(line, url)
    try:
        desk = Desk(url)
        assert desk.claim("1001") is None
        seen = tuple(desk.reservations.read(["1002"], 100.0).values())
        server.kill()
        server.wait(5)
        wanted = Reservation(call="c2", holder="one", since=101.0, until=121.0)
        with pytest.raises(Away):
            desk.reservations.claim(seen, wanted)
        server = started(line, url)
        assert desk.reservations.claim(seen, wanted) is None
        assert desk.claim("1001", call="c3") == Contended({"1001": "reserved"})
        assert [line[1] for line in desk.told()] == ["reserved", "reserved"]
    finally:
        server.kill()
        server.wait(5)


def test_given_an_agent_who_never_stands_still_then_a_change_gives_up(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = desk.store.agents.read

    def disturbed(extensions: tuple[str, ...], now: float) -> object:
        found = read(extensions, now)
        desk.client.hset(keys.agent(desk.company, "1001"), "mark", uuid4().hex)
        return found

    monkeypatch.setattr(desk.store.agents, "read", disturbed)
    with pytest.raises(redis.WatchError, match="1001"):
        desk.store.declare("1001", Intent(kind="break", since=1.0))
