"""Your own password."""

from __future__ import annotations

from typing import Annotated

import msgspec

from console.api.operation import Answer, Asked, Nothing, operation
from console.api.session import authenticated, session_cookie
from console.doors import HASHES_AT_ONCE, in_thread
from console.refusals import Refusal
from store.passwords import SHORTEST, hashed


class NewPassword(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The one in force and the one to come."""

    old: Annotated[str, msgspec.Meta(max_length=1000)]
    new: Annotated[str, msgspec.Meta(min_length=SHORTEST, max_length=1000)]


@operation(
    "POST", "/me/password", answers=Nothing, body=NewPassword, status=204,
    refusals=("people_only", "wrong_credentials", "too_many_attempts"),
)  # fmt: skip
def change_password(asked: Asked) -> Answer | Refusal:
    """Another password; every other session of yours ends."""
    doors, name = asked.doors, asked.asker.name
    if asked.asker.kind != "account":
        return Refusal("people_only")
    account = authenticated(asked, name, asked.body.old)
    if isinstance(account, Refusal):
        return account
    with HASHES_AT_ONCE:
        kept = in_thread(hashed, asked.body.new)
    doors.offload(doors.accounts.set_password, name, kept)
    return Answer(None, 204, (session_cookie(doors, name),))


OPERATIONS = (change_password,)
