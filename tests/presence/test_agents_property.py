"""Transitions of legs in any order, twice, too late, and by several writers at once: the two hashes that hold them agree, and
agents are as a plain model says."""

from __future__ import annotations

from uuid import uuid4

import gevent
from hypothesis import given, settings
from hypothesis import strategies as st

from presence import keys
from presence.agent_fields import LEG
from presence.agents import AgentStore, LegActivity
from presence.connection import hot
from presence.gathering import everybody
from routing.agents import Terms

OWNERS = {"1001": Terms(devices=("1001a",)), "1002": Terms(devices=("1002a",))}
LEGS = {"leg-1": "1001", "leg-2": "1001", "leg-3": "1002"}
Transition = tuple[str, str]
TRANSITIONS = st.tuples(st.sampled_from(sorted(LEGS)), st.sampled_from(["ringing", "answered", "over"]))


class Desk:
    """A company of its own."""

    def __init__(self, url: str) -> None:
        self.client, self.company = hot(url), f"c{uuid4().hex[:8]}"
        self.store = AgentStore(self.client, self.company)
        for device in ("1001a", "1002a"):
            self.store.register(device, 1000.0)

    def take(self, transition: Transition, now: float) -> None:
        uuid, what = transition
        if what == "over":
            self.store.leg_over(uuid, LEGS[uuid], now)
        else:
            activity = LegActivity(owner=LEGS[uuid], state=what, call=uuid, node="n", since=now)
            self.store.leg(uuid, activity)

    def by_owner(self) -> dict[str, str]:
        """Every leg as its agent's own hash has it."""
        found: dict[str, str] = {}
        for extension in OWNERS:
            stored = self.client.hgetall(keys.agent(self.company, extension))
            found |= {name.removeprefix(LEG): text for name, text in stored.items() if LEG in name}
        return found

    def agents(self) -> dict[str, tuple[int, int, bool]]:
        """Answered and ringing legs, and whether the idle clock runs."""
        records = everybody(self.client, self.company, OWNERS, 500.0)
        return {
            extension: (record.agent.legs, record.agent.ringing, record.agent.idle_since > 0)
            for extension, record in records.items()
        }

    def forget(self) -> None:
        self.client.delete(*self.client.keys(f"relais:{self.company}:*"))


class Model:
    """What should be true, in plain words."""

    def __init__(self) -> None:
        self.legs: dict[str, str] = {}
        self.idle: set[str] = set()

    def take(self, transition: Transition) -> None:
        uuid, what = transition
        if what == "over":
            if self.legs.pop(uuid, "") == "answered":
                self.idle.add(LEGS[uuid])
        elif what == "answered" or uuid not in self.legs:
            self.legs[uuid] = what

    def agents(self) -> dict[str, tuple[int, int, bool]]:
        states = {each: [state for uuid, state in self.legs.items() if LEGS[uuid] == each] for each in OWNERS}
        return {
            each: (found.count("answered"), found.count("ringing"), each in self.idle)
            for each, found in states.items()
        }


@settings(deadline=None, max_examples=60)
@given(transitions=st.lists(TRANSITIONS, max_size=30))
def test_in_any_order_agents_are_as_the_model_says(redis_url: str, transitions: list[Transition]) -> None:
    desk, model = Desk(redis_url), Model()
    for now, transition in enumerate(transitions, start=1):
        desk.take(transition, float(now))
        model.take(transition)
        assert desk.agents() == model.agents()
    assert desk.by_owner() == desk.client.hgetall(keys.legs(desk.company))
    desk.forget()


@settings(deadline=None, max_examples=30)
@given(writers=st.lists(st.lists(TRANSITIONS, max_size=20), min_size=2, max_size=4))
def test_of_several_writers_at_once_nothing_is_left_half_done(
    redis_url: str, writers: list[list[Transition]]
) -> None:
    desk = Desk(redis_url)

    def write(transitions: list[Transition]) -> None:
        for now, transition in enumerate(transitions, start=1):
            desk.take(transition, float(now))

    gevent.joinall([gevent.spawn(write, each) for each in writers], 10, raise_error=True)
    assert desk.by_owner() == desk.client.hgetall(keys.legs(desk.company))
    for uuid in LEGS:
        desk.take((uuid, "over"), 99.0)
    assert [(answered, ringing) for answered, ringing, _ in desk.agents().values()] == [(0, 0), (0, 0)]
    assert desk.by_owner() == {}
    desk.forget()


def test_each_change_is_one_line_of_the_feed_and_old_news_is_none(redis_url: str) -> None:
    desk = Desk(redis_url)
    for transition in (
        [("leg-1", "ringing")] * 2 + [("leg-1", "answered"), ("leg-1", "ringing")] + [("leg-1", "over")] * 2
    ):
        desk.take(transition, 1.0)
    told = [(line["who"], line["how"]) for _, line in desk.client.xrange(keys.feed(desk.company))]
    assert told == [
        ("1001a", "registered"), ("1002a", "registered"), ("1001", "ringing"), ("1001", "answered"), ("1001", "leg_over"),
    ]  # fmt: skip
    desk.forget()
