"""Numbers and their plans, whose they are, and what is missing before anybody can call out (D04 to D16, D36 to D41)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import msgspec

from console.api.operation import Answer, Asked, operation
from console.api.saving import SavedDocument, save
from console.permissions import Permission
from console.refusals import Refusal
from routing.company import CompanyDocument, Number
from routing.number_owners import given_to, taken_back
from routing.outbound_setup import (
    SENTENCES,
    NumberPlan,
    StepId,
    StepState,
    assignable_users,
    checklist,
    number_plans,
    unassignable_to,
)
from schemas.company import plain_company
from schemas.merge_patch import merged
from schemas.problems import Found, Problem, in_words

_OWNER = "/companies/{company}/numbers/{number}/owner"


class NumberList(msgspec.Struct, frozen=True):
    """Every number of the company; `assignable_users` can be given one that is `ready`."""

    numbers: tuple[NumberPlan, ...]
    assignable_users: tuple[str, ...]


class ToldStep(msgspec.Struct, frozen=True):
    """A step of the set-up, with what to do in the reader's language; `objects` make it done."""

    id: StepId
    state: StepState
    sentence: str
    objects: tuple[str, ...]


class OutboundSetup(msgspec.Struct, frozen=True):
    """The steps in their order; `complete` when all are done."""

    complete: bool
    steps: tuple[ToldStep, ...]


class NewOwner(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose own number it becomes."""

    extension: Annotated[str, msgspec.Meta(pattern="^[0-9]{3,6}$")]


@operation("GET", "/companies/{company}/numbers", answers=NumberList, permission=Permission.READ_COMPANY)
def list_numbers(asked: Asked, company: str) -> NumberList | Refusal:
    """Every number: whether it makes and receives calls, what became of it, and whether it can be somebody's own."""
    document = _newest(asked, company)
    if isinstance(document, Refusal):
        return document
    return NumberList(number_plans(document), assignable_users(document))


@operation(
    "GET", "/companies/{company}/outbound-setup", answers=OutboundSetup, permission=Permission.READ_COMPANY
)
def read_outbound_setup(asked: Asked, company: str) -> OutboundSetup | Refusal:
    """What is done and what is missing before anybody can call out."""
    document = _newest(asked, company)
    if isinstance(document, Refusal):
        return document
    steps = checklist(document)
    told = tuple(
        ToldStep(
            step.id,
            step.state,
            SENTENCES[step.id].fr if asked.language == "fr" else SENTENCES[step.id].en,
            step.objects,
        )
        for step in steps
    )
    return OutboundSetup(all(step.state == "done" for step in steps), told)


@operation(
    "PUT", _OWNER, answers=SavedDocument, permission=Permission.CHANGE_COMPANY, body=NewOwner, if_match=True,
    refusals=("unknown_number", "other_company"),
)  # fmt: skip
def assign_number(asked: Asked, company: str, number: str) -> Answer | Refusal:
    """Make a number somebody's own; his calls show it from the next one on, and its callers reach him. Another's own is
    taken back first."""
    extension = asked.body.extension
    document = _newest(asked, company)
    if isinstance(document, Refusal):
        return document
    mistake = _not_his(document, number, extension) if number in document.numbers else None
    if mistake is not None:
        return Refusal("mistakes", {"count": 1}, (mistake,))
    return _assigned(asked, company, document, number, lambda known: given_to(known, extension))


@operation(
    "DELETE", _OWNER, answers=SavedDocument, permission=Permission.CHANGE_COMPANY, if_match=True,
    refusals=("unknown_number", "other_company", "mistakes"),
)  # fmt: skip
def take_number_back(asked: Asked, company: str, number: str) -> Answer | Refusal:
    """Nobody's own number any more: ready for another set-up."""
    document = _newest(asked, company)
    if isinstance(document, Refusal):
        return document
    return _assigned(asked, company, document, number, taken_back)


def _not_his(document: CompanyDocument, key: str, extension: str) -> Problem | None:
    """What only a change shows, that the number is another's, and that it cannot call; the rest the check of the document says."""
    number, code = document.numbers[key], unassignable_to(document, key, extension)
    steps = ("numbers", key, "owner")
    if code == "number_not_outbound":
        return in_words(Found(code, steps, number.number))
    if code != "already_assigned" or not number.owner:
        return None
    who = f"{document.users[number.owner].name} ({number.owner})"
    holder = (f"numéro personnel de {who}", f"personal number of {who}")
    return in_words(Found(code, steps, number.number, {"holder": holder}))


def _assigned(
    asked: Asked,
    company: str,
    document: CompanyDocument,
    number: str,
    become: Callable[[Number], dict[str, str]],
) -> Answer | Refusal:
    known = document.numbers.get(number)
    if known is None:
        return Refusal("unknown_number", {"number": number})
    return save(asked, company, merged(plain_company(document), {"numbers": {number: become(known)}}))


def _newest(asked: Asked, company: str) -> CompanyDocument | Refusal:
    found = asked.doors.offload(asked.doors.documents.load, company)
    return found[1] if found is not None else Refusal("unknown_company", {"company": company})


OPERATIONS = (list_numbers, read_outbound_setup, assign_number, take_number_back)
