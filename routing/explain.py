"""Decisions in words: one plain sentence for each reason and for each step, the same everywhere."""

from __future__ import annotations

from routing.company import Language
from routing.compiled import Company
from routing.decision import Decision
from routing.explain_names import Names
from routing.reason_sentences import SENTENCES
from routing.reasons import Reason
from routing.step_sentences import step_sentence


def reason_sentence(company: Company, reason: Reason, language: Language) -> str:
    """Why, in one sentence."""
    names = Names(company, language)
    return _capital(names.say(SENTENCES[reason.code]).format(**names.facts(reason)))


def explain(company: Company, decision: Decision, language: Language) -> list[str]:
    """What happens to the call, then every reason for it and against others."""
    step = _capital(step_sentence(Names(company, language), decision.step))
    return [step, *(reason_sentence(company, reason, language) for reason in decision.reasons)]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
