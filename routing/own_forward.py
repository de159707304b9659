"""A user's own forward (P84, and of his open hours Z30, Z32), set or lifted by one of his phones: the value that a decision or a key of a
phone asks to be saved."""

from __future__ import annotations

from typing import Literal

import msgspec

from routing.company import AnyAction, CompanyDocument, Forward, ToExtension, ToExternal, ToNumber, User

When = Literal["always", "busy", "unanswered"]
"""Every call; those that come while he is on another; those that nobody took. The latter two are settings of his open hours."""


class OwnForward(msgspec.Struct, frozen=True):
    """From now on calls of `user` go `to`; None: no longer."""

    user: str
    to: AnyAction | None = None
    when: When = "always"


def is_suspended(user: User) -> bool:
    """His forward never holds: an enabled schedule goes before it, in open hours too (C2)."""
    scheduled = user.schedule is not None and user.schedule.enabled
    return (
        scheduled and user.forward_vs_schedule == "schedule_first" and user.forward_in_open_hours == "ignore"
    )


def with_forward(document: CompanyDocument, wanted: OwnForward) -> CompanyDocument:
    """The document in which it is so. KeyError for somebody who is no user of it."""
    changed = _changed(document.users[wanted.user], wanted)
    return msgspec.structs.replace(document, users={**document.users, wanted.user: changed})


def _changed(user: User, wanted: OwnForward) -> User:
    """What is no forward (a message, the busy signal) is replaced by one, and never lifted."""
    if wanted.when == "always":
        forward = None if wanted.to is None else Forward(to=wanted.to)
        return msgspec.structs.replace(user, forward=forward)
    known = user.open.own_busy if wanted.when == "busy" else user.open.own_unanswered
    if wanted.to is None and not isinstance(known, ToExtension | ToNumber | ToExternal):
        return user
    field = "own_busy" if wanted.when == "busy" else "own_unanswered"
    return msgspec.structs.replace(user, open=msgspec.structs.replace(user.open, **{field: wanted.to}))
