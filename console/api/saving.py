"""Saving a company document: checked as a whole, saved only on top of the revision it was made from, published."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec
import structlog
from flask import Request

from console.api.operation import Answer, Asked
from console.refusals import Refusal
from routing.company import CompanyDocument, Language
from routing.lint import lint
from routing.lint_sentences import sentence
from routing.refusal_sentences import refusal_text
from routing.rights import OWNER, Person, person_of_account, refusals
from schemas.company import Checked, check_company
from schemas.problems import Problem
from store.documents import Conflict

_LOG = structlog.get_logger()
_ETAG = re.compile(r'(?:W/)?"?([0-9]{1,9})"?')
_LONGEST_NOTE = 500


class Unwise(msgspec.Struct, frozen=True):
    """Something that is allowed and may not be what was meant (`relais check` tells the same)."""

    id: str
    level: str
    path: str
    message: str


class SavedDocument(msgspec.Struct, frozen=True):
    """The new revision, in force within a second."""

    company: str
    revision: int
    warnings: tuple[Unwise, ...]


def revision_named(request: Request) -> int | None:
    """The revision in If-Match; 0 for `If-None-Match: *`, a new company; None when neither says so."""
    if request.headers.get("If-None-Match", "").strip() == "*":
        return 0
    named = _ETAG.fullmatch(request.headers.get("If-Match", "").strip())
    return int(named[1]) or None if named else None


def save(
    asked: Asked, company: str, source: str | Mapping[str, Any], note: str = "", *, restoring: bool = False
) -> Answer | Refusal:
    """The next revision from a text or plain data, or why nothing was changed."""
    note = note or asked.request.args.get("note", "")[:_LONGEST_NOTE]
    handled = _save(asked, company, source, note, restoring=restoring)
    outcome = handled.code if isinstance(handled, Refusal) else "saved"
    asked.doors.metrics.saves.labels(outcome).inc()
    return handled


def _save(
    asked: Asked, company: str, source: str | Mapping[str, Any], note: str, *, restoring: bool
) -> Answer | Refusal:
    doors, made_from = asked.doors, revision_named(asked.request)
    if made_from is None:
        return Refusal("if_match_required")
    checked = doors.offload(check_company, source)
    if isinstance(checked, list):
        return Refusal("mistakes", {"count": len(checked)}, tuple(checked))
    loaded = checked.document
    if loaded.account.id != company:
        return Refusal("other_company", {"found": loaded.account.id, "company": company})
    refused = doors.offload(_refused, asked, loaded, restoring=restoring)
    if refused:
        return Refusal("change_refused", {"count": len(refused)}, refused)
    saved = doors.offload(
        doors.documents.save, loaded, made_from=made_from, author=asked.asker.signature, note=note
    )
    if isinstance(saved, Conflict):
        return _conflict(saved, company)
    tag = ("ETag", f'"{saved.revision}"')
    try:
        doors.offload(doors.publish, company)
    except OSError as error:
        _LOG.error("not published", company=company, revision=saved.revision, error=str(error))
        facts: dict[str, str | int] = {"revision": saved.revision, "why": error.strerror or str(error)}
        return Refusal("saved_not_published", facts, headers=dict([tag]))
    warnings = doors.offload(_unwise, checked, asked.language)
    return Answer(SavedDocument(company, saved.revision, warnings), 201 if made_from == 0 else 200, (tag,))


def _refused(asked: Asked, wanted: CompanyDocument, *, restoring: bool) -> tuple[Problem, ...]:
    """What this person may not change, or what a lock forbids: the core's answer (catalogue 3.5)."""
    known = asked.doors.documents.load(wanted.account.id)
    if known is None:
        return ()
    found = refusals(known[1], wanted, _who_changes(asked, known[1]), restoring=restoring)
    return tuple(
        Problem(
            one.path, one.facts.get("value", ""), one.code, refusal_text(one, "fr"), refusal_text(one, "en")
        )
        for one in found
    )


def _who_changes(asked: Asked, document: CompanyDocument) -> Person:
    """Of somebody who is a user of the company the document says which permissions he has (R01, T24)."""
    who, user = person(asked), document.users.get(asked.asker.extension)
    return who if user is None or who is OWNER else msgspec.structs.replace(who, permissions=user.permissions)


def person(asked: Asked) -> Person:
    """Whoever asks, as the rules of routing know him."""
    return person_of_account(asked.asker.role, asked.asker.company, asked.asker.extension)


def _conflict(found: Conflict, company: str) -> Refusal:
    if found.revision == 0:
        return Refusal("unknown_company", {"company": company})
    facts: dict[str, str | int] = {
        "revision": found.revision, "author": found.author, "saved_at": found.saved_at,
    }  # fmt: skip
    return Refusal("conflict", facts, headers={"ETag": f'"{found.revision}"'})


def _unwise(checked: Checked, language: Language) -> tuple[Unwise, ...]:
    findings = lint(checked.document, obeyed=checked.obeyed)
    return tuple(Unwise(f.id, f.level, f.path, sentence(f, language)) for f in findings)
