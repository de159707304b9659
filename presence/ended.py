"""Calls that are over, on their way to whoever keeps them and to whoever looks on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from presence import keys, tracing
from routing.ended_call import EndedCall, WholeCall, whole
from routing.trace import segments

_AT_ONCE = 500
_TRACE_SECONDS = 600
_decode = msgspec.json.Decoder(EndedCall).decode


class Ended(msgspec.Struct, frozen=True):
    """An entry of a company's stream. `call` None: one that cannot be read."""

    company: str
    entry: str
    call: EndedCall | None


class EndedCalls:
    """The records of all companies that nobody has kept yet. `client` is one of `presence.connection.waiting`; every method
    raises when Redis is away, and may be repeated."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def next(self, companies: Sequence[str], seconds: float) -> list[Ended]:
        """The next ones, the oldest of each company first; at the latest after `seconds` none."""
        if not companies:
            return []
        kept = self._client.mget([keys.kept(company) for company in companies])
        streams = {keys.records(company): at or "0-0" for company, at in zip(companies, kept, strict=True)}
        named = {keys.records(company): company for company in companies}
        found = self._client.xread(streams, count=_AT_ONCE, block=max(1, int(seconds * 1000)))
        return [
            Ended(named[stream], entry, read(fields))
            for stream, entries in found
            for entry, fields in entries
        ]

    def whole(self, call: EndedCall) -> WholeCall:
        """With what each of its steps saw and decided."""
        found = tracing.read(self._client.hvals(keys.trace(call.company, call.call)))
        return whole(call, segments(call.company, found))

    def kept(self, ended: Ended) -> None:
        """It is in the database, and with it all before it. Its trace goes, but for a call that went on with another leg."""
        self._client.set(keys.kept(ended.company), ended.entry)
        if ended.call is not None:
            self._client.expire(keys.trace(ended.company, ended.call.call), _TRACE_SECONDS)


def read(fields: dict[str, str]) -> EndedCall | None:
    """The record of a stream's entry; None for what is none."""
    try:
        return _decode(fields.get("record", ""))
    except (msgspec.DecodeError, UnicodeEncodeError):
        return None
