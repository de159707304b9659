"""Queues served by controllers over a real Redis: who is rung for whom, who is joined, and what is left when somebody goes."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from random import Random

import gevent
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from controller.esl import Event, Snapshot
from presence import keys
from presence.agents import record_of
from presence.lines import Line
from presence.pipelines import Pipelines
from presence.roster import Roster
from routing.agents import Intent, LegActivity, Reservation
from routing.snapshot import AgentState
from tests.controller.queue_stage import QUEUE, Node, Stage, call_id, until

pytestmark = pytest.mark.timeout(60)
NEVER = math.inf
Make = Callable[..., Stage]


@pytest.fixture
def make(redis_url: str, tmp_path: Path) -> Iterator[Make]:
    made: list[Stage] = []

    def stage(agents: int = 2, **queue: object) -> Stage:
        made.append(Stage(redis_url, tmp_path / str(len(made)), "c-dispatch", agents, **queue))
        return made[-1]

    yield stage
    for each in made:
        each.close()


def devices(node: Node) -> list[tuple[str, str]]:
    """Call and device of each phone that was rung."""
    return [(call, device) for _, call, device in node.switch.rung]


def state_of(stage: Stage, agent: str) -> AgentState:
    now = stage.clock.unix()
    known = stage.store.agents.read([agent], now)[agent]
    return record_of(known, now).agent.state


def test_a_caller_is_joined_with_whom_answers_and_the_agent_is_kept_for_him(make: Make) -> None:
    stage = make(1)
    node = stage.node(lambda _: 0.02)
    stage.arrives(node, call_id(1))
    until(lambda: node.switch.joined)
    assert node.switch.joined == [(call_id(1), "1000a")]
    assert stage.reserved() == [(call_id(1), "1000")]
    until(lambda: state_of(stage, "1000") is AgentState.ON_CALL)
    until(lambda: stage.line() == {})


def test_a_phone_that_rings_for_him_carries_the_rule_that_won_his_call(make: Make) -> None:
    stage = make(1)
    node = stage.node(lambda _: 0.02)
    stage.arrives(node, call_id(1), relais_rule="CR3")
    until(lambda: node.switch.joined)
    assert [leg["relais_rule"] for leg in node.switch.legs.values()] == ["CR3"]


def test_a_refusal_goes_on_to_the_next_at_once_and_is_carried_by_the_call(make: Make) -> None:
    stage = make(2, strategy="fixed_order")
    node = stage.node(lambda device: "CALL_REJECTED" if device == "1000a" else NEVER)
    stage.arrives(node, call_id(1))
    until(lambda: len(node.switch.rung) == 2)
    assert devices(node) == [(call_id(1), "1000a"), (call_id(1), "1001a")]
    assert node.switch.rung[1][0] - node.switch.rung[0][0] < 1.0
    assert ".d.1000d" in node.switch.carried[call_id(1)]
    until(lambda: stage.line()[call_id(1)].offered == ("1001",))


def test_all_ring_together_and_the_others_stop_when_one_answers(make: Make) -> None:
    stage = make(3, strategy="simultaneous")
    node = stage.node(lambda device: 0.05 if device == "1001a" else NEVER)
    stage.arrives(node, call_id(1))
    until(lambda: node.switch.joined)
    assert node.switch.joined == [(call_id(1), "1001a")]
    until(lambda: {state_of(stage, each) for each in ("1000", "1002")} == {AgentState.AVAILABLE})
    assert state_of(stage, "1001") is AgentState.ON_CALL


def test_who_comes_free_rings_too_and_may_take_the_call(make: Make) -> None:
    stage = make(3, strategy="simultaneous", member_seconds=30)
    on_call(stage, ["1001", "1002"])
    node = stage.node(lambda device: 0.02 if device == "1001a" else NEVER)
    stage.arrives(node, call_id(1))
    until(lambda: devices(node) == [(call_id(1), "1000a")])
    stage.store.leg_over("busy-1001", "1001", stage.clock.unix())
    until(lambda: node.switch.joined == [(call_id(1), "1001a")], 1.0)
    assert devices(node) == [(call_id(1), "1000a"), (call_id(1), "1001a")]
    until(lambda: state_of(stage, "1000") is AgentState.AVAILABLE)


def test_of_two_who_answer_at_once_one_talks_and_the_other_is_free(make: Make) -> None:
    stage = make(2, strategy="simultaneous")
    node = stage.node(lambda _: 0.05)
    stage.arrives(node, call_id(1))
    until(lambda: node.switch.joined)
    until(
        lambda: len([each for each in ("1000", "1001") if state_of(stage, each) is AgentState.AVAILABLE]) == 1
    )
    assert len(node.switch.joined) == 1


def test_a_caller_who_gives_up_frees_everybody_who_rang_for_him(make: Make) -> None:
    stage = make(2, strategy="simultaneous")
    node = stage.node()
    stage.arrives(node, call_id(1))
    until(lambda: len(node.switch.rung) == 2)
    node.switch.hang_up(call_id(1))
    until(lambda: {state_of(stage, each) for each in ("1000", "1001")} == {AgentState.AVAILABLE})
    assert stage.store.reservations.all() == {}
    assert len(node.dispatch) == 0


def test_a_phone_that_cannot_be_joined_is_let_go_and_the_caller_offered_again(make: Make) -> None:
    stage = make(2, strategy="fixed_order")
    node = stage.node(lambda _: 0.02)
    node.switch.refuses_to_join = True
    stage.arrives(node, call_id(1))
    until(lambda: node.switch.rung)
    until(lambda: len(node.switch.rung) >= 2)
    node.switch.refuses_to_join = False
    until(lambda: node.switch.joined)


def test_a_caller_whom_somebody_picks_up_leaves_the_line_and_frees_who_rang_for_him(make: Make) -> None:
    stage = make(1)
    node = stage.node()
    stage.arrives(node, call_id(1))
    until(lambda: node.switch.rung)
    until(lambda: stage.store.calls()[call_id(1)]["ringing"] == ["1000a"])
    node.watch.on_event(stage.step(call_id(9), 1.0, relais_place="k.97.o.s0t0"))
    picker = {
        "Bridge-A-Unique-ID": call_id(9), "Bridge-B-Unique-ID": call_id(1), "variable_relais_device": "1005a",
        "variable_presence_id": "1005@c-dispatch.example",
    }  # fmt: skip
    node.watch.on_event(Event({"Event-Name": "CHANNEL_BRIDGE", "Unique-ID": call_id(9), **picker}))
    until(lambda: state_of(stage, "1000") is AgentState.AVAILABLE)
    until(lambda: stage.line() == {})
    assert len(node.dispatch) == 0
    stage.arrives(node, call_id(2))
    until(lambda: devices(node)[-1] == (call_id(2), "1000a"))
    for each in (call_id(9), call_id(1)):
        node.switch.hang_up(each)
    until(lambda: stage.client.xlen(keys.records(stage.ident)) >= 1)
    records = [json.loads(line["record"]) for _, line in stage.client.xrange(keys.records(stage.ident))]
    (taken,) = [each for each in records if each["call"] == call_id(1)]
    assert (taken["answered_by"], taken["disposition"]) == ("1005a", "answered")


def test_the_board_has_the_phones_that_ring_for_a_caller_as_they_come_and_go(make: Make) -> None:
    stage = make(2, strategy="simultaneous")
    node = stage.node(lambda device: 0.4 if device == "1000a" else NEVER)
    stage.arrives(node, call_id(1))
    until(lambda: set(ringing(stage, call_id(1))) == {"1000a", "1001a"})
    until(lambda: node.switch.joined)
    until(lambda: ringing(stage, call_id(1)) == [])


def ringing(stage: Stage, call: str) -> list[str]:
    """As the board has it."""
    shown = stage.store.calls().get(call, {}).get("ringing", [])
    assert isinstance(shown, list)
    return shown


def test_who_comes_free_is_offered_within_a_second(make: Make) -> None:
    stage = make(1)
    stage.store.declare("1000", Intent(kind="break", since=1.0, source="agent"))
    node = stage.node()
    stage.arrives(node, call_id(1))
    gevent.sleep(0.2)
    assert node.switch.rung == []
    stage.store.declare("1000", Intent(kind="available", since=stage.clock.unix(), source="agent"))
    until(lambda: node.switch.rung, 1.0)


def test_who_has_left_the_queue_is_never_rung_and_who_comes_back_to_it_within_a_second(make: Make) -> None:
    stage = make(2, strategy="fixed_order", member_seconds=5)
    for each in stage.members:
        stage.store.opt(each, QUEUE, into=False, source="agent", now=stage.clock.unix())
    node = stage.node()
    on_call(stage, ["1001"])
    stage.arrives(node, call_id(1))
    gevent.sleep(0.3)
    assert node.switch.rung == []
    stage.store.opt("1000", QUEUE, into=True, source="supervisor 1010", now=stage.clock.unix())
    until(lambda: devices(node) == [(call_id(1), "1000a")], 1.0)


def test_somebody_taken_meanwhile_is_not_rung(make: Make) -> None:
    stage = make(1)
    now = stage.clock.unix()
    theirs = Reservation(call="other", holder="another", since=now, until=now + 60)
    known = stage.store.reservations.read(["1000"], now)
    assert stage.store.reservations.claim(known.values(), theirs) is None
    node = stage.node()
    stage.arrives(node, call_id(1))
    gevent.sleep(0.3)
    assert node.switch.rung == []


def test_a_caller_whom_nobody_will_take_is_sent_on(make: Make) -> None:
    stage = make(1, respect_queue_time=False, wait_if_busy=False)
    stage.store.declare("1000", Intent(kind="offline", since=1.0, source="agent"))
    node = stage.node()
    stage.arrives(node, call_id(1))
    until(lambda: node.switch.left == [call_id(1)])


def test_a_caller_who_leaves_the_line_takes_his_place_and_his_phones_with_him(make: Make) -> None:
    stage = make(1)
    node = stage.node()
    stage.arrives(node, call_id(1))
    until(lambda: node.switch.rung)
    node.watch.on_event(stage.step(call_id(1), stage.clock.unix(), relais_place="b.8200.o.z0"))
    until(lambda: state_of(stage, "1000") is AgentState.AVAILABLE)
    until(lambda: stage.line() == {})


def test_without_its_heartbeat_a_controller_offers_nobody(make: Make) -> None:
    stage = make(1)
    node = stage.node()
    stage.client.delete(*stage.client.keys("relais:node:node-c-dispatch-*:heartbeat"))
    stage.arrives(node, call_id(1))
    gevent.sleep(0.3)
    assert node.switch.rung == []


# --- members who are reached outside -------------------------------------------------------------------


def without_phones(stage: Stage) -> None:
    for each in stage.members:
        stage.store.unregister(f"{each}a", each, 2.0)


def test_a_member_without_a_phone_is_rung_outside_and_takes_a_line_and_talks(make: Make) -> None:
    stage = make(1, mobiles=True)
    without_phones(stage)
    node = stage.node(lambda _: 0.02)
    stage.arrives(node, call_id(1))
    until(lambda: node.switch.joined == [(call_id(1), "x14385551000")])
    until(lambda: state_of(stage, "1000") is AgentState.ON_CALL)
    (line,) = stage.store.lines.all().values()
    assert (line.call, line.claimed) == (call_id(1), True)
    assert stage.store.company_calls().in_day == 1


def test_when_the_last_line_is_taken_he_is_not_rung_and_nobody_is_kept(make: Make) -> None:
    stage = make(2, mobiles=True, strategy="simultaneous", account={"trunk_channels": 1})
    without_phones(stage)
    node = stage.node()
    stage.arrives(node, call_id(1))
    until(lambda: devices(node) == [(call_id(1), "x14385551000")])
    stage.arrives(node, call_id(2))
    gevent.sleep(0.3)
    assert devices(node) == [(call_id(1), "x14385551000")]
    assert state_of(stage, "1001") is AgentState.AVAILABLE
    assert len(stage.store.lines.all()) == 1


def test_a_line_that_somebody_takes_meanwhile_is_contended(make: Make) -> None:
    stage = make(1, mobiles=True, account={"trunk_channels": 1})
    without_phones(stage)
    node = stage.node()
    stage.arrives(node, call_id(1))
    # As the roster had read it a moment before.
    read = Roster.gather

    def late(*asked: object) -> object:
        found = read(*asked)  # type: ignore[arg-type] # as it was asked
        stage.store.lines.begins("another", Line(node=node.watch.node, call="other"))
        return found

    node.dispatch._rosters[stage.ident] = Roster(Pipelines(stage.url), stage.ident, node.watch.node)
    node.dispatch._rosters[stage.ident].gather = partial(late, node.dispatch._rosters[stage.ident])  # type: ignore[method-assign]
    gevent.sleep(0.3)
    assert node.switch.rung == []
    assert state_of(stage, "1000") is AgentState.AVAILABLE


def test_whose_outside_calls_are_held_is_not_rung_outside(make: Make) -> None:
    guard = {"hold_at_calls_per_hour": 1}
    stage = make(1, mobiles=True, member_seconds=5, account={"fraud_guard": guard})
    without_phones(stage)
    node = stage.node(lambda _: "USER_BUSY")
    stage.arrives(node, call_id(1))
    until(lambda: devices(node) == [(call_id(1), "x14385551000")])
    gevent.sleep(0.5)
    assert len(node.switch.rung) == 1
    stage.arrives(node, call_id(2))
    gevent.sleep(0.3)
    assert len(node.switch.rung) == 1


# --- what nobody told -------------------------------------------------------------------------------------


def test_a_caller_whose_end_nobody_told_is_rung_for_no_more_after_two_lists_of_the_switch(make: Make) -> None:
    stage = make(1)
    node = stage.node()
    stage.arrives(node, call_id(1))
    stage.arrives(node, call_id(2))
    until(lambda: len(node.switch.rung) == 1)
    (leg,) = node.switch.legs
    phone = {"realm": "c-dispatch.example", "reg_user": "1000a", "expires": "9e9"}
    there = Snapshot("core", ({"uuid": call_id(2)}, {"uuid": leg}), (phone,), 0.0)
    node.watch.sweep(there)
    assert len(node.dispatch) == 2  # the list may be older than he is
    node.watch.sweep(there)
    assert len(node.dispatch) == 1
    until(lambda: devices(node) == [(call_id(1), "1000a"), (call_id(2), "1000a")])
    until(lambda: list(stage.line()) == [call_id(2)])
    until(lambda: node.watch.repairs.count["caller_forgotten"] == 1)


def test_a_phone_of_which_the_switch_did_not_answer_whether_it_rings_is_stopped(make: Make) -> None:
    stage = make(1)
    node = stage.node()
    ring = node.switch.ring

    def unanswered(command: str, seconds: float) -> str:
        gevent.spawn(ring, command, seconds)
        return "NORMAL_TEMPORARY_FAILURE"

    node.switch.ring = unanswered  # type: ignore[method-assign]
    stage.arrives(node, call_id(1))
    until(lambda: node.switch.legs)
    leg = next(iter(node.switch.legs))
    until(lambda: leg not in node.switch._over)
    assert node.switch.joined == []


def test_a_controller_whose_place_another_may_have_rings_nobody(make: Make) -> None:
    stage = make(1)
    node = stage.node()
    node.watch.writer.may_write = lambda: False
    stage.arrives(node, call_id(1))
    gevent.sleep(0.5)
    assert node.switch.rung == []
    node.watch.writer.may_write = lambda: True
    until(lambda: node.switch.rung)


# --- another controller ---------------------------------------------------------------------------------


def test_the_next_controller_takes_over_who_waits_and_stops_what_the_dead_one_rang(make: Make) -> None:
    stage = make(1)
    dead = stage.node()
    stage.arrives(dead, call_id(1))
    until(lambda: dead.switch.rung)
    until(lambda: stage.store.leg_uuids())
    (orphan,) = stage.store.leg_uuids()
    dead.stop()
    node = stage.node(lambda _: 0.02)
    node.switch._over.update(dead.switch._over)
    node.switch.legs.update(dead.switch.legs)
    node.switch.dumps[call_id(1)] = stage.step(call_id(1), stage.clock.unix())
    node.dispatch.take_over({call_id(1), orphan})
    until(lambda: node.switch.joined == [(call_id(1), "1000a")])
    assert orphan not in node.switch._over


def test_a_caller_who_talks_already_is_left_in_his_conversation(make: Make) -> None:
    stage = make(1)
    node = stage.node()
    stage.arrives(stage.node(), call_id(1))
    until(lambda: stage.store.leg_uuids())
    (leg,) = stage.store.leg_uuids()
    talking = stage.step(call_id(1), stage.clock.unix(), bridge_uuid=leg)
    node.switch.dumps[call_id(1)] = talking
    node.switch._over[leg] = gevent.event.AsyncResult()
    node.dispatch.take_over({call_id(1), leg})
    gevent.sleep(0.2)
    assert leg in node.switch._over
    assert node.switch.rung == []


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.randoms(use_true_random=False), st.integers(1, 3), st.integers(1, 6))
def test_however_many_controllers_whoever_comes_free_is_for_the_first_of_the_line(
    make: Make, random: Random, controllers: int, batch: int
) -> None:
    """Callers of all controllers in one line: after each batch of agents that comes free, those served are its first."""
    stage = make(6)
    on_call(stage, stage.members)
    nodes = [stage.node() for _ in range(controllers)]
    began = stage.clock.unix() - 100
    line = sorted(
        (-random.randrange(2), began + random.randrange(40) + number / 100, call_id(number))
        for number in range(9)
    )
    for priority, since, call in random.sample(line, len(line)):
        stage.arrives(random.choice(nodes), call, since=since, priority=-priority)
    served = 0
    while served < min(len(line), len(stage.members)):
        some = stage.members[served : served + batch]
        served += len(some)
        for agent in some:
            stage.store.leg_over(f"busy-{agent}", agent, stage.clock.unix())
        until(lambda expected=served: sum(len(each.switch.rung) for each in nodes) >= expected)
        rung = {call for each in nodes for call, _ in devices(each)}
        assert rung == {call for _, _, call in line[:served]}
    gevent.sleep(0.15)
    agents = [agent for _, agent in stage.reserved()]
    assert len(agents) == len(set(agents)) == served
    stage.close()


def on_call(stage: Stage, agents: list[str]) -> None:
    """They talk."""
    for agent in agents:
        leg = LegActivity(
            owner=agent, state="answered", call="x", node="elsewhere", since=1.0, device=f"{agent}a"
        )
        stage.store.leg(f"busy-{agent}", leg)


def test_what_happens_while_redis_is_asked_is_not_overlooked(make: Make) -> None:
    """The offer of a queue that rings all together is over just when somebody else comes free: the caller is offered anew."""
    stage = make(2, strategy="simultaneous")
    on_call(stage, ["1001"])
    node = stage.node()
    stage.arrives(node, call_id(1))
    until(lambda: node.switch.rung)
    (leg,) = node.switch.legs
    read = node.dispatch._rosters[stage.ident].gather

    def slow(*asked: object) -> object:
        found = read(*asked)  # type: ignore[arg-type] # as it was asked
        if leg in node.switch._over:
            node.switch.end(leg, "USER_BUSY")
            gevent.sleep(0.5)
        return found

    node.dispatch._rosters[stage.ident].gather = slow  # type: ignore[method-assign, assignment]
    stage.store.leg_over("busy-1001", "1001", stage.clock.unix())
    until(lambda: (call_id(1), "1001a") in devices(node), 3.0)
    until(lambda: stage.line()[call_id(1)].offered == ("1001",))
