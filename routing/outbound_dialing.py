"""What our people dial: emergency numbers, a number chosen to call with, an outside number. Pure."""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from routing import star_codes
from routing.call import Call
from routing.compiled import Company
from routing.outbound_numbers import Destination, destination, home_of

_CHOSEN = re.compile(r"\*(\+?[0-9]{3,15})\*(.+)")


class Dialled(msgspec.Struct, frozen=True):
    """`choice` is the end of the number to call with, empty when none was chosen; `to` None when it is no number."""

    choice: str
    to: Destination | None


def read(company: Company, owner: str, dialled: str) -> Dialled:
    """`*<the end of one of our numbers, three digits at least>*<number>` calls with that number; the rest is as people
    dial where `owner` is."""
    chosen = _CHOSEN.fullmatch(dialled)
    choice, number = (chosen[1], chosen[2]) if chosen is not None else ("", dialled)
    return Dialled(choice.lstrip("+"), destination(number, home_of(company, owner)))


def entry_of(company: Company, owner: str, dialled: str) -> tuple[Literal["number", "extension"], str]:
    """Where a call from one of our phones begins. A number of the company's own is reached without leaving it, however
    it is dialled."""
    known = dialled in company.extensions or is_emergency(company, dialled) or _is_short(company, dialled)
    if known or star_codes.read(dialled) is not None:
        return "extension", dialled
    to = read(company, owner, dialled).to
    own = company.numbers_by_e164.get(to.number) if to is not None else None
    return ("number", own) if own else ("extension", dialled)


def is_emergency(company: Company, dialled: str) -> bool:
    """An emergency number of one of the company's countries; it goes before an extension of the same digits."""
    return dialled in company.emergency


def leaves(company: Company, call: Call) -> bool:
    """The call is for somebody outside. One that came from outside never is: what it may reach is in the document."""
    if call.entry_kind == "number" or star_codes.read(call.entry) is not None:
        return False
    return is_emergency(company, call.entry) or not (
        call.entry in company.extensions or _is_short(company, call.entry)
    )


def _is_short(company: Company, dialled: str) -> bool:
    """No longer than an extension: a mistaken one."""
    return len(dialled) <= company.document.account.extension_length
