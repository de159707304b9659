"""Who may change what in a company document: one answer for every door (catalogue 3.5, Z06, Z11, R01).

First the person's role and what it covers, then the locks of the levels above what is changed. A refusal is a
code with its facts; `routing.refusal_sentences` words it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

import msgspec

from routing.changes import Change, changes
from routing.company import CompanyDocument, Voicemail
from routing.document_walk import Steps
from routing.lint_findings import path_text
from routing.resolution import VOICEMAIL_OPTIONS, Above, Kind, Level, Resolved, Way, above_way

Role = Literal["user", "supervisor", "site_admin", "admin", "owner"]
AccountRole = Literal["admin", "supervisor", "agent"]
Code = Literal[
    "not_permitted",
    "permission_auto_receptionist",
    "upload_not_permitted",
    "other_site",
    "not_yours",
    "no_licence",
    "not_in_plan",
    "setting_locked",
    "value_locked",
    "not_supervised",
    "intent_of_three",
    "not_member",
    "queue_decides",
]
_OWN: frozenset[str] = frozenset({
    "language", "time_zone", "schedule", "exceptions", "rules", "open", "closed", "forward", "forward_vs_schedule",
    "forward_in_open_hours", "dnd", "operator", "hold_music", "receive_while_on_call", "external_numbers",
    "ring_on_break", "busy_in_wrap_up",
})  # fmt: skip
"""What users set for themselves, unless it is locked (P87, Z01)."""
_OWN_DEVICE = frozenset({"label", "ring_class", "enabled"})
_OF_ADMINS: Mapping[str, frozenset[str]] = {
    "users": frozenset({"licensed", "role", "permissions", "capacity", "routable", "site"}),
    "numbers": frozenset(
        {"number", "kind", "make_calls", "receive_calls", "status", "owner", "site", "enabled"}
    ),
}
"""Licences, plans, personal numbers, and who belongs to which site: not a site's administrator's."""
_OF_SITES = frozenset({"users", "numbers", "queues", "teams", "handlings", "boxes", "shared_lines", "sites"})
_OF_HANDLING = ("schedule", "exceptions", "closed", "rules")


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks. `extension` is empty for somebody who has no phone of the company; an `owner` is whoever runs
    the installation."""

    role: Role
    extension: str = ""
    site: str = ""
    permissions: tuple[str, ...] = ()


OWNER = Person(role="owner")


def person_of_account(role: AccountRole, company: str, extension: str) -> Person:
    """Who somebody is in a company by the account with which he signed in. One that sees every company (`company` empty) is whoever runs
    the installation; an administrator of one manages its calls, greetings included (R01); an agent is nobody but himself."""
    if not company and role != "agent":
        return OWNER
    permissions = ("auto_receptionist",) if role == "admin" else ()
    return Person(role="user" if role == "agent" else role, extension=extension, permissions=permissions)


class Refusal(msgspec.Struct, frozen=True):
    """Why a change is refused: 403 at a door that speaks HTTP. `path` is the setting."""

    code: Code
    path: str
    facts: Mapping[str, str] = {}


def person_of(document: CompanyDocument, extension: str) -> Person:
    """A user of the company, with the role that the document gives him."""
    user = document.users[extension]
    return Person(role=user.role, extension=extension, site=user.site, permissions=user.permissions)


def may_change(document: CompanyDocument, person: Person, path: str) -> Refusal | None:
    """Whether a setting may be changed at all: what a screen asks before it shows it as open (Z12)."""
    steps: Steps = tuple(path.split("."))
    code = _role_refusal(document, person, steps)
    if code is not None:
        return Refusal(code, path)
    by = next(
        (found.locked_by for _, found in _locks(document, Above(document), steps) if found.locked_by), None
    )
    return None if by is None else Refusal("setting_locked", path, _by(by))


def forbidden_values(document: CompanyDocument, path: str) -> dict[str, Level]:
    """Values of a setting that are locked, and by whom: options to show as closed (Z11)."""
    found: dict[str, Level] = {}
    for _, resolved in _locks(document, Above(document), tuple(path.split("."))):
        found |= resolved.forbidden
    return found


def refusals(
    before: CompanyDocument, after: CompanyDocument, person: Person, *, restoring: bool = False
) -> tuple[Refusal, ...]:
    """Every reason against saving `after` over `before`; empty: it may be saved. Taking a value back is never
    against a lock; locks that the change itself brings bind from the next one, those it lifts no longer do. Nor is
    `restoring` an earlier revision: what was accepted once stays reversible, and its values wait behind the lock (3.2)."""
    above, left = Above(before), Above(after)
    found: list[Refusal] = []
    for change in changes(before, after):
        code = _role_refusal(before, person, change.steps) or _moved(after, person, change)
        if code is not None:
            found.append(Refusal(code, path_text(change.steps)))
        elif not restoring:
            still = {refusal.path for refusal in _lock_refusals(after, left, change)}
            found += [one for one in _lock_refusals(before, above, change) if one.path in still]
    return tuple(found)


# --- roles -------------------------------------------------------------------------------------------


def _role_refusal(document: CompanyDocument, person: Person, steps: Steps) -> Code | None:
    if person.role == "owner":
        return None
    first = str(steps[0])
    if first == "handlings" or (steps[-1] == "operator" and first in ("account", "sites")):
        return _handling_refusal(document, person, steps)
    if person.role == "admin":
        return None
    if person.role == "site_admin":
        return _site_refusal(document, person, steps)
    if first in ("prompts", "music"):
        allowed = first == "prompts" and "auto_receptionist" in person.permissions
        return None if allowed else "upload_not_permitted"
    return _own_refusal(document, person, steps)


