"""Supervisors step into conversations by the API: what is asked of the controller, and how its refusals are worded."""

from __future__ import annotations

from typing import Any

import pytest

from presence.orders import Reply
from routing.supervision_sentences import SENTENCES
from tests.console.conftest import Console

ADDRESS = "/api/v1/companies/boreal/calls/c1/supervision"


def step_in(console: Console, *, language: str = "en", **body: str) -> Any:
    headers = {**console.token("supervisor", "boreal", "1010"), "Accept-Language": language}
    return console.app.test_client().post(ADDRESS, json=body, headers=headers)


def test_given_a_supervisor_then_the_controller_is_told_who_how_and_where(console: Console) -> None:
    with console.controlled(Reply()) as taken:
        answer = step_in(console, mode="whisper", agent="1007")
    assert (answer.status_code, answer.json) == (202, {"call": "c1", "mode": "whisper"})
    assert (taken[0].does, taken[0].company, dict(taken[0].words)) == (
        "step_in", "boreal",
        {"role": "supervisor", "extension": "1010", "call": "c1", "mode": "whisper", "agent": "1007"},
    )  # fmt: skip


def test_given_somebody_who_leaves_then_the_answer_is_empty(console: Console) -> None:
    headers = console.token("supervisor", "boreal", "1010")
    with console.controlled(Reply()) as taken:
        answer = console.app.test_client().delete(ADDRESS, headers=headers)
    assert (answer.status_code, taken[0].does) == (204, "leave")


@pytest.mark.parametrize("code", SENTENCES)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_given_a_refusal_then_it_is_said_in_the_readers_language(
    console: Console, code: str, language: str
) -> None:
    with console.controlled(Reply(code, {"who": "1007"})):
        answer = step_in(console, language=language, mode="listen")
    assert answer.status_code in (403, 409)
    assert (answer.json["code"], answer.json["title"]) == (
        code,
        getattr(SENTENCES[code], language).format(who="Lina Chen (1007)"),
    )  # type: ignore[index]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "fr",
            (
                "Le téléphone de 1010 est branché au serveur node-2, et cet appel est sur le serveur node-1",
                "Branchez",
            ),
        ),
        (
            "en",
            ("The phone of 1010 is connected to switch node-2, and this call is on switch node-1", "Connect"),
        ),
    ],
)
def test_given_his_phone_is_on_another_switch_then_he_is_told_which_and_what_to_do(
    console: Console, language: str, said: tuple[str, str]
) -> None:
    facts = {"extension": "1010", "node": "node-2", "own": "node-1"}
    with console.controlled(Reply("phone_elsewhere", facts)):
        answer = step_in(console, language=language, mode="listen")
    assert (answer.status_code, answer.json["code"]) == (409, "phone_elsewhere")  # type: ignore[index]
    assert all(part in answer.json["title"] for part in said)  # type: ignore[index]


@pytest.mark.parametrize(("role", "status"), [("agent", 403), ("admin", 202)])
def test_given_a_role_then_the_door_lets_in_who_may_ask_at_all(
    console: Console, role: str, status: int
) -> None:
    with console.controlled(Reply()):
        answer = console.app.test_client().post(
            ADDRESS, json={"mode": "listen"}, headers=console.token(role, "boreal", "1007")
        )
    assert answer.status_code == status


def test_given_no_controller_then_it_is_said(console: Console) -> None:
    assert step_in(console, mode="listen").json["code"] == "no_controller"


def test_given_a_supervisor_in_a_call_then_the_board_says_who_and_how(console: Console) -> None:
    from routing.supervision import Monitor

    store = console.agents()
    store.call("c1", {"state": "bridged", "since": 1.0, "from": "1", "with": "1007a"})
    store.monitors.claim("c1", Monitor(supervisor="1010", mode="listen", agent="1007", leg="l", own="o"))
    row = console.app.test_client().get("/api/v1/companies/boreal/calls/c1", headers=console.token()).json
    assert row["monitor"] == {"supervisor": "1010", "mode": "listen", "agent": "1007", "answered": True}
