"""Supervisors and administrators say what an agent is, over the API."""

from __future__ import annotations

from typing import Any

import pytest

from console import refusals
from presence import keys
from tests.console.conftest import ORIGIN, Console

ADDRESS = "/api/v1/companies/boreal/agents/1001/intent"


def post(console: Console, body: dict[str, Any], role: str = "supervisor", company: str = "boreal") -> Any:
    return console.app.test_client().post(ADDRESS, json=body, headers=console.token(role, company))


def here(console: Console) -> None:
    now = console.doors.clock.unix("boreal")
    console.doors.agents("boreal").register("1001a", now + 3600, "1001", now)


def test_given_a_supervisor_then_the_agent_is_on_a_break_at_once_and_the_event_says_who(
    console: Console,
) -> None:
    here(console)
    answer = post(console, {"kind": "break", "reason": "lunch", "seconds": 1800})
    assert answer.status_code == 200, answer.text
    row = answer.json
    assert (row["state"], row["reason"], row["declared_by"]) == ("break", "lunch", "supervisor token test")
    assert row["until"] - row["since"] == 1800
    ((_, line),) = console.redis.xrevrange(keys.transitions("boreal"), count=1)
    assert (line["who"], line["how"], line["from"], line["to"], line["source"]) == (
        "1001", "break", "available", "break", "supervisor token test",
    )  # fmt: skip


def test_given_somebody_signed_in_then_his_name_is_the_source(console: Console) -> None:
    answer = console.browser("paul").post(ADDRESS, json={"kind": "dnd_queues"}, headers=ORIGIN)
    assert answer.json["declared_by"] == "supervisor paul"


@pytest.mark.parametrize(
    ("body", "role", "status", "code"),
    [
        ({"kind": "break"}, "supervisor", 422, "reason_missing"),
        ({"kind": "break", "reason": "  "}, "supervisor", 422, "reason_missing"),
        ({"kind": "break", "reason": "lunch"}, "admin", 403, "intent_refused"),
        ({"kind": "asleep"}, "supervisor", 422, "mistakes"),
        ({"kind": "dnd", "seconds": 86_401}, "supervisor", 422, "mistakes"),
        ({"kind": "dnd", "until": 5}, "supervisor", 422, "mistakes"),
    ],
)
def test_given_what_cannot_be_said_then_why_and_nothing_changes(
    console: Console, body: dict[str, Any], role: str, status: int, code: str
) -> None:
    answer = post(console, body, role)
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert console.redis.hgetall(keys.agent("boreal", "1001")) == {}


def test_given_an_agent_or_a_company_that_is_none_then_not_found(console: Console) -> None:
    client, token = console.app.test_client(), console.token("supervisor", "boreal")
    for path, code in (
        (ADDRESS.replace("1001", "9999"), "unknown_agent"),
        (ADDRESS.replace("boreal", "x"), "unknown_company"),
    ):
        answer = client.post(path, json={"kind": "auto"}, headers=token)
        assert (answer.status_code, answer.json["code"]) == (404, code)


def test_given_no_redis_then_that_is_said(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    console.redis.execute_command("CLIENT", "PAUSE", "400", "ALL")
    answer = post(console, {"kind": "auto"})
    assert (answer.status_code, answer.json["code"]) == (503, "no_presence")
    assert refusals.WORDINGS["no_presence"].status == 503
