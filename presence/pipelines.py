"""Pipelines of the hot path: one write, one read, on redis-py's connections but without its client and its pool.

Those cost the seven commands of a decision 110 us where the connection needs 27 (measured; decision 0008): each command passes through
callbacks, telemetry and a lookup of its kind, and the pool asks the socket whether it is still there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import redis
from hiredis import pack_command
from redis.backoff import NoBackoff
from redis.retry import Retry

SECONDS = 0.25
_MOST = 256


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
        connection.send_packed_command([packed])
        return [connection.read_response() for _ in range(replies)]
    except BaseException:
        # Replies that nobody read must not be taken for those of the next question: it opens the connection again.
        connection.disconnect()
        raise
