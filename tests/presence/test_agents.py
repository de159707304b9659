"""Agents in a real Redis: late, double and missing events do no harm."""

from __future__ import annotations

from uuid import uuid4

import pytest

from presence import keys
from presence.agents import AgentStore, LegActivity
from presence.connection import hot
from presence.gathering import Beside, gather, question
from presence.lines import Line
from presence.nodes import NodeLease
from presence.pipelines import Pipelines
from routing.agents import Intent, IntentKind, Reservation, Terms
from routing.capacity import Capacity
from routing.route import LegOutcome
from routing.snapshot import AgentState, Connect

OWNERS = {"1001": Terms(devices=("1001a", "1001b")), "1002": Terms(devices=("1002a",))}


class Desk:
    """One company of its own, followed by one node."""

    def __init__(self, url: str) -> None:
        self.client, self.pipelines = hot(url), Pipelines(url)
        self.company, self.node = f"c{uuid4().hex[:8]}", f"n{uuid4().hex[:8]}"
        self.store = AgentStore(self.client, self.company)
        NodeLease(self.client, self.node, "us").renew()

    def state(self, extension: str = "1001", now: float = 100.0) -> AgentState:
        agents = gather(self.pipelines, question(self.company, OWNERS, self.node), now).agents
        assert agents is not None
        return agents[extension].state

    def leg(self, state: str, uuid: str = "leg-1") -> None:
        activity = LegActivity(
            owner="1001", state=state, call="call", node=self.node, since=90.0, device="1001a"
        )
        self.store.leg(uuid, activity)


@pytest.fixture
def desk(redis_url: str) -> Desk:
    found = Desk(redis_url)
    found.store.register("1001a", 1000.0)
    return found


def test_given_a_call_then_available_ringing_on_call_available(desk: Desk) -> None:
    seen = [desk.state()]
    for state in ("ringing", "answered"):
        desk.leg(state)
        seen.append(desk.state())
    desk.store.leg_over("leg-1", "1001", 120.0)
    assert [*seen, desk.state()] == [
        AgentState.AVAILABLE, AgentState.RINGING, AgentState.ON_CALL, AgentState.AVAILABLE,
    ]  # fmt: skip


def test_given_a_phone_that_rings_for_a_call_then_its_user_is_free_for_that_call_and_no_other(
    desk: Desk,
) -> None:
    desk.leg("ringing")
    asked = question(desk.company, OWNERS, desk.node)
    seen = [gather(desk.pipelines, asked, 100.0, call).agents for call in ("call", "another")]
    assert [agents and agents["1001"].state for agents in seen] == [AgentState.AVAILABLE, AgentState.RINGING]


def test_given_events_out_of_order_and_twice_then_an_answered_leg_stays_answered(desk: Desk) -> None:
    desk.leg("answered")
    desk.leg("ringing")
    desk.leg("answered")
    assert desk.state() is AgentState.ON_CALL
    desk.store.leg_over("leg-1", "1001", 120.0)
    desk.store.leg_over("leg-1", "1001", 121.0)
    assert desk.state() is AgentState.AVAILABLE


def test_given_two_companies_with_the_same_extensions_then_neither_sees_the_others_agents(
    desk: Desk, redis_url: str
) -> None:
    other = Desk(redis_url)
    desk.leg("answered")
    desk.store.declare("1002", Intent(kind="break"))
    desk.store.register("1002a", 1000.0)
    assert (desk.state(), other.state()) == (AgentState.ON_CALL, AgentState.OFFLINE)
    other.store.register("1001a", 1000.0)
    other.store.register("1002a", 1000.0)
    assert (other.state("1001"), other.state("1002")) == (AgentState.AVAILABLE, AgentState.AVAILABLE)
    assert (desk.state("1001"), desk.state("1002")) == (AgentState.ON_CALL, AgentState.BREAK)


def test_given_a_registration_that_ran_out_then_offline(desk: Desk) -> None:
    assert desk.state(now=999.0) is AgentState.AVAILABLE
    assert desk.state(now=1001.0) is AgentState.OFFLINE
    assert desk.state("1002") is AgentState.OFFLINE


