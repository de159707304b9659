"""Every finding as a sentence, in French and in English. `{path}` is the setting, the other words are facts."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from routing.company import Language
from routing.lint_findings import Finding


class Sentence(msgspec.Struct, frozen=True):
    """One sentence in both languages."""

    fr: str
    en: str


_DAYS = {
    "fr": dict(
        zip(
            ("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
            ("lun", "mar", "mer", "jeu", "ven", "sam", "dim"),
            strict=True,
        )
    ),
    "en": {},
}
_WORDS: Mapping[str, Mapping[str, Sentence]] = {
    "state": {
        "open": Sentence("toujours ouvert", "always open"),
        "closed": Sentence("toujours fermé", "always closed"),
    },
    "way": {
        "ahead": Sentence("avance", "ahead"),
        "behind": Sentence("retarde", "behind"),
    },
    "why": {
        "outbound_locked": Sentence(
            "les appels vers l'extérieur sont verrouillés pour cette personne",
            "calls to the outside are locked for this person",
        ),
        "outside_invalid": Sentence("ce n'est pas un numéro valide", "it is not a valid number"),
        "country_not_allowed": Sentence(
            "son pays n'est pas parmi ceux que cette personne peut appeler",
            "its country is not among those that this person may call",
        ),
        "class_not_allowed": Sentence(
            "cette sorte de numéro n'est pas permise à cette personne",
            "this kind of number is not allowed for this person",
        ),
        "number_blocked": Sentence(
            "les listes de numéros bloqués ou permis l'excluent",
            "the lists of blocked or allowed numbers leave it out",
        ),
    },
    "context": {
        "open": Sentence("pendant les heures d'ouverture", "during business hours"),
        "closed": Sentence("pendant les heures de fermeture", "during closed hours"),
    },
    "what": {
        "queue": Sentence("La file", "The queue"),
        "capacity": Sentence("Le profil de capacité", "The capacity profile"),
        "members": Sentence("membres", "members"),
        "max_waiting": Sentence("appels en attente", "calls waiting"),
        "max_wait": Sentence("secondes d'attente", "seconds of waiting"),
    },
}

SENTENCES: dict[str, Sentence] = {
    "LINT-01": Sentence(
        "{name} ({user}) n'a accès qu'aux appels sortants, mais l'équipe {team} est dans la distribution du numéro"
        " {number} : ses téléphones sonneront.",
        "{name} ({user}) has access for outgoing calls only, but the team {team} is in the call distribution of"
        " the number {number}: their phones will ring.",
    ),
    "LINT-02": Sentence(
        "L'équipe {team} reçoit les appels de plusieurs numéros : {numbers}.",
        "The team {team} takes the calls of several numbers: {numbers}.",
    ),
    "LINT-03": Sentence(
        "Des heures d'ouverture sont définies, mais rien ne dit quoi faire des appels à la fermeture : ils entendront que c'est fermé.",
        "Business hours are set, but nothing says what happens to calls when closed: they will hear that you are closed.",
    ),
    "LINT-04": Sentence(
        "L'horaire est activé sans destination à la fermeture : la boîte vocale répondra, ou l'annonce « fermé » s'il n'y en a pas.",
        "The schedule is enabled without a destination for closed hours: voicemail will answer, or the announcement “closed”"
        " where there is none.",
    ),
    "LINT-04 queue": Sentence(
        "La file a des heures, et rien ne dit où vont les appels en dehors d'elles (out_of_hours) : ils entendront que personne"
        " n'est disponible.",
        "The queue has hours, and nothing says where calls go outside them (out_of_hours): they will hear that nobody is"
        " available.",
    ),
    "limit_nowhere": Sentence(
        "La file a une limite ({limit} {what}), et rien ne dit où va l'appel quand elle est atteinte (overflow) : il entendra que"
        " personne n'est disponible.",
        "The queue has a limit ({limit} {what}), and nothing says where a call goes when it is reached (overflow): it will hear"
        " that nobody is available.",
    ),
    "no_members": Sentence(
        "Personne n'en est membre : ces appels ne feront sonner aucun téléphone.",
        "Nobody is a member of it: these calls will ring no phone.",
    ),
    "LINT-05": Sentence(
        "L'horaire est activé sans aucune période d'ouverture : toujours fermé.",
        "The schedule is enabled without any opening period: always closed.",
    ),
    "LINT-06": Sentence(
        "Les périodes {first} et {second} se chevauchent ({days}) ; leur union s'applique.",
        "The periods {first} and {second} overlap ({days}); their union applies.",
    ),
    "LINT-07": Sentence(
        "Les périodes exceptionnelles {first} et {second} se chevauchent, par exemple le {on} ; {winner} l'emporte.",
        "The exceptional periods {first} and {second} overlap, for instance on {on}; {winner} wins.",
    ),
    "LINT-08": Sentence(
        "Des jours aux deux bouts du mois et deux mois qui se suivent : vouliez-vous dire du premier au dernier jour (range) ?",
        "Days at both ends of the month and two months in a row: did you mean a range of dates (range)?",
    ),
    "LINT-09": Sentence(
        "Le renvoi de {name} vers {to} est suspendu : son horaire activé a priorité.",
        "The forward of {name} to {to} is suspended: the enabled schedule comes first.",
    ),
    "LINT-10": Sentence(
        "{name} a un téléphone logiciel : un renvoi vers son cellulaire n'est pas nécessaire.",
        "{name} has a softphone: forwarding to a mobile is not needed.",
    ),
    "LINT-11": Sentence(
        "Le renvoi externe de {name} occupe deux lignes par appel ; si tous ces renvois servent à la fois, {peak} lignes sur {channels}.",
        "The external forward of {name} uses two lines a call; with all such forwards in use at once, {peak} lines of {channels}.",
    ),
    "LINT-12": Sentence(
        "Cette étape ne servira jamais : celle d'avant termine l'appel ou l'envoie ailleurs.",
        "This step will never run: the one before it ends the call or sends it elsewhere.",
    ),
    "LINT-13": Sentence(
        "{what} {name} sert aux appels entrants et sortants : séparez-les pour les suivre séparément.",
        "{what} {name} serves incoming and outgoing calls: separate them in order to follow each.",
    ),
    "LINT-14": Sentence(
        "Le nom de ce profil de capacité ne dit pas s'il est entrant, sortant ou les deux.",
        "The name of this capacity profile does not say whether it is inbound, outbound or both.",
    ),
    "LINT-15": Sentence(
        "Pour la voix, la capacité se libère normalement à la fin de l'appel (immediate), pas à la fin de la journée.",
        "For voice, capacity is normally released when the call ends (immediate), not at the end of the day.",
    ),
    "LINT-16": Sentence(
        "Personne n'appelle avec le profil sortant {name} : aucun utilisateur n'a l'un de ses profils de capacité.",
        "Nobody calls out with the outbound profile {name}: no user has one of its capacity profiles.",
    ),
    "LINT-16 user": Sentence(
        "{name} a accès à des numéros mais ne peut pas appeler : aucun de ses profils de capacité n'est dans un profil sortant.",
        "{name} has access to numbers but cannot call out: no capacity profile of theirs is in an outbound profile.",
    ),
    "LINT-22": Sentence(
        "Rien ne sonne {context} et l'appel est coupé : l'appelant n'entend rien.",
        "Nothing rings {context} and the call is cut: the caller hears nothing.",
    ),
    "LINT-23": Sentence(
        "Si tous sont occupés, ou qu'une règle s'applique à chaque passage, ces destinations tournent en rond : {circle}."
        " L'appel est coupé après quelques tours.",
        "When everybody is busy, or a rule applies each time, these destinations go round in a circle: {circle}."
        " The call is ended after a few turns.",
    ),
    "chain_too_long": Sentence(
        "Si personne ne répond, l'appel passe de l'un à l'autre ({chain}) et est coupé avant le dernier : {limit} déplacements sont"
        " permis (hop_limit).",
        "When nobody answers, the call moves from one to the next ({chain}) and is ended before the last: {limit} moves are"
        " allowed (hop_limit).",
    ),
    "LINT-24": Sentence(
        "Le 0 est réglé, mais pendant les heures d'ouverture les appels ne vont ni à un poste ni à un groupe : il n'y aura pas d'effet.",
        "0 is set, but during business hours calls go neither to a user nor to a group: it will have no effect there.",
    ),
    "LINT-25": Sentence(
        "Une touche est attendue de l'appelant pendant que ça sonne : l'appel est répondu, donc facturé, avant qu'une personne réponde.",
        "A key is expected of the caller while phones ring: the call is answered, hence billed, before a person answers.",
    ),
    "LINT-26": Sentence(
        "Le site {site} est dans un autre pays ({country}) et n'a pas de fuseau horaire : celui de l'entreprise s'applique ({zone}).",
        "The site {site} is in another country ({country}) and has no time zone: the company's applies ({zone}).",
    ),
    "LINT-26 number": Sentence(
        "{number} est un numéro d'un autre pays ({country}) sans fuseau horaire : ses heures et ses dates sont celles de"
        " l'entreprise ({zone}).",
        "{number} is a number of another country ({country}) without a time zone: its hours and dates are the company's ({zone}).",
    ),
    "LINT-26 server.clock": Sentence(
        "L'horloge du serveur {way} de {seconds} s : horaires et jours fériés suivent cette heure-là.",
        "The server's clock is {seconds} s {way}: hours and holidays follow that time.",
    ),
    "LINT-26 server.clock_not_kept": Sentence(
        "Rien ne tient l'horloge du serveur à l'heure (chrony ou systemd-timesyncd le ferait) : horaires et jours fériés la"
        " suivent.",
        "Nothing keeps the server's clock right (chrony or systemd-timesyncd would): hours and holidays follow it.",
    ),
    "LINT-27": Sentence(
        "La période exceptionnelle « {period} » ({first} à {last}) {when}.",
        "The exceptional period “{period}” ({first} to {last}) {when}.",
    ),
    "LINT-28": Sentence(
        "Une personne qui manque un appel devient « absente », mais cette file sonne aussi les absents : elle sera appelée"
        " de nouveau sans fin.",
        "Whoever misses a call becomes “away”, but this queue offers calls to people who are away: they are called again"
        " without end.",
    ),
    "missed_offers_useless": Sentence(
        "{count} appels manqués de suite, et rien ne se passe ensuite : missed_offer garde la présence (keep).",
        "{count} missed calls in a row, and nothing happens then: missed_offer leaves the presence as it is (keep).",
    ),
    "outside_refused": Sentence(
        "{outside} ne sonnera jamais pour {name} : {why}.",
        "{outside} will never ring for {name}: {why}.",
    ),
    "key_1_twice": Sentence(
        "{name} : l'appelant fait le 1 pour être mis en communication, puis, sans réponse, le 1 pour laisser un message."
        " Que les deux messages le disent clairement.",
        "{name}: the caller presses 1 to be connected and then, when nobody answers, 1 to leave a message."
        " Let both prompts say so clearly.",
    ),
    "video_as_voicemail": Sentence(
        "La messagerie vidéo est traitée comme une boîte vocale.", "Video mail is treated as voicemail."
    ),
    "LINT-30": Sentence(
        "Un portier ou une sonorisation est dans l'ordre de sonnerie et n'y sonnera pas ; donnez-lui un poste à part.",
        "A door phone or a paging horn is in the ring order, and will not ring there; give it an extension of its own.",
    ),
    "LINT-31": Sentence(
        "{name} n'a pas de licence d'appel : ces appels seront traités comme vers un poste inconnu.",
        "{name} has no calling licence: these calls are treated as to an unknown extension.",
    ),
    "LINT-32": Sentence(
        "{count} {what} : plus que {most}, la limite conseillée.",
        "{count} {what}: more than the advised {most}.",
    ),
    "schedule_not_enabled": Sentence(
        "L'horaire a des périodes d'ouverture mais n'est pas activé : il ne s'applique pas.",
        "The schedule has opening periods but is not enabled: it does not apply.",
    ),
    "forced_state": Sentence(
        "L'horaire est remplacé à la main : {state} jusqu'à ce que quelqu'un l'enlève.",
        "The schedule is overridden by hand: {state} until somebody takes that away.",
    ),
    "trunks_off": Sentence(
        "Toutes les liaisons sont désactivées : aucun appel ne sort, et les appels d'urgence essaient quand même chacune d'elles.",
        "All trunks are switched off: no call leaves, and emergency calls try each of them all the same.",
    ),
    "no_emergency_trunk": Sentence(
        "Aucune liaison activée ne prend les appels d'urgence : ils partent par les autres, qui peuvent les refuser.",
        "No trunk that is switched on takes emergency calls: they go by the others, which may refuse them.",
    ),
    "rule_never": Sentence(
        "La règle « {rule} » ne vaut que pour les heures de fermeture, et rien n'est jamais fermé : elle ne s'appliquera pas.",
        "The rule “{rule}” is for closed hours only, and nothing is ever closed: it will never apply.",
    ),
    "rule_never called": Sentence(
        "La règle « {rule} » ne vaut que pour des numéros qui ont un autre traitement : elle ne s'appliquera pas.",
        "The rule “{rule}” is for numbers that have another handling: it will never apply.",
    ),
    "rule_never dates": Sentence(
        "La règle « {rule} » ne vaut que pour des dates passées : elle ne s'appliquera plus.",
        "The rule “{rule}” is for dates that are over: it will not apply again.",
    ),
    "rule_always": Sentence(
        "La règle « {rule} » n'a aucune condition : elle prend tous les appels, et ni les règles qui la suivent ni les heures ne"
        " servent.",
        "The rule “{rule}” has no condition: it takes every call, and neither the rules after it nor the hours matter.",
    ),
    "caller_never": Sentence(
        "Aucun appelant ne correspond à « {pattern} » : écrivez l'indicatif du pays, comme +1418…, ou un poste de l'entreprise.",
        "No caller matches “{pattern}”: write the country code, as in +1418…, or an extension of the company.",
    ),
    "period_never": Sentence(
        "La période exceptionnelle {period} n'a aucun jour qui existe dans ces mois.",
        "The exceptional period {period} has no day that exists in these months.",
    ),
    "period_leap": Sentence(
        "La période exceptionnelle {period} ne vaut que les années bissextiles (29 février).",
        "The exceptional period {period} is in force in leap years only (29 February).",
    ),
    "period_never_wins": Sentence(
        "La période exceptionnelle {period} ne s'applique jamais : {winner} passe toujours avant. Changez leur rang.",
        "The exceptional period {period} never applies: {winner} always goes before it. Change their rank.",
    ),
    "holidays_run_out": Sentence(
        "Le calendrier {calendar} n'a plus de jours après le {last} : importez les prochaines années (relais holidays).",
        "The calendar {calendar} has no days after {last}: import the next years (relais holidays).",
    ),
    "group_not_enabled": Sentence(
        "Le groupe {group} n'est pas activé : ses réglages et verrous n'ont pas d'effet sur ses membres.",
        "The group {group} is not enabled: its settings and locks have no effect on its members.",
    ),
    "group_empty": Sentence("Le groupe {group} n'a aucun membre.", "The group {group} has no member."),
    "lock_useless": Sentence(
        "Le verrou de {setting} ne sert à rien : le compte verrouille déjà ce réglage.",
        "The lock of {setting} has no effect: the account locks this setting already.",
    ),
    "value_behind_lock": Sentence(
        "La valeur « {value} » n'est pas en vigueur : {by} verrouille ce réglage. Elle revient si le verrou est levé.",
        "The value “{value}” is not in force: {by} locks this setting. It comes back when the lock is lifted.",
    ),
    "value_forbidden": Sentence(
        "La valeur « {value} » n'est pas permise : {by} la verrouille. Celle du niveau supérieur s'applique.",
        "The value “{value}” is not allowed: {by} locks it. That of the level above applies.",
    ),
    "empty_open": Sentence(
        "Rien ne dit ce qui arrive aux appels pendant les heures d'ouverture.",
        "Nothing says what happens to calls during business hours.",
    ),
    "open_silent": Sentence(
        "Aucun téléphone de {name} ne sonne pendant les heures d'ouverture : « ring » n'y est pas écrit ; un « ring » vide les"
        " fait tous sonner.",
        "No phone of {name} rings during business hours: “ring” is not written there; an empty “ring” makes them all ring.",
    ),
    "number_nowhere": Sentence(
        "Ce numéro ne mène nulle part : ni traitement, ni numéro d'extension.",
        "This number leads nowhere: it has neither a handling nor an extension.",
    ),
    "prompt_silent": Sentence(
        "Ce message n'a pas de son : ni fichier, ni message intégré.",
        "This prompt has no sound: neither a file nor a built-in prompt.",
    ),
    "teams_unheard": Sentence(
        "La ligne réseau {name} ne dit pas d'où viennent les appels de Teams (sources) : ceux que des personnes y font sont refusés.",
        "The trunk {name} does not say from where Teams calls (sources): calls that people make there are refused.",
    ),
    "teams_unnumbered": Sentence(
        "{device} de {name} est dans Teams sans son numéro là-bas : la passerelle ne le fera pas sonner.",
        "{device} of {name} is in Teams without its number there: the gateway does not ring it.",
    ),
    "push_not_sent": Sentence(
        "{name} n'a que des applications de cellulaire : endormies, elles ne sont pas réveillées (aucun envoi « push ») et ne sonnent "
        "pas ; ajoutez un numéro externe ou un autre appareil.",
        "{name} has nothing but applications on mobiles: asleep, they are not woken (no push is sent) and do not ring; add an outside "
        "number or another device.",
    ),
    "not_in_force": Sentence(
        "Le réglage {setting} n'a pas encore d'effet dans cette version (défini {count} fois : {where}).",
        "The setting {setting} has no effect in this version yet (set {count} times: {where}).",
    ),
}
_WHEN = {
    "past": Sentence("est passée", "is over"),
    "soon": Sentence("commence d'ici sept jours", "begins within seven days"),
}


def sentence(finding: Finding, language: Language) -> str:
    """The finding as people read it."""
    chosen = next(SENTENCES[key] for key in _keys(finding) if key in SENTENCES)
    facts = {name: _in(language, name, fact) for name, fact in finding.facts.items()}
    return (chosen.fr if language == "fr" else chosen.en).format(path=finding.path, **facts)


def _keys(finding: Finding) -> tuple[str, ...]:
    """A rule about things of several kinds has a sentence for each."""
    return (f"{finding.id} {finding.path}", f"{finding.id} {finding.facts.get('what', '')}", finding.id)


def _in(language: Language, name: str, fact: str) -> str:
    if name == "days":
        return ", ".join(_DAYS[language].get(day, day) for day in fact.split(", "))
    if name == "by":
        level, _, ident = fact.partition(".")
        return level_text(level, ident, language)
    word = _WHEN.get(fact) if name == "when" else _WORDS.get(name, {}).get(fact)
    if word is None:
        return fact
    return word.fr if language == "fr" else word.en


_LEVELS = {
    "account": Sentence("le compte", "the account"),
    "site": Sentence("le site {id}", "the site {id}"),
    "group": Sentence("le groupe {id}", "the group {id}"),
    "object": Sentence("l'objet lui-même ({id})", "the object itself ({id})"),
    "default": Sentence("la valeur d'origine", "the built-in default"),
}


def level_text(level: str, ident: str, language: Language) -> str:
    """A level as people call it: `the site MTL`."""
    chosen = _LEVELS[level]
    return (chosen.fr if language == "fr" else chosen.en).format(id=ident)
