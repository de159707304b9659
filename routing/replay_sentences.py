"""What a replay found, in words: how far the call goes the same, and where it goes elsewhere."""

from __future__ import annotations

from routing.company import Language
from routing.compiled import Company
from routing.explain import explain, recorded_sentence, said
from routing.explain_names import Names
from routing.lint_sentences import Sentence
from routing.replay import Elsewhere, Replayed

_SAME = Sentence(
    "L'appel serait traité de la même façon (nombre d'étapes : {count}).",
    "The call would go the same way (steps: {count}).",
)
_ELSEWHERE = Sentence(
    "Jusqu'à l'étape {count} tout est pareil ; puis l'appel va ailleurs ({time}).",
    "Up to step {count} all is the same; then the call goes elsewhere ({time}).",
)
_AT_ONCE = Sentence(
    "L'appel va ailleurs dès le début ({time}).", "The call goes elsewhere from the beginning ({time})."
)
_THEN = Sentence("Alors : {first}", "Then: {first}")
_NOW = Sentence("Maintenant : {first}", "Now: {first}")
_SUPPOSED = Sentence(
    "Le relevé ne dit pas ce que faisait {user} : réputé libre.",
    "The record does not say what {user} was doing: taken for free.",
)
_OTHER = Sentence(
    "À l'étape {step}, le résultat est le même mais par « {now} » au lieu de « {then} ».",
    "At step {step} the result is the same, but by “{now}” instead of “{then}”.",
)


def replay_sentences(company: Company, found: Replayed, language: Language) -> list[str]:
    """Lines for people; names are those of the company that replays."""
    names = Names(company, language)
    others = [
        names.say(_OTHER).format(step=each.step + 1, then=each.then or "-", now=each.now or "-")
        for each in found.other_reasons
    ]
    if found.elsewhere is None:
        return [names.say(_SAME).format(count=found.same), *others]
    return [*_elsewhere(company, found.elsewhere, language), *others]


def _elsewhere(company: Company, at: Elsewhere, language: Language) -> list[str]:
    names = Names(company, language)
    local = at.then.at.astimezone(company.zone())
    head = names.say(_ELSEWHERE if at.step else _AT_ONCE).format(
        count=at.step, time=names.time(local.isoformat())
    )
    then = [said(company, at.then.step, language)]
    then += [recorded_sentence(company, reason.code, reason.facts, language) for reason in at.then.reasons]
    now = explain(company, at.now, language)
    now += [names.say(_SUPPOSED).format(user=names.user(extension)) for extension in at.supposed]
    return [head, *_block(names.say(_THEN), then), *_block(names.say(_NOW), now)]


def _block(title: str, lines: list[str]) -> list[str]:
    return [title.format(first=lines[0]), *(f"    {line}" for line in lines[1:])]