def test_given_an_intent_with_an_end_then_it_ends(desk: Desk) -> None:
    desk.store.declare("1001", Intent(kind="dnd", until=200.0, source="user"))
    assert desk.state(now=199.0) is AgentState.DND
    assert desk.state(now=200.0) is AgentState.AVAILABLE


@pytest.mark.parametrize(("kind", "after"), [("busy", AgentState.AVAILABLE), ("break", AgentState.BREAK)])
def test_given_busy_by_his_own_word_then_his_next_conversation_ends_it_and_a_break_goes_on(
    desk: Desk, kind: IntentKind, after: AgentState
) -> None:
    desk.store.declare("1001", Intent(kind=kind, since=50.0, source="user"))
    assert desk.state() is AgentState(kind)
    desk.leg("answered")
    assert desk.state() is AgentState.ON_CALL
    desk.store.leg_over("leg-1", "1001", 120.0)
    assert desk.state(now=121.0) is after


def test_given_no_heartbeat_or_no_redis_then_presence_is_unknown(desk: Desk) -> None:
    assert gather(desk.pipelines, question(desk.company, OWNERS, "another-node"), 100.0).agents is None
    assert (
        gather(
            Pipelines("unix:///nowhere/redis.sock"), question(desk.company, OWNERS, desk.node), 100.0
        ).agents
        is None
    )


def test_given_a_lease_then_another_controller_does_not_get_it_until_it_is_released(desk: Desk) -> None:
    first, second = NodeLease(desk.client, desk.node, "us"), NodeLease(desk.client, desk.node, "them")
    assert first.renew()
    assert not second.renew()
    first.release()
    assert second.renew()


def test_given_callers_who_were_answered_then_a_decision_that_asks_sees_them_by_queue(desk: Desk) -> None:
    asked = question(desk.company, OWNERS, desk.node, beside=Beside(queues=True, connects=True))
    assert gather(desk.pipelines, asked, 100.0).connects == {}
    for n in range(3):
        desk.store.connected("Q-SUP", Connect(100.0 + n, 10.0 * n))
    desk.store.connected("Q-COL", Connect(90.0, 2.5))
    assert gather(desk.pipelines, asked, 100.0).connects == {
        "Q-COL": (Connect(90.0, 2.5),),
        "Q-SUP": (Connect(102.0, 20.0), Connect(101.0, 10.0), Connect(100.0, 0.0)),
    }
    for n in range(300):
        desk.store.connected("Q-COL", Connect(200.0 + n, 1.0))
    assert len(gather(desk.pipelines, asked, 100.0).connects["Q-COL"]) == 200
    assert gather(desk.pipelines, question(desk.company, OWNERS, desk.node), 100.0).connects == {}


def test_given_lines_and_rotations_then_a_decision_sees_them_in_the_same_round_trip(desk: Desk) -> None:
    asked = question(desk.company, OWNERS, desk.node, ("q.Q-SUP", "n.N-VEN.o.s0"))
    assert (
        gather(desk.pipelines, asked, 100.0).lines_in_use,
        gather(desk.pipelines, asked, 100.0).last_served,
    ) == (0, {})
    for uuid in ("in", "out", "out"):
        desk.store.lines.begins(uuid, Line(node=desk.node))
    desk.store.served("q.Q-SUP", "1002")
    seen = gather(desk.pipelines, asked, 100.0)
    assert (seen.lines_in_use, seen.last_served) == (2, {"q.Q-SUP": "1002"})
    desk.store.lines.over("in", "never")
    assert gather(desk.pipelines, asked, 100.0).lines_in_use == 1


# --- what was written a moment ago is not read again -------------------------------------------------------


def reads(desk: Desk) -> int:
    """How often any agent was read so far."""
    return int(desk.client.info("commandstats").get("cmdstat_hgetall", {}).get("calls", 0))


def test_given_an_agent_whom_we_wrote_then_his_next_changes_need_no_reading(desk: Desk) -> None:
    desk.leg("ringing")
    before = reads(desk)
    desk.leg("answered")
    desk.store.leg_over("leg-1", "1001", 120.0)
    assert reads(desk) == before
    assert desk.state() is AgentState.AVAILABLE


