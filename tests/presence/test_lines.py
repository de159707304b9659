"""Lines to the outside in a real Redis: the last one is one call's, whoever is quicker (P21)."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from presence.committing import NO_LINE, Agents
from presence.connection import hot
from presence.lines import Line, LineStore, Wanted, in_use, line_of
from presence.reservations import Contended, Reservations
from routing.agents import Reservation


class Store(LineStore):
    """The lines of a company, and its agents, with whom they are taken."""

    def __init__(self, client: Any, company: str) -> None:
        super().__init__(client, company)
        self.agents, self.reservations = Agents(client, company), Reservations(client, company)

    def take(
        self, lines: Mapping[str, Line], most: int, channels: Mapping[str, int], apart: tuple[str, ...] = ()
    ) -> bool:
        """They are taken, and nothing else with them."""
        return self.agents.commit([], lines=Wanted(lines, most, channels, apart)) == []


@pytest.fixture
def store(redis_url: str) -> Store:
    return Store(hot(redis_url), f"c{uuid4().hex[:8]}")


def line(call: str, trunk: str = "", *, claimed: bool = True) -> Line:
    return Line(node="n", trunk=trunk, call=call, at=100.0, claimed=claimed)


@pytest.mark.parametrize("each", [line("c", "T-A"), line("c"), Line(node="n")])
def test_given_a_line_then_what_is_kept_of_it_says_all(each: Line) -> None:
    assert line_of(each.text()) == each


def test_given_many_calls_at_once_then_no_more_than_the_company_has(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda n: store.take({f"leg-{n}": line(f"call-{n}")}, 3, {}), range(20)))
    assert (sum(taken), len(store.all())) == (3, 3)


def test_given_a_trunk_that_is_full_then_another_still_has_room(store: Store) -> None:
    limits = {"T-A": 1, "T-B": 0}
    assert store.take({"1": line("one", "T-A")}, 10, limits)
    assert not store.take({"2": line("two", "T-A")}, 10, limits)
    assert store.take({"3": line("two", "T-B")}, 10, limits)


def test_given_legs_of_one_step_then_all_of_them_or_none(store: Store) -> None:
    assert not store.take({"1": line("c", "T-A"), "2": line("c", "T-A")}, 10, {"T-A": 1})
    assert store.all() == {}


def test_given_a_claim_without_a_channel_then_the_same_calls_next_one_takes_its_place(
    store: Store,
) -> None:
    assert store.take({"first try": line("c", "T-A")}, 1, {})
    assert store.take({"second try": line("c", "T-B")}, 1, {})
    assert list(store.all()) == ["second try"]
    store.begins("second try", line("c", "T-B", claimed=False))
    assert not store.take({"third": line("c")}, 1, {}), "a live channel is in the way of its own call too"


def test_given_no_limit_then_an_emergency_call_takes_its_line(store: Store) -> None:
    assert store.take({"1": line("one")}, 1, {})
    assert store.take({"2": line("two")}, 0, {})


def test_given_what_a_call_claimed_itself_then_it_is_not_counted_against_it() -> None:
    texts = [line("c", "T-A").text(), line("d", "T-A").text(), line("c", claimed=False).text()]
    assert in_use(texts, "c") == {"T-A": 1, "": 1}


def test_given_no_line_left_then_the_unit_that_goes_with_it_is_not_taken_either(store: Store) -> None:
    """One step: a call that dies between the two would keep one of them."""
    assert store.take({"1": line("one")}, 1, {})
    known = store.reservations.read(["1004"], 100.0)
    wanted = Reservation(call="two", holder="dialplan", since=100.0, until=120.0, profile="out")
    lines = Wanted({"2": line("two")}, 1, {})
    assert store.reservations.claim(known.values(), wanted, lines=lines) == Contended({NO_LINE: "no_line"})
    assert (store.reservations.all(), list(store.all())) == ({}, ["1"])


def test_given_an_agent_who_changed_meanwhile_then_no_line_is_taken(store: Store) -> None:
    known = store.reservations.read(["1004"], 100.0)
    first = Reservation(call="one", holder="dialplan", since=100.0, until=120.0)
    assert store.reservations.claim(known.values(), first) is None
    second = Reservation(call="two", holder="dialplan", since=100.0, until=120.0)
    assert (
        store.reservations.claim(known.values(), second, lines=Wanted({"2": line("two")}, 0, {})) is not None
    )
    assert store.all() == {}
    again = store.reservations.read(["1004"], 121.0)
    assert store.reservations.claim(again.values(), msgspec.structs.replace(second, since=121.0, until=140.0),
                                    lines=Wanted({"2": line("two")}, 0, {})) is None  # fmt: skip
    assert list(store.all()) == ["2"]


def test_given_trunks_whose_lines_are_none_of_the_companys_then_their_channels_alone_limit_them(
    store: Store,
) -> None:
    limits, apart = {"T-TEAMS": 2}, ("T-TEAMS",)
    for leg in ("1", "2"):
        assert store.take({leg: line(leg, "T-TEAMS")}, 1, limits, apart)
    assert not store.take({"3": line("3", "T-TEAMS")}, 1, limits, apart)
    assert store.take({"4": line("4", "T-A")}, 1, limits, apart)
    assert not store.take({"5": line("5", "T-A")}, 1, limits, apart)
