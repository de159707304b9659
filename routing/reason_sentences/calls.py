"""A call as a whole, and its way from object to object: where it comes to, what its caller dialled, how steps end."""

from __future__ import annotations

from collections.abc import Mapping

from routing.lint_sentences import Sentence
from routing.reasons import ReasonCode

SENTENCES: Mapping[ReasonCode, Sentence] = {
    "call_over": Sentence("L'appel est terminé.", "The call is over."),
    "caller_blocked": Sentence(
        "L'entreprise refuse les appels de {caller}.", "The company refuses calls from {caller}."
    ),
    "loop": Sentence(
        "L'appel arrive à {target} (déplacements : {hops}) : il est arrêté pour ne pas tourner en rond.",
        "The call comes to {target} (moves: {hops}): it is ended rather than go round in circles.",
    ),
    "number_not_in_service": Sentence(
        "{number} n'est pas en service ou ne reçoit pas d'appels.",
        "{number} is not in service, or takes no calls.",
    ),
    "number_without_handling": Sentence(
        "Rien n'est prévu pour les appels à {number}.", "Nothing is set for calls to {number}."
    ),
    "extension_unknown": Sentence("Le poste {dialled} n'existe pas.", "There is no extension {dialled}."),
    "emergency_call": Sentence(
        "{dialled} est un numéro d'urgence : l'appel part sans condition et montre {shown}.",
        "{dialled} is an emergency number: the call leaves without any condition and shows {shown}.",
    ),
    "transfer_returns": Sentence(
        "Là où {user} l'envoyait, personne ne prend l'appel : il revient à {user}.",
        "Nobody takes the call where {user} sent it: it returns to {user}.",
    ),
    "line_reached": Sentence("L'appel arrive sur {line}.", "The call comes to {line}."),
    "pressed_0": Sentence("L'appelant a fait le 0.", "The caller pressed 0."),
    "digit_pressed": Sentence(
        "L'appelant a commencé à composer un poste par {keys}.",
        "The caller began to dial an extension with {keys}.",
    ),
    "extension_dialled": Sentence(
        "L'appelant a composé un poste : {extension}.",
        "The caller dialled an extension: {extension}.",
    ),
    "extension_invalid": Sentence(
        "L'appelant a composé {dialled}, qui n'est pas un poste.",
        "The caller dialled {dialled}, which is no extension.",
    ),
    "nothing_dialled": Sentence("L'appelant n'a rien composé.", "The caller dialled nothing."),
    "greeting_again": Sentence("Ce qui a été composé n'était pas valide.", "What was dialled was not valid."),
    "menu_over": Sentence(
        "Au menu de {box}, l'appelant a fait « {keys} ».",
        "In the menu of {box} the caller pressed “{keys}”.",
    ),
    "menu_silent": Sentence(
        "Au menu de {box}, l'appelant n'a rien composé.",
        "In the menu of {box} the caller pressed nothing.",
    ),
    "no_operator": Sentence(
        "Il n'y a pas de téléphoniste pour prendre l'appel.", "There is no operator to take the call."
    ),
    "to_operator": Sentence("L'appel va à la téléphoniste.", "The call goes to the operator."),
    "to_outside": Sentence(
        "L'appel va au numéro extérieur {outside}.", "The call goes to the outside number {outside}."
    ),
    "extension_reached": Sentence("L'appel arrive à {extension}.", "The call comes to {extension}."),
    "step_over": Sentence(
        "L'étape précédente de {target} est terminée : {outcome}.",
        "The step before, of {target}, is over: {outcome}.",
    ),
    "steps_exhausted": Sentence(
        "{target} n'a plus d'étape pour cet appel.", "{target} has no further step for this call."
    ),
    "resumed": Sentence(
        "L'étape en cours continue pour le temps qui lui reste.",
        "The step under way goes on for the time it has left.",
    ),
    "restarted": Sentence(
        "Le parcours de l'appel n'était pas lisible : il recommence au début.",
        "The route of the call could not be read: it begins again.",
    ),
    "revision_gone": Sentence(
        "Les réglages avec lesquels l'appel a commencé ne sont plus là : les plus récents décident.",
        "The settings with which the call began are gone: the newest ones decide.",
    ),
}
