"""Why a supervisor is refused, in French and in English: what, about whom, what to do."""

from __future__ import annotations

from collections.abc import Mapping

from routing.company import Language
from routing.lint_sentences import Sentence
from routing.supervision import Code

SENTENCES: Mapping[Code, Sentence] = {
    "no_conversation": Sentence(
        "Personne de l'entreprise n'est en conversation dans cet appel. Attendez que quelqu'un réponde.",
        "Nobody of the company is in conversation in this call. Wait until somebody answers.",
    ),
    "own_call": Sentence(
        "Cet appel est le vôtre : on ne supervise pas ses propres appels.",
        "This call is your own: nobody supervises his own calls.",
    ),
    "no_way_back": Sentence(
        "Vous avez repris cet appel : il est à vous, sans retour possible. Transférez-le si quelqu'un d'autre doit le prendre.",
        "You took this call over: it is yours, and there is no way back. Transfer it if somebody else should have it.",
    ),
    "not_in_group": Sentence(
        "Vous ne supervisez aucune équipe de {who}. Demandez à quelqu'un qui la supervise.",
        "You supervise no team of {who}. Ask somebody who does.",
    ),
    "right_missing": Sentence(
        "Vos droits sur l'équipe de {who} ne comprennent pas cela. Un administrateur peut les étendre (supervisors_may).",
        "Your rights over {who}'s team do not include this. An administrator can extend them (supervisors_may).",
    ),
    "no_own_phone": Sentence(
        "Votre compte n'est lié à aucun poste : aucun téléphone ne peut sonner chez vous. Un administrateur peut le lier"
        " (relais account link).",
        "Your account is tied to no extension, so no phone of yours can ring. An administrator can tie it"
        " (relais account link).",
    ),
    "already_monitored": Sentence(
        "{who} est déjà dans cet appel : un seul superviseur à la fois. Attendez qu'il en sorte.",
        "{who} is in this call already: one supervisor at a time. Wait until he leaves it.",
    ),
    "not_monitoring": Sentence(
        "Vous n'êtes pas dans cet appel : il n'y a rien à quitter.",
        "You are not in this call: there is nothing to leave.",
    ),
}


def refusal_sentence(code: Code, who: str, language: Language) -> str:
    """The refusal as people read it; `who` is a person's name."""
    chosen = SENTENCES[code]
    return (chosen.fr if language == "fr" else chosen.en).format(who=who)
