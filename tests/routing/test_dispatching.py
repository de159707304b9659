"""Whom a controller rings for which caller of a queue: the first of the line first, nobody twice (design 2.8, Z50)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from random import Random
from typing import Any

import msgspec
import pytest

from routing.call import Call
from routing.company import CompanyDocument
from routing.compiled import Company, compile_company
from routing.dispatching import (
    ROUND_SECONDS,
    Caller,
    Turned,
    arrived,
    decide,
    offer_over,
    offered,
    people,
    place_of,
    stands,
)
from routing.route import Attempt, LegOutcome, Outcome, OutcomeKind, Place
from routing.snapshot import Agent, AgentState, Snapshot, Waiting
from routing.steps import Ring
from schemas.company import load_company, plain_company
from schemas.merge_patch import merged
from tests.controller.queue_stage import QUEUE
from tests.controller.queue_stage import document as queue_of
from tests.sample import at, document

NOW = at("2026-10-13T10:00")
SECOND = NOW.timestamp()
SUPPORT = ("1007", "1008", "1012")
DONE = Outcome(OutcomeKind.DONE)


def company(**queue: Any) -> Company:
    plain = {"max_waiting": None, "capacity": None, "overflow": None, "max_wait": None, "wrap_up": 0}
    patch = {"queues": {"Q-SUP": {**plain, "strategy": "fixed_order", **queue}}}
    found = load_company(merged(plain_company(document()), patch))
    assert isinstance(found, CompanyDocument), found
    return compile_company(found, 1)


def caller(
    name: str, waited: float = 30.0, *, there: Company | None = None, queue: str = "Q-SUP", **more: Any
) -> Caller:
    """Somebody who has listened to the music of a queue for so long."""
    place = Place("q", queue, "o", f"s0w0-{int(SECOND - waited):x}")
    call = Call(
        id=name, company="boreal", entry_kind="extension", entry="7000", caller_number="1010",
        received_at=NOW, answered=True,
    )  # fmt: skip
    known = {"history": (Attempt(place, DONE),), "company": there or company(), **more}
    return Caller(leg=f"leg-{name}", call=call, revision=1, step=2, place=place, **known)


def agents(*free: str, **states: AgentState) -> Mapping[str, Agent]:
    given = {name[1:]: state for name, state in states.items()}
    return {
        ext: Agent(
            state=given.get(ext, AgentState.AVAILABLE if ext in free else AgentState.ON_CALL),
            registered=frozenset(user.devices), idle_since=SECOND - 1000 + int(ext),
        )
        for ext, user in document().users.items()
    }  # fmt: skip


def looks(
    *callers: Caller, free: tuple[str, ...] = (), line: tuple[Waiting, ...] = (), **more: Any
) -> list[Turned]:
    known = more.pop("agents", None) or agents(*free)
    moment = NOW + timedelta(seconds=more.pop("later", 0.0))
    return list(decide(callers, Snapshot(now=moment, agents=known, waiting=line, **more)))


def rung(found: list[Turned]) -> dict[str, tuple[str, ...]]:
    """Call -> the members whose phones are to ring."""
    return {
        each.caller.call.id: tuple(leg.owner for leg in each.decision.step.legs)
        for each in found
        if isinstance(each.decision.step, Ring)
    }


# --- who gets whom --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("callers", "free", "given"),
    [
        ({"a": 30}, (), {}),
        ({"a": 30}, ("1008",), {"a": ("1008",)}),
        ({"a": 30, "b": 40}, ("1008",), {"b": ("1008",)}),
        ({"a": 30, "b": 40}, ("1007", "1012"), {"b": ("1007",), "a": ("1012",)}),
        ({"a": 30, "b": 40, "c": 50}, ("1007", "1012"), {"c": ("1007",), "b": ("1012",)}),
    ],
)  # fmt: skip
def test_who_waits_longest_is_served_first(
    callers: dict[str, float], free: tuple[str, ...], given: dict[str, tuple[str, ...]]
) -> None:
    assert rung(looks(*(caller(name, waited) for name, waited in callers.items()), free=free)) == given


def test_the_line_knows_fractions_of_a_second() -> None:
    line = tuple(
        Waiting(call=name, queue="Q-SUP", since=SECOND - 30 + part, until=SECOND + 20)
        for name, part in (("a", 0.7), ("b", 0.2))
    )
    assert rung(looks(caller("a"), caller("b"), free=("1007",), line=line)) == {"b": ("1007",)}


@pytest.mark.parametrize("priorities", [(0, 5), (5, 0)])
def test_priority_goes_before_time(priorities: tuple[int, int]) -> None:
    line = tuple(
        Waiting(call=name, queue="Q-SUP", since=SECOND - 30, until=SECOND + 20, priority=priority)
        for name, priority in zip("ab", priorities, strict=True)
    )
    first = "b" if priorities[1] else "a"
    assert rung(looks(caller("a"), caller("b"), free=("1007",), line=line)) == {first: ("1007",)}


def test_a_caller_of_another_controller_who_waits_longer_keeps_the_member() -> None:
    other = Waiting(call="x", queue="Q-SUP", since=SECOND - 60, until=SECOND + 20)
    assert rung(looks(caller("a"), free=("1007",), line=(other,))) == {}
    served = msgspec.structs.replace(other, offered=("1008",))
    assert rung(looks(caller("a"), free=("1007",), line=(served,))) == {"a": ("1007",)}


def test_who_is_offered_already_is_left_alone() -> None:
    assert looks(caller("a", offered=True), free=("1007",)) == []
    assert rung(looks(caller("a", offered=True), caller("b", 5), free=("1007",))) == {"b": ("1007",)}


def test_all_ring_together_for_the_first_and_nobody_is_left_for_the_second() -> None:
    there = company(strategy="simultaneous")
    found = looks(caller("a", there=there), caller("b", 10, there=there), free=("1007", "1012"))
    assert rung(found) == {"a": ("1007", "1012")}


def test_who_comes_free_while_all_ring_together_rings_too_for_the_time_that_is_left() -> None:
    there = company(strategy="simultaneous", member_seconds=20)
    (first,) = looks(caller("a", there=there), free=("1007",))
    rings = offered(first.caller, ["1007"], SECOND + 20)
    (more,) = looks(rings, agents=agents("1012", u1007=AgentState.RINGING), later=12.0)
    assert rung([more]) == {"a": ("1012",)}
    assert isinstance(more.decision.step, Ring)
    assert more.decision.step.legs[0].seconds == 8
    assert looks(rings, agents=agents("1012", u1007=AgentState.RINGING), later=18.0) == []
    assert looks(rings, free=("1007",), later=12.0) == [], (
        "whose phone has refused in this offer is left alone"
    )


def test_who_comes_free_is_for_a_caller_whom_nobody_rings_before_he_is_one_more_for_another() -> None:
    there = company(strategy="simultaneous")
    rings = offered(caller("a", there=there), ["1007"], SECOND + 15)
    found = looks(rings, caller("b", 5, there=there), agents=agents("1012", u1007=AgentState.RINGING))
    assert rung(found) == {"b": ("1012",)}


def test_in_turn_nobody_is_added_to_an_offer() -> None:
    rings = offered(caller("a"), ["1007"], SECOND + 15)
    assert looks(rings, agents=agents("1012", u1007=AgentState.RINGING)) == []


def test_who_declined_is_not_asked_again_and_serves_the_next_caller() -> None:
    offer = Place("q", "Q-SUP", "o", caller("a").place.stage.replace("w", "r"))
    refused = Outcome(OutcomeKind.DECLINED, members=(("1007", LegOutcome.DECLINED),))
    first = caller("a")
    first = msgspec.structs.replace(first, history=(*first.history, Attempt(offer, refused)))
    assert rung(looks(first, caller("b", 10), free=("1007",))) == {"b": ("1007",)}


# --- when somebody is looked at -------------------------------------------------------------------------


def test_with_nobody_free_nobody_is_looked_at_before_the_round_is_over() -> None:
    (waits,) = looks(caller("a"))
    assert not waits.rings
    assert not waits.leaves
    assert looks(waits.caller, later=ROUND_SECONDS - 1) == []
    assert len(looks(waits.caller, later=ROUND_SECONDS)) == 1
    assert rung(looks(waits.caller, free=("1012",), later=1)) == {"a": ("1012",)}


def test_phones_that_refuse_at_once_are_not_rung_again_before_a_round_is_over() -> None:
    (first,) = looks(caller("a"), free=("1007",))
    busy = Outcome(OutcomeKind.BUSY, members=(("1007", LegOutcome.BUSY),))
    refused = offer_over(first.caller, first.decision.place, busy)
    (waits,) = looks(refused, free=("1007",))
    assert rung([waits]) == {}
    assert rung(looks(waits.caller, free=("1007",), later=1)) == {}
    assert rung(looks(waits.caller, free=("1007",), later=ROUND_SECONDS)) == {"a": ("1007",)}


def test_who_let_it_ring_is_offered_the_next_cycle_at_once_when_nobody_else_is_there() -> None:
    (first,) = looks(caller("a"), free=("1007",))
    silent = Outcome(OutcomeKind.NO_ANSWER, members=(("1007", LegOutcome.NO_ANSWER),))
    assert rung(looks(offer_over(first.caller, first.decision.place, silent), free=("1007",))) == {
        "a": ("1007",)
    }


def test_a_caller_nobody_will_ever_take_leaves() -> None:
    away = agents(**{f"u{each}": AgentState.OFFLINE for each in SUPPORT})  # type: ignore[arg-type] # a table of states
    there = company(respect_queue_time=False)
    (found,) = looks(caller("a", there=there), agents=away)
    assert found.leaves


def test_a_caller_whose_time_is_over_leaves() -> None:
    (found,) = looks(caller("a", 60, there=company(max_wait=60)))
    assert found.leaves


# --- what is known of him -------------------------------------------------------------------------------


def test_a_new_round_of_music_forgets_nothing_that_the_controller_knows() -> None:
    (first,) = looks(caller("a"), free=("1007",))
    silent = Outcome(OutcomeKind.NO_ANSWER, members=(("1007", LegOutcome.NO_ANSWER),))
    known = offer_over(first.caller, first.decision.place, silent)
    again = arrived(msgspec.structs.replace(caller("a"), step=3, history=()), known)
    assert again.step == 3
    assert [each.outcome.kind for each in again.history if "r" in each.place.stage] == [OutcomeKind.NO_ANSWER]


def test_another_visit_begins_with_what_the_call_carries() -> None:
    known = caller("a", 300)
    again = arrived(msgspec.structs.replace(caller("a", 5), history=()), known)
    assert [each.place for each in again.history] == [again.place]


def test_the_line_tells_others_whose_phones_ring_for_him() -> None:
    line = (Waiting(call="a", queue="Q-SUP", since=SECOND - 29.5, until=SECOND + 3, priority=2),)
    (found,) = looks(caller("a"), free=("1007",), line=line)
    place = place_of(found.caller, ("1007",), SECOND)
    assert (place.since, place.priority, place.offered) == (SECOND - 29.5, 2, ("1007",))
    assert place.until > SECOND + 20


def test_only_the_members_of_the_queues_are_asked_for() -> None:
    assert people([caller("a"), caller("b")]) == set(SUPPORT)


@pytest.mark.parametrize(
    ("place", "stood"),
    [
        (Place("q", "Q-SUP", "o", "s0w0-6ad"), True),
        (Place("q", "Q-SUP", "o", "s0a2-6ad"), True),
        (Place("q", "Q-SUP", "o", "s0h0-6ad"), False),
        (Place("q", "Q-SUP", "o", "s0r0-6ad"), False),
        (Place("q", "Q-SUP", "o", "e0"), False),
        (Place("n", "N-1", "o", "s0w0"), False),
    ],
)
def test_a_caller_is_offered_while_he_hears_music_in_a_line(place: Place, *, stood: bool) -> None:
    assert stands(place) is stood


# --- a long line ----------------------------------------------------------------------------------------


def test_500_callers_are_served_by_200_agents_in_the_order_of_the_line_whoever_comes_free_when() -> None:
    """Batches of agents come free, at random; each batch takes the first of the line, the idle longest the first."""
    draw, there = Random(7), compile_company(queue_of("drain", 200), 1)
    line = [caller(f"{n:03}", 1000 - n, there=there, queue=QUEUE) for n in range(500)]
    left, served = {each.call.id: each for each in draw.sample(line, len(line))}, list[str]()
    while left:
        free = draw.sample(sorted(there.document.users), draw.randint(1, 60))
        known = {
            ext: Agent(
                state=AgentState.AVAILABLE if ext in free else AgentState.ON_CALL, registered=frozenset({f"{ext}a"}),
                idle_since=float(free.index(ext)) if ext in free else 0.0,
            )
            for ext in there.document.users
        }  # fmt: skip
        given = rung(looks(*left.values(), agents=known))
        assert [members[0] for members in given.values()] == free[: len(given)]
        assert len(given) == min(len(free), len(left))
        served += given
        for call in given:
            del left[call]
    assert served == [each.call.id for each in line]
