"""Streams of all companies on their way into the database: read from where the last one that is safe there says, which Redis keeps too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec


class Entry(msgspec.Struct, frozen=True):
    """An entry of a company's stream, by its id."""

    company: str
    id: str
    fields: dict[str, str]


class KeptStream:
    """`stream` and `kept` name a company's stream, and the id of its newest entry that is in the database. `client` is one of
    `presence.connection.waiting`; every method raises when Redis is away, and may be repeated."""

    def __init__(
        self, client: Any, stream: Callable[[str], str], kept: Callable[[str], str], at_once: int
    ) -> None:
        self._client, self._stream, self._kept, self._at_once = client, stream, kept, at_once

    def next(self, companies: Sequence[str], seconds: float) -> list[Entry]:
        """The next ones, the oldest of each company first; at the latest after `seconds` none."""
        if not companies:
            return []
        kept = self._client.mget([self._kept(company) for company in companies])
        streams = {self._stream(company): at or "0-0" for company, at in zip(companies, kept, strict=True)}
        named = {self._stream(company): company for company in companies}
        found = self._client.xread(streams, count=self._at_once, block=max(1, int(seconds * 1000)))
        return [Entry(named[stream], ident, fields) for stream, entries in found for ident, fields in entries]

    def kept(self, company: str, ident: str) -> None:
        """It is in the database, and with it all before it."""
        self._client.set(self._kept(company), ident)
