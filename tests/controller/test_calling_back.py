"""Requests to be called back, served on a real Redis: a member is kept and rung once, and what became of it is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import gevent
import msgspec
import pytest
from gevent.event import Event

from controller.call_backs import CallBacks
from controller.esl import NotSent, Unconfirmed
from presence import keys
from presence.agents import AgentStore
from presence.call_backs import CallBackStore
from presence.clock import Clock
from presence.connection import Away, hot
from presence.orders import Order, Reply
from presence.reservations import Contended
from routing.call_backs import PAUSE_SECONDS, CallBackRequest, placed_id
from routing.compiled import Company, compile_company
from tests.routing.test_outbound import changed

X = "+14505550199"


class Placer:
    """Rings nobody: keeps what it is told, and whom to tell how it ended."""

    def __init__(self, reply: Reply) -> None:
        self.reply, self.orders = reply, list[Order]()
        self.over: Callable[[bool | None], object] = lambda taken: None
        self.raises: Exception | None = None

    def place(self, order: Order, over: Callable[[bool | None], object]) -> Reply:
        self.orders.append(order)
        self.over = over
        if self.raises is not None:
            raise self.raises
        return self.reply


class Desk:
    """A company of its own with a caller of its queue who is to be called back, and Omar, who is free, or more `members`."""

    def __init__(
        self, url: str, reply: Reply = Reply(), registered_at: str = "", members: tuple[str, ...] = ("1004",)
    ) -> None:
        self.client, self.placer = hot(url), Placer(reply)
        self.company = _company(f"c{uuid4().hex[:8]}", members)
        ident = self.company.id
        self.store, self.requests = AgentStore(self.client, ident), CallBackStore(self.client, ident)
        now = Clock().unix()
        for member in members:
            self.store.register(f"{member}a", now + 600, member, now, node=registered_at)
        self.requests.keep(CallBackRequest(call="a", queue="Q-SUP", number=X, since=now - 60))
        self.call_backs = self.of_node("node")

    def of_node(self, node: str) -> CallBacks:
        """What the controller of a switch does."""
        published: Any = type("Published", (), {"companies": {self.company.id: self.company}})
        placer: Any = self.placer
        return CallBacks(self.client, Clock(), published, lambda _: self.store, placer, node)

    def kept_for(self) -> list[str]:
        return [call for call, _ in self.store.reservations.all()]


def _company(ident: str, members: tuple[str, ...]) -> Company:
    queue = {"members": list(members), "teams": [], "capacity": "", "overflow": []}
    sample = changed(queues={"Q-SUP": queue}).document
    account = msgspec.structs.replace(sample.account, id=ident)
    return compile_company(msgspec.structs.replace(sample, account=account), 1)


def look(call_backs: CallBacks) -> None:
    """To the end of what that began."""
    call_backs.look()
    call_backs._placing.join(timeout=5)


@pytest.fixture
def desk(redis_url: str) -> Desk:
    return Desk(redis_url)


def test_given_a_free_member_then_his_phone_rings_once_and_he_is_kept_for_it(desk: Desk) -> None:
    look(desk.call_backs)
    look(desk.call_backs)
    (order,) = desk.placer.orders
    assert (order.words["extension"], order.words["to"], order.words["why"]) == ("1004", X, "callback")
    assert order.words["call"] == placed_id("a")
    assert desk.kept_for() == [placed_id("a")]


def test_given_that_he_takes_it_then_the_request_is_over(desk: Desk) -> None:
    look(desk.call_backs)
    desk.placer.over(True)
    assert desk.requests.all() == []


def test_given_that_he_does_not_then_it_rests_and_he_is_free(desk: Desk) -> None:
    look(desk.call_backs)
    desk.placer.over(False)
    (request,) = desk.requests.all()
    assert request.tries == 1
    assert request.not_before == pytest.approx(Clock().unix() + PAUSE_SECONDS, abs=5)
    assert desk.kept_for() == []
    look(desk.call_backs)
    assert len(desk.placer.orders) == 1


def test_given_a_phone_that_cannot_be_reached_then_it_rests_too(redis_url: str) -> None:
    desk = Desk(redis_url, Reply("no_phone"))
    look(desk.call_backs)
    (request,) = desk.requests.all()
    assert (request.tries, desk.kept_for()) == (1, [])


@pytest.mark.parametrize(
    "why", [NotSent("the link is down"), KeyError("a bug")], ids=["its link is down", "a bug"]
)
def test_given_a_switch_that_is_not_asked_then_it_rests_and_he_is_free_and_it_is_tried_again(
    desk: Desk, why: Exception
) -> None:
    desk.placer.raises = why
    look(desk.call_backs)
    (request,) = desk.requests.all()
    assert (request.tries, desk.kept_for()) == (1, [])
    desk.placer.raises = None
    desk.requests.keep(msgspec.structs.replace(request, not_before=0.0))
    look(desk.call_backs)
    assert len(desk.placer.orders) == 2


def test_given_two_switches_and_two_free_members_then_one_of_them_is_rung_for_a_request(
    redis_url: str,
) -> None:
    desk = Desk(redis_url, members=("1004", "1005"))
    one, two = desk.of_node("one"), desk.of_node("two")
    look(one)
    look(two)
    assert len(desk.placer.orders) == 1
    desk.placer.over(False)
    (request,) = desk.requests.all()
    desk.requests.keep(msgspec.structs.replace(request, not_before=0.0))
    look(two)
    assert len(desk.placer.orders) == 2


def test_given_a_member_who_was_taken_meanwhile_then_the_request_is_free_for_another_switch(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = desk.of_node("one"), desk.of_node("two")
    monkeypatch.setattr(desk.store.reservations, "claim", lambda *_: Contended({"1004": "changed"}))
    look(one)
    monkeypatch.undo()
    look(two)
    assert len(desk.placer.orders) == 1


def test_given_redis_away_when_he_takes_it_then_nobody_calls_back_twice(desk: Desk) -> None:
    look(desk.call_backs)
    there, desk.call_backs._client = desk.call_backs._client, hot("unix:///nowhere/redis.sock")
    desk.placer.over(True)
    with pytest.raises(Away):
        look(desk.call_backs)
    desk.call_backs._client = there
    look(desk.call_backs)
    assert (desk.requests.all(), len(desk.placer.orders)) == ([], 1)


def test_given_a_switch_that_may_have_obeyed_then_nobody_else_is_rung_meanwhile(desk: Desk) -> None:
    desk.placer.raises = Unconfirmed("no answer in time")
    for _ in range(2):
        look(desk.call_backs)
    (request,) = desk.requests.all()
    assert (len(desk.placer.orders), request.tries, desk.kept_for()) == (1, 0, [placed_id("a")])


@pytest.mark.parametrize("answered", [True, False], ids=["he took it", "he did not"])
def test_given_that_nobody_knows_whether_he_took_it_then_it_is_seen_when_his_phone_rings_no_more(
    desk: Desk, answered: bool
) -> None:
    look(desk.call_backs)
    desk.placer.over(None)
    look(desk.call_backs)
    assert (len(desk.placer.orders), len(desk.requests.all())) == (1, 1)
    desk.client.delete(keys.calling_back(desk.company.id, "a"))  # its time is over
    desk.store.reservations.release(
        ["1004"], placed_id("a"), "node", Clock().unix()
    )  # and that of his reservation
    if answered:
        desk.store.call(placed_id("a"), {"state": "in progress"})
    look(desk.call_backs)
    assert (len(desk.placer.orders), len(desk.requests.all())) == ((1, 0) if answered else (2, 1))


@pytest.mark.parametrize(("registered_at", "rung"), [("node", 1), ("another", 0), ("", 1)])
def test_given_several_switches_then_the_one_his_phone_registered_with_rings_it_and_the_others_count_no_try(
    redis_url: str, registered_at: str, rung: int
) -> None:
    desk = Desk(redis_url, registered_at=registered_at)
    look(desk.call_backs)
    (request,) = desk.requests.all()
    assert (len(desk.placer.orders), request.tries, request.not_before) == (rung, 0, 0)
    assert desk.kept_for() == [placed_id("a")] * rung


def test_given_two_requests_and_two_free_members_then_both_ring_though_the_switch_says_nothing_of_the_first(
    redis_url: str,
) -> None:
    desk = Desk(redis_url, members=("1004", "1005"))
    desk.requests.keep(CallBackRequest(call="b", queue="Q-SUP", number=X, since=Clock().unix() - 30))
    silent, place = Event(), desk.placer.place

    def slow(order: Order, over: Callable[[bool], object]) -> Reply:
        said = place(order, over)
        if order.id == "a":
            silent.wait(5)
        return said

    desk.placer.place = slow  # type: ignore[method-assign]
    look(desk.call_backs)
    with gevent.Timeout(5, AssertionError("the second waits for the first")):
        while len(desk.placer.orders) < 2:
            gevent.sleep(0.01)
    assert {order.words["extension"] for order in desk.placer.orders} == {"1004", "1005"}
    assert not silent.is_set()
    silent.set()
    desk.call_backs._placing.join(timeout=5)


def test_given_a_first_request_that_another_switch_is_to_ring_for_then_the_second_is_rung_here(
    redis_url: str,
) -> None:
    desk = Desk(redis_url, registered_at="another")
    now = Clock().unix()
    desk.store.register("1005a", now + 600, "1005", now, node="node")
    desk.company = _company(desk.company.id, ("1004", "1005"))
    desk.requests.keep(CallBackRequest(call="b", queue="Q-SUP", number=X, since=now - 30))
    desk.store.suppose_idle("1004", now - 90, now)
    desk.store.suppose_idle("1005", now - 10, now)
    look(desk.of_node("node"))
    assert [(order.id, order.words["extension"]) for order in desk.placer.orders] == [("b", "1005")]
