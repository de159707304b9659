"""Each reason as a sentence, in French and in English, for whoever asks why a phone rang or did not.
The words in braces are the facts of `routing.reasons`, named by `routing.explain_names`."""

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
    "transfer_returns": Sentence(
        "Là où {user} l'envoyait, personne ne prend l'appel : il revient à {user}.",
        "Nobody takes the call where {user} sent it: it returns to {user}.",
    ),
    "star_code": Sentence("Le code {dialled} a été composé.", "The code {dialled} was dialled."),
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
