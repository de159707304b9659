"""What a phone asks to be saved is the next revision, published; what may not be is refused, and nothing has changed."""

from __future__ import annotations

from typing import Any

import gevent
import pytest

from console.__main__ import phone_changes_of
from presence import keys
from presence.connection import hot, waiting
from presence.orders import OrderDesk
from routing.company import ToExtension
from schemas.settings import redis_url
from store.snapshot import SnapshotReader
from tests.console.conftest import Console

LINA = '{"action":"extension","extension":"1006"}'


@pytest.fixture
def gives_order(console: Console) -> Any:
    """Gives an order as a phone's door does, and says what became of it."""
    runs = gevent.spawn(phone_changes_of(console.settings, console.doors).run)
    address = redis_url(console.settings)
    desk = OrderDesk(hot(address), waiting(address, 3), keys.document_orders())
    yield lambda does, words: desk.give("boreal", does, words).code
    runs.kill()


@pytest.fixture
def gives(gives_order: Any) -> Any:
    """Somebody's phone asks for a forward."""
    return lambda user, to: gives_order("forward", {"user": user, "to": to})


def test_a_forward_is_saved_by_its_phone_and_in_force(console: Console, gives: Any) -> None:
    before = console.doors.documents.history("boreal")[0].revision
    assert gives("1007", LINA) == ""
    newest = console.doors.documents.history("boreal")[0]
    assert (newest.revision, newest.author) == (before + 1, "phone 1007")
    forward = _published(console).users["1007"].forward
    assert forward is not None
    assert forward.to == ToExtension(extension="1006")
    assert gives("1007", "") == ""
    assert _published(console).users["1007"].forward is None
    assert gives("1007", "") == "", "lifting it again changes nothing"
    assert console.doors.documents.history("boreal")[0].revision == before + 2


@pytest.mark.parametrize(
    ("user", "to", "why"),
    [
        ("1007", '{"action":"external","number":"+9647901234567","country":"IQ"}', "country_not_allowed"),
        ("1007", '{"action":"extension","extension":"2999"}', "mistakes"),
        ("4040", LINA, "mistakes"),
        ("1007", "what is this", "nobody"),
    ],
    ids=["not his to call", "an extension of nobody", "no user", "not an action"],
)
def test_what_is_refused_changes_nothing(console: Console, gives: Any, user: str, to: str, why: str) -> None:
    before = console.doors.documents.history("boreal")[0].revision
    assert gives(user, to) == why
    assert console.doors.documents.history("boreal")[0].revision == before


def test_the_night_switch_is_saved_by_who_may_and_in_force(console: Console, gives_order: Any) -> None:
    words = {"number": "N-MAIN", "closed": "1"}
    assert gives_order("night_switch", {"user": "1004", **words}) == "night_refused"
    assert _published(console).handlings["main"].forced == ""
    assert gives_order("night_switch", {"user": "1011", **words}) == ""
    assert _published(console).handlings["main"].forced == "closed"
    newest = console.doors.documents.history("boreal")[0]
    assert (newest.author, newest.note) == ("phone 1011", "night_switch")
    assert gives_order("night_switch", {"user": "1011", "number": "N-PERS", "closed": "1"}) == "mistakes"
    assert gives_order("night_switch", {"user": "1011", "number": "N-MAIN", "closed": ""}) == ""
    assert _published(console).handlings["main"].forced == ""


def _published(console: Console) -> Any:
    snapshot = SnapshotReader(console.settings.snapshots)
    snapshot.poll()
    found = snapshot.current("boreal")
    assert found is not None
    return found.document


def test_an_order_that_cannot_be_read_keeps_no_later_one_from_being_carried_out(
    console: Console, gives: Any
) -> None:
    console.redis.rpush(keys.document_orders(), "no order at all")
    assert gives("1007", LINA) == ""


@pytest.mark.parametrize(("when", "field"), [("busy", "own_busy"), ("unanswered", "own_unanswered")])
def test_a_forward_for_some_calls_is_saved_where_his_settings_have_it(
    console: Console, gives_order: Any, when: str, field: str
) -> None:
    assert gives_order("forward", {"user": "1007", "when": when, "to": LINA}) == ""
    there = _published(console).users["1007"]
    assert (getattr(there.open, field), there.forward) == (ToExtension(extension="1006"), None)
    assert gives_order("forward", {"user": "1007", "when": when}) == ""
    assert getattr(_published(console).users["1007"].open, field) is None
    assert gives_order("forward", {"user": "1007", "when": "never", "to": LINA}) == "nobody"
