"""Which hours, periods and rules hold for a number or a person."""

from __future__ import annotations

from collections.abc import Mapping

from routing.lint_sentences import Sentence
from routing.reasons import ReasonCode

SENTENCES: Mapping[ReasonCode, Sentence] = {
    "user_unlicensed": Sentence(
        "{user} n'a pas de licence d'appel : l'appel est traité comme vers un poste inconnu.",
        "{user} has no calling licence: the call is treated as to an unknown extension.",
    ),
    "number_open": Sentence(
        "{number} est dans ses heures d'ouverture ({time}).", "{number} is in its business hours ({time})."
    ),
    "number_closed": Sentence(
        "{number} est en dehors de ses heures d'ouverture ({time}).",
        "{number} is outside its business hours ({time}).",
    ),
    "number_forced_open": Sentence(
        "{number} est ouvert sur décision, quelles que soient ses heures.",
        "{number} was set open, whatever its hours.",
    ),
    "number_forced_closed": Sentence(
        "{number} est fermé sur décision : ni ses heures, ni ses règles, ni ses périodes exceptionnelles ne comptent.",
        "{number} was set closed: neither its hours nor its rules nor its exceptional periods count.",
    ),
    "exception_in_force": Sentence(
        "La période exceptionnelle {period} de {target} est en vigueur ({time}).",
        "The exceptional period {period} of {target} is in force ({time}).",
    ),
    "exception_outranked": Sentence(
        "La période exceptionnelle {period} de {target} est aussi en vigueur, mais {by} passe avant.",
        "The exceptional period {period} of {target} is in force too, but {by} goes before it.",
    ),
    "rule_matched": Sentence(
        "La règle {rule} de {target} s'applique.", "The rule {rule} of {target} applies."
    ),
    "rule_passed_over": Sentence(
        "La règle {rule} de {target} ne s'applique pas : {because}.",
        "The rule {rule} of {target} does not apply: {because}.",
    ),
    "user_open": Sentence(
        "{user} prend ses appels à ce moment ({time}).", "{user} takes calls at this time ({time})."
    ),
    "user_closed": Sentence(
        "{user} est en dehors de ses heures ({time}).", "{user} is outside working hours ({time})."
    ),
    "forwarded": Sentence("{user} renvoie tous ses appels.", "{user} forwards every call."),
    "forward_suspended": Sentence(
        "Le renvoi de {user} est suspendu : l'horaire activé passe avant lui.",
        "The forward of {user} is suspended: the enabled schedule goes before it.",
    ),
}
