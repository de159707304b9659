"""Members of teams, queues and shared lines, and callers who wait for them."""

from __future__ import annotations

from collections.abc import Mapping

from routing.lint_sentences import Sentence
from routing.reasons import ReasonCode

SENTENCES: Mapping[ReasonCode, Sentence] = {
    "member_passed_over": Sentence(
        "{member} ne sonne pas : {because}.", "{member} does not ring: {because}."
    ),
    "members_in_turn": Sentence(
        "{target} fait sonner une personne à la fois, {strategy}.",
        "{target} rings one person at a time, {strategy}.",
    ),
    "waiting_for_member": Sentence(
        "Personne n'est libre pour {target} : l'appelant attend.",
        "Nobody is free for {target}: the caller waits.",
    ),
    "queue_dispatched": Sentence(
        "Quelqu'un est libre pour {queue} : son téléphone sonne pendant que l'appelant attend en musique.",
        "Somebody is free for {queue}: that phone rings while the caller waits with music.",
    ),
    "wait_over": Sentence("L'attente de {target} est terminée.", "The wait of {target} is over."),
    "nobody_eligible": Sentence(
        "Personne ne peut prendre l'appel à cette étape de {target}.",
        "Nobody can take the call at this step of {target}.",
    ),
    "members_exhausted": Sentence(
        "Toutes les personnes de cette étape de {target} ont été appelées.",
        "Everybody of this step of {target} has been called.",
    ),
    "offer_over": Sentence(
        "L'appel offert par {target} n'a pas été pris : {outcome}.",
        "The call offered by {target} was not taken: {outcome}.",
    ),
    "queue_out_of_hours": Sentence(
        "{queue} est en dehors de ses heures ({time}).", "{queue} is outside its hours ({time})."
    ),
    "queue_open": Sentence("{queue} prend les appels ({time}).", "{queue} takes calls ({time})."),
    "queue_full": Sentence(
        "{queue} est pleine (appels qui attendent : {waiting}, au plus {most}).",
        "{queue} is full (calls waiting: {waiting}, at most {most}).",
    ),
    "queue_welcomes": Sentence(
        "L'appelant entend d'abord l'accueil de {queue}.", "The caller hears the welcome of {queue} first."
    ),
    "queue_announces": Sentence(
        "{queue} parle à l'appelant, qui a le rang {position}.",
        "{queue} speaks to the caller, who is number {position} in line.",
    ),
    "queue_tells_wait": Sentence(
        "{queue} annonce moins de {minutes} minutes d'attente.",
        "{queue} says that the wait is less than {minutes} minutes.",
    ),
    "queue_too_slow": Sentence(
        "Dans {queue}, l'appelant attendrait {seconds} s ; le maximum est de {most} s.",
        "In {queue} the caller would wait {seconds} s; at most {most} s are allowed.",
    ),
    "call_back_kept": Sentence(
        "{caller} garde son rang dans {queue} et sera rappelé.",
        "{caller} keeps his place in {queue} and will be called back.",
    ),
    "no_call_back": Sentence("{caller} ne peut pas être rappelé.", "{caller} cannot be called back."),
    "queue_closes": Sentence(
        "{queue} ferme, et renvoie ceux qui attendent encore.",
        "{queue} closes, and sends those who still wait elsewhere.",
    ),
}
