"""The history of agents: from the stream in Redis into the database, whatever is away meanwhile, and out by the API."""

from __future__ import annotations

from typing import Any

import gevent
import pytest
import sqlalchemy as sa

from console.__main__ import history_of
from console.transition_keeper import TransitionKeeper
from presence import keys
from routing.agents import Intent
from tests.console.conftest import Console
from tests.sample import at

NOON = at("2026-10-13 12:00").timestamp()


@pytest.fixture
def keeper(console: Console) -> TransitionKeeper:
    return history_of(console.settings, console.doors)


def read(console: Console, extension: str = "1007", query: str = "", role: str = "supervisor") -> Any:
    path = f"/api/v1/companies/boreal/agents/{extension}/history?day=2026-10-13{query}"
    return console.app.test_client().get(path, headers=console.token(role))


def sets(console: Console, *kinds: Any, extension: str = "1007") -> None:
    """By hand, one after the other, a minute apart."""
    for n, kind in enumerate(kinds):
        intent = Intent(
            kind=kind,
            source="supervisor 1010",
            since=NOON + 60 * n,
            reason="lunch" if kind == "break" else "",
        )
        console.agents().declare(extension, intent)


def test_given_a_day_then_every_change_with_its_cause_and_how_long_he_was_in_each_state(
    console: Console, keeper: TransitionKeeper
) -> None:
    sets(console, "break", "available")
    sets(console, "away", extension="1008")
    keeper.keep()
    day = read(console).json
    assert (day["day"], day["time_zone"]) == ("2026-10-13", "America/Toronto")
    assert day["until"] - day["since"] == 24 * 3600
    first, second = day["transitions"]
    assert (first["how"], first["after"], first["reason"], first["source"]) == (
        "break",
        "break",
        "lunch",
        "supervisor 1010",
    )
    assert (second["before"], second["after"], second["at"]) == ("break", "available", NOON + 60)
    assert day["seconds"]["break"] == 60.0
    assert read(console, "1008").json["seconds"].keys() >= {"away"}
    assert read(console, query="&limit=1").json["next"] == first["entry"]
    (rest,) = read(console, query=f"&limit=1&after={first['entry']}").json["transitions"]
    assert rest == second


def test_given_a_keeper_that_is_started_again_then_it_goes_on_and_what_it_kept_already_is_there_once(
    console: Console, keeper: TransitionKeeper
) -> None:
    sets(console, "break")
    keeper.keep()
    console.redis.delete(keys.transitions_kept("boreal"))
    sets(console, "available")
    again = history_of(console.settings, console.doors)
    again.keep()
    assert [each["after"] for each in read(console).json["transitions"]] == ["break", "available"]
    sets(console, "away")
    again.keep()
    assert again.kept == 3


def test_given_a_database_that_is_away_then_what_happens_meanwhile_is_kept_when_it_is_back(
    console: Console, keeper: TransitionKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.keeping._REST_SECONDS", 0.05)
    database = console.doors.history._engine
    with database.begin() as link:
        link.execute(sa.text("ALTER TABLE agent_transition RENAME TO away"))
    sets(console, "break")
    runs = gevent.spawn(keeper.run)
    gevent.sleep(0.3)
    assert (keeper.kept, console.redis.get(keys.transitions_kept("boreal"))) == (0, None)
    with database.begin() as link:
        link.execute(sa.text("ALTER TABLE away RENAME TO agent_transition"))
    with gevent.Timeout(10, AssertionError("nothing was kept")):
        while not keeper.kept:
            gevent.sleep(0.02)
    runs.kill()
    assert [each["after"] for each in read(console).json["transitions"]] == ["break"]


def test_given_lines_that_are_no_transitions_of_agents_then_those_after_them_are_kept(
    console: Console, keeper: TransitionKeeper
) -> None:
    for line in (
        {"what": "company", "who": "boreal"},
        {"what": "agent", "who": "1007", "at": "never"},
        {"x": "y"},
    ):
        console.redis.xadd(keys.transitions("boreal"), line)
    sets(console, "break")
    keeper.keep()
    assert keeper.kept == 1
    assert keeper.keep() == 0


@pytest.mark.parametrize("query", ["&day=yesterday", "&limit=0", "&limit=x", "&limit=1001"])
def test_given_a_question_that_means_nothing_then_it_is_refused(console: Console, query: str) -> None:
    path = "/api/v1/companies/boreal/agents/1007/history?" + query.lstrip("&")
    answer = console.app.test_client().get(path, headers=console.token("supervisor"))
    assert (answer.status_code, answer.json["code"]) == (400, "bad_question")


@pytest.mark.parametrize(
    ("role", "extension", "status", "code"),
    [("agent", "1007", 403, "not_allowed"), ("supervisor", "1999", 404, "unknown_agent")],
)
def test_given_somebody_who_may_not_or_nobody_then_there_is_no_history(
    console: Console, role: str, extension: str, status: int, code: str
) -> None:
    answer = read(console, extension, role=role)
    assert (answer.status_code, answer.json["code"]) == (status, code)
