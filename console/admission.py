"""Who is asking: a program by its token, a person by his session's cookie, or nobody.

A cookie alone changes nothing: a change by cookie must carry the `Origin` of this console, which every browser sends
and no other page can forge. Tokens are sent on purpose and need no such proof.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec
from flask import Request

from console.doors import Doors
from console.refusals import Refusal
from store.accounts import AccountLanguage, Role

COOKIE = "relais_session"
_READS = ("GET", "HEAD", "OPTIONS")


class Asker(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who was let in. `company` empty: every company; `extension`: the user of it that he is, empty for none."""

    name: str
    kind: Literal["account", "token"]
    role: Role
    company: str = ""
    language: AccountLanguage = ""
    extension: str = ""

    def sees(self, company: str) -> bool:
        """True for his own company, and for all when he is the installation's."""
        return self.company in ("", company)

    @property
    def signature(self) -> str:
        """How a change of his is signed in the history."""
        return self.name if self.kind == "account" else f"token {self.name}"


def asker_of(request: Request, doors: Doors) -> Asker | Refusal:
    """Who sends this request; the refusal says why he is not let in."""
    now = doors.clock.now()
    kind, _, text = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return _of_token(text.strip(), doors, now)
    found = person_of(request.cookies.get(COOKIE, ""), doors)
    if found is None:
        return Refusal("not_signed_in", headers={"WWW-Authenticate": 'Bearer realm="Relais"'})
    if request.method not in _READS and not from_our_page(request):
        return Refusal("other_origin")
    return found


def person_of(key: str, doors: Doors) -> Asker | None:
    """Whose session's key it is."""
    account = doors.offload(doors.accounts.of_session, key, doors.clock.now()) if key else None
    if account is None:
        return None
    return Asker(
        name=account.name,
        kind="account",
        role=account.role,
        company=account.company,
        language=account.language,
        extension=account.extension,
    )


def from_our_page(request: Request) -> bool:
    """True when the browser says that a page of this very host sends it."""
    origin = request.headers.get("Origin", "")
    return origin.partition("://")[2] == request.host and origin.startswith(("http://", "https://"))


def _of_token(text: str, doors: Doors, now: datetime) -> Asker | Refusal:
    token = doors.offload(doors.tokens.of_text, text, now)
    if token is None:
        return Refusal("not_signed_in", headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
    return Asker(
        name=token.name, kind="token", role=token.role, company=token.company, extension=token.extension
    )
