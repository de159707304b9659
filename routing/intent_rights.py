"""Who may say for whom what an agent is (catalogue 3.5 "Presence", A26): the one answer for every door."""

from __future__ import annotations

from routing.agents import IntentKind
from routing.company import CompanyDocument
from routing.rights import Code, Person, Refusal
from routing.supervision import rights_over

_THREE: tuple[IntentKind, ...] = ("available", "auto", "break")
"""What administrators may set for others, without the reason."""


def may_declare(
    document: CompanyDocument, person: Person, extension: str, kind: IntentKind, reason: str
) -> Refusal | None:
    """Whether a person may declare this of an agent; the agent himself may always."""
    if person.role == "owner" or (person.extension and person.extension == extension):
        return None
    code = _code(document, person, extension, kind, reason)
    return None if code is None else Refusal(code, f"users.{extension}")


def may_assign(document: CompanyDocument, person: Person, extension: str) -> bool:
    """Whether a person may give an agent more work than his capacity allows (D13; catalogue 3.5: override when assigning)."""
    if person.role == "supervisor":
        return _supervises(document, person, extension)
    return person.role in ("admin", "owner")


def lacks_reason(person: Person, kind: IntentKind, reason: str) -> bool:
    """A break says why (4.3), but an administrator's, who may not give a reason for somebody else (A26)."""
    return kind == "break" and not reason.strip() and person.role not in ("admin", "site_admin")


def _code(
    document: CompanyDocument, person: Person, extension: str, kind: IntentKind, reason: str
) -> Code | None:
    match person.role:
        case "admin":
            return None if kind in _THREE and not reason else "intent_of_three"
        case "site_admin" if document.users[extension].site != person.site:
            return "other_site"
        case "site_admin":
            return None if kind in _THREE and not reason else "intent_of_three"
        case "supervisor":
            return None if _supervises(document, person, extension) else "not_supervised"
        case _:
            return "not_yours"


def _supervises(document: CompanyDocument, person: Person, extension: str) -> bool:
    """One of his teams lets him (`Team.supervisors_may`); a supervisor who has no phone of the company has them all."""
    return not person.extension or "assign" in rights_over(document, person, extension)
