"""The door to the database: one engine for each URL, SQLite in WAL mode by default, PostgreSQL by URL.

SQLite gets a connection of its own for each transaction: these are opened in 0.2 ms, belong to one thread, and so
may be used from gevent's thread pool, where a wait for the write lock stops nobody else.

PostgreSQL has one writer at a time too, by a lock that its transaction holds: what is written was read in the same
transaction, and two that read first and then write would overwrite each other unseen.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache

import sqlalchemy as sa

_PATIENCE = 5
"""Seconds for which a writer waits for another."""
_WRITERS = 0x52656C61
"""The number of our advisory lock in PostgreSQL."""


@cache
def engine(url: str) -> sa.Engine:
    """The engine of a database; SQLAlchemy's error when the URL names none."""
    if not url.startswith("sqlite"):
        return _postgresql(url)
    arguments = {"timeout": _PATIENCE, "isolation_level": None}
    made = sa.create_engine(url, connect_args=arguments, poolclass=sa.NullPool)
    sa.event.listen(made, "connect", _prepare_sqlite)
    sa.event.listen(made, "begin", _begin)
    return made


def _postgresql(url: str) -> sa.Engine:
    limits = {"connect_timeout": 5, "options": f"-c lock_timeout={_PATIENCE}s -c statement_timeout=30s"}
    made = sa.create_engine(url, pool_pre_ping=True, connect_args=limits)
    sa.event.listen(made, "begin", _lock_out_writers)
    return made


def why_unusable(error: Exception) -> str:
    """What a database says that is not there, not ours or not of this version; empty for any other error."""
    if isinstance(error, ModuleNotFoundError) and error.name == "psycopg":
        return "the package psycopg is missing: pip install 'relais[postgres]'"
    if not isinstance(error, sa.exc.OperationalError | sa.exc.ProgrammingError) or error.orig is None:
        return ""
    return str(error.orig).splitlines()[0]


def told_unusable(error: Exception) -> str:
    """The same as a sentence for whoever started us."""
    why = why_unusable(error)
    return why and (
        f"the database cannot be used ({why}); `make run` makes one, RELAIS_VAR or RELAIS_DATABASE_URL says where"
    )


@contextmanager
def reading(database: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that only reads: it waits for no writer, and no writer for it. (`engine.begin()` writes.)"""
    with database.connect().execution_options(relais_reads=True) as link, link.begin():
        yield link


def stamp(instant: datetime) -> str:
    """An instant as the tables hold it: ISO 8601 in UTC to the second, so that text sorts as time does."""
    return instant.astimezone(UTC).isoformat(timespec="seconds")


def _prepare_sqlite(connection: object, _record: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", f"busy_timeout={_PATIENCE * 1000}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(link: sa.Connection) -> None:
    # Two readers that both go on to write would deadlock; whoever may write waits at once instead.
    reads = link.get_execution_options().get("relais_reads", False)
    link.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _lock_out_writers(link: sa.Connection) -> None:
    if not link.get_execution_options().get("relais_reads", False):
        link.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS})")
