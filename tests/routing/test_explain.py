"""What people read when they ask why a phone rang, or did not."""

from __future__ import annotations

from typing import get_args

import pytest

from routing.company import Language, Strategy
from routing.explain import explain, reason_sentence, said
from routing.explain_names import Names
from routing.reason_sentences import WORDS
from routing.reasons import Reason, RuleBecause
from routing.route import OutcomeKind
from routing.snapshot import AgentState
from routing.steps import Hangup, PromptRef
from tests.sample import CALLER, company, decide, everybody_idle

CLAIRE, MAIN, LYON, MARC = "+15145550110", "+15145550100", "+33199000103", "+15145550111"


def test_given_claire_on_a_call_then_it_says_why_her_phone_did_not_ring() -> None:
    told = explain(
        company(), decide(CLAIRE, "2026-10-13T10:00", agents=everybody_idle(u1001=AgentState.ON_CALL)), "en"
    )
    assert told[:4] == [
        "One phone rings for 30 s.",
        "Claire Gagnon (1001) takes calls at this time (Tuesday 13 October 2026 at 10:00).",
        "Claire Gagnon (1001) is on a call already.",
        "Sofia Tremblay (1000) takes calls at this time (Tuesday 13 October 2026 at 10:00).",
    ]


@pytest.mark.parametrize(
    ("number", "when", "caller", "sentence"),
    [
        (
            CLAIRE, "2026-10-13T10:00", CALLER,
            "Le téléphone « Bureau » (1001a) de Claire Gagnon (1001) sonne pendant 15 s.",
        ),
        (
            CLAIRE, "2026-10-13T20:00", CALLER,
            "Claire Gagnon (1001) est en dehors de ses heures (mardi 13 octobre 2026 à 20 h 00).",
        ),
        (
            MAIN, "2026-10-13T10:00", CALLER,
            "La règle « Pause-dîner » (CR4) de +15145550100 (N-MAIN) ne s'applique pas : elle est pour d'autres heures.",
        ),
        (
            MAIN, "2026-12-25T10:00", "+14185550177",
            "La règle « Investisseurs » (CR1) de +15145550100 (N-MAIN) s'applique.",
        ),
        (
            LYON, "2026-10-13T10:00", CALLER,
            "+33199000103 (N-LYO) est dans ses heures d'ouverture (mardi 13 octobre 2026 à 16 h 00, UTC+02:00).",
        ),
        (
            MARC, "2026-10-13T10:00", CALLER,
            "Le renvoi de Marc Lavoie (1002) est suspendu : l'horaire activé passe avant lui.",
        ),
        (
            MARC, "2026-12-25T10:00", CALLER,
            "La période exceptionnelle « Vacances » (X1) de Marc Lavoie (1002) est aussi en vigueur, mais « Noël » (X2)"
            " passe avant.",
        ),
    ],
)  # fmt: skip
def test_given_a_call_then_its_reasons_name_people_and_local_times(
    number: str, when: str, caller: str, sentence: str
) -> None:
    assert sentence in explain(company(), decide(number, when, caller=caller), "fr")


@pytest.mark.parametrize(
    ("group", "values"),
    [
        ("rule", get_args(RuleBecause)),
        ("member", [state.value for state in AgentState if state is not AgentState.AVAILABLE]),
        ("strategy", [strategy for strategy in get_args(Strategy) if strategy != "simultaneous"]),
        ("outcome", [kind.name.lower() for kind in OutcomeKind]),
    ],
)
def test_every_word_a_reason_can_bear_has_its_wording(group: str, values: list[str]) -> None:
    assert [value for value in values if value not in WORDS[group]] == []


@pytest.mark.parametrize("language", ["fr", "en"])
def test_given_a_refusal_that_is_spoken_then_its_sentence_says_so(language: Language) -> None:
    spoken = Hangup(why="rejected", prompts=(PromptRef("refused_rights"),))
    told: dict[Language, str] = {
        "fr": "L'appel est refusé. L'appelant entend d'abord pourquoi.",
        "en": "The call is refused. The caller hears why first.",
    }
    assert said(company(), spoken, language) == told[language]


def test_given_a_builtin_prompt_of_a_decision_then_it_is_named_by_what_it_says() -> None:
    spoken = {"closed", "unavailable", "not_in_service", "invalid_extension", "operator_menu", "confirm_call", "goodbye",
              "something_wrong", "dnd_on", "dnd_off", "forward_on", "forward_off", "forward_to",
              "position_next", "position_before", "position_after"}  # fmt: skip
    named = {name: Names(company(), "en").prompts([PromptRef(name)]) for name in spoken}
    assert [name for name, told in named.items() if told.startswith("the message")] == []


def test_given_a_withheld_caller_then_the_sentence_is_french_all_the_same() -> None:
    taken = Reason(code="taken", facts={"caller": ""})
    assert reason_sentence(company(), taken, "fr") == "L'appel d'un numéro masqué est pris."
