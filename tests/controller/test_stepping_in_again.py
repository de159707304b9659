"""Supervisors' own legs: nobody steps into those who only listen, and a controller that has just come knows whose keys are whose."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import gevent
import msgspec
import pytest

from controller.esl import CommandError, Event, JobLost, NodeAddress, NodeLink
from controller.presence_writer import PresenceWriter
from controller.published import Published
from controller.recordings import Recordings
from controller.supervision import Supervision
from presence.agents import AgentStore, LegActivity
from presence.clock import Clock
from presence.orders import Order
from routing.supervision import Mode, Monitor
from tests.controller.test_node import COMPANY, call_id, until
from tests.controller.test_records_of_calls import client
from tests.sample import company

__all__ = ["client"]
pytestmark = pytest.mark.timeout(30)
CALL, AGENT, OWN = call_id(1), call_id(2), call_id(3)


class Ringing:
    """A phone that nobody answers while the test lasts."""

    def output(self) -> str:
        gevent.sleep(60.0)
        return ""


class Said:
    """What the switch says of a phone at once: the channel that was answered, or why nobody knows."""

    def __init__(self, said: str | JobLost, meanwhile: Callable[[], object] = lambda: None) -> None:
        self.said, self.meanwhile = said, meanwhile

    def output(self) -> str:
        self.meanwhile()
        if isinstance(self.said, JobLost):
            raise self.said
        return self.said


class Link:
    """Notes what is ordered. `contact`: where the supervisor's phone is, `job`: what becomes of it when it rings."""

    def __init__(self, contact: str = "sofia/phones/sip:1010a@127.0.0.1:5066") -> None:
        self.contact = contact
        self.job: Ringing | Said = Ringing()
        self.refuses = "nothing"
        self.address = NodeAddress("n1", "127.0.0.1", 8021, "secret")
        self.ordered: list[str] = []

    def command(self, uuid: str, line: str, *, deadline: float) -> str:
        assert uuid in line
        assert deadline > 0
        self.ordered.append(line)
        if line.startswith(self.refuses):
            raise CommandError("-ERR No such channel!")
        return self.contact if line.startswith("sofia_contact") else "+OK"

    def bgapi(self, line: str, *, job_deadline: float) -> Ringing | Said:
        assert line.startswith("originate")
        assert job_deadline > 0
        return self.job


def listening(
    client: Any, link: Link, mode: Mode = "listen", node: str = "n1"
) -> tuple[Supervision, AgentStore]:
    """Paul (1010) is in Lina's (1007) call on this node; whoever follows n1 has just begun to."""
    store = AgentStore(client, COMPANY)
    paul = Monitor(supervisor="1010", mode=mode, agent="1007", leg=AGENT, own=OWN, node=node)
    store.monitors.claim(CALL, paul)
    for uuid, owner, call in ((AGENT, "1007", CALL), (OWN, "1010", OWN)):
        leg = LegActivity(owner=owner, state="answered", call=call, node="n1", since=1.0, device=f"{owner}a")
        store.leg(uuid, leg)
    published = Published(cast(Any, None))
    published.companies[COMPANY] = company()
    writer = PresenceWriter()
    gevent.spawn(writer.run)
    supervision = Supervision(
        link=cast(NodeLink, link), clock=Clock(), published=published, stores=lambda _: store,
        recordings=Recordings(Path("/nowhere"), Path("/nowhere")), writer=writer,
    )  # fmt: skip
    return supervision, store


def end(call: str) -> Order:
    words = {"role": "owner", "extension": "", "call": call, "mode": "end"}
    return Order(id="o1", company=COMPANY, does="step_in", words=words)


def test_given_a_supervisor_who_listens_then_nobody_steps_into_his_own_leg(client: Any) -> None:
    link = Link()
    supervision, _ = listening(client, link)
    assert supervision.step_in(end(OWN)).code == "no_conversation"
    assert link.ordered == []
    assert supervision.step_in(end(CALL)).code == ""
    assert link.ordered


def test_given_a_supervisor_who_took_a_call_over_then_his_conversation_is_one_like_any_other(
    client: Any,
) -> None:
    supervision, store = listening(client, Link(), "take_over")
    store.monitors.release(CALL)
    assert supervision.step_in(end(OWN)).code == "not_in_group"  # he is in no team: judged as a conversation


def test_given_a_new_controller_then_after_a_sweep_the_keys_of_his_phone_change_what_the_board_says(
    client: Any,
) -> None:
    link = Link()
    supervision, store = listening(client, link)
    supervision.sweep(COMPANY, {OWN, AGENT})
    supervision.on_dtmf(Event({"Event-Name": "DTMF", "Unique-ID": OWN, "DTMF-Digit": "3"}))
    until(lambda: (known := store.monitors.of(CALL)) is not None and known.mode == "barge")
    supervision.on_dtmf(Event({"Event-Name": "DTMF", "Unique-ID": OWN, "DTMF-Digit": "1"}))
    until(lambda: link.ordered == [f"uuid_recv_dtmf {OWN} 3"])


