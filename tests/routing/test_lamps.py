"""Lamps for a queue, a shared line (R39), a parked call: which key is whose, and when it is lit."""

from __future__ import annotations

import pytest

from routing.agents import IntentKind
from routing.lamps import Lamp, State, lamp_of, state_of
from routing.snapshot import Agent, AgentState, LiveCall, Snapshot, Waiting
from tests.routing.test_outbound import changed
from tests.sample import at

NOW = at("2026-10-13T10:00")
LINE = {"shared_lines": {"L-ACC": {"extension": "7300", "members": ["1004", "1007"]}}}


@pytest.mark.parametrize(
    ("dialled", "lamp"),
    [
        ("7000", Lamp("queue", "Q-SUP")),
        ("7300", Lamp("line", "L-ACC")),
        ("*881004", Lamp("park", "1004")),
        ("1004", None),
        ("*88", None),
        ("*882999", None),
        ("*78", None),
        ("*781004", Lamp("person", "1004")),
        ("*787000", None),
        ("2999", None),
    ],
    ids=[
        "queue", "shared line", "parked", "a person's is the switch's", "nowhere", "nobody's", "another code",
        "what he declared", "a queue declares nothing", "nobody",
    ],
)  # fmt: skip
def test_whose_lamp_a_key_is(dialled: str, lamp: Lamp | None) -> None:
    assert lamp_of(changed(**LINE), dialled) == lamp


def call(place: str, *ringing: str) -> LiveCall:
    return LiveCall(channel="a" * 36, place=place, since=0.0, ringing=ringing)


@pytest.mark.parametrize(
    ("lamp", "calls", "state"),
    [
        (Lamp("line", "L-ACC"), (), "terminated"),
        (Lamp("line", "L-ACC"), (call("l.L-ACC.o.s0r0", "1004a"),), "early"),
        (Lamp("line", "L-ACC"), (call("l.L-ACC.o.s0r0"), call("l.L-ACC.o.s0r0", "1004a")), "confirmed"),
        (Lamp("line", "L-ACC"), (call("l.L-ACC2.o.s0r0"), call("u.1004.o.r0", "1004a")), "terminated"),
        (Lamp("park", "1004"), (call("k.68.1004.s0w0"),), "confirmed"),
        (Lamp("park", "1004"), (call("k.68.10041.s0w0"), call("k.88.1004.s0t0")), "terminated"),
    ],
)
def test_a_line_and_a_place_to_park_show_the_calls_under_way(
    lamp: Lamp, calls: tuple[LiveCall, ...], state: State
) -> None:
    assert state_of(changed(), lamp, Snapshot(now=NOW, agents=None, calls=calls)) == state


@pytest.mark.parametrize(
    ("intent", "state"),
    [
        ("auto", "terminated"), ("available", "terminated"), ("dnd", "confirmed"), ("break", "confirmed"), ("offline", "confirmed"),
        ("dnd_queues", "early"), ("away", "early"), ("busy", "early"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("doing", [AgentState.AVAILABLE, AgentState.ON_CALL])
def test_a_person_shows_what_he_declared_whatever_he_is_doing(
    intent: IntentKind, state: State, doing: AgentState
) -> None:
    agents = {"1004": Agent(state=doing, intent=intent)}
    assert state_of(changed(), Lamp("person", "1004"), Snapshot(now=NOW, agents=agents)) == state
    assert state_of(changed(), Lamp("person", "1005"), Snapshot(now=NOW, agents=agents)) == "terminated"


@pytest.mark.parametrize(
    ("queue", "until", "state"),
    [("Q-SUP", 1.0, "confirmed"), ("Q-SUP", 0.0, "terminated"), ("Q-COL", 1.0, "terminated")],
    ids=["one waits", "his place ran out", "another queue's"],
)
def test_a_queue_is_lit_while_callers_wait(queue: str, until: float, state: State) -> None:
    now = NOW.timestamp()
    waiting = (Waiting(call="c", queue=queue, since=now - 5, until=now + until),)
    assert (
        state_of(changed(), Lamp("queue", "Q-SUP"), Snapshot(now=NOW, agents=None, waiting=waiting)) == state
    )
