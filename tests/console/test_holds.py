"""Holds of outside calls: listed with why, lifted by an administrator alone, and by whom is kept."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from console.command_line import main
from presence import keys
from presence.committing import Cause
from presence.outside_calls import Tally
from routing.outside_calls import COMPANY, Hold, OutsideCalls
from tests.console.conftest import Console

HOLDS = "/api/v1/companies/boreal/holds"
HOLD = "/api/v1/companies/boreal/agents/1004/hold"


@pytest.fixture
def held(console: Console) -> Console:
    """Omar's calls are held, and the company's."""
    calls = OutsideCalls(in_day=9, held=Hold("unusual_cost", 100.0, 9))
    doors = console.agents().reservations
    known = list(doors.read(["1004"], 100.0).values())
    cause = Cause(how="calls_out", source="dialplan", now=100.0)
    assert doors.count(known, Tally({"1004": calls, COMPANY: calls}), cause) is None
    return console


def test_given_holds_then_they_are_listed_with_a_sentence_and_on_the_board(held: Console) -> None:
    client, token = held.app.test_client(), held.token("supervisor")
    rows = client.get(HOLDS, headers={**token, "Accept-Language": "fr"}).json["holds"]
    assert [(row["extension"], row["why"], row["reached"]) for row in rows] == [
        ("1004", "unusual_cost", 9), ("", "unusual_cost", 9),
    ]  # fmt: skip
    assert rows[0]["sentence"] == "un nombre inhabituel d'appels coûteux"
    assert client.get("/api/v1/companies/boreal/agents/1004", headers=token).json["held"] == "unusual_cost"


def test_given_an_administrator_then_he_lifts_each_once_and_is_named(held: Console) -> None:
    client, token = held.app.test_client(), held.token("admin", "boreal")
    for path in (HOLD, HOLDS):
        assert client.delete(path, headers=token).status_code == 204
        again = client.delete(path, headers=token)
        assert (again.status_code, again.json["code"]) == (409, "not_held")
    assert client.get(HOLDS, headers=token).json == {"holds": []}
    lines = [
        line for _, line in held.redis.xrange(keys.transitions("boreal")) if line["how"] == "hold_lifted"
    ]
    assert {(line["who"], line["source"]) for line in lines} == {
        ("1004", "admin token test"), ("boreal", "admin token test"),
    }  # fmt: skip


def test_given_a_supervisor_then_he_sees_holds_and_lifts_none(held: Console) -> None:
    client, token = held.app.test_client(), held.token("supervisor")
    for path in (HOLD, HOLDS):
        assert client.delete(path, headers=token).status_code == 403
    assert len(client.get(HOLDS, headers=token).json["holds"]) == 2


def test_given_the_command_then_it_lists_and_lifts(held: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELAIS_VAR", str(held.settings.var))
    monkeypatch.setenv("REDIS_URL", held.settings.redis_url)
    monkeypatch.setenv("RELAIS_DATABASE_URL", held.settings.database_url)
    run = CliRunner().invoke
    listed = run(main, ["hold", "list", "boreal"])
    assert "1004" in listed.output, listed.output
    assert "(company)" in listed.output
    assert run(main, ["hold", "lift", "boreal", "1004"]).output == "1004: lifted\n"
    assert run(main, ["hold", "lift", "boreal"]).output == "boreal: lifted\n"
    refused = run(main, ["hold", "lift", "boreal", "1004"])
    assert (refused.exit_code, "not held" in refused.output) == (1, True)
