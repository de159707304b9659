"""What a user's phone can dial: the answer of `relais dial-matrix` for the newest revision."""

from __future__ import annotations

import msgspec

from console.api.operation import Asked, operation
from console.permissions import Permission
from console.refusals import Refusal
from routing.compiled import Company, compile_company
from routing.dial_matrix import Cell, matrix
from routing.explain import reason_sentence

_QUERY = (("to", "Something more to dial; may be repeated."),)


class DialRow(msgspec.Struct, frozen=True, kw_only=True):
    """One number of a kind (`emergency`, `extension`, `local`, `national`, `mobile`, `toll_free`, `premium`, `international`,
    `satellite`, empty for what is no number) and country. Refused: `code` and a sentence in the reader's language. Allowed: the
    number that is seen there, the profile and the trunk."""

    kind: str
    country: str
    dialled: str
    allowed: bool
    code: str
    sentence: str
    shows: str
    profile: str
    trunk: str


class DialMatrix(msgspec.Struct, frozen=True):
    """Every kind and country for one user."""

    company: str
    revision: int
    extension: str
    rows: tuple[DialRow, ...]


@operation(
    "GET", "/companies/{company}/users/{extension}/dial-matrix", answers=DialMatrix, permission=Permission.READ_COMPANY,
    query=_QUERY, refusals=("unknown_agent",),
)  # fmt: skip
def read_dial_matrix(asked: Asked, company: str, extension: str) -> DialMatrix | Refusal:
    """What his phones can dial, with which number, and why not. Nothing is dialled."""
    more = tuple(asked.request.args.getlist("to"))
    return asked.doors.offload(_read, asked, company, extension, more)


def _read(asked: Asked, company: str, extension: str, more: tuple[str, ...]) -> DialMatrix | Refusal:
    saved = asked.doors.documents.load(company)
    if saved is None:
        return Refusal("unknown_company", {"company": company})
    if extension not in saved[1].users:
        return Refusal("unknown_agent", {"extension": extension})
    compiled = compile_company(saved[1], saved[0])
    cells = matrix(compiled, extension, asked.doors.clock.now(company), more)
    return DialMatrix(company, saved[0], extension, tuple(_row(asked, compiled, cell) for cell in cells))


def _row(asked: Asked, company: Company, cell: Cell) -> DialRow:
    said = reason_sentence(company, cell.reason, asked.language) if cell.reason is not None else ""
    target = cell.target
    return DialRow(
        kind=target.kind, country=target.country, dialled=target.dialled, allowed=cell.allowed, code=cell.code,
        sentence=said, shows=cell.shows, profile=cell.profile, trunk=cell.trunk,
    )  # fmt: skip


OPERATIONS = (read_dial_matrix,)
