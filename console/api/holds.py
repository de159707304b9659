"""Outside calls that the fraud guard holds (routing.fraud_guard): whose, why, and lifting a hold."""

from __future__ import annotations

import msgspec

from console.api.operation import Asked, Nothing, operation
from console.permissions import Permission
from console.refusals import Refusal
from presence.connection import Away
from routing.company import Language
from routing.explain_names import Names
from routing.outside_calls import OutsideCalls
from routing.reason_sentences import WORDS


class HeldCalls(msgspec.Struct, frozen=True):
    """A hold: of a user, or of the whole company (`extension` empty); `why` with its sentence in the reader's language, the
    number that was `reached`, `since` in Unix seconds."""

    extension: str
    name: str
    why: str
    sentence: str
    reached: int
    since: float


class Holds(msgspec.Struct, frozen=True):
    """Every hold of a company; empty: everybody may call as he may."""

    holds: tuple[HeldCalls, ...]


@operation(
    "GET", "/companies/{company}/holds", answers=Holds, permission=Permission.SEE_LIVE, refusals=("no_presence",)
)  # fmt: skip
def list_holds(asked: Asked, company: str) -> Holds | Refusal:
    """Whose outside calls are held, since when, and why."""
    known = asked.doors.board.compiled(company)
    if known is None:
        return Refusal("unknown_company", {"company": company})
    try:
        counted = asked.doors.board.facts(known, known.document.users).outside_calls or {}
    except Away:
        return Refusal("no_presence")
    names = Names(known, asked.language)
    found = (
        (names.user(who) if who else known.document.account.name, who, calls)
        for who, calls in counted.items()
    )
    return Holds(tuple(_row(asked.language, *each) for each in found if each[2].held is not None))


def _row(language: Language, name: str, who: str, calls: OutsideCalls) -> HeldCalls:
    assert calls.held is not None
    worded = WORDS["unusual"][calls.held.why]
    sentence = worded.fr if language == "fr" else worded.en
    return HeldCalls(who, name, calls.held.why, sentence, calls.held.reached, calls.held.since)


@operation(
    "DELETE", "/companies/{company}/holds", answers=Nothing, permission=Permission.LIFT_HOLDS, status=204,
    refusals=("not_held", "no_presence"),
)  # fmt: skip
def lift_company_hold(asked: Asked, company: str) -> Nothing | Refusal:
    """The company's outside calls leave again; what was counted begins anew."""
    if asked.doors.board.document(company) is None:
        return Refusal("unknown_company", {"company": company})
    try:
        lifted = asked.doors.agents(company).lift_company_hold(
            _source(asked), asked.doors.clock.unix(company)
        )
    except Away:
        return Refusal("no_presence")
    return Nothing() if lifted else Refusal("not_held", {"who": company})


@operation(
    "DELETE", "/companies/{company}/agents/{extension}/hold", answers=Nothing, permission=Permission.LIFT_HOLDS,
    status=204, refusals=("unknown_agent", "not_held", "no_presence"),
)  # fmt: skip
def lift_hold(asked: Asked, company: str, extension: str) -> Nothing | Refusal:
    """An agent's outside calls leave again; what was counted of him begins anew."""
    document = asked.doors.board.document(company)
    if document is None:
        return Refusal("unknown_company", {"company": company})
    if extension not in document.users:
        return Refusal("unknown_agent", {"extension": extension})
    try:
        lifted = asked.doors.agents(company).lift_hold(
            extension, _source(asked), asked.doors.clock.unix(company)
        )
    except Away:
        return Refusal("no_presence")
    return Nothing() if lifted else Refusal("not_held", {"who": extension})


def _source(asked: Asked) -> str:
    return f"{asked.asker.role} {asked.asker.signature}"


OPERATIONS = (list_holds, lift_company_hold, lift_hold)
