"""What a route has to say about one person: did his phones ring, and if not, why not."""

from __future__ import annotations

from collections.abc import Iterable

from routing.company import Language
from routing.compiled import Company
from routing.decision import Decision
from routing.explain import reason_sentence
from routing.explain_names import Names
from routing.explain_route import ToldStep
from routing.lint_sentences import Sentence
from routing.reasons import Reason

_RANG = Sentence("{user} sonne.", "{user} is rung.")
_SILENT = Sentence("{user} ne sonne pas.", "{user} is not rung.")
_ELSEWHERE = Sentence(
    "L'appel ne passe pas par {user} : rien de ce qu'il traverse n'y mène.",
    "The call does not come by {user}: nothing on its way leads there.",
)


def explain_person(
    company: Company, extension: str, decided: Iterable[tuple[float, Decision]], language: Language
) -> tuple[str, tuple[ToldStep, ...]]:
    """The answer in one sentence, then the reasons that concern the person, each at its step."""
    told, rang = [], False
    for at, decision in decided:
        mine = [reason for reason in decision.reasons if _concerns(reason, extension)]
        rang = rang or any(reason.code in ("rings", "dials") for reason in mine)
        if mine:
            first, *others = (reason_sentence(company, reason, language) for reason in mine)
            told.append(ToldStep(at, first, tuple(others)))
    names = Names(company, language)
    answer = _RANG if rang else _SILENT if told else _ELSEWHERE
    return names.say(answer).format(user=names.user(extension)), tuple(told)


def _concerns(reason: Reason, extension: str) -> bool:
    """The person himself, or his own rules and periods."""
    facts = reason.facts
    return extension in (facts.get("user"), facts.get("member")) or facts.get("target") == f"u.{extension}"
