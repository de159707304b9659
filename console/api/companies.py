"""Which companies there are."""

from __future__ import annotations

import msgspec

from console.api.operation import Asked, operation


class CompanyName(msgspec.Struct, frozen=True):
    """A company that is served."""

    id: str
    name: str


class Companies(msgspec.Struct, frozen=True):
    """By id."""

    companies: tuple[CompanyName, ...]


@operation("GET", "/companies", answers=Companies)
def list_companies(asked: Asked) -> Companies:
    """The companies that you may see."""
    found = asked.doors.board.companies()
    return Companies(tuple(CompanyName(i, name) for i, name in sorted(found.items()) if asked.asker.sees(i)))


OPERATIONS = (list_companies,)
