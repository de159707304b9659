"""A user's own manual forward (P84), set or lifted by one of his phones: the value that a decision or a key of a phone asks to be saved."""

from __future__ import annotations

import msgspec

from routing.company import AnyAction, CompanyDocument, Forward


class OwnForward(msgspec.Struct, frozen=True):
    """From now on every call of `user` goes `to`; None: no longer."""

    user: str
    to: AnyAction | None = None


def with_forward(document: CompanyDocument, wanted: OwnForward) -> CompanyDocument:
    """The document in which it is so. KeyError for somebody who is no user of it."""
    user = document.users[wanted.user]
    forward = None if wanted.to is None else Forward(to=wanted.to)
    changed = msgspec.structs.replace(user, forward=forward)
    return msgspec.structs.replace(document, users={**document.users, wanted.user: changed})