def _handling_refusal(document: CompanyDocument, person: Person, steps: Steps) -> Code | None:
    """Company handling needs a permission of its own, even of an administrator (R01, T24)."""
    if "auto_receptionist" not in person.permissions:
        return "permission_auto_receptionist"
    return _site_refusal(document, person, steps) if person.role == "site_admin" else None


def _site_refusal(document: CompanyDocument, person: Person, steps: Steps) -> Code | None:
    first = str(steps[0])
    if first in ("prompts", "music", "contacts"):
        return None
    if first not in _OF_SITES:
        return "not_permitted"
    if len(steps) > 2 and steps[2] in _OF_ADMINS.get(first, ()):
        return "not_permitted"
    sites = _sites(document, first, str(steps[1]))
    return None if sites <= {person.site} else "other_site"


def _sites(document: CompanyDocument, kind: str, key: str) -> set[str]:
    """The sites an object is of; none for one that does not exist yet."""
    if kind == "sites":
        return {key}
    if kind == "handlings":
        return {number.site for number in document.numbers.values() if number.handling == key}
    if kind in ("teams", "shared_lines"):
        holder = getattr(document, kind).get(key)
        members = holder.members if holder is not None else ()
        return {document.users[member].site for member in members if member in document.users}
    holder = getattr(document, "users" if kind == "boxes" else kind).get(key)
    return {holder.site} if holder is not None else set()


def _moved(after: CompanyDocument, person: Person, change: Change) -> Code | None:
    """A site's administrator makes objects for his own site only."""
    first = str(change.steps[0])
    if person.role != "site_admin" or len(change.steps) != 2 or change.new is None:
        return None
    if first in ("prompts", "music", "contacts") or _sites(after, first, str(change.steps[1])) == {
        person.site
    }:
        return None
    return "other_site"


def _own_refusal(document: CompanyDocument, person: Person, steps: Steps) -> Code | None:
    """Users set their own calls; the rest is for administrators (P87)."""
    if len(steps) < 3 or steps[0] not in ("users", "boxes") or not person.extension:
        return "not_permitted"
    if steps[1] != person.extension:
        return "not_yours"
    user = document.users.get(person.extension)
    if user is None or not _is_own(steps):
        return "not_permitted"
    if not document.account.call_handling_plan:
        return "not_in_plan"
    return None if user.licensed else "no_licence"


def _is_own(steps: Steps) -> bool:
    if steps[0] == "boxes":
        return steps[2] in ("greeting", "closed_greeting")
    if steps[2] == "devices":
        return len(steps) > 4 and steps[4] in _OWN_DEVICE
    return steps[2] in _OWN


# --- locks -------------------------------------------------------------------------------------------


def _lock_refusals(document: CompanyDocument, above: Above, change: Change) -> Iterator[Refusal]:
    path = path_text(change.steps)
    if change.new is not None and change.new not in ("", (), {}):
        for _, found in _locks(document, above, change.steps):
            refused = found.refuses(change.new)
            if refused is not None:
                because, by = refused
                code: Code = "setting_locked" if because == "locked" else "value_locked"
                facts = {**_by(by), "value": found.named(change.new)}
                yield Refusal(code, path, facts)
                return
    if isinstance(change.new, Voicemail) and change.steps[-1] == "unanswered":
        yield from _option_refusals(document, above, change)


def _option_refusals(document: CompanyDocument, above: Above, change: Change) -> Iterator[Refusal]:
    """The parts of a voicemail action that are locked by themselves (Z34, Z41)."""
    for option in VOICEMAIL_OPTIONS:
        old = getattr(change.old, option, False)
        steps = (*change.steps, option)
        by = next((f.locked_by for _, f in _locks(document, above, steps) if f.locked_by is not None), None)
        if by is not None and getattr(change.new, option) != old:
            yield Refusal("setting_locked", path_text(steps), _by(by))


def _locks(document: CompanyDocument, above: Above, steps: Steps) -> Iterator[tuple[Way, Resolved]]:
    """What the levels above say about a setting: of an object, or of a level below the account."""
    words = tuple(str(step) for step in steps)
    if len(words) < 3:
        return
    first, name, *rest = words
    if first in ("sites", "groups"):
        yield from _locks_above_level(above, tuple(rest))
    elif first == "handlings" and rest[0] in _OF_HANDLING:
        for number in document.numbers.values():
            if number.handling == name:
                yield from _ways(above, "numbers", tuple(rest), number.site, number.group)
    elif first in ("users", "numbers", "queues"):
        kind: Kind = "users" if first == "users" else "numbers" if first == "numbers" else "queues"
        holder: Any = getattr(document, kind).get(name)
        if holder is not None:
            yield from _ways(above, kind, tuple(rest), holder.site, holder.group)


def _locks_above_level(above: Above, way: Way) -> Iterator[tuple[Way, Resolved]]:
    """A site or a group may not give what the account locked."""
    if way[0] == "defaults" and len(way) > 2:
        kind: Kind = "users" if way[1] == "users" else "numbers" if way[1] == "numbers" else "queues"
        yield from _ways(above, kind, way[2:], "", "")
    elif way[0] in ("time_zone", "operator", "languages"):
        kinds: tuple[Kind, ...] = ("users", "numbers", "queues")
        for each in kinds:
            yield from _ways(above, each, way, "", "")


def _ways(above: Above, kind: Kind, way: Way, site: str, group: str) -> Iterator[tuple[Way, Resolved]]:
    for one in dict.fromkeys((way, above_way(way))):
        yield one, above.setting(kind, one, site, group)


def _by(level: Level) -> dict[str, str]:
    return {"level": level.name, "by": level.id}
