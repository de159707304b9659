"""Every refusal of the API: its code, its HTTP status, and what it says in French and in English.

Sent as `application/problem+json` (RFC 9457).
"""

from __future__ import annotations

import msgspec
from flask import Response

from routing.company import Language
from schemas.problems import Problem


class Wording(msgspec.Struct, frozen=True):
    """A status and a sentence with places for facts."""

    status: int
    fr: str
    en: str


CALL_REFUSALS = (
    "outside_invalid", "outbound_unlicensed", "no_outbound_profile", "number_choice_unknown", "number_not_accessible",
    "number_not_outbound", "class_not_allowed", "country_not_allowed", "number_blocked", "trunk_full", "capacity_exceeded",
    "daily_capacity_exhausted", "calls_per_minute", "calls_per_day", "company_calls_per_minute", "company_calls_per_day",
    "outbound_held", "company_held", "outbound_locked", "no_trunk_left", "call_refused", "extension_unknown", "number_not_in_service",
)  # fmt: skip
"""Why a call is not placed, as `routing.reasons` names it and words it: the same codes as for a call dialled."""

SUPERVISION_FORBIDDEN = ("own_call", "no_way_back", "not_in_group", "right_missing", "no_own_phone")
SUPERVISION_CONFLICTS = ("no_conversation", "already_monitored", "not_monitoring")
"""Why a supervisor does not step into a call: `routing.supervision` decides, `routing.supervision_sentences` words it."""

WORDINGS: dict[str, Wording] = {
    "unreadable": Wording(400, "Le corps n'est pas du JSON : {why}", "The body is not JSON: {why}"),
    "bad_request": Wording(400, "La requête n'est pas comprise.", "The request is not understood."),
    "bad_question": Wording(
        400, "La question ne peut pas être posée : {why}.", "This cannot be asked: {why}."
    ),
    "not_signed_in": Wording(
        401,
        "Connectez-vous, ou donnez un jeton en vigueur (Authorization: Bearer …).",
        "Sign in, or give a token in force (Authorization: Bearer …).",
    ),
    "wrong_credentials": Wording(
        401,
        "Ce nom et ce mot de passe ne vont pas ensemble.",
        "This name and this password do not go together.",
    ),
    "not_allowed": Wording(
        403,
        "Votre rôle ({role}) ne permet pas cela ({permission}). Demandez à un administrateur.",
        "Your role ({role}) does not allow this ({permission}). Ask an administrator.",
    ),
    "change_refused": Wording(
        403,
        "Rien n'a été changé ; vous ne pouvez pas changer {count} de ces réglages.",
        "Nothing was changed; {count} of these settings are not yours to change.",
    ),
    "other_origin": Wording(
        403,
        "Une modification doit venir d'une page de cette console.",
        "A change must come from a page of this console.",
    ),
    "people_only": Wording(
        403,
        "Cela concerne une personne connectée, pas un jeton.",
        "This is about a person who is signed in, not a token.",
    ),
    "queue_refused": Wording(403, "Rien n'a été changé : {why}", "Nothing was changed: {why}"),
    "no_extension": Wording(
        409,
        "Votre compte n'est lié à aucun poste. Un administrateur peut le lier (relais account link).",
        "Your account is tied to no extension. An administrator can tie it (relais account link).",
    ),
    "unknown_queue": Wording(404, "Il n'y a pas de file {queue}.", "There is no queue {queue}."),
    "intent_refused": Wording(403, "Rien n'a été changé : {why}", "Nothing was changed: {why}"),
    **{code: Wording(403, "{why}", "{why}") for code in CALL_REFUSALS},
    "force_refused": Wording(
        403,
        "Vous ne pouvez pas donner à {extension} plus d'appels que sa capacité : demandez-le à qui supervise ses appels.",
        "You cannot give {extension} more calls than the capacity allows: ask whoever supervises their calls.",
    ),
    "not_held": Wording(
        409, "Les appels de {who} à l'extérieur ne sont pas retenus.", "Outside calls of {who} are not held."
    ),
    **{code: Wording(403, "{why}", "{why}") for code in SUPERVISION_FORBIDDEN},
    **{code: Wording(409, "{why}", "{why}") for code in SUPERVISION_CONFLICTS},
    "no_phone": Wording(
        409,
        "Aucun téléphone de {extension} n'est branché : rien ne peut sonner chez lui. Branchez-en un, puis réessayez.",
        "No phone of {extension} is connected, so nothing can ring there. Connect one, then try again.",
    ),
    "phone_elsewhere": Wording(
        409,
        "Le téléphone de {extension} est branché au serveur {node}, et cet appel est sur le serveur {own} : on n'entre dans un appel que"
        " d'un téléphone du même serveur. Branchez un téléphone au serveur {own}, puis réessayez.",
        "The phone of {extension} is connected to switch {node}, and this call is on switch {own}: one steps into a call only from"
        " a phone of the same switch. Connect a phone to switch {own}, then try again.",
    ),
    "unknown_company": Wording(404, "Il n'y a pas d'entreprise {company}.", "There is no company {company}."),
    "unknown_agent": Wording(404, "Il n'y a pas d'agent {extension}.", "There is no agent {extension}."),
    "unknown_recording": Wording(
        404, "Il n'y a pas d'enregistrement {name}.", "There is no recording {name}."
    ),
    "not_recorded": Wording(
        409,
        "L'appel {call} n'est pas enregistré, ou l'est déjà ainsi : rien n'a été changé.",
        "Call {call} is not recorded, or is so already: nothing was changed.",
    ),
    "unknown_number": Wording(404, "Il n'y a pas de numéro {number}.", "There is no number {number}."),
    "unknown_call": Wording(
        404, "Il n'y a pas d'appel {call} en cours.", "There is no call {call} in progress."
    ),
    "unknown_record": Wording(
        404, "Il n'y a pas d'appel terminé {call}.", "There is no call {call} that is over."
    ),
    "unknown_revision": Wording(
        404, "Il n'y a pas de révision {revision}.", "There is no revision {revision}."
    ),
    "unknown_token": Wording(
        404, "Il n'y a pas de jeton {token} en vigueur.", "There is no token {token} in force."
    ),
    "no_such_address": Wording(404, "Il n'y a rien à cette adresse.", "There is nothing at this address."),
    "method_not_allowed": Wording(
        405, "Cette adresse ne connaît pas cette méthode.", "This address does not know this method."
    ),
    "conflict": Wording(
        412,
        "{author} a enregistré la révision {revision} entre-temps ; rien n'a été changé. Reprenez à partir d'elle.",
        "{author} saved revision {revision} meanwhile; nothing was changed. Start again from it.",
    ),
    "too_large": Wording(413, "Le corps dépasse {most} octets.", "The body is larger than {most} bytes."),
    "mistakes": Wording(
        422,
        "Rien n'a été changé ; à corriger : {count}.",
        "Nothing was changed; to be corrected: {count}.",
    ),
    "other_company": Wording(
        422,
        "Le document est celui de « {found} », pas de « {company} ».",
        "The document is that of “{found}”, not of “{company}”.",
    ),
    "reason_missing": Wording(
        422,
        "Une pause demande une raison (reason) : repas, formation, tâches internes…",
        "A break needs a reason (reason): lunch, training, back office…",
    ),
    "if_match_required": Wording(
        428,
        "Nommez dans If-Match la révision que vous avez modifiée (If-None-Match: * pour une entreprise nouvelle).",
        "Name in If-Match the revision that you changed (If-None-Match: * for a new company).",
    ),
    "too_many_attempts": Wording(
        429,
        "Trop d'essais. Attendez un quart d'heure.",
        "Too many attempts. Wait a quarter of an hour.",
    ),
    "internal_error": Wording(
        500,
        "Une erreur de notre côté ; elle est dans le journal.",
        "A mistake on our side; it is in the log.",
    ),
    "saved_not_published": Wording(
        500,
        "La révision {revision} est enregistrée, mais elle n'a pas pu être mise en vigueur ({why}) : les appels suivent"
        " encore la précédente. Réparez cela, puis enregistrez de nouveau.",
        "Revision {revision} is saved, but could not be put in force ({why}): calls still follow the one before."
        " Mend that, then save again.",
    ),
    "no_controller": Wording(
        503,
        "Le commutateur n'est suivi par personne en ce moment : rien n'a été fait. Réessayez dans un instant.",
        "Nobody follows the switch right now: nothing was done. Try again in a moment.",
    ),
    "unconfirmed": Wording(
        504,
        "C'est demandé, mais le commutateur n'a pas dit à temps si c'est fait : regardez avant de recommencer.",
        "It was asked for, but the switch did not say in time whether it is done: look before you ask again.",
    ),
    "no_presence": Wording(
        503,
        "Redis ne répond pas : l'état des agents ne peut pas être changé. Réessayez dans un instant.",
        "Redis does not answer: agents' states cannot be changed. Try again in a moment.",
    ),
    "too_many_screens": Wording(
        503, "Trop d'écrans sont ouverts ; fermez-en un.", "Too many screens are open; close one."
    ),
}


