"""The words that stand for facts in the sentences: why a rule or a member was passed over, outcomes, classes, levels."""

from __future__ import annotations

from collections.abc import Mapping

from routing.lint_sentences import Sentence

WORDS: Mapping[str, Mapping[str, Sentence]] = {
    "rule": {
        "disabled": Sentence("elle est désactivée", "it is switched off"),
        "state": Sentence("ce n'est pas le bon moment (ouvert ou fermé)", "it is for the other state (open or closed)"),
        "called": Sentence("elle est pour un autre numéro", "it is for another number"),
        "caller": Sentence("elle est pour d'autres appelants", "it is for other callers"),
        "hours": Sentence("elle est pour d'autres heures", "it is for other hours"),
        "dates": Sentence("elle est pour d'autres dates", "it is for other dates"),
        "exception": Sentence("une période exceptionnelle passe avant", "an exceptional period goes before it"),
    },
    "refused": {
        "no_licence": Sentence("il n'a pas de licence d'appel", "there is no calling licence"),
        "not_in_plan": Sentence("le forfait de l'entreprise ne le comprend pas", "it is not in the company's plan"),
        "not_permitted": Sentence("son rôle ne le permet pas", "the role does not allow it"),
        "permission_auto_receptionist": Sentence(
            "il lui faut la permission « standard automatique »", "it takes the auto-receptionist permission"
        ),
        "other_site": Sentence("c'est le numéro d'un autre site", "it is a number of another site"),
        "setting_locked": Sentence("un niveau au-dessus le verrouille", "a level above locks it"),
        "value_locked": Sentence("un niveau au-dessus interdit cette destination", "a level above forbids this destination"),
    },
    "unsaved": {
        "nobody": Sentence("la console ne répond pas ; réessayez", "the console does not answer; try again"),
        "forward_loop": Sentence("les renvois tourneraient en rond", "forwards would go round in a circle"),
        "mistakes": Sentence("cette destination n'est pas valide", "this destination is not valid"),
        "conflict": Sentence("quelqu'un d'autre enregistre ; réessayez", "somebody else is saving; try again"),
    },
    "unpaused": {
        "nobody": Sentence("le contrôleur ne répond pas ; réessayez", "the controller does not answer; try again"),
        "not_recorded": Sentence(
            "aucun de ses appels n'est enregistré, ou il l'est déjà ainsi", "no call of theirs is recorded, or it is so already"
        ),
        "pause_not_allowed": Sentence("son profil sortant ne le permet pas", "the outbound profile does not allow it"),
    },
    "unusual": {
        "unusual_volume": Sentence("un nombre d'appels inhabituel en une heure", "an unusual number of calls in an hour"),
        "unusual_cost": Sentence("un nombre inhabituel d'appels coûteux", "an unusual number of dear calls"),
        "unusual_destinations": Sentence("un nombre inhabituel de pays", "an unusual number of countries"),
        "unusual_hours": Sentence("trop d'appels à des heures inhabituelles", "too many calls at unusual hours"),
    },
    "member": {
        "declined": Sentence("a déjà refusé cet appel", "has declined this call already"),
        "just_declined": Sentence(
            "vient de refuser un appel, il y a moins de cinq secondes", "declined a call less than five seconds ago"
        ),
        "unlicensed": Sentence("pas de licence d'appel", "no calling licence"),
        "outbound_only": Sentence("appels sortants seulement (mode strict)", "outgoing calls only (strict mode)"),
        "blocked": Sentence("retenu par un travail en cours (capacité)", "held by work in hand (capacity)"),
        "unreachable": Sentence("aucun appareil joignable", "no device can be reached"),
        "kept_for_another": Sentence(
            "cette personne est pour un appel qui passe avant", "this person is for a call that goes first"
        ),
        "opted_out": Sentence("ne prend pas les appels de cette file", "takes no calls of this queue"),
        "on_call": Sentence("en communication", "on a call"),
        "ringing": Sentence("un autre appel sonne déjà", "another call rings already"),
        "acw": Sentence("termine le suivi d'un appel", "wrapping up a call"),
        "offline": Sentence("a choisi l'état « hors ligne »", "chose the state “offline”"),
        "dnd": Sentence("ne pas déranger", "do not disturb"),
        "dnd_queues": Sentence("ne pas déranger, pour les appels des groupes", "do not disturb, for calls of groups"),
        "break": Sentence("en pause", "on a break"),
        "out_of_hours": Sentence("en dehors de ses heures de travail", "outside working hours"),
        "away": Sentence("s'est absenté du poste", "away"),
        "busy": Sentence("a choisi l'état « occupé »", "chose the state “busy”"),
    },
    "number_class": {
        "local": Sentence("local", "local"),
        "national": Sentence("national", "national"),
        "mobile": Sentence("mobile", "mobile"),
        "toll_free": Sentence("sans frais", "toll-free"),
        "international": Sentence("international", "international"),
        "premium": Sentence("surtaxé", "premium rate"),
        "satellite": Sentence("satellite", "satellite"),
    },
    "outcome": {
        "answered": Sentence("on a répondu", "it was answered"),
        "no_answer": Sentence("pas de réponse", "no answer"),
        "busy": Sentence("occupé", "busy"),
        "declined": Sentence("refusé", "declined"),
        "unreachable": Sentence("injoignable", "unreachable"),
        "keyed": Sentence("une touche a été composée", "a key was pressed"),
        "no_input": Sentence("rien n'a été composé", "nothing was dialled"),
        "done": Sentence("elle est allée au bout", "it ran to its end"),
        "contended": Sentence("pris entre-temps par un autre appel", "taken by another call meanwhile"),
        "failed": Sentence("l'appel n'a pas pu être établi", "the call could not be set up"),
        "moved": Sentence("transféré", "transferred"),
        "trunk_failed": Sentence("la ligne réseau ne l'a pas pris", "the trunk did not take it"),
    },
    "level": {
        "account": Sentence("le compte", "the account"),
        "site": Sentence("le site", "the site"),
        "group": Sentence("le groupe", "the group"),
        "outbound_profile": Sentence("le profil sortant", "the outbound profile"),
    },
    "listed": {
        "blocked": Sentence("il est parmi les numéros interdits", "it is among the blocked numbers"),
        "not_listed": Sentence("il n'est pas parmi les numéros permis", "it is not among the allowed numbers"),
    },
    "strategy": {
        "fixed_order": Sentence("dans l'ordre établi", "in the set order"),
        "longest_idle": Sentence("la plus longtemps libre d'abord", "the longest idle first"),
        "rotating": Sentence("à tour de rôle", "in rotation"),
        "random": Sentence("au hasard", "at random"),
        "highest_capacity": Sentence("la moins occupée d'abord", "the least busy first"),
    },
    "ring_class": {
        "desk": Sentence("« téléphone de bureau »", "“desk phone”"),
        "desktop": Sentence("« ordinateur »", "“computer”"),
        "mobile": Sentence("« mobile »", "“mobile”"),
        "other": Sentence("« autre »", "“other”"),
    },
}  # fmt: skip
