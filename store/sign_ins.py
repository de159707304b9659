"""Every attempt to sign in: who, from where, when, how it ended. The same table slows guessing down.

An attempt is written before its password is looked at, in the transaction that counts those before it: a hundred
attempts at once are counted like a hundred in a row.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

import msgspec
import sqlalchemy as sa

from store.database import engine, reading, stamp
from store.tables import SIGN_IN

WINDOW = timedelta(minutes=15)
FAILURES_OF_NAME_AND_ADDRESS = 5
FAILURES_OF_ADDRESS = 30

Outcome = Literal["wrong", "accepted"]


class SignIn(msgspec.Struct, frozen=True):
    """One attempt; an unfinished one counts as wrong."""

    at: str
    name: str
    address: str
    outcome: Outcome


class SignIns:
    """The attempts of one database."""

    def __init__(self, url: str) -> None:
        self._engine = engine(url)

    def begin(self, name: str, address: str, now: datetime) -> int | None:
        """The attempt's number; None when there were too many failures in the last quarter of an hour."""
        failed = (
            SIGN_IN.c.address == address[:64], SIGN_IN.c.at > stamp(now - WINDOW), SIGN_IN.c.outcome == "wrong",
        )  # fmt: skip
        names = sa.select(SIGN_IN.c.name).where(*failed)
        with self._engine.begin() as link:
            found = list(link.execute(names).scalars())
            if len(found) >= FAILURES_OF_ADDRESS or found.count(name[:100]) >= FAILURES_OF_NAME_AND_ADDRESS:
                return None
            values = {"at": stamp(now), "name": name[:100], "address": address[:64], "outcome": "wrong"}
            key = link.execute(SIGN_IN.insert().values(**values)).inserted_primary_key
        return None if key is None else int(key[0])

    def accept(self, attempt: int) -> None:
        """The password was right."""
        with self._engine.begin() as link:
            link.execute(SIGN_IN.update().where(SIGN_IN.c.id == attempt).values(outcome="accepted"))

    def latest(self, count: int = 100) -> list[SignIn]:
        """Newest first."""
        columns = (SIGN_IN.c.at, SIGN_IN.c.name, SIGN_IN.c.address, SIGN_IN.c.outcome)
        query = sa.select(*columns).order_by(SIGN_IN.c.id.desc()).limit(count)
        with reading(self._engine) as link:
            return [SignIn(*row) for row in link.execute(query)]
