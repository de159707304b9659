"""Waiting for news of a company's agents and calls: the reading end of the feed that `AgentStore` writes."""

from __future__ import annotations

from typing import Any

import msgspec

from presence import keys
from presence.ended import read
from routing.ended_call import EndedCall


class News(msgspec.Struct, frozen=True):
    """What came since the last look, but for what the board itself tells: calls that are over, and repairs."""

    ended: tuple[EndedCall, ...] = ()
    repairs: tuple[dict[str, str], ...] = ()


class FeedReader:
    """News of one company since this reader was made. `client` is one of `presence.connection.waiting`."""

    def __init__(self, client: Any, company: str) -> None:
        self._client = client
        self._feed, self._records, self._repairs = (
            named(company) for named in (keys.feed, keys.records, keys.repairs)
        )
        streams = (self._feed, self._records, self._repairs)
        self._seen: dict[str, str] = {stream: self._newest(stream) for stream in streams}

    def _newest(self, stream: str) -> str:
        newest = self._client.xrevrange(stream, count=1)
        return newest[0][0] if newest else "0-0"

    def wait(self, seconds: float) -> News | None:
        """As soon as something was announced; None after `seconds`. Raises when Redis is away."""
        found = self._client.xread(self._seen, block=max(1, int(seconds * 1000)))
        if not found:
            return None
        told = dict(found)
        self._seen |= {stream: entries[-1][0] for stream, entries in told.items()}
        ended = (read(fields) for _, fields in told.get(self._records, ()))
        return News(
            ended=tuple(call for call in ended if call is not None),
            repairs=tuple(fields for _, fields in told.get(self._repairs, ())),
        )
