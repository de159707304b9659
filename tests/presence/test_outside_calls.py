"""What the fraud guard counts, in a real Redis: with the claim or not at all, no call twice, no hold unseen."""

from __future__ import annotations

import msgspec
import pytest

from presence import keys
from presence.committing import Cause
from presence.outside_calls import Tally
from routing.agents import Reservation
from routing.outside_calls import COMPANY, Hold, OutsideCalls
from tests.presence.test_reservations import Desk

ONE, TWO = OutsideCalls(in_day=1), OutsideCalls(in_day=2)
HELD = OutsideCalls(in_day=1, held=Hold("unusual_cost", 100.0, 3))
CAUSE = Cause(how="calls_out", source="dialplan", now=100.0, call="c1")


@pytest.fixture
def desk(redis_url: str) -> Desk:
    return Desk(redis_url)


def written(calls: OutsideCalls) -> str:
    return msgspec.json.encode(calls).decode()


def test_given_a_claim_then_what_it_counts_is_written_with_it(desk: Desk) -> None:
    known = desk.reservations.read(["1004"], 100.0)
    wanted = Reservation(call="c1", holder="dialplan", since=100.0, until=120.0, profile="out")
    tally = Tally({"1004": ONE, COMPANY: ONE})
    assert desk.reservations.claim(list(known.values()), wanted, tally=tally) is None
    again = desk.reservations.read(["1004"], 101.0)["1004"].inputs
    assert (again.outside_calls, list(again.reservations)) == (ONE, ["c1"])
    assert desk.store.company_calls() == ONE


@pytest.mark.parametrize("meanwhile", ["agent", "company"])
def test_given_somebody_who_counted_meanwhile_then_nothing_is_written(desk: Desk, meanwhile: str) -> None:
    """Two calls dialled at once share no last call of a limit."""
    known = list(desk.reservations.read(["1004"], 100.0).values())
    first = Tally({"1004": ONE, COMPANY: ONE} if meanwhile == "agent" else {COMPANY: ONE})
    others = known if meanwhile == "agent" else []
    assert desk.another().count(others, first, CAUSE) is None
    second = Tally({"1004": TWO, COMPANY: TWO})
    refused = desk.reservations.count(known, second, CAUSE)
    assert refused is not None
    assert desk.store.company_calls() == ONE
    assert desk.reservations.read(["1004"], 101.0)["1004"].inputs.outside_calls in (ONE, OutsideCalls())


def test_given_the_text_it_was_decided_from_then_the_company_is_counted_on(desk: Desk) -> None:
    assert desk.reservations.count([], Tally({COMPANY: ONE}), CAUSE) is None
    assert desk.reservations.count([], Tally({COMPANY: TWO}, was=written(ONE)), CAUSE) is None
    assert desk.store.company_calls() == TWO


def test_given_a_hold_then_the_streams_say_so_and_who_lifts_it_is_named(desk: Desk) -> None:
    known = list(desk.reservations.read(["1004"], 100.0).values())
    assert desk.reservations.count(known, Tally({"1004": HELD, COMPANY: HELD}), CAUSE) is None
    feed = [
        (line["who"], line["how"], line["source"]) for _, line in desk.client.xrange(keys.feed(desk.company))
    ]
    assert (desk.company, "outbound_held", "fraud_guard") in feed
    assert ("1004", "outbound_held", "fraud_guard") in feed
    assert desk.store.lift_hold("1004", "admin ines", 200.0)
    assert desk.store.lift_company_hold("admin ines", 200.0)
    assert not desk.store.lift_hold("1004", "admin ines", 201.0)
    assert not desk.store.lift_company_hold("admin ines", 201.0)
    lifted = [(who, source) for who, how, _, _, source in desk_lines(desk) if how == "hold_lifted"]
    assert lifted == [("1004", "admin ines"), (desk.company, "admin ines")]
    assert desk.reservations.read(["1004"], 202.0)["1004"].inputs.outside_calls == OutsideCalls()
    assert desk.store.company_calls() == OutsideCalls()


def desk_lines(desk: Desk) -> list[tuple[str, str, str, str, str]]:
    lines = [line for _, line in desk.client.xrange(keys.transitions(desk.company))]
    return [(e["who"], e["how"], e.get("from", ""), e.get("to", ""), e["source"]) for e in lines]
