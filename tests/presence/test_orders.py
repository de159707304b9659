"""An order is taken or taken back, and whoever gave it is never told that nothing was done when something may be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gevent
import pytest
from gevent.event import Event

from presence.connection import hot, waiting
from presence.orders import NOBODY, TAKEN_SECONDS, UNCONFIRMED, Order, OrderBook, OrderDesk, Reply

KEY = "relais:test:orders"
DONE = Reply("", {"done": "yes"})


@pytest.fixture
def client(redis_url: str) -> Iterator[Any]:
    made = hot(redis_url)
    made.delete(KEY)
    yield made
    made.delete(KEY)


def given(redis_url: str, client: Any) -> gevent.Greenlet:
    """Somebody gives an order."""
    desk = OrderDesk(client, waiting(redis_url, TAKEN_SECONDS + 1), KEY)
    return gevent.spawn(desk.give, "boreal", "end", {})


def taken(redis_url: str) -> tuple[OrderBook, Order]:
    book = OrderBook(waiting(redis_url, TAKEN_SECONDS + 1), KEY)
    order = book.take(TAKEN_SECONDS)
    assert order is not None
    return book, order


def test_given_an_order_that_is_carried_out_then_its_reply_comes(redis_url: str, client: Any) -> None:
    asked = given(redis_url, client)
    book, order = taken(redis_url)
    book.reply(order, DONE)
    assert asked.get(timeout=5) == DONE


def test_given_nobody_who_takes_it_then_it_is_taken_back(redis_url: str, client: Any) -> None:
    assert given(redis_url, client).get(timeout=5) == NOBODY
    assert client.llen(KEY) == 0


def test_given_one_that_is_answered_late_then_it_is_not_said_to_be_undone(
    redis_url: str, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = Event()
    removed = client.lrem
    monkeypatch.setattr(client, "lrem", lambda *words: (late.set(), removed(*words))[1])
    asked = given(redis_url, client)
    book, order = taken(redis_url)
    assert late.wait(5), "the first wait is over"
    book.reply(order, DONE)
    assert asked.get(timeout=5) == DONE


def test_given_one_that_is_taken_and_never_answered_then_that_is_what_is_said(
    redis_url: str, client: Any
) -> None:
    asked = given(redis_url, client)
    taken(redis_url)
    assert asked.get(timeout=6) == UNCONFIRMED
