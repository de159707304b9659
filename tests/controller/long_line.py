"""A long line served by several controllers at once: agents come free one after the other, each seen at once by one controller and by the
others when they look next."""

from __future__ import annotations

import itertools
import time
from collections import Counter
from pathlib import Path

import gevent
import msgspec

from presence import keys
from routing.agents import LegActivity
from tests.controller.queue_stage import Stage, call_id

_LONGEST = 120.0


class Drained(msgspec.Struct, frozen=True):
    """What came of it. `out_of_turn`: how often somebody got an agent although fewer were left free than callers who had waited
    longer. `slowest`: the most seconds between two offers while callers waited."""

    served: int
    reserved: int
    seconds: float
    offered_twice: int
    kept_twice: int
    out_of_turn: int
    slowest: float


def drain(url: str, folder: Path, *, callers: int, agents: int, controllers: int) -> Drained:
    """Everybody is on a call of another switch when the callers have come; then calls end, the longest line first."""
    stage = Stage(url, folder, "together", agents)
    for agent in stage.members:
        leg = LegActivity(
            owner=agent, state="answered", call="x", node="elsewhere", since=1.0, device=f"{agent}a"
        )
        stage.store.leg(f"busy-{agent}", leg)
    nodes = [stage.node(lambda _: 0.0, talks=0.2) for _ in range(controllers)]
    since = stage.clock.unix() - callers
    for number in range(callers):
        stage.arrives(nodes[number % controllers], call_id(number), since=since + number)
    began = time.perf_counter()
    for number, agent in enumerate(stage.members):
        stage.store.leg_over(f"busy-{agent}", agent, stage.clock.unix())
        nodes[number % controllers].dispatch.wake(stage.ident)
        gevent.sleep(0)
    while len(_rung(stage)) < callers and time.perf_counter() - began < _LONGEST:
        gevent.sleep(0.01)
    took = time.perf_counter() - began
    gevent.sleep(0.5)  # who would be offered once more, is
    stage.close()
    return _told(stage, began, took)


def _rung(stage: Stage) -> list[tuple[float, str, str]]:
    """When, call and device of each phone that was rung at any switch, in order."""
    return sorted(each for node in stage.nodes for each in node.switch.rung)


def _told(stage: Stage, began: float, took: float) -> Drained:
    rung = _rung(stage)
    times = [began, *(at for at, _, _ in rung)]
    served = Counter(call for _, call, _ in rung)
    kept_twice, out_of_turn = _reservations(stage)
    return Drained(
        served=len(served),
        reserved=len(stage.reserved()),
        seconds=took,
        offered_twice=len(rung) - len(served),
        kept_twice=kept_twice,
        out_of_turn=out_of_turn,
        slowest=max(after - before for before, after in itertools.pairwise(times)),
    )


def _reservations(stage: Stage) -> tuple[int, int]:
    """How often somebody was kept for a caller while he was kept for another, and how often out of turn, as the stream of transitions
    has it, in the order in which Redis took them."""
    kept, free, twice, early = set[str](), set[str](), 0, 0
    wait = {call_id(number) for number in range(len(_rung(stage)))}
    for _, line in stage.client.xrange(keys.transitions(stage.ident)):
        who, call = line["who"], line["call"]
        if line["how"] == "reserved":
            twice += who in kept
            kept.add(who)
            wait.discard(call)
            early += sum(each < call for each in wait) > len(free - {who})
        elif line["to"] != "ringing":
            kept.discard(who)
        if line["to"] == "available":
            free.add(who)
        else:
            free.discard(who)
    return twice, early
