"""Transfers by people that are no plain ones. Pure.

Completed while whoever was asked still rings, a transfer is a blind one: the partner dials what its sender had dialled, with the
sender's rights, and everything that belongs to that (hours, overflow, voicemail, coming back) is his. Decision 0020.
"""

from __future__ import annotations

from routing.carried import EntryKind
from routing.compiled import Company


def sends_to(company: Company, kind: EntryKind, entry: str) -> str:
    """What the partner dials, where the question began at this entry; empty when nobody can be asked there any more."""
    if kind != "number":
        return entry
    number = company.document.numbers.get(entry)
    return number.number if number is not None else ""
