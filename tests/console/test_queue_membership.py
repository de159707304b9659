"""Members are taken out of a queue's calls and back in over the API, at once, by those who may (R57)."""

from __future__ import annotations

from typing import Any

import pytest

from presence import keys
from tests.console.conftest import ORIGIN, Console

QUEUE = "/api/v1/companies/boreal/agents/1007/queues/Q-SUP"


def put(
    console: Console, takes: object, who: tuple[str, str] = ("supervisor", "1010"), address: str = QUEUE
) -> Any:
    headers = console.token(who[0], "boreal", who[1])
    return console.app.test_client().put(address, json={"takes_calls": takes}, headers=headers)


def opted_out(console: Console) -> list[str]:
    """The queues whose calls Lina (1007) does not take, as the board has it."""
    row = console.app.test_client().get("/api/v1/companies/boreal/agents/1007", headers=console.token())
    found: list[str] = row.json["opted_out"]  # type: ignore[index]
    return found


def test_given_his_supervisor_then_a_member_is_out_at_once_and_in_again_and_the_events_say_by_whom(
    console: Console,
) -> None:
    out = put(console, takes=False)
    assert (out.status_code, out.json["queues"], out.json["opted_out"]) == (200, ["Q-SUP"], ["Q-SUP"])
    assert opted_out(console) == ["Q-SUP"]
    back = put(console, takes=True)
    assert (back.status_code, back.json["queues"], back.json["opted_out"]) == (200, ["Q-SUP"], [])
    assert opted_out(console) == []
    lines = [line for _, line in console.redis.xrange(keys.transitions("boreal"))]
    assert [(line["who"], line["how"], line["source"]) for line in lines] == [
        ("1007", "opted_out", "supervisor token test"), ("1007", "opted_in", "supervisor token test"),
    ]  # fmt: skip


def test_given_somebody_signed_in_then_his_name_is_the_source(console: Console) -> None:
    assert console.browser("paul").put(QUEUE, json={"takes_calls": False}, headers=ORIGIN).status_code == 200
    ((_, line),) = console.redis.xrevrange(keys.transitions("boreal"), count=1)
    assert line["source"] == "supervisor paul"


def test_given_a_member_whose_queue_lets_him_then_he_does_it_himself(console: Console) -> None:
    assert put(console, takes=False, who=("agent", "1007")).json["opted_out"] == ["Q-SUP"]


@pytest.mark.parametrize(
    ("takes", "who", "address", "status", "code"),
    [
        (False, ("supervisor", "1001"), QUEUE, 403, "queue_refused"),
        (False, ("agent", "1008"), QUEUE, 403, "queue_refused"),
        (False, ("supervisor", "1010"), QUEUE.replace("1007", "1004"), 403, "queue_refused"),
        (False, ("supervisor", "1010"), QUEUE.replace("Q-SUP", "Q-NONE"), 404, "unknown_queue"),
        (False, ("supervisor", "1010"), QUEUE.replace("1007", "9999"), 404, "unknown_agent"),
        ("no", ("supervisor", "1010"), QUEUE, 422, "mistakes"),
    ],
    ids=["another supervisor", "another member", "no member", "no queue", "no agent", "no answer"],
)
def test_given_who_or_what_may_not_be_then_why_and_nothing_changes(
    console: Console, takes: object, who: tuple[str, str], address: str, status: int, code: str
) -> None:
    answer = put(console, takes, who, address)
    assert (answer.status_code, answer.json["code"]) == (status, code), answer.text
    assert opted_out(console) == []


def test_given_no_redis_then_that_is_said(console: Console) -> None:
    console.redis.execute_command("CLIENT", "PAUSE", "400", "ALL")
    answer = put(console, takes=False)
    assert (answer.status_code, answer.json["code"]) == (503, "no_presence")
