"""What somebody asked with a star code or a key of his phone: forwards, the night switch, recordings, parked calls."""

from __future__ import annotations

from collections.abc import Mapping

from routing.lint_sentences import Sentence
from routing.reasons import ReasonCode

SENTENCES: Mapping[ReasonCode, Sentence] = {
    "forward_set": Sentence(
        "Les appels de {user} sont maintenant renvoyés à {dialled}.",
        "Calls of {user} are now forwarded to {dialled}.",
    ),
    "forward_lifted": Sentence(
        "Les appels de {user} ne sont plus renvoyés.", "Calls of {user} are no longer forwarded."
    ),
    "busy_forward_set": Sentence(
        "Les appels qui arrivent pendant que {user} est en ligne sont maintenant renvoyés à {dialled}.",
        "Calls that come while {user} is on another are now forwarded to {dialled}.",
    ),
    "busy_forward_lifted": Sentence(
        "Les appels qui arrivent pendant que {user} est en ligne ne sont plus renvoyés.",
        "Calls that come while {user} is on another are no longer forwarded.",
    ),
    "unanswered_forward_set": Sentence(
        "Les appels auxquels {user} ne répond pas sont maintenant renvoyés à {dialled}.",
        "Calls that {user} does not answer are now forwarded to {dialled}.",
    ),
    "unanswered_forward_lifted": Sentence(
        "Les appels auxquels {user} ne répond pas ne sont plus renvoyés.",
        "Calls that {user} does not answer are no longer forwarded.",
    ),
    "forward_to_oneself": Sentence(
        "{user} ne peut pas renvoyer ses appels à son propre poste. Composez un autre numéro.",
        "{user} cannot forward calls to the same extension. Dial another number.",
    ),
    "forward_refused": Sentence(
        "{user} ne peut pas changer son renvoi : {refused}. Communiquez avec votre administrateur.",
        "{user} cannot change the forward: {refused}. Contact your administrator.",
    ),
    "forward_not_saved": Sentence(
        "Le renvoi de {user} n'a pas été enregistré : {unsaved}.",
        "The forward of {user} was not saved: {unsaved}.",
    ),
    "night_closed": Sentence("{user} ferme {number} à la main.", "{user} closes {number} by hand."),
    "night_lifted": Sentence("{user} rend ses heures à {number}.", "{user} gives {number} its hours back."),
    "night_unknown": Sentence(
        "{dialled} ne désigne aucun numéro de l'entreprise, ou plusieurs. Composez plus de ses derniers chiffres.",
        "{dialled} names no number of the company, or several. Dial more of its last digits.",
    ),
    "night_refused": Sentence(
        "{user} ne peut pas fermer {number} : {refused}. Communiquez avec votre administrateur.",
        "{user} cannot close {number}: {refused}. Contact your administrator.",
    ),
    "night_not_saved": Sentence(
        "L'état de {number} n'a pas été enregistré : {unsaved}.",
        "The state of {number} was not saved: {unsaved}.",
    ),
    "not_declared": Sentence(
        "Personne ne connaît l'état des agents en ce moment : {dialled} n'a rien changé.",
        "Nobody knows the agents' states right now: {dialled} has changed nothing.",
    ),
    "dnd_not_yours": Sentence(
        "« Ne pas déranger » de {extension} : {user} ne change avec un téléphone que le sien.",
        "Do not disturb of {extension}: with a phone {user} changes only their own.",
    ),
    "pick_up_not_allowed": Sentence(
        "{user} ne peut pas prendre les appels de {extension} : ils n'ont ni équipe, ni file, ni ligne partagée en commun.",
        "{user} may not pick up calls of {extension}: they share no team, no queue and no shared line.",
    ),
    "recording_paused": Sentence(
        "L'enregistrement de l'appel de {user} est suspendu : il garde du silence.",
        "The recording of {user}'s call is paused: silence is kept.",
    ),
    "recording_resumed": Sentence(
        "L'enregistrement de l'appel de {user} reprend.", "The recording of {user}'s call goes on."
    ),
    "recording_not_changed": Sentence(
        "L'enregistrement de {user} est resté comme il était : {unpaused}.",
        "The recording of {user} is as it was: {unpaused}.",
    ),
    "nothing_to_take": Sentence("Aucun appel n'est à prendre.", "There is no call to take."),
    "taken": Sentence("L'appel de {caller} est pris.", "The call of {caller} is taken."),
    "park_refused": Sentence(
        "Rien n'est mis en attente à {extension} : on y transfère un appel.",
        "Nothing is parked at {extension}: a call is transferred there.",
    ),
    "parked": Sentence(
        "L'appel attend {seconds} s à {extension} que quelqu'un le reprenne.",
        "The call waits {seconds} s at {extension} for somebody to take it.",
    ),
    "park_over": Sentence(
        "Personne n'a repris l'appel : il revient à {user}.", "Nobody took the call: it returns to {user}."
    ),
    "star_code": Sentence("Le code {dialled} a été composé.", "The code {dialled} was dialled."),
}
