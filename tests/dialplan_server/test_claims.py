"""Members whom a decision rings are kept for its call, in a real Redis; whoever had just been taken is not rung twice."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest

from dialplan_server.answering import Answering
from dialplan_server.claim_door import ClaimDoor
from dialplan_server.presence_door import PresenceDoor
from presence.agents import AgentStore
from presence.connection import hot
from presence.gathering import Gathered
from presence.nodes import NodeLease
from presence.pipelines import Pipelines
from presence.reservations import Reservations
from routing.agents import Reservation
from routing.company import CompanyDocument
from schemas.company import load_company, plain_company
from schemas.merge_patch import merged
from tests.dialplan_server.asking import UUID, answering, call, publish, settings_in, variables_of
from tests.sample import at, document

WHEN = at("2026-10-13 10:00")
OTHER = "00000000-0000-4000-8000-000000000002"
SALES = "+15145550102"
TEAM = [{"action": "ring", "members": ["1004", "1005", "1006"], "strategy": "fixed_order"}]
Gather = Callable[..., Gathered]


class Office:
    """A company of its own in which everybody is there, and a worker for its calls."""

    def __init__(self, url: str, var: Path) -> None:
        self.company, self.node = f"c{uuid4().hex[:8]}", f"n{uuid4().hex[:8]}"
        found = load_company(merged(plain_company(document()), {"handlings": {"sales": {"open": TEAM}}}))
        assert isinstance(found, CompanyDocument), found
        ours = msgspec.structs.replace(found.account, id=self.company, domain="claims.example")
        self.settings = settings_in(var)
        publish(self.settings, msgspec.structs.replace(found, account=ours))
        self.client = hot(url)
        store = AgentStore(self.client, self.company)
        for user in document().users.values():
            for device in user.devices:
                store.register(device, WHEN.timestamp() + 3600)
        NodeLease(self.client, self.node, "us").renew()
        self.ask = PresenceDoor(Pipelines(url), self.node).ask
        self.reservations = Reservations(self.client, self.company)

    def worker(self, gather: Gather | None = None, url: str = "") -> Answering:
        claim = ClaimDoor(hot(url) if url else self.client).claim
        return answering(self.settings, WHEN, gather or self.ask, claim=claim)

    def rung(self, worker: Answering, uuid: str, dialled: str = SALES) -> set[str]:
        """A colleague calls, or a customer a number; whose phones ring."""
        known = {
            "variable_sip_authorized": "true",
            "variable_relais_company": self.company,
            "variable_relais_owner": "1010",
        }
        where = {"Unique__ID": uuid, "FreeSWITCH__Switchname": self.node}
        context = "relais-trunk" if dialled.startswith("+") else "relais-phone"
        answer = worker.dialplan(call(dialled, context, **known, **where))
        return {leg.partition(":")[2] for leg in variables_of(answer)["relais_legs"].split(".")}

    def calls_out(self, worker: Answering, uuid: str, owner: str = "1003") -> bool:
        """One of his phones dials a customer; whether the call leaves."""
        known = {
            "variable_sip_authorized": "true",
            "variable_relais_company": self.company,
            "variable_relais_owner": owner,
        }
        where = {"Unique__ID": uuid, "FreeSWITCH__Switchname": self.node}
        return b"sofia/gateway/" in worker.dialplan(call("+14505550166", "relais-phone", **known, **where))

    def kept(self) -> dict[str, str]:
        """Extension -> the call."""
        return {extension: of for of, extension in self.reservations.all()}


@pytest.fixture
def office(redis_url: str, tmp_path: Path) -> Office:
    return Office(redis_url, tmp_path)


def test_given_two_calls_to_a_team_then_each_rings_and_keeps_another_member(office: Office) -> None:
    worker = office.worker()
    first, second = office.rung(worker, UUID), office.rung(worker, OTHER)
    assert first
    assert second
    assert first.isdisjoint(second)
    assert first | second == office.kept().keys()
    assert set(office.kept().values()) == {UUID, OTHER}


def test_given_a_direct_call_then_nobody_is_kept(office: Office) -> None:
    assert office.rung(office.worker(), UUID, "1007")
    assert office.kept() == {}


def test_given_the_same_question_twice_then_the_same_member_is_kept_once(office: Office) -> None:
    worker = office.worker()
    assert office.rung(worker, UUID) == office.rung(worker, UUID)
    assert len(office.kept()) == 1


def test_given_a_member_who_is_taken_between_question_and_claim_then_the_decision_is_taken_again(
    office: Office,
) -> None:
    taken: list[str] = []

    def late(*asked: object) -> Gathered:
        found = office.ask(*asked)  # type: ignore[arg-type] # whatever the worker asks
        if not taken:
            (first,) = office.rung(answering(office.settings, WHEN, office.ask), UUID)
            taken.append(first)
            theirs = Reservation(
                call=OTHER, holder="one", since=WHEN.timestamp(), until=WHEN.timestamp() + 60
            )
            assert office.reservations.claim([found.known[first]], theirs) is None
        return found

    worker = office.worker(late)
    rung = office.rung(worker, UUID)
    assert rung
    assert taken[0] not in rung
    assert office.kept()[taken[0]] == OTHER
    assert b"relais_dialplan_contended_total 1.0" in worker.metrics.text()


def test_given_two_phones_of_one_person_that_dial_at_once_then_the_last_unit_is_one_calls(
    office: Office,
) -> None:
    before = office.ask
    seen: list[Gathered] = []

    def stale(*asked: object) -> Gathered:
        """Both calls are decided from what was so before either."""
        found = before(*asked)  # type: ignore[arg-type] # whatever the worker asks
        seen.append(found)
        return seen[0] if len(seen) <= 2 else found

    worker = office.worker(stale)
    assert office.calls_out(worker, UUID)
    assert not office.calls_out(worker, OTHER)
    assert office.kept() == {"1003": UUID}
    assert office.calls_out(worker, UUID), "the same call asked again is not in its own way"


def test_given_somebody_with_units_who_dials_twice_at_once_then_each_call_takes_one_and_is_counted(
    office: Office,
) -> None:
    worker = office.worker()
    assert office.calls_out(worker, UUID, "1004")
    assert office.calls_out(worker, OTHER, "1004")
    assert {of for of, who in office.reservations.all() if who == "1004"} == {UUID, OTHER}
    store = AgentStore(office.client, office.company)
    assert {line.call for line in store.lines.all().values()} == {UUID, OTHER}
    assert store.company_calls().in_day == 2
    assert b"relais_dialplan_contended_total 0.0" in worker.metrics.text()


def test_given_a_call_that_a_supervisor_forced_then_it_leaves_and_takes_a_unit_over_the_limit(
    office: Office,
) -> None:
    worker = office.worker()
    assert office.calls_out(worker, UUID)
    assert not office.calls_out(worker, OTHER)
    known = {
        "variable_relais_company": office.company, "variable_relais_owner": "1003", "variable_relais_placed": "forced",
    }  # fmt: skip
    where = {"Unique__ID": OTHER, "FreeSWITCH__Switchname": office.node, "variable_relais_call": OTHER}
    answer = worker.dialplan(call("+14505550166", "relais-phone", **known, **where))
    assert b"sofia/gateway/" in answer
    assert {of for of, who in office.reservations.all() if who == "1003"} == {UUID, OTHER}


def test_given_no_redis_for_the_claim_then_the_phone_rings_all_the_same(office: Office) -> None:
    assert office.rung(office.worker(url="unix:///nowhere/redis.sock"), UUID)
    assert office.kept() == {}


def test_given_a_star_code_for_do_not_disturb_then_whoever_dials_it_is_so_at_once(office: Office) -> None:
    known = {
        "variable_sip_authorized": "true", "variable_relais_company": office.company, "variable_relais_owner": "1005",
    }  # fmt: skip
    where = {"Unique__ID": UUID, "FreeSWITCH__Switchname": office.node}
    worker = office.worker()
    assert b"dnd_on" in worker.dialplan(call("*78", "relais-phone", **known, **where))
    agents = AgentStore(office.client, office.company).agents.read(["1005"], WHEN.timestamp())
    assert agents["1005"].inputs.intent.kind == "dnd"
    assert "1005a" not in office.rung(worker, OTHER)


RINGING = "10000000-0000-4000-8000-00000000000%d"


def picks_up(office: Office, worker: Answering, uuid: str, owner: str = "1005") -> str:
    """A colleague dials the star code; the channel that is taken, empty for none."""
    known = {
        "variable_sip_authorized": "true", "variable_relais_company": office.company, "variable_relais_owner": owner,
    }  # fmt: skip
    where = {"Unique__ID": uuid, "FreeSWITCH__Switchname": office.node}
    answer = worker.dialplan(call("*97", "relais-phone", **known, **where)).decode()
    return found[1] if (found := re.search('application="intercept" data="([0-9a-f-]+)"', answer)) else ""


def rings_at_omars(office: Office, *numbers: int) -> None:
    """Calls, the first the oldest, as their controller tells of them."""
    store = AgentStore(office.client, office.company)
    for number in numbers:
        told = {"uuid": RINGING % number, "since": 10.0 + number, "node": office.node, "ringing": ["1004a"]}
        store.call(f"c{number}", told)


@pytest.mark.parametrize(
    ("ringing", "second"), [((1,), ""), ((1, 2), RINGING % 2)], ids=["one rings", "another rings too"]
)
def test_given_two_who_pick_up_at_once_then_each_call_is_taken_by_one_of_them(
    office: Office, ringing: tuple[int, ...], second: str
) -> None:
    rings_at_omars(office, *ringing)
    worker = office.worker()
    assert picks_up(office, worker, UUID) == RINGING % 1
    assert picks_up(office, worker, OTHER, "1006") == second
    assert picks_up(office, worker, UUID) == RINGING % 1, "the same call asked again is not in its own way"


def test_given_no_redis_for_the_claim_then_a_call_is_picked_up_all_the_same(office: Office) -> None:
    rings_at_omars(office, 1)
    assert picks_up(office, office.worker(url="unix:///nowhere/redis.sock"), UUID) == RINGING % 1


def test_given_somebody_who_took_a_call_and_it_rings_again_then_it_may_be_taken_again(office: Office) -> None:
    rings_at_omars(office, 1)
    assert picks_up(office, office.worker(), UUID) == RINGING % 1
    (key,) = office.client.keys(f"relais:{office.company}:taken:*")
    assert 0 < office.client.pttl(key) <= 3000
    office.client.delete(key)  # its time is over
    assert picks_up(office, office.worker(), OTHER, "1006") == RINGING % 1
