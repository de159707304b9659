"""The company document: read, replaced as a whole, changed in part."""

from __future__ import annotations

import msgspec
from flask import Response

from console.api.operation import Answer, Asked, Document, Patch, operation
from console.api.saving import SavedDocument, save
from console.permissions import Permission
from console.refusals import Refusal
from schemas.company import plain_company
from schemas.merge_patch import merged

_ADDRESS = "/companies/{company}/document"


@operation("GET", _ADDRESS, answers=Document, permission=Permission.READ_COMPANY)
def read_document(asked: Asked, company: str) -> Response | Refusal:
    """The newest revision; its number is the ETag."""
    found = asked.doors.offload(asked.doors.documents.load, company)
    if found is None:
        return Refusal("unknown_company", {"company": company})
    revision, document = found
    if asked.request.if_none_match.contains(str(revision)):
        return Response("", 304, {"ETag": f'"{revision}"'})
    plain = asked.doors.offload(plain_company, document)
    return Response(msgspec.json.encode(plain), 200, {"ETag": f'"{revision}"'}, mimetype="application/json")


@operation(
    "PUT", _ADDRESS, answers=SavedDocument, permission=Permission.CHANGE_COMPANY, body=Document, if_match=True,
    refusals=("other_company",),
)  # fmt: skip
def replace_document(asked: Asked, company: str) -> Answer | Refusal:
    """A new revision made from the one that If-Match names; `If-None-Match: *` makes a new company."""
    return save(asked, company, asked.text)


@operation(
    "PATCH", _ADDRESS, answers=SavedDocument, permission=Permission.CHANGE_COMPANY, body=Patch, if_match=True,
    refusals=("other_company",),
)  # fmt: skip
def change_document(asked: Asked, company: str) -> Answer | Refusal:
    """A JSON Merge Patch (RFC 7396) of the revision that If-Match names."""
    found = asked.doors.offload(asked.doors.documents.load, company)
    if found is None:
        return Refusal("unknown_company", {"company": company})
    # Of the newest: when If-Match names another, the save is refused.
    return save(asked, company, merged(plain_company(found[1]), asked.body))


OPERATIONS = (read_document, replace_document, change_document)
