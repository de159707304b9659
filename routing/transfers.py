"""Transfers by people that are no plain ones. Pure.

Completed while whoever was asked still rings, a transfer is a blind one: the partner dials what its sender had dialled, with the
sender's rights, and everything that belongs to that (hours, overflow, voicemail, coming back) is his. Decision 0020.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from routing.carried import EntryKind
from routing.compiled import Company


class Conversation(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody talks in. `leg`: the channel at the other end, `outside`: of somebody outside, `placed`: whom he called
    himself; `apart`: by an outbound profile that has no transfers to the outside."""

    leg: str
    outside: bool
    placed: bool
    apart: bool


def keeps_apart(company: Company) -> bool:
    """Some outbound profile of the company has no transfers to the outside."""
    return any(not profile.transfer_to_external for profile in company.document.outbound_profiles.values())


def is_apart(company: Company, rule: str) -> bool:
    """Whoever was called by this rule may not be sent outside: of a call to the outside it is the profile by which it left."""
    profile = company.document.outbound_profiles.get(rule)
    return profile is not None and not profile.transfer_to_external


def kept_apart(talks: Sequence[Conversation]) -> dict[str, bool]:
    """Of each outside party that a profile keeps apart (`transfer_to_external`), by leg, whether nobody may be brought together
    with him now. `talks`: all of one user, oldest first. He may be sent inside, by joining him with a colleague who was asked
    afterwards; whoever was there before him, called in or is outside himself may not be sent to him."""
    return {
        each.leg: not _goes_inside(talks[:place], talks[place + 1 :])
        for place, each in enumerate(talks)
        if each.apart
    }


def _goes_inside(before: Sequence[Conversation], after: Sequence[Conversation]) -> bool:
    return not before and bool(after) and all(each.placed and not each.outside for each in after)


def sends_to(company: Company, kind: EntryKind, entry: str) -> str:
    """What the partner dials, where the question began at this entry; empty when nobody can be asked there any more."""
    if kind != "number":
        return entry
    number = company.document.numbers.get(entry)
    return number.number if number is not None else ""