def test_given_somebody_else_changed_him_meanwhile_then_his_change_is_decided_anew(desk: Desk) -> None:
    desk.leg("ringing")
    AgentStore(desk.client, desk.company).declare("1001", Intent(kind="break", since=95.0, source="agent"))
    desk.leg("answered")
    desk.store.leg_over("leg-1", "1001", 120.0)
    assert desk.state() is AgentState.BREAK


def test_given_a_registration_that_is_about_to_be_over_then_it_is_read_again(redis_url: str) -> None:
    """His phone may have registered anew, which is no change of his."""
    found = Desk(redis_url)
    found.store = AgentStore(found.client, found.company, lambda extension, _: OWNERS[extension])
    found.store.register("1001a", 94.0, "1001", 89.0)
    before = reads(found)
    found.leg("ringing")
    assert reads(found) == before + 1


def test_given_offers_that_he_lets_ring_then_after_so_many_he_is_away_and_everybody_is_told_why(
    redis_url: str,
) -> None:
    client, company = hot(redis_url), f"c{uuid4().hex[:8]}"
    terms = Terms(devices=("1001a",), missed_offer="away", missed_offers=2)
    store = AgentStore(client, company, lambda _extension, _now: terms)
    store.register("1001a", 1000.0, "1001", 1.0)
    for n in range(2):
        call, now = f"call-{n}", 10.0 + n
        wanted = Reservation(call=call, holder="us", since=now, until=now + 20)
        assert store.reservations.claim(store.reservations.read(["1001"], now).values(), wanted) is None
        ringing = LegActivity(owner="1001", state="ringing", call=call, node="n", since=now, device="1001a")
        store.leg(call, ringing)
        store.leg_over(call, "1001", now + 0.5, LegOutcome.NO_ANSWER)
    told = [fields for _, fields in client.xrange(keys.transitions(company))]
    over = [(each["to"], each["reason"], each["call"]) for each in told if each["how"] == "leg_over"]
    assert over == [("available", "idle", "call-0"), ("away", "inactive", "call-1")]
    store.declare("1001", Intent(kind="available", source="agent", since=20.0))
    assert store.agents.read(["1001"], 20.0)["1001"].inputs.missed == 0


def test_given_a_default_presence_then_the_first_phone_that_registers_begins_with_it(redis_url: str) -> None:
    client, company = hot(redis_url), f"c{uuid4().hex[:8]}"
    terms = Terms(devices=("1001a",), default_presence="away")
    store = AgentStore(client, company, lambda _extension, _now: terms)
    store.register("1001a", 1000.0, "1001", 1.0)
    ((_, told),) = client.xrange(keys.transitions(company))
    assert (told["how"], told["from"], told["to"], told["reason"]) == (
        "registered",
        "offline",
        "away",
        "sign_in",
    )


def test_given_a_unit_that_is_free_before_the_work_is_over_then_that_is_an_event_too(redis_url: str) -> None:
    client, company = hot(redis_url), f"c{uuid4().hex[:8]}"
    terms = Terms(devices=("1001a",), capacity={"p": Capacity(1)})
    store = AgentStore(client, company, lambda _extension, _now: terms)
    store.register("1001a", 1000.0, "1001", 1.0)
    wanted = Reservation(call="c", holder="us", since=2.0, until=20.0, profile="p", wrap_up=30, blocks=10)
    assert store.reservations.claim(store.reservations.read(["1001"], 2.0).values(), wanted) is None
    for state, since in (("ringing", 3.0), ("answered", 4.0)):
        store.leg(
            "l", LegActivity(owner="1001", state=state, call="c", node="n", since=since, device="1001a")
        )
    store.leg_over("l", "1001", 5.0)
    for now in (14.9, 15.0, 35.0):
        store.settle(now)
    told = [fields["how"] for _, fields in client.xrange(keys.transitions(company))]
    assert told[-2:] == ["unit_free", "wrap_up_over"]
    assert client.zcard(keys.due(company)) == 0
