"""People who sign in, and their sessions. A password is kept as a hash, a session's key too.

An account belongs to one company, or with an empty one to the installation: then it sees every company.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Literal

import msgspec
import sqlalchemy as sa

from store.database import engine, reading, stamp
from store.tables import ACCOUNT, SESSION

Role = Literal["admin", "supervisor", "agent"]
AccountLanguage = Literal["", "fr", "en"]
SESSION_LASTS = timedelta(hours=12)


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """Who somebody is. `language` empty: as the browser asks; `extension`: which user of his company, empty for none."""

    name: str
    role: Role
    company: str = ""
    language: AccountLanguage = ""
    extension: str = ""


class Accounts:
    """The accounts of one database."""

    def __init__(self, url: str) -> None:
        self._engine = engine(url)

    def all(self) -> list[Account]:
        """By name."""
        with reading(self._engine) as link:
            return [_account(row) for row in link.execute(sa.select(ACCOUNT).order_by(ACCOUNT.c.name))]

    def add(self, account: Account, password_hash: str, now: datetime) -> bool:
        """A new account; False when there is one of this name."""
        values = {
            **msgspec.to_builtins(account),
            "password_hash": password_hash,
            "created_at": stamp(now),
        }
        try:
            with self._engine.begin() as link:
                link.execute(ACCOUNT.insert().values(**values))
        except sa.exc.IntegrityError:
            return False
        return True

    def with_hash(self, name: str) -> tuple[Account, str] | None:
        """An account and its password's hash, for `store.passwords.matches`."""
        with reading(self._engine) as link:
            row = link.execute(sa.select(ACCOUNT).where(ACCOUNT.c.name == name)).one_or_none()
        return None if row is None else (_account(row), str(row.password_hash))

    def set_password(self, name: str, password_hash: str) -> bool:
        """Another password; every session of the account ends. False when there is no such account."""
        where = ACCOUNT.c.name == name
        with self._engine.begin() as link:
            changed = link.execute(ACCOUNT.update().where(where).values(password_hash=password_hash))
            link.execute(SESSION.delete().where(SESSION.c.account == name))
        return changed.rowcount == 1

    def set_language(self, name: str, language: AccountLanguage) -> None:
        """The language of pages and messages for this account."""
        with self._engine.begin() as link:
            link.execute(ACCOUNT.update().where(ACCOUNT.c.name == name).values(language=language))

    def link(self, name: str, extension: str) -> bool:
        """The account is this user's from now on (empty: nobody's); False when there is no such account."""
        with self._engine.begin() as link:
            changed = link.execute(ACCOUNT.update().where(ACCOUNT.c.name == name).values(extension=extension))
        return changed.rowcount == 1

    def begin_session(self, name: str, now: datetime) -> str:
        """A new session's key, which only the browser keeps; sessions that are over are forgotten."""
        key = secrets.token_urlsafe(32)
        values = {
            "hash": _digest(key), "account": name, "created_at": stamp(now), "expires_at": stamp(now + SESSION_LASTS),
        }  # fmt: skip
        with self._engine.begin() as link:
            link.execute(SESSION.delete().where(SESSION.c.expires_at <= stamp(now)))
            link.execute(SESSION.insert().values(**values))
        return key

    def of_session(self, key: str, now: datetime) -> Account | None:
        """Whose session it is; None when it is over."""
        query = (
            sa.select(ACCOUNT)
            .join(SESSION, SESSION.c.account == ACCOUNT.c.name)
            .where(SESSION.c.hash == _digest(key), SESSION.c.expires_at > stamp(now))
        )
        with reading(self._engine) as link:
            row = link.execute(query).one_or_none()
        return None if row is None else _account(row)

    def end_session(self, key: str) -> None:
        """Sign out."""
        with self._engine.begin() as link:
            link.execute(SESSION.delete().where(SESSION.c.hash == _digest(key)))


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _account(row: sa.Row[tuple[str, ...]]) -> Account:
    found = row._mapping
    return Account(
        name=found["name"], role=found["role"], company=found["company"], language=found["language"],
        extension=found["extension"],
    )  # fmt: skip