class Refusal(msgspec.Struct, frozen=True):
    """A refusal before it is put into words; `mistakes` are those of a document or of a body."""

    code: str
    facts: dict[str, str | int] = {}
    mistakes: tuple[Problem, ...] = ()
    headers: dict[str, str] = {}


class Mistake(msgspec.Struct, frozen=True):
    """One mistake in what was sent. `line` is 0 when it has no lines."""

    path: str
    value: str
    code: str
    message: str
    allowed: tuple[str, ...]
    line: int


class ProblemDetails(msgspec.Struct, frozen=True, omit_defaults=True):
    """RFC 9457, with a `code` for programs; `facts` are those of the sentence."""

    type: str
    title: str
    status: int
    code: str
    facts: dict[str, str | int] = {}
    mistakes: tuple[Mistake, ...] = ()


def in_words(refusal: Refusal, language: Language) -> ProblemDetails:
    """The refusal as its reader understands it."""
    wording = WORDINGS[refusal.code]
    sentence = wording.fr if language == "fr" else wording.en
    return ProblemDetails(
        type=f"urn:relais:problem:{refusal.code}", title=sentence.format(**refusal.facts), status=wording.status,
        code=refusal.code, facts=refusal.facts,
        mistakes=tuple(_mistake(problem, language) for problem in refusal.mistakes),
    )  # fmt: skip


def response(refusal: Refusal, language: Language) -> Response:
    """The refusal as HTTP sends it."""
    details = in_words(refusal, language)
    headers = {"Content-Language": language, **refusal.headers}
    return Response(
        msgspec.json.encode(details), details.status, headers, mimetype="application/problem+json"
    )


def _mistake(problem: Problem, language: Language) -> Mistake:
    message = problem.fr if language == "fr" else problem.en
    return Mistake(problem.path, problem.value, problem.code, message, problem.allowed, problem.line)
