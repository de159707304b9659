"""The API explains a call as `relais explain` does: the steps and the reasons, or what is wrong with the question."""

from __future__ import annotations

import pytest

from tests.console.conftest import Console

ADDRESS = "/api/v1/companies/boreal/explain"
CHRISTMAS = {"to": "+15145550100", "from": "+14505550199", "at": "2026-12-25T10:00"}
NOW = {"to": "+15145550102", "from": "+14505550199", "at": "2026-10-13T10:00"}


def explain(console: Console, language: str = "en", **question: str) -> tuple[int, dict[str, object]]:
    headers = {**console.token(), "Accept-Language": language}
    answer = console.app.test_client().get(ADDRESS, query_string=question, headers=headers)
    return answer.status_code, answer.json


@pytest.mark.parametrize(("language", "words"), [("en", "EX-NOEL"), ("fr", "EX-NOEL")])
def test_given_t111_christmas_then_the_reasons_name_the_holiday(
    console: Console, language: str, words: str
) -> None:
    status, told = explain(console, language, **CHRISTMAS)
    assert (status, told["company"], told["revision"]) == (200, "boreal", 1)
    assert words in str(told["steps"])


def test_given_two_languages_then_the_sentences_differ(console: Console) -> None:
    assert explain(console, "fr", **CHRISTMAS)[1]["steps"] != explain(console, "en", **CHRISTMAS)[1]["steps"]


def test_given_states_and_a_person_then_why_the_phone_did_not_ring(console: Console) -> None:
    states = 'agents: {"1004": on_call}'
    _, told = explain(console, **NOW, who="1004", agents=states)
    _, idle = explain(console, **NOW, who="1004")
    assert told["answer"] != idle["answer"]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"to": "+15145559999"}, "+15145559999"),
        ({"at": "Christmas"}, "Christmas"),
        ({"from": "x"}, "“x”"),
        ({"press": "5"}, "SECONDS:KEYS"),
        ({"agents": "people: {}"}, "people: There is no key"),
        ({"who": "4999"}, "4999"),
    ],
)
def test_given_a_mistake_in_the_question_then_one_clear_message(
    console: Console, wrong: dict[str, str], words: str
) -> None:
    status, told = explain(console, **{**CHRISTMAS, **wrong})
    assert (status, told["code"]) == (400, "bad_question")
    assert words in str(told["title"])
