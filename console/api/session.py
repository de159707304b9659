"""Signing in and out with a name and a password, for browsers. Programs use tokens."""

from __future__ import annotations

from typing import Annotated

import msgspec
from werkzeug.http import dump_cookie

from console.admission import COOKIE, from_our_page
from console.api.me import Me
from console.api.operation import Answer, Asked, Nothing, operation
from console.doors import HASHES_AT_ONCE, Doors, in_thread
from console.refusals import Refusal
from store.accounts import SESSION_LASTS, Account
from store.passwords import matches
from store.sign_ins import WINDOW


class Credentials(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody types."""

    name: Annotated[str, msgspec.Meta(max_length=100)]
    password: Annotated[str, msgspec.Meta(max_length=1000)]


@operation(
    "POST", "/session", answers=Me, public=True, body=Credentials,
    refusals=("wrong_credentials", "other_origin", "too_many_attempts"),
)  # fmt: skip
def sign_in(asked: Asked) -> Answer | Refusal:
    """Sign in; the answer sets the session's cookie."""
    if not from_our_page(asked.request):
        return Refusal("other_origin")
    account = authenticated(asked, asked.body.name, asked.body.password)
    if isinstance(account, Refusal):
        return account
    return Answer(Me.of_account(account), 200, (session_cookie(asked.doors, account.name),))


@operation("DELETE", "/session", answers=Nothing, status=204)
def sign_out(asked: Asked) -> Answer:
    """End this session."""
    key = asked.request.cookies.get(COOKIE, "")
    asked.doors.offload(asked.doors.accounts.end_session, key)
    return Answer(None, 204, (_cookie(asked.doors, "", 0),))


def authenticated(asked: Asked, name: str, password: str) -> Account | Refusal:
    """The account of a name and a password. Each attempt is written down, and too many are refused unseen."""
    doors, address = asked.doors, asked.request.remote_addr or ""
    attempt = doors.offload(doors.sign_ins.begin, name, address, doors.clock.now())
    if attempt is None:
        doors.metrics.sign_ins.labels("refused").inc()
        return Refusal("too_many_attempts", headers={"Retry-After": f"{WINDOW.total_seconds():.0f}"})
    found = doors.offload(doors.accounts.with_hash, name)
    with HASHES_AT_ONCE:
        right = in_thread(matches, found[1] if found else None, password)
    doors.metrics.sign_ins.labels("accepted" if right else "wrong").inc()
    if found is None or not right:
        return Refusal("wrong_credentials")
    doors.offload(doors.sign_ins.accept, attempt)
    return found[0]


def session_cookie(doors: Doors, name: str) -> tuple[str, str]:
    """The header that begins a session of an account."""
    key = doors.offload(doors.accounts.begin_session, name, doors.clock.now())
    return _cookie(doors, key, int(SESSION_LASTS.total_seconds()))


def _cookie(doors: Doors, key: str, seconds: int) -> tuple[str, str]:
    value = dump_cookie(
        COOKIE, key, max_age=seconds, path="/", httponly=True, samesite="Strict", secure=doors.secure_cookies
    )
    return "Set-Cookie", value


OPERATIONS = (sign_in, sign_out)
