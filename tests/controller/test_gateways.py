"""The switch's gateways: what it says of them is kept, told to the companies that use them, and gone when they are."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import gevent
import msgspec
import pytest

from controller.esl import Event
from controller.gateways import Gateways, states_of
from controller.presence_writer import PresenceWriter
from controller.published import Published
from presence import keys
from presence.agents import AgentStore
from presence.connection import hot
from presence.gateways import GatewayStore, gateways_down
from routing.company import Trunk
from routing.compiled import compile_company
from routing.trunks import gateways_of
from tests.sample import document

# As FreeSWITCH 1.10.12 writes it, shortened.
ANSWER = """<?xml version="1.0" encoding="ISO-8859-1"?>
<gateways>
  <gateway>
    <name>carrier-a</name>
    <profile>trunks</profile>
    <from>&lt;sip:relais@127.0.0.1&gt;</from>
    <state>{a_state}</state>
    <status>{a}</status>
  </gateway>
  <gateway>
    <name>carrier-b</name>
    <state>NOREG</state>
    <status>UP</status>
  </gateway>
</gateways>
"""
UP = ANSWER.format(a_state="REGED", a="UP")
DOWN = ANSWER.format(a_state="FAIL_WAIT", a="DOWN")


class Switch:
    """What `sofia xmlstatus gateway` says."""

    answer = UP

    def __call__(self, command: str) -> str:
        assert command == "sofia xmlstatus gateway"
        return self.answer


class Desk:
    """A node of its own that companies use: one with trunks, one without."""

    def __init__(self, url: str) -> None:
        self.client, self.node, self.switch = hot(url), f"n{uuid4().hex[:8]}", Switch()
        self.trunked, self.plain = (f"c{uuid4().hex[:8]}" for _ in range(2))
        self.store, self.now = GatewayStore(self.client, self.node), 100.0
        published = Published.__new__(Published)
        trunks = {"T-A": Trunk(gateway="carrier-a"), "T-B": Trunk(gateway="carrier-b", enabled=False)}
        with_trunks = msgspec.structs.replace(document(), trunks=trunks)
        published.companies = {
            self.trunked: compile_company(with_trunks, 1),
            self.plain: compile_company(document(), 1),
        }
        writer = PresenceWriter()
        gevent.spawn(writer.run)
        self.gateways = Gateways(
            self.store, published, lambda company: AgentStore(self.client, company), writer, self.switch,
            lambda: self.now,
        )  # fmt: skip

    def told(self, company: str) -> list[tuple[str, str]]:
        return [(entry["who"], entry["how"]) for _, entry in self.client.xrange(keys.feed(company))]


@pytest.fixture
def desk(redis_url: str) -> Desk:
    return Desk(redis_url)


def until(true: Callable[[], bool]) -> None:
    with gevent.Timeout(5):
        while not true():
            gevent.sleep(0.01)


def test_given_a_gateway_that_goes_down_then_it_is_kept_with_its_instant_and_its_company_is_told(
    desk: Desk,
) -> None:
    desk.gateways.look()
    until(lambda: len(desk.store.all()) == 2)
    assert gateways_down(desk.client.hgetall(keys.gateways(desk.node))) == frozenset()
    desk.switch.answer, desk.now = DOWN, 200.0
    desk.gateways.look()
    until(lambda: not desk.store.all()["carrier-a"].up)
    found = desk.store.all()["carrier-a"]
    assert (found.state, found.since, desk.gateways.down()) == ("FAIL_WAIT", 200.0, 1)
    assert gateways_down(desk.client.hgetall(keys.gateways(desk.node))) == {"carrier-a"}
    until(lambda: len(desk.told(desk.trunked)) == 2)
    assert desk.told(desk.trunked) == [("carrier-a", "up"), ("carrier-a", "down")]
    assert desk.told(desk.plain) == [], "another company is not concerned"


def test_given_the_switchs_own_event_then_nobody_waits_for_the_next_look(desk: Desk) -> None:
    desk.gateways.look()
    event = {"Event-Subclass": "sofia::gateway_state", "Gateway": "carrier-a", "State": "TRYING"}
    desk.gateways.on_state(Event({**event, "Ping-Status": "DOWN"}))
    until(lambda: "carrier-a" in desk.store.all() and not desk.store.all()["carrier-a"].up)
    desk.gateways.on_state(Event({**event, "State": "REGED", "Ping-Status": "UP"}))
    until(lambda: desk.store.all()["carrier-a"].up)


def test_given_a_gateway_that_is_taken_away_then_nothing_is_known_of_it(desk: Desk) -> None:
    desk.gateways.look()
    until(lambda: len(desk.store.all()) == 2)
    desk.switch.answer = "<gateways></gateways>"
    desk.gateways.look()
    until(lambda: desk.store.all() == {})


@pytest.mark.parametrize(
    "answer", ["", "-ERR no reply", "<gateways", '<!DOCTYPE x [<!ENTITY e "x">]><gateways>&e;</gateways>']
)
def test_given_what_is_no_list_then_it_says_nothing(answer: str) -> None:
    assert list(states_of(answer)) == []


def test_given_a_company_then_the_gateways_of_its_calls() -> None:
    assert gateways_of(document()) == {"trunk"}
