"""Tokens of programs that use the API. The token itself is shown once and kept nowhere; its hash is."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

import msgspec
import sqlalchemy as sa

from store.accounts import Role
from store.database import engine, reading, stamp
from store.tables import API_TOKEN

PREFIX = "relais_"
_USE_NOTED_EVERY = timedelta(minutes=1)


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a token. Instants are ISO 8601 in UTC, empty for never; `company` empty: every company; `extension`: the
    user of the company for whom it speaks, empty for none."""

    id: str
    name: str
    role: Role
    company: str = ""
    created_by: str = ""
    created_at: str = ""
    last_used_at: str = ""
    revoked_at: str = ""
    extension: str = ""


class Tokens:
    """The tokens of one database."""

    def __init__(self, url: str) -> None:
        self._engine = engine(url)

    def create(
        self, name: str, *, role: Role, company: str, created_by: str, now: datetime, extension: str = ""
    ) -> tuple[Token, str]:
        """A new token, and its text, which cannot be had again."""
        text = PREFIX + secrets.token_urlsafe(32)
        token = Token(
            id=secrets.token_hex(6), name=name, role=role, company=company, created_by=created_by,
            created_at=stamp(now), extension=extension,
        )  # fmt: skip
        with self._engine.begin() as link:
            link.execute(API_TOKEN.insert().values(hash=_digest(text), **msgspec.to_builtins(token)))
        return token, text

    def list(self, company: str = "") -> list[Token]:
        """Newest first, revoked ones included; those of one company, or with an empty one all."""
        query = sa.select(API_TOKEN).order_by(API_TOKEN.c.created_at.desc(), API_TOKEN.c.id)
        if company:
            query = query.where(API_TOKEN.c.company == company)
        with reading(self._engine) as link:
            return [_token(row) for row in link.execute(query)]

    def revoke(self, ident: str, now: datetime, company: str = "") -> bool:
        """It works no more, from now on; False when there is none of this id (of this company) in force."""
        where = [API_TOKEN.c.id == ident, API_TOKEN.c.revoked_at == ""]
        if company:
            where.append(API_TOKEN.c.company == company)
        with self._engine.begin() as link:
            changed = link.execute(API_TOKEN.update().where(*where).values(revoked_at=stamp(now)))
        return changed.rowcount == 1

    def of_text(self, text: str, now: datetime) -> Token | None:
        """The token in force that this is, its use noted to the minute."""
        query = sa.select(API_TOKEN).where(API_TOKEN.c.hash == _digest(text), API_TOKEN.c.revoked_at == "")
        with reading(self._engine) as link:
            row = link.execute(query).one_or_none()
        if row is None:
            return None
        token = _token(row)
        if token.last_used_at <= stamp(now - _USE_NOTED_EVERY):
            self._note_use(token.id, now)
        return token

    def _note_use(self, ident: str, now: datetime) -> None:
        with self._engine.begin() as link:
            link.execute(API_TOKEN.update().where(API_TOKEN.c.id == ident).values(last_used_at=stamp(now)))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _token(row: sa.Row[tuple[str, ...]]) -> Token:
    found = dict(row._mapping)
    found.pop("hash")
    return Token(**found)
