"""Why a calendar could not be imported, in French and in English: what, where, what to do."""

from __future__ import annotations

from collections.abc import Mapping

from routing.company import Language
from schemas.calendar_days import Refused
from schemas.problem_sentences import Sentence

SENTENCES: Mapping[str, Sentence] = {
    "years_wrong": Sentence(
        "« {value} » : écrivez une année ou deux, comme 2026 ou 2026-2028, 50 ans au plus.",
        "“{value}”: write one year or two, such as 2026 or 2026-2028, at most 50 years.",
    ),
    "country_unknown": Sentence(
        "Aucun calendrier de congés pour le pays « {value} »{hint}. Écrivez son code ISO à deux lettres, comme CA.",
        "There is no holiday calendar for the country “{value}”{hint}. Write its two-letter ISO code, such as CA.",
    ),
    "subdivision_unknown": Sentence(
        "« {value} » n'est pas une partie de {country}. Connues : {known}.",
        "“{value}” is no part of {country}. Known: {known}.",
    ),
    "category_unknown": Sentence(
        "« {value} » n'est pas une sorte de congés de {country}. Connues : {known}.",
        "“{value}” is no kind of holiday of {country}. Known: {known}.",
    ),
    "calendar_unreadable": Sentence(
        "Le fichier {file} ne peut pas être lu : {why}.", "The file {file} cannot be read: {why}."
    ),
    "calendar_too_large": Sentence(
        "Le fichier est trop gros : {most} Mo au plus. Exportez un calendrier de congés seulement.",
        "The file is too large: at most {most} MB. Export a calendar of holidays only.",
    ),
    "not_a_calendar": Sentence(
        "Ce n'est pas un fichier iCalendar (.ics) : {why}.", "This is not an iCalendar file (.ics): {why}."
    ),
    "event_broken": Sentence(
        "L'événement « {event} » ne peut pas être lu : {why} manque ou est mal écrit. Corrigez-le ou retirez-le du fichier.",
        "The event “{event}” cannot be read: {why} is missing or badly written. Correct it or take it out of the file.",
    ),
    "event_too_dense": Sentence(
        "L'événement « {event} » revient trop souvent ({why}) : seuls les jours peuvent être importés.",
        "The event “{event}” comes again too often ({why}): only days can be imported.",
    ),
    "calendar_too_many": Sentence(
        "Plus de {most} périodes : réduisez les années ou le calendrier.",
        "More than {most} periods: choose fewer years or a smaller calendar.",
    ),
    "calendar_empty": Sentence(
        "Le calendrier n'a rien en {years}. Choisissez d'autres années avec --years.",
        "The calendar has nothing in {years}. Choose other years with --years.",
    ),
    "target_unknown": Sentence(
        "« {value} » ne désigne rien qui ait des périodes exceptionnelles."
        " Par exemple : handlings.main, users.1002, queues.Q-SUP, account.defaults.numbers.",
        "“{value}” names nothing that has exceptional periods."
        " For instance: handlings.main, users.1002, queues.Q-SUP, account.defaults.numbers.",
    ),
    "target_none": Sentence(
        "Aucun traitement de ce pays n'a d'heures d'ouverture : dites avec --for à quoi les congés s'appliquent.",
        "No handling of this country has business hours: say with --for what the holidays are for.",
    ),
    "steps_missing": Sentence(
        "{target} : rien ne dit quoi faire des appels ces jours-là. Ajoutez --announce, --voicemail ou --extension.",
        "{target}: nothing says what happens to calls on these days. Add --announce, --voicemail or --extension.",
    ),
    "company_unknown": Sentence("Il n'y a pas d'entreprise « {value} ».", "There is no company “{value}”."),
    "saved_meanwhile": Sentence(
        "{author} a enregistré la révision {revision} entre-temps ; rien n'a été changé. Recommencez.",
        "{author} saved revision {revision} meanwhile; nothing was changed. Try again.",
    ),
}


def refused_text(refused: Refused, language: Language) -> str:
    """The refusal as people read it."""
    place = 0 if language == "fr" else 1
    facts = {key: fact if isinstance(fact, str) else fact[place] for key, fact in refused.facts.items()}
    chosen = SENTENCES[refused.code]
    return (chosen.fr if language == "fr" else chosen.en).format(**facts)
