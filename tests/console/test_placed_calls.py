"""Click to call by the API: what is asked of the controller, and every refusal before anything rings."""

from __future__ import annotations

import gevent
import msgspec
import pytest

from presence import keys
from presence.connection import waiting
from presence.orders import Order, OrderBook, Reply
from routing.agents import LegActivity
from schemas.settings import redis_url
from tests.console.conftest import Console
from tests.sample import document

AGENTS = "/api/v1/companies/boreal/agents"


def post(console: Console, extension: str, to: str, **more: object):  # type: ignore[no-untyped-def]
    return console.app.test_client().post(
        f"{AGENTS}/{extension}/calls", json={"to": to, **more}, headers=console.token("supervisor")
    )


def controller(console: Console, reply: Reply, taken: list[Order]) -> None:
    """One that takes one order."""
    book = OrderBook(waiting(redis_url(console.settings), 3), keys.orders(console.settings.node))
    order = book.take(2.0)
    if order is not None:
        taken.append(order)
        book.reply(order, reply)


def registered(console: Console, device: str, owner: str) -> None:
    now = console.doors.clock.unix("boreal")
    console.agents().register(device, now + 600, owner, now)


def test_given_an_agent_with_a_phone_then_it_rings_and_the_call_has_an_id(console: Console) -> None:
    registered(console, "1003a", "1003")
    taken: list[Order] = []
    works = gevent.spawn(controller, console, Reply(), taken)
    answer = post(console, "1003", "450-555-0166")
    works.join()
    assert (answer.status_code, answer.json["devices"]) == (202, ["1003a"])
    words = dict(taken[0].words)
    assert (taken[0].does, words.pop("call")) == ("place_call", answer.json["call"])
    assert words == {
        "extension": "1003", "to": "450-555-0166", "shown": "+14505550166", "devices": "1003a", "why": "click",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("extension", "to", "status", "code"),
    [
        ("1012", "+14505550166", 403, "no_outbound_profile"),
        ("1003", "*0160*+33199000199", 403, "country_not_allowed"),
        ("1003", "+18005550166@evil.example", 403, "outside_invalid"),
        ("1003", "${system(id)}", 403, "outside_invalid"),
        ("1003", "+1450555٠١٦٦", 403, "outside_invalid"),
        ("1003", "5" * 65, 422, "mistakes"),
        ("1003", "8999", 403, "extension_unknown"),
        ("1003", "1004", 409, "no_phone"),
        ("9999", "1004", 404, "unknown_agent"),
    ],
)
def test_given_what_may_not_be_called_then_the_code_says_why(
    console: Console, extension: str, to: str, status: int, code: str
) -> None:
    answer = post(console, extension, to)
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert answer.json["title"]


def test_given_a_number_that_the_company_blocks_then_no_program_calls_it_either(console: Console) -> None:
    account = msgspec.structs.replace(document().account, blocked_numbers=("+1450*",))
    console.save(msgspec.structs.replace(document(), account=account))
    answer = post(console, "1003", "+14505550166")
    assert (answer.status_code, answer.json["code"]) == (403, "number_blocked")


def test_given_no_controller_then_nothing_is_left_for_later(console: Console) -> None:
    registered(console, "1003a", "1003")
    answer = post(console, "1003", "+14505550166")
    assert (answer.status_code, answer.json["code"]) == (503, "no_controller")
    assert console.redis.keys("relais:node:*:orders") == []


def test_given_a_phone_of_somebody_else_then_there_is_none(console: Console) -> None:
    registered(console, "1003a", "1003")
    assert post(console, "1003", "1004", device="1004a").json["code"] == "no_phone"


def test_given_outside_calls_that_are_locked_then_the_code_says_so(console: Console) -> None:
    account = msgspec.structs.replace(document().account, outbound_locked=True)
    console.save(msgspec.structs.replace(document(), account=account))
    answer = post(console, "1003", "+14505550166")
    assert (answer.status_code, answer.json["code"]) == (403, "outbound_locked")


def busy(console: Console, extension: str) -> None:
    """He is on a call of his own that takes his only unit."""
    now = console.doors.clock.unix("boreal")
    registered(console, f"{extension}a", extension)
    leg = LegActivity(
        owner=extension, state="answered", call="c1", node="node-1", since=now, device=f"{extension}a"
    )
    console.agents().leg("l", leg)
    console.agents().works("l", extension, now, call="c1", profile="CP-OUT-1")


def test_given_no_unit_left_then_a_supervisor_forces_one_more_call_and_nothing_else(console: Console) -> None:
    busy(console, "1003")
    refused = post(console, "1003", "4505550166")
    assert (refused.status_code, refused.json["code"]) == (403, "capacity_exceeded")
    taken: list[Order] = []
    works = gevent.spawn(controller, console, Reply(), taken)
    answer = post(console, "1003", "4505550166", force=True)
    works.join()
    assert (answer.status_code, taken[0].words["why"]) == (202, "forced")
    elsewhere = post(console, "1003", "*0160*+33199000199", force=True)
    assert (elsewhere.status_code, elsewhere.json["code"]) == (403, "country_not_allowed")


def test_given_a_supervisor_of_others_then_he_forces_nothing(console: Console) -> None:
    busy(console, "1003")
    client = console.app.test_client()
    token = console.token("supervisor", "boreal", "1010")
    answer = client.post(f"{AGENTS}/1003/calls", json={"to": "4505550166", "force": True}, headers=token)
    assert (answer.status_code, answer.json["code"]) == (403, "force_refused")
