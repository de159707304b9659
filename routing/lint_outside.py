"""Outside numbers that a user's calls can never reach: what judges the call refuses them whenever it comes (3.6, Z14, T53)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from routing.company import CompanyDocument, ToContact, ToExternal, User
from routing.compiled import Company, compile_company
from routing.document_walk import Placed
from routing.lint_findings import Finding, path_text
from routing.outbound_rights import locked_by
from routing.outside_rights import not_allowed

_Outside = tuple[str, str, str, str]
"""Whose it is, the setting, the number and its country."""


def check(document: CompanyDocument, obeyed: CompanyDocument, placed: Sequence[Placed]) -> Iterator[Finding]:
    """`outside_refused`, once a setting of a user; `placed` are all actions of the document. What the fraud guard holds for now is
    not told: it lets calls go again."""
    found = [*_numbers(document), *_actions(document, placed)]
    if not found:
        return
    company = compile_company(document, 0, obeyed=obeyed)
    for owner, path, number, country in found:
        why = _refused(company, owner, number, country)
        if why:
            facts = {"name": document.users[owner].name, "outside": number, "why": why}
            yield Finding(id="outside_refused", level="warn", objects=(owner,), path=path, facts=facts)


def _refused(company: Company, owner: str, number: str, country: str) -> str:
    """The code of the reason that every such call would give; empty: it may ring."""
    if locked_by(company, owner) is not None:
        return "outbound_locked"
    refused = not_allowed(company, owner, number, country)
    return refused.code if refused is not None else ""


def _numbers(document: CompanyDocument) -> Iterator[_Outside]:
    for owner, user in document.users.items():
        for key, outside in user.external_numbers.items():
            if outside.enabled:
                yield owner, f"users.{owner}.external_numbers.{key}", outside.number, outside.country


def _actions(document: CompanyDocument, each: Sequence[Placed]) -> Iterator[_Outside]:
    """Where his own settings send his calls; an operator is nobody outside."""
    for placed in each:
        outside = placed.owner and isinstance(placed.action, ToExternal | ToContact)
        if not outside or not _is_used(document.users[placed.owner], placed):
            continue
        match placed.action:
            case ToExternal(number=number, country=country):
                yield placed.owner, path_text(placed.steps), number, country
            case ToContact(contact=key):
                contact = document.contacts[key]
                yield placed.owner, path_text(placed.steps), contact.number, contact.country


def _is_used(user: User, placed: Placed) -> bool:
    match placed.steps[2:4]:
        case ("forward", *_):
            return user.forward is not None and user.forward.enabled
        case ("rules", int(place)):
            return user.rules[place].enabled
        case _:
            return True
