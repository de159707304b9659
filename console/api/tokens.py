"""Tokens of programs that use this API."""

from __future__ import annotations

from typing import Annotated

import msgspec

from console.api.operation import Answer, Asked, Nothing, operation
from console.permissions import Permission
from console.refusals import Refusal
from store.accounts import Role
from store.tokens import Token


class NewToken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a token is for, what it may do, of which company (empty: every company that you see), and for which user of it it
    speaks (empty: for none; an agent's speaks for one)."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    role: Role
    company: Annotated[str, msgspec.Meta(max_length=32)] = ""
    extension: Annotated[str, msgspec.Meta(max_length=6)] = ""


class CreatedToken(msgspec.Struct, frozen=True):
    """`text` is shown this once."""

    token: Token
    text: str


class TokenList(msgspec.Struct, frozen=True):
    """Newest first, revoked ones included."""

    tokens: tuple[Token, ...]


@operation("GET", "/tokens", answers=TokenList, permission=Permission.MANAGE_TOKENS)
def list_tokens(asked: Asked) -> TokenList:
    """The tokens that you may revoke; the tokens themselves are kept nowhere."""
    return TokenList(tuple(asked.doors.offload(asked.doors.tokens.list, asked.asker.company)))


@operation(
    "POST", "/tokens", answers=CreatedToken, permission=Permission.MANAGE_TOKENS, body=NewToken, status=201,
    refusals=("unknown_company", "unknown_agent"),
)  # fmt: skip
def create_token(asked: Asked) -> Answer | Refusal:
    """A new token, shown once."""
    wanted, asker, doors = asked.body, asked.asker, asked.doors
    company = wanted.company or asker.company
    if company and (not asker.sees(company) or company not in doors.offload(doors.documents.companies)):
        return Refusal("unknown_company", {"company": company})
    # An agent's token may do what its user may do himself: without a user there is nothing that it could be allowed.
    if (wanted.extension or wanted.role == "agent") and not _has_user(asked, company, wanted.extension):
        return Refusal("unknown_agent", {"extension": wanted.extension})
    token, text = doors.offload(
        doors.tokens.create, wanted.name, role=wanted.role, company=company, created_by=asker.signature,
        now=doors.clock.now(), extension=wanted.extension,
    )  # fmt: skip
    return Answer(CreatedToken(token, text), 201, (("Cache-Control", "no-store"),))


def _has_user(asked: Asked, company: str, extension: str) -> bool:
    saved = asked.doors.offload(asked.doors.documents.load, company) if company else None
    return saved is not None and extension in saved[1].users


@operation(
    "DELETE", "/tokens/{token}", answers=Nothing, permission=Permission.MANAGE_TOKENS, status=204,
    refusals=("unknown_token",),
)  # fmt: skip
def revoke_token(asked: Asked, token: str) -> Nothing | Refusal:
    """The token works no more."""
    doors = asked.doors
    revoked = doors.offload(doors.tokens.revoke, token, doors.clock.now(), asked.asker.company)
    return Nothing() if revoked else Refusal("unknown_token", {"token": token})


OPERATIONS = (list_tokens, create_token, revoke_token)
