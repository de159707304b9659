"""The words of the pages: the same in both languages, none missing, none left over; nothing inline."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from console.languages import words
from routing.snapshot import AgentState

CONSOLE = Path(__file__).parents[2] / "console"
PAGES = sorted((CONSOLE / "templates").glob("*.html"))
SCRIPTS = sorted((CONSOLE / "static" / "js").glob("*.js"))


def _asked_for() -> set[str]:
    text = "\n".join(file.read_text() for file in (*PAGES, *SCRIPTS))
    return set(re.findall(r"""word\(["'](\w+)["']\s*[,)]""", text))


def test_given_both_languages_then_they_have_the_same_words_with_the_same_places_for_facts() -> None:
    french, english = words("fr"), words("en")
    assert list(french) == list(english)
    for key, text in french.items():
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", english[key])), key
        assert text.strip()
        assert not re.search(r" [:;!?»]|« ", text), (
            f"{key}: French punctuation needs a space that does not break"
        )


def test_given_the_pages_then_every_word_they_ask_for_is_there_and_none_is_left_over() -> None:
    asked = _asked_for()
    assert asked <= set(words("fr"))
    sets = (
        "state_",
        "call_",
        "reason_",
        "sort_",
        "role_",
        "supervise_",
        "sure_",
        "done_",
        "monitor_",
        "intent_",
        "alert_",
        "held_",
        "told_",
    )
    chosen_by_name = {
        "no_redis",
        "no_switch",
        "live",
        "connecting",
        "registered",
        "not_registered",
        "not_known",
        "your_phone_rings",
    }
    left = {key for key in words("fr") if not key.startswith(sets)} - asked - chosen_by_name
    assert left == set()


def test_given_every_state_then_it_has_a_word_and_a_sign() -> None:
    board = (CONSOLE / "static" / "js" / "board.js").read_text()
    for state in AgentState:
        assert f"state_{state.value}" in words("en")
        assert re.search(rf"\b{state.value}: \"", board), f"no sign for {state.value}"


@pytest.mark.parametrize("page", PAGES, ids=lambda file: file.name)
def test_given_a_page_then_it_has_no_script_or_style_of_its_own_and_loads_nothing_from_elsewhere(
    page: Path,
) -> None:
    text = page.read_text()
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|https?://|\|safe", text)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda file: file.name)
def test_given_a_script_then_it_writes_text_only_as_text(script: Path) -> None:
    text = script.read_text()
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function", text)
