"""Pipelines of the hot path: one write, one read, on redis-py's connections but without its client and its pool.

Those cost the seven commands of a decision 110 us where the connection needs 27 (measured; decision 0008): each command passes through
callbacks, telemetry and a lookup of its kind, and the pool asks the socket whether it is still there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import hiredis
import redis
from hiredis import pack_command
from redis._parsers.hiredis import NOT_ENOUGH_DATA
from redis.backoff import NoBackoff
from redis.retry import Retry

SECONDS = 0.25
_MOST = 256
_READ_BYTES = 1 << 14


def pack(commands: Sequence[tuple[str, ...]]) -> bytes:
    """Commands as they are sent: may be kept, and sent again."""
    return b"".join([pack_command(command) for command in commands])  # type: ignore[arg-type] # its types know one word


class Pipelines:
    """As many connections as there are questions at the same time, at most 256; no retry, 250 ms for each write or read.

    Replies are those of RESP2: a hash is a list of names and values."""

    def __init__(self, url: str) -> None:
        self._pool = redis.ConnectionPool.from_url(
            url, max_connections=_MOST, socket_timeout=SECONDS, socket_connect_timeout=SECONDS,
            retry=Retry(NoBackoff(), 0), protocol=2, decode_responses=True,
        )  # fmt: skip
        self._idle: list[Any] = []

    def ask(self, packed: bytes, replies: int) -> list[Any]:
        """The replies to `pack`ed commands; one of `presence.connection.Away` when they do not come."""
        connection = self._idle.pop() if self._idle else self._pool.make_connection()
        was_open = connection.is_connected
        try:
            return _ask(connection, packed, replies)
        except redis.ConnectionError:
            if not was_open:
                raise
            # Redis was started again since: nobody looked before the question was sent.
            return _ask(connection, packed, replies)
        finally:
            self._idle.append(connection)


def _ask(connection: Any, packed: bytes, replies: int) -> list[Any]:
    try:
        if not connection.is_connected:
            connection.connect()
        return _exchange(connection._sock, connection._parser._reader, packed, replies)
    except BaseException as error:
        # Replies that nobody read must not be taken for those of the next question: it opens the connection again.
        connection.disconnect()
        if isinstance(error, TimeoutError):
            raise redis.TimeoutError("Redis does not answer") from error
        if isinstance(error, OSError):
            raise redis.ConnectionError(f"Redis is away: {error}") from error
        raise


def _exchange(sock: Any, reader: hiredis.Reader, packed: bytes, replies: int) -> list[Any]:
    """On the socket and with the parser of redis-py's connection: its own way asks for each reply whether a deadline, a push
    message or a cache has a part in it."""
    sent = sock.send(packed)
    if sent < len(packed):
        sock.sendall(packed[sent:])
    found: list[Any] = []
    while len(found) < replies:
        reply = reader.gets()
        if reply is NOT_ENOUGH_DATA:
            _feed(reader, sock)
        elif isinstance(reply, Exception):
            raise reply
        else:
            found.append(reply)
    return found


def _feed(reader: hiredis.Reader, sock: Any) -> None:
    more = sock.recv(_READ_BYTES)
    if not more:
        raise redis.ConnectionError("Redis closed the connection")
    reader.feed(more)