@pytest.mark.parametrize(
    ("node", "stays"),
    [("n1", False), ("n2", True), ("", False)],
    ids=["of this node", "of another node", "of a node that is not known"],
)
def test_given_a_sweep_that_does_not_find_his_leg_then_only_a_monitor_of_its_own_node_ends(
    client: Any, node: str, stays: bool
) -> None:
    supervision, store = listening(client, Link(), node=node)
    supervision.sweep(COMPANY, {"another leg"})
    assert (CALL in store.monitors.all()) is stays


def test_given_a_list_older_than_his_leg_then_he_stays_in_the_call(client: Any) -> None:
    supervision, store = listening(client, Link())
    known = store.monitors.of(CALL)
    assert known is not None
    store.monitors.keep(CALL, msgspec.structs.replace(known, since=time.time()))
    supervision.sweep(COMPANY, {AGENT})
    assert CALL in store.monitors.all()


def test_given_a_supervisor_whose_phone_rings_then_it_is_known_on_which_node(client: Any) -> None:
    supervision, store = listening(client, Link())
    store.monitors.release(CALL)
    words = {"role": "supervisor", "extension": "1010", "call": CALL, "mode": "listen"}
    assert supervision.step_in(Order(id="o2", company=COMPANY, does="step_in", words=words)).code == ""
    known = store.monitors.of(CALL)
    assert known is not None
    assert (known.supervisor, known.node, known.own) == ("1010", "n1", "")


def steps_in(supervision: Supervision) -> None:
    words = {"role": "supervisor", "extension": "1010", "call": CALL, "mode": "listen"}
    assert supervision.step_in(Order(id="o3", company=COMPANY, does="step_in", words=words)).code == ""


def test_given_a_link_that_is_lost_while_his_phone_rings_then_his_phone_is_stopped_before_another_may_step_in(
    client: Any,
) -> None:
    link = Link()
    link.job = Said(JobLost("the link is down"))
    supervision, store = listening(client, link)
    store.monitors.release(CALL)
    steps_in(supervision)
    gevent.sleep(0.05)
    known = store.monitors.of(CALL)
    assert known is not None  # he may answer: then he listens
    store.monitors.keep(CALL, msgspec.structs.replace(known, since=1.0))
    (leg,) = known.rings
    supervision.sweep(COMPANY, {AGENT, leg})
    until(lambda: f"uuid_kill {leg} NORMAL_CLEARING" in link.ordered)
    assert store.monitors.all() == {}


def test_given_a_supervisor_whose_stepping_in_fails_once_he_has_answered_then_he_does_not_stay_on_unseen(
    client: Any,
) -> None:
    link = Link()
    supervision, store = listening(client, link)
    store.monitors.release(CALL)

    def whispers_instead() -> None:
        known = store.monitors.of(CALL)
        assert known is not None
        store.monitors.keep(CALL, msgspec.structs.replace(known, mode="whisper"))

    link.job, link.refuses = Said(f"+OK {OWN}", whispers_instead), "uuid_recv_dtmf"
    steps_in(supervision)
    until(lambda: f"uuid_kill {OWN} NORMAL_CLEARING" in link.ordered)
    until(lambda: store.monitors.all() == {})


@pytest.mark.parametrize(
    ("registered_at", "seconds", "told"),
    [
        ("n2", 600, ("phone_elsewhere", {"extension": "1010", "node": "n2", "own": "n1"})),
        ("n2", -1, ("no_phone", {"extension": "1010"})),
        ("n1", 600, ("no_phone", {"extension": "1010"})),
        ("", 600, ("no_phone", {"extension": "1010"})),
    ],
    ids=[
        "on another switch",
        "there, but no longer",
        "on this one, which does not find it",
        "nobody knows where",
    ],
)
def test_given_no_phone_of_his_can_be_rung_here_then_he_is_told_why(
    client: Any, registered_at: str, seconds: float, told: tuple[str, dict[str, str]]
) -> None:
    link = Link(contact="error/user_not_registered")
    supervision, store = listening(client, link)
    store.monitors.release(CALL)
    now = Clock().unix()
    store.register("1010a", now + seconds, "1010", now - 10.0, node=registered_at)
    words = {"role": "supervisor", "extension": "1010", "call": CALL, "mode": "listen"}
    reply = supervision.step_in(Order(id="o2", company=COMPANY, does="step_in", words=words))
    assert (reply.code, dict(reply.facts)) == told
    assert store.monitors.of(CALL) is None
