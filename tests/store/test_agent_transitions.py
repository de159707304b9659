"""The history of agents in the database: each transition once, in the order in which they were told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from msgspec.structs import replace

from routing.agent_history import Changed, Transition
from store.agent_transitions import AgentTransitions, Span
from store.migrating import migrate

DAY = Span(company="boreal", extension="1007", since=100.0, until=200.0)


@pytest.fixture
def history(database_url: str) -> AgentTransitions:
    migrate(database_url)
    return AgentTransitions(database_url)


def told(entry: str, at: float, **others: str) -> Transition:
    found = Transition(
        entry=entry, extension="1007", at=at, how="break", before="available", after="break", reason="lunch",
        source="agent",
    )  # fmt: skip
    return replace(found, **others)


def entries(history: AgentTransitions, span: Span = DAY, most: int = 100, after: str = "") -> list[str]:
    return [each.entry for each in history.list(span, most, after)]


def test_given_transitions_told_again_then_each_is_there_once_as_it_was_told_first(
    history: AgentTransitions,
) -> None:
    first = told("1700000000000-0", 110.0)
    history.keep("boreal", [first, first])
    history.keep("boreal", [replace(first, reason="other"), told("1700000000000-1", 120.0)])
    assert entries(history) == ["1700000000000-0", "1700000000000-1"]
    assert history.list(DAY, 1) == [first]
    history.keep("boreal", [])


def test_given_somebody_elses_and_another_days_then_they_are_not_his(history: AgentTransitions) -> None:
    history.keep("boreal", [
        told("1-0", 99.9), told("2-0", 100.0), told("3-0", 199.9), told("4-0", 200.0),
        told("5-0", 150.0, extension="1008"),
    ])  # fmt: skip
    history.keep("other", [told("6-0", 150.0)])
    assert entries(history) == ["2-0", "3-0"]
    assert entries(history, replace(DAY, company="other")) == ["6-0"]


def test_given_many_of_one_instant_then_every_page_goes_on_where_the_last_one_ended(
    history: AgentTransitions,
) -> None:
    history.keep("boreal", [told(f"{1700000000000 + n // 6}-{n % 12}", 110.0) for n in range(24)])
    pages, after = [], ""
    while page := entries(history, most=5, after=after):
        pages += page
        after = page[-1]
    assert pages == entries(history)
    assert pages[:12] == [f"1700000000000-{n}" for n in range(6)] + [
        f"1700000000001-{n}" for n in range(6, 12)
    ]
    assert entries(history, after="1-1") == [], "nothing is behind what is not there"


def test_given_a_day_then_what_he_was_when_it_began_and_what_changed_in_it(history: AgentTransitions) -> None:
    assert history.changes(DAY) == ("", [])
    history.keep("boreal", [
        told("1-0", 50.0), told("2-0", 90.0, before="break", after="available"),
        told("3-0", 120.0, after="available", how="registered"), told("4-0", 130.0, after="ringing"), told("5-0", 200.0),
    ])  # fmt: skip
    assert history.changes(DAY) == ("available", [Changed(130.0, "available", "ringing")])


def test_given_what_is_longer_than_its_column_then_it_is_cut_and_kept(history: AgentTransitions) -> None:
    history.keep("boreal", [told("1-0", 110.0, reason="é" * 300, source="x" * 300)])
    (found,) = history.list(DAY, 1)
    assert (found.reason, found.source) == ("é" * 100, "x" * 100)


def test_given_several_consoles_that_keep_the_same_at_once_then_none_fails_and_none_is_twice(
    history: AgentTransitions,
) -> None:
    batch = [told(f"1700000000000-{n}", 110.0 + n) for n in range(50)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: history.keep("boreal", batch), range(4)))
    assert entries(history) == [each.entry for each in batch]
