"""Who may take whom out of a queue's calls, and back in (catalogue 3.5 "Queue opt-in", R57): the one answer for every door."""

from __future__ import annotations

from routing.company import CompanyDocument
from routing.rights import Code, Person, Refusal
from routing.supervision import rights_over


def members_of_queue(document: CompanyDocument, queue: str) -> frozenset[str]:
    """Everybody whom its calls may be offered to: its own members and those of its teams."""
    found = document.queues[queue]
    teams = (document.teams[team].members for team in found.teams if team in document.teams)
    return frozenset((*found.members, *(member for team in teams for member in team)))


def queues_of(document: CompanyDocument) -> dict[str, tuple[str, ...]]:
    """The queues that each user is a member of."""
    found: dict[str, tuple[str, ...]] = {}
    for queue in document.queues:
        for member in members_of_queue(document, queue):
            found[member] = (*found.get(member, ()), queue)
    return found


def may_opt(document: CompanyDocument, person: Person, extension: str, queue: str) -> Refusal | None:
    """Whether a person may change whether a member takes a queue's calls. The queue exists."""
    if extension not in members_of_queue(document, queue):
        return Refusal("not_member", f"queues.{queue}")
    code = _code(document, person, extension, queue)
    return None if code is None else Refusal(code, f"queues.{queue}")


def _code(document: CompanyDocument, person: Person, extension: str, queue: str) -> Code | None:
    match person.role:
        case "owner" | "admin":
            return None
        case "site_admin":
            return None if document.users[extension].site == person.site else "other_site"
        case "supervisor" if not person.extension or "assign" in rights_over(document, person, extension):
            return None
    if not person.extension or person.extension != extension:
        return "not_supervised" if person.role == "supervisor" else "not_yours"
    return None if document.queues[queue].members_may_change else "queue_decides"
