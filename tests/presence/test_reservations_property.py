"""Many who reserve the same few agents at once, on connections of their own: nobody is kept twice, every change is one line
that begins where the one before ended, and the hashes that hold reservations agree."""

from __future__ import annotations

from collections import Counter
from random import Random
from uuid import uuid4

import gevent
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from presence import keys
from presence.agent_fields import CLAIM
from presence.agents import AgentStore, LegActivity
from presence.connection import hot
from presence.reservations import Reservations
from routing.agents import Intent, Reservation

AGENTS = ("1001", "1002", "1003")
FAR = 1_000_000.0


class Dispatcher:
    """One of several controllers: claims a few agents for a call of its own, holds them, lets them go."""

    def __init__(self, url: str, company: str, name: str, held: Counter[str]) -> None:
        self.reservations = Reservations(hot(url), company)
        self.store = AgentStore(hot(url), company)
        self.name, self.held, self.won = name, held, 0

    def attempt(self, number: int, wanted: list[str], ending: str) -> None:
        call, now = f"{self.name}-{number}", float(number + 1)
        known = tuple(self.reservations.read(wanted, now).values())
        gevent.sleep(0)
        claim = Reservation(call=call, holder=self.name, since=now, until=FAR)
        if self.reservations.claim(known, claim) is not None:
            return
        self.won += 1
        self.held.update(wanted)
        assert all(self.held[each] == 1 for each in wanted), self.held
        gevent.sleep(0)
        self.held.subtract(wanted)
        if ending == "answered":
            self._talk(call, wanted, now)
        self.reservations.release_call(call, self.name, now)

    def _talk(self, call: str, extensions: list[str], now: float) -> None:
        for extension in extensions:
            leg = LegActivity(owner=extension, state="answered", call=call, node=self.name, since=now)
            self.store.leg(f"{call}-{extension}", leg)
            self.store.leg_over(f"{call}-{extension}", extension, now)


def check(url: str, company: str) -> None:
    """Each agent's lines are a chain; reservations never overlap; nothing is left."""
    client = hot(url)
    state: dict[str, str] = {}
    kept: dict[str, str] = {}
    for _, line in client.xrange(keys.transitions(company)):
        who = line["who"]
        assert line["from"] == state.get(who, "offline")
        state[who] = line["to"]
        if line["how"] == "reserved":
            assert who not in kept, f"{who} is kept for {kept[who]} and for {line['call']}"
            kept[who] = line["call"]
        elif line["how"] in ("released", "answered"):
            assert kept.pop(who, line["call"]) == line["call"]
    assert kept == {}
    assert client.hgetall(keys.claims(company)) == {}
    for agent in AGENTS:
        assert not [name for name in client.hgetall(keys.agent(company, agent)) if name.startswith(CLAIM)]
    for name in client.keys(f"relais:{company}:*"):
        client.delete(name)


PLAN = st.lists(
    st.tuples(
        st.lists(st.sampled_from(AGENTS), min_size=1, max_size=3, unique=True),
        st.sampled_from(["released", "answered"]),
    ),
    max_size=12,
)


@settings(deadline=None, max_examples=25)
@given(plans=st.lists(PLAN, min_size=2, max_size=5))
def test_given_dispatchers_at_once_then_nobody_is_kept_twice(
    redis_url: str, plans: list[list[tuple[list[str], str]]]
) -> None:
    company, held = f"c{uuid4().hex[:8]}", Counter[str]()

    def work(name: str, plan: list[tuple[list[str], str]]) -> None:
        dispatcher = Dispatcher(redis_url, company, name, held)
        for number, (wanted, ending) in enumerate(plan):
            dispatcher.attempt(number, wanted, ending)

    gevent.joinall([gevent.spawn(work, f"d{n}", plan) for n, plan in enumerate(plans)], 20, raise_error=True)
    check(redis_url, company)


@pytest.mark.timeout(120)
def test_given_two_thousand_attempts_of_eight_dispatchers_and_people_who_change_their_mind_then_the_same(
    redis_url: str,
) -> None:
    company, held, draw = f"c{uuid4().hex[:8]}", Counter[str](), Random(7)
    dispatchers = [Dispatcher(redis_url, company, f"d{n}", held) for n in range(8)]
    plans = {
        each.name: [
            (draw.sample(AGENTS, draw.choice([1, 1, 2])), draw.choice(["released", "answered"]))
            for _ in range(250)
        ]
        for each in dispatchers
    }

    def work(dispatcher: Dispatcher) -> None:
        for number, (wanted, ending) in enumerate(plans[dispatcher.name]):
            dispatcher.attempt(number, wanted, ending)

    def change_minds() -> None:
        store = AgentStore(hot(redis_url), company)
        for number in range(200):
            intent = Intent(
                kind=draw.choice(["available", "break", "dnd"]), source="agent", since=float(number)
            )
            store.declare(draw.choice(AGENTS), intent)

    working = [gevent.spawn(work, each) for each in dispatchers]
    gevent.joinall([*working, gevent.spawn(change_minds)], 100, raise_error=True)
    assert all(each.won for each in dispatchers), "somebody never got through"
    check(redis_url, company)
