"""The history of a company document."""

from __future__ import annotations

import msgspec
from flask import Response

from console.api.operation import Answer, Asked, Document, operation
from console.api.saving import SavedDocument, save
from console.permissions import Permission
from console.refusals import Refusal
from routing.company import CompanyDocument
from schemas.company import plain_company
from store.documents import RevisionInfo

_ADDRESS = "/companies/{company}/revisions"


class Revisions(msgspec.Struct, frozen=True):
    """Newest first: who saved what when."""

    revisions: tuple[RevisionInfo, ...]


@operation("GET", _ADDRESS, answers=Revisions, permission=Permission.READ_COMPANY)
def list_revisions(asked: Asked, company: str) -> Revisions | Refusal:
    """Every revision, newest first."""
    found = asked.doors.offload(asked.doors.documents.history, company)
    return Revisions(tuple(found)) if found else Refusal("unknown_company", {"company": company})


@operation(
    "GET", _ADDRESS + "/{revision}", answers=Document, permission=Permission.READ_COMPANY,
    refusals=("unknown_revision",),
)  # fmt: skip
def read_revision(asked: Asked, company: str, revision: str) -> Response | Refusal:
    """The document as it was."""
    document = _document(asked, company, revision)
    if isinstance(document, Refusal):
        return document
    plain = asked.doors.offload(plain_company, document)
    return Response(msgspec.json.encode(plain), mimetype="application/json")


@operation(
    "POST", _ADDRESS + "/{revision}/restore", answers=SavedDocument, permission=Permission.CHANGE_COMPANY,
    if_match=True, refusals=("unknown_revision", "mistakes", "other_company"),
)  # fmt: skip
def restore_revision(asked: Asked, company: str, revision: str) -> Answer | Refusal:
    """Save an old document again, as a new revision on top of the one that If-Match names."""
    document = _document(asked, company, revision)
    if isinstance(document, Refusal):
        return document
    plain = asked.doors.offload(plain_company, document)
    return save(asked, company, plain, note=f"restored revision {revision}", restoring=True)


def _document(asked: Asked, company: str, revision: str) -> CompanyDocument | Refusal:
    wanted = int(revision) if revision.isascii() and revision.isdigit() and len(revision) < 10 else 0
    found = asked.doors.offload(asked.doors.documents.load, company, wanted)
    return Refusal("unknown_revision", {"revision": revision}) if found is None else found[1]


OPERATIONS = (list_revisions, read_revision, restore_revision)
