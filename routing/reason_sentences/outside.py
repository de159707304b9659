"""Calls to the outside: who may make them, how many, where to, and by which trunk."""

from __future__ import annotations

from collections.abc import Mapping

from routing.lint_sentences import Sentence
from routing.reasons import ReasonCode

SENTENCES: Mapping[ReasonCode, Sentence] = {
    "calls_out": Sentence(
        "{user} appelle à l'extérieur avec {number}, selon le profil sortant {profile}.",
        "{user} calls outside with {number}, by the outbound profile {profile}.",
    ),
    "outside_over": Sentence(
        "L'appel à l'extérieur n'a pas été pris : {outcome}.", "The outside call was not taken: {outcome}."
    ),
    "outside_invalid": Sentence(
        "{dialled} n'est pas un numéro de téléphone. Composez un numéro local, national ou international.",
        "{dialled} is not a phone number. Dial a local, national or international one.",
    ),
    "outbound_locked": Sentence(
        "{user} n'appelle pas à l'extérieur : verrouillé par {level} ({holder}).",
        "{user} does not call outside: locked by {level} ({holder}).",
    ),
    "outbound_unlicensed": Sentence(
        "{user} n'a pas de licence d'appel et n'appelle pas à l'extérieur. Communiquez avec votre administrateur.",
        "{user} has no calling licence and makes no outside calls. Contact your administrator.",
    ),
    "device_inside_only": Sentence(
        "{device} de {user} n'appelle pas à l'extérieur : c'est un portier ou une sonorisation.",
        "{device} of {user} makes no outside calls: it is a door phone or a paging device.",
    ),
    "no_outbound_profile": Sentence(
        "{user} n'appelle pas à l'extérieur : aucun de ses profils de capacité n'est dans un profil sortant, et aucun numéro "
        "n'est le sien. Communiquez avec votre administrateur.",
        "{user} makes no outside calls: no capacity profile of theirs is in an outbound profile, and no number is theirs. "
        "Contact your administrator.",
    ),
    "number_choice_unknown": Sentence(
        "Le numéro à montrer n'est pas clair (numéros de l'entreprise qui se terminent par {dialled} : {count}).",
        "The number to show is not clear (numbers of the company that end in {dialled}: {count}).",
    ),
    "number_not_accessible": Sentence(
        "{user} n'a pas accès à {number} et ne peut pas appeler avec ce numéro.",
        "{user} has no access to {number} and cannot call with it.",
    ),
    "number_not_outbound": Sentence(
        "{number} ne peut pas passer d'appels : son forfait ne les comprend pas, ou il est désactivé.",
        "{number} cannot make calls: its plan does not have them, or it is switched off.",
    ),
    "class_not_allowed": Sentence(
        "{outside} ne peut pas être appelé : {user} n'a pas droit aux appels de cette sorte ({number_class}).",
        "{outside} cannot be called: {user} may not make calls of that kind ({number_class}).",
    ),
    "number_blocked": Sentence(
        "{outside} ne peut pas être appelé par {user} : {listed} ({level} : {holder}).",
        "{outside} cannot be called by {user}: {listed} ({level}: {holder}).",
    ),
    "transfer_not_allowed": Sentence(
        "{user} ne peut pas transférer d'appels à l'extérieur (profil sortant {profile}).",
        "{user} may not transfer calls outside (outbound profile {profile}).",
    ),
    "kept_apart": Sentence(
        "{user} ne peut mettre personne en relation avec ce correspondant extérieur (profil sortant {profile}).",
        "{user} may not bring anybody together with this outside party (outbound profile {profile}).",
    ),
    "capacity_exceeded": Sentence(
        "{user} n'a plus de place pour un appel sortant ({capacity} : {used} sur {limit}) : le suivant attend qu'un appel se termine.",
        "{user} has no room for another outbound call ({capacity}: {used} of {limit}): the next one waits for a call to end.",
    ),
    "calls_per_minute": Sentence(
        "Trop d'appels de {user} à l'extérieur dans la minute : {used}, au plus {limit}. Réessayez dans un instant.",
        "Too many outside calls of {user} in this minute: {used}, at most {limit}. Try again in a moment.",
    ),
    "calls_per_day": Sentence(
        "Trop d'appels de {user} à l'extérieur aujourd'hui : {used}, au plus {limit}.",
        "Too many outside calls of {user} today: {used}, at most {limit}.",
    ),
    "company_calls_per_minute": Sentence(
        "Trop d'appels de l'entreprise à l'extérieur dans la minute : {used}, au plus {limit}. Réessayez dans un instant.",
        "Too many outside calls of the company in this minute: {used}, at most {limit}. Try again in a moment.",
    ),
    "company_calls_per_day": Sentence(
        "Trop d'appels de l'entreprise à l'extérieur aujourd'hui : {used}, au plus {limit}.",
        "Too many outside calls of the company today: {used}, at most {limit}.",
    ),
    "outbound_held": Sentence(
        "Les appels de {user} à l'extérieur sont retenus depuis {time}, {unusual} : {reached}. Un administrateur peut lever "
        "la retenue.",
        "Outside calls of {user} are held since {time}, {unusual}: {reached}. An administrator can lift the hold.",
    ),
    "company_held": Sentence(
        "Les appels de l'entreprise à l'extérieur sont retenus depuis {time}, {unusual} : {reached}. Un administrateur peut "
        "lever la retenue.",
        "Outside calls of the company are held since {time}, {unusual}: {reached}. An administrator can lift the hold.",
    ),
    "capacity_forced": Sentence(
        "Un superviseur donne cet appel à {user} malgré sa capacité ({capacity} : {used} sur {limit}).",
        "A supervisor gives this call to {user} whatever the capacity ({capacity}: {used} of {limit}).",
    ),
    "daily_capacity_exhausted": Sentence(
        "{user} n'a plus d'appel sortant pour aujourd'hui ({capacity} : {used} sur {limit}).",
        "{user} has no outbound call left for today ({capacity}: {used} of {limit}).",
    ),
    "trunk_full": Sentence(
        "{outside} ne peut pas être appelé, faute de ligne libre (occupées : {used} sur {channels}).",
        "{outside} cannot be called: no line is free (in use: {used} of {channels}).",
    ),
    "trunk_busy": Sentence(
        "{outside} ne passe pas par la ligne réseau {trunk}, faute de canal libre (occupés : {used} sur {channels}).",
        "{outside} does not go through trunk {trunk}: no channel is free (in use: {used} of {channels}).",
    ),
    "trunk_down": Sentence(
        "{outside} ne passe pas par la ligne réseau {trunk} : elle est hors service.",
        "{outside} does not go through trunk {trunk}: it is down.",
    ),
    "trunk_failed": Sentence(
        "La ligne réseau {trunk} n'a pas pris l'appel à {outside} : une autre est essayée.",
        "Trunk {trunk} did not take the call to {outside}: another is tried.",
    ),
    "no_trunk_left": Sentence(
        "Aucune ligne réseau ne prend l'appel à {outside}.",
        "No trunk takes the call to {outside}.",
    ),
    "country_not_allowed": Sentence(
        "{outside} ne peut pas être appelé : {user} n'a pas le droit d'appeler ce pays ({country}).",
        "{outside} cannot be called: {user} may not call that country ({country}).",
    ),
}
