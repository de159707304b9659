"""Decisions in words: one plain sentence for each reason and for each step, the same everywhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from string import Formatter

from routing.company import Language
from routing.compiled import Company
from routing.decision import Decision
from routing.explain_names import Names
from routing.lint_sentences import Sentence
from routing.reason_sentences import SENTENCES
from routing.reasons import Reason
from routing.step_sentences import step_sentence
from routing.steps import AnyStep

_ELISION = re.compile(r"\bde (?=[AEIOUÀÂÉÈÊËÎÏÔÛÜŒ]|une? )")


def reason_sentence(company: Company, reason: Reason, language: Language) -> str:
    """Why, in one sentence."""
    return _sentence(company, SENTENCES[reason.code], reason.facts, language)


def recorded_sentence(company: Company, code: str, facts: Mapping[str, str], language: Language) -> str:
    """The same for a reason of a record; one that another version gave, with other facts or none, is named by its code."""
    known = next((sentence for name, sentence in SENTENCES.items() if name == code), None)
    if known is None or not facts_of(known) <= facts.keys():
        return ", ".join([code, *facts.values()])
    return _sentence(company, known, facts, language)


def facts_of(sentence: Sentence) -> set[str]:
    """Names of the facts in a sentence."""
    return {name for _, name, _, _ in Formatter().parse(sentence.en) if name}


def _sentence(company: Company, sentence: Sentence, facts: Mapping[str, str], language: Language) -> str:
    names = Names(company, language)
    return _written(names.say(sentence).format(**names.facts(facts)), language)


def explain(company: Company, decision: Decision, language: Language) -> list[str]:
    """What happens to the call, then every reason for it and against others."""
    return [
        step_said(company, decision, language),
        *(reason_sentence(company, reason, language) for reason in decision.reasons),
    ]


def step_said(company: Company, decision: Decision, language: Language) -> str:
    """What happens to the call, in one sentence."""
    return said(company, decision.step, language)


def said(company: Company, step: AnyStep, language: Language) -> str:
    """A step in one sentence."""
    return _written(step_sentence(Names(company, language), step), language)


def _written(text: str, language: Language) -> str:
    """A capital at the beginning; in French, "de Omar" is "d'Omar", "de un numéro" "d'un numéro"."""
    text = text[:1].upper() + text[1:]
    return _ELISION.sub("d'", text) if language == "fr" else text
