"""What every mistake in a document is called, in French and in English.

`{value}` is what was written, `{allowed}` what may be; the other words come from the check that found it.
"""

from __future__ import annotations

import msgspec


class Sentence(msgspec.Struct, frozen=True):
    """A sentence in both languages, with the catalogue's number of the rule (3.4) where it has one."""

    fr: str
    en: str
    lint: str = ""


SENTENCES: dict[str, Sentence] = {
    # --- the text itself ---
    "not_utf8": Sentence("Le fichier n'est pas en UTF-8.", "The file is not UTF-8."),
    "not_yaml": Sentence("Ce n'est pas du YAML : {why}", "This is not YAML: {why}"),
    "not_json": Sentence("Ce n'est pas du JSON : {why}", "This is not JSON: {why}"),
    "empty": Sentence("Le document est vide.", "The document is empty."),
    "too_deep": Sentence("Trop de niveaux imbriqués.", "Nested too deeply."),
    "duplicate_key": Sentence(
        "« {value} » est écrit deux fois ; la première fois à la ligne {first}.",
        "“{value}” is written twice; the first time on line {first}.",
    ),
    "yaml_feature": Sentence(
        "Les ancres, alias et étiquettes de YAML (« {value} ») ne sont pas permis : écrivez la valeur.",
        "YAML anchors, aliases and tags (“{value}”) are not allowed: write the value.",
    ),
    # --- shape ---
    "type": Sentence(
        "« {value} » : il faut {wanted}{hint}.",
        "“{value}”: {wanted} is needed{hint}.",
    ),
    "unknown_key": Sentence(
        "La clé « {value} » n'existe pas ici{hint}. Permis : {allowed}.",
        "There is no key “{value}” here{hint}. Allowed: {allowed}.",
    ),
    "missing_key": Sentence("Il manque « {key} ».", "“{key}” is missing."),
    "not_allowed": Sentence(
        "« {value} » n'est pas permis{hint}. Permis : {allowed}.",
        "“{value}” is not allowed{hint}. Allowed: {allowed}.",
    ),
    "format": Sentence("« {value} » : il faut {wanted}.", "“{value}”: {wanted} is needed."),
    "out_of_range": Sentence("{value} : permis de {low} à {high}.", "{value}: allowed from {low} to {high}."),
    "too_long": Sentence("Trop long : {most} caractères au plus.", "Too long: at most {most} characters."),
    "repeated": Sentence("Une valeur est répétée dans la liste.", "A value is repeated in the list."),
    "empty_list": Sentence(
        "C'est vide : il faut au moins une valeur.", "This is empty: at least one value is needed."
    ),
    "shape": Sentence("Valeur refusée : {why}", "Value refused: {why}"),
    # --- references and names ---
    "unknown_reference": Sentence(
        "{what} « {value} » n'existe pas{hint}.", "There is no {what} “{value}”{hint}."
    ),
    "extension_taken": Sentence(
        "Le numéro d'extension {value} est déjà celui de {holder}.",
        "The extension {value} is already that of {holder}.",
    ),
    "number_taken": Sentence(
        "Le numéro {value} est déjà {holder}.", "The number {value} is already {holder}."
    ),
    "device_taken": Sentence(
        "L'appareil « {value} » porte le nom d'enregistrement de {holder}.",
        "The device “{value}” would register with the name of {holder}.",
    ),
    "id_taken": Sentence(
        "« {value} » nomme à la fois un appareil et un numéro externe.",
        "“{value}” names both a device and an external number.",
    ),
    "rule_taken": Sentence(
        "Une autre règle s'appelle déjà « {value} ».", "Another rule already has the id “{value}”."
    ),
    "unknown_time_zone": Sentence(
        "Le fuseau horaire « {value} » n'existe pas{hint}.", "There is no time zone “{value}”{hint}."
    ),
    "unknown_country": Sentence("Le pays « {value} » n'existe pas.", "There is no country “{value}”."),
    # --- levels and locks ---
    "unknown_setting": Sentence(
        "Aucun réglage ne s'appelle « {value} »{hint}.", "There is no setting “{value}”{hint}."
    ),
    "lock_of_whole": Sentence(
        "{value} ne se verrouille qu'en entier : enlevez « values ». Des valeurs se verrouillent une à une pour {allowed}.",
        "{value} is locked as a whole only: leave out “values”. Single values can be locked of {allowed}.",
    ),
    "order_at_level": Sentence(
        "Un ordre d'appareils ne vaut que pour un utilisateur : ses appareils sont les siens.",
        "An order of devices makes sense for a user only: the devices are his own.",
    ),
    # --- time ---
    "no_weekday": Sentence(
        "Aucun jour de la semaine n'est coché : la période ne s'ouvrirait jamais.",
        "No weekday is ticked: this period would never open.",
    ),
    "end_before_start": Sentence(
        "La fin ({value}) n'est pas après le début ({start}){hint}.",
        "The end ({value}) is not after the start ({start}){hint}.",
    ),
    "longer_than_a_day": Sentence(
        "Avec « next_day », la fin ({value}) ne peut pas dépasser le début ({start}) : plus de 24 heures.",
        "With “next_day” the end ({value}) cannot be after the start ({start}): more than 24 hours.",
    ),
    "no_such_day": Sentence("Ce jour n'existe pas : {value}.", "There is no such day: {value}."),
    "one_date_kind": Sentence(
        "Il faut exactement une des clés range, yearly et days.",
        "Exactly one of range, yearly and days is needed.",
    ),
    # --- actions ---
    "complement_missing": Sentence(
        "La destination « {action} » est incomplète : il manque « {key} ».",
        "The destination “{action}” is incomplete: “{key}” is missing.",
        "LINT-29",
    ),
    "no_steps": Sentence(
        "Rien n'est dit de ce qui arrive à l'appel : ajoutez une action.",
        "Nothing says what happens to the call: add an action.",
        "LINT-29",
    ),
    "operator_without_target": Sentence(
        "L'option « opérateur » est active sans destination : nommez-la, ou désactivez l'option.",
        "The operator option is on without a target: name one, or turn the option off.",
        "LINT-20",
    ),
    "operator_not_internal": Sentence(
        "L'opérateur doit être quelqu'un de l'entreprise : un poste, une file, une ligne partagée ou un numéro, pas « {value} ».",
        "The operator must be somebody of the company: an extension, a queue, a shared line or a number, not “{value}”.",
    ),
    "menu_fixed": Sentence(
        "Les touches de ce menu sont fixes : 0 l'opérateur, 1 un message. « {value} » n'est pas permis.",
        "The keys of this menu are fixed: 0 the operator, 1 a message. “{value}” is not allowed.",
        "LINT-21",
    ),
    "predicted_wait_range": Sentence(
        "Une attente prévue se compare à {least} s au moins et {most} s au plus (over), pas à {value} s.",
        "A predicted wait is compared with {least} s at least and {most} s at most (over), not with {value} s.",
    ),
    "only_of_queues": Sentence(
        "« {value} » n'est possible que là où une file envoie ses appelants (queues.…overflow).",
        "“{value}” is possible only where a queue sends its callers (queues.…overflow).",
    ),
    "only_when_busy": Sentence(
        "L'appel en attente (call_waiting) n'a de sens que pour « busy ».",
        "Call waiting (call_waiting) makes sense only as “busy”.",
    ),
    "no_box": Sentence("{value} n'a pas de boîte vocale.", "{value} has no voicemail box.", "LINT-29"),
    "no_directory": Sentence(
        "Le répertoire externe est vide : aucun contact ne peut être choisi.",
        "The external directory is empty: no contact can be chosen.",
    ),
    "forward_loop": Sentence(
        "Ces renvois tournent en rond : {value}.",
        "These destinations go round in a circle: {value}.",
        "LINT-23",
    ),
    "two_destinations": Sentence(
        "Un numéro a soit un traitement (handling), soit un numéro d'extension (extension), pas les deux.",
        "A number has either a handling or an extension, not both.",
    ),
    # --- numbers ---
    "not_a_number": Sentence(
        "{value} n'est pas un numéro de téléphone possible.", "{value} is not a possible phone number."
    ),
    "country_mismatch": Sentence(
        "Le numéro {value} n'est pas un numéro du pays choisi ({country}){hint}.",
        "The number {value} is not a number of the country chosen ({country}){hint}.",
        "LINT-19",
    ),
    "number_not_outbound": Sentence(
        "{value} : il faut un numéro qui peut passer des appels (make_calls) pour aller à l'extérieur.",
        "{value}: a number that can make calls (make_calls) is needed to reach the outside.",
        "LINT-17",
    ),
    "queue_type": Sentence(
        "La file « {value} » n'est pas de type vocal.", "The queue “{value}” is not a voice queue."
    ),
    "personal_number": Sentence(
        "« {value} » est le numéro personnel de {owner} : un profil sortant ne peut pas l'utiliser.",
        "“{value}” is the personal number of {owner}: an outbound profile cannot use it.",
    ),
    "caller_id_of_another": Sentence(
        "« {value} » est le numéro personnel de {owner} : seuls ses propres appels le montrent. Choisissez-en un de l'entreprise.",
        "“{value}” is the personal number of {owner}: only their own calls show it. Choose one of the company's.",
    ),
    "not_a_network": Sentence(
        "« {value} » n'est pas un réseau ; écrivez par exemple 52.112.0.0/14.",
        "“{value}” is no network; write for example 52.112.0.0/14.",
    ),
    "number_of_a_device": Sentence(
        "Seul un téléphone d'une personne dans Teams (kind: teams) a un numéro ; retirez {value}.",
        "Only a person's phone in Teams (kind: teams) has a number; take {value} away.",
    ),
    "no_way_to_teams": Sentence(
        "Rien ne mène au téléphone {value} dans Teams : ajoutez une ligne réseau avec leads_to: teams.",
        "Nothing leads to the phone {value} in Teams: add a trunk with leads_to: teams.",
    ),
    "teams_number_taken": Sentence(
        "{value} est déjà le numéro de {holder} dans Teams : les appels de l'un seraient pris pour ceux de l'autre.",
        "{value} is already the number of {holder} in Teams: the calls of one would be taken for the other's.",
    ),
    "toll_free": Sentence(
        "Un numéro gratuit ne peut pas être un numéro personnel.",
        "A toll-free number cannot be a personal number.",
        "LINT-18",
    ),
    "already_assigned": Sentence(
        "« {value} » est déjà attribué : {holder}.", "“{value}” is already assigned: {holder}.", "LINT-18"
    ),
    "not_routable_user": Sentence(
        "{value} n'est pas activé pour l'acheminement unifié (routable).",
        "{value} is not enabled for unified routing (routable).",
        "LINT-18",
    ),
    "two_defaults": Sentence(
        "Deux profils sortants sont « par défaut » : {value}.",
        "Two outbound profiles are the default: {value}.",
    ),
    "no_default_profile": Sentence(
        "Un numéro personnel applique le profil sortant par défaut, et il n'y en a pas.",
        "A personal number uses the default outbound profile, and there is none.",
    ),
}
