"""The night switch: a number closed by hand, whatever its hours, until it is lifted by hand; the value that a decision asks to be
saved. It is the handling's `forced`, so all numbers of one handling close together."""

from __future__ import annotations

import msgspec

from routing.company import CompanyDocument


class NightSwitch(msgspec.Struct, frozen=True):
    """`user` closes the number, named by its id in the document; not `closed`: its hours hold again."""

    user: str
    number: str
    closed: bool


def is_closed(document: CompanyDocument, number: str) -> bool:
    """Closed by hand; a number without a handling never is."""
    found = document.numbers.get(number)
    handling = document.handlings.get(found.handling) if found is not None else None
    return handling is not None and handling.forced == "closed"


def with_switch(document: CompanyDocument, wanted: NightSwitch) -> CompanyDocument:
    """The document in which it is so. KeyError for a number without a handling."""
    key = document.numbers[wanted.number].handling
    changed = msgspec.structs.replace(document.handlings[key], forced="closed" if wanted.closed else "")
    return msgspec.structs.replace(document, handlings={**document.handlings, key: changed})


def number_of(document: CompanyDocument, digits: str) -> str:
    """The id of the number that ends in these digits, as many as tell it from the others; without digits the company's first.
    Only numbers with a handling count; empty when it is none, or several."""
    found = [
        key for key, number in document.numbers.items()
        if number.enabled and number.handling in document.handlings and number.number.endswith(digits.lstrip("+"))
    ]  # fmt: skip
    return found[0] if found and (len(found) == 1 or not digits) else ""
