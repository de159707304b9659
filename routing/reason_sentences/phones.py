"""Why the phones of a person ring or do not, and what becomes of an offer to them."""

from __future__ import annotations

from collections.abc import Mapping

from routing.lint_sentences import Sentence
from routing.reasons import ReasonCode

SENTENCES: Mapping[ReasonCode, Sentence] = {
    "do_not_disturb": Sentence(
        "{user} ne veut pas être dérangé par des appels (ne pas déranger).",
        "{user} does not want to be disturbed by calls (do not disturb).",
    ),
    "user_offline": Sentence(
        "Aucun appareil de {user} n'est joignable en ce moment.",
        "No device of {user} can be reached right now.",
    ),
    "user_signed_off": Sentence(
        "{user} a choisi l'état « hors ligne » : ses appareils ne sonnent pas.",
        "{user} chose the state “offline”: the devices do not ring.",
    ),
    "user_busy": Sentence("{user} est déjà en communication.", "{user} is on a call already."),
    "rings": Sentence(
        "{device} de {user} sonne pendant {seconds} s.", "{device} of {user} rings for {seconds} s."
    ),
    "dials": Sentence(
        "Le numéro extérieur {outside} de {user} est appelé pendant {seconds} s.",
        "The outside number {outside} of {user} is called for {seconds} s.",
    ),
    "dials_outside": Sentence(
        "Le numéro extérieur {outside} est appelé pendant {seconds} s.",
        "The outside number {outside} is called for {seconds} s.",
    ),
    "nothing_rings": Sentence(
        "Aucun téléphone de {user} ne doit sonner à ce moment.", "No phone of {user} is to ring at this time."
    ),
    "no_device": Sentence(
        "{user} n'a plus d'appareil à faire sonner.", "{user} has no other device that can ring."
    ),
    "device_unreachable": Sentence(
        "{device} de {user} ne sonne pas : l'appareil n'est pas joignable.",
        "{device} of {user} does not ring: the device cannot be reached.",
    ),
    "device_disabled": Sentence(
        "{device} de {user} ne sonne pas : l'appareil est désactivé.",
        "{device} of {user} does not ring: the device is switched off in the settings.",
    ),
    "class_off": Sentence(
        "{device} de {user} ne sonne pas : les appareils de classe {ring_class} sont exclus à ce moment.",
        "{device} of {user} does not ring: devices of the class {ring_class} are left out at this time.",
    ),
    "device_never_rung": Sentence(
        "{device} de {user} ne sonne jamais avec d'autres : c'est un portier ou une sonorisation.",
        "{device} of {user} never rings with others: it is a door phone or a paging device.",
    ),
    "device_not_in_plan": Sentence(
        "{device} de {user} ne sonne pas : l'appareil n'est pas dans l'ordre de sonnerie à ce moment.",
        "{device} of {user} does not ring: the device is not in the ring order at this time.",
    ),
    "outside_not_in_plan": Sentence(
        "Le numéro extérieur {outside} de {user} n'est pas appelé : il n'est pas dans l'ordre de sonnerie à ce moment.",
        "The outside number {outside} of {user} is not called: it is not in the ring order at this time.",
    ),
    "outside_disabled": Sentence(
        "Le numéro extérieur {outside} de {user} n'est pas appelé : il est désactivé.",
        "The outside number {outside} of {user} is not called: it is switched off.",
    ),
    "phones_left_out": Sentence(
        "Téléphones de trop pour un seul appel, qui ne sonnent pas : {count}.",
        "Phones too many for one call, which do not ring: {count}.",
    ),
    "caller_asked": Sentence(
        "Avant d'appeler un numéro extérieur de {user}, on demande à l'appelant de faire le 1.",
        "Before an outside number of {user} is called, the caller is asked to press 1.",
    ),
    "caller_agreed": Sentence(
        "L'appelant a fait le 1 pour joindre {user} à l'extérieur.",
        "The caller pressed 1 to reach {user} outside.",
    ),
    "caller_did_not_agree": Sentence(
        "L'appelant n'a pas fait le 1 : les numéros extérieurs de {user} ne sont pas appelés.",
        "The caller did not press 1: the outside numbers of {user} are not called.",
    ),
    "declined": Sentence("{user} a refusé l'appel.", "{user} declined the call."),
    "phone_busy": Sentence("Le téléphone de {user} a répondu occupé.", "The phone of {user} answered busy."),
    "group_over": Sentence(
        "Les téléphones de {user} n'ont pas pris l'appel : {outcome}.",
        "The phones of {user} did not take the call: {outcome}.",
    ),
    "capacity_blocks": Sentence(
        "{user} ne prend aucun appel tant que son travail en cours le retient (profil de capacité).",
        "{user} takes no call while the work in hand holds them (capacity profile).",
    ),
    "user_on_break": Sentence(
        "{user} est en pause : ses appareils ne sonnent pas.",
        "{user} is on a break: the devices do not ring.",
    ),
    "mailbox_kept": Sentence(
        "Le message va dans la boîte vocale de {user}, à qui l'appel était destiné.",
        "The message goes to the mailbox of {user}, for whom the call was.",
    ),
    "no_box": Sentence(
        "{box} n'existe pas : aucun message ne peut y être laissé.",
        "{box} does not exist: no message can be left there.",
    ),
    "step_time_over": Sentence(
        "Le temps prévu pour cette étape de {target} est écoulé.",
        "The time of this step of {target} is over.",
    ),
    "presence_unknown": Sentence(
        "L'état des personnes n'est pas connu : {target} passe à la suite.",
        "The state of people is not known: {target} goes on to what follows.",
    ),
}
