"""Calls that are over, on their way to whoever keeps them and to whoever looks on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from presence import keys, tracing
from presence.kept_streams import KeptStream
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
        self._stream = KeptStream(client, keys.records, keys.kept, _AT_ONCE)

    def next(self, companies: Sequence[str], seconds: float) -> list[Ended]:
        """The next ones, the oldest of each company first; at the latest after `seconds` none."""
        found = self._stream.next(companies, seconds)
        return [Ended(entry.company, entry.id, read(entry.fields)) for entry in found]

    def whole(self, call: EndedCall) -> WholeCall:
        """With what each of its steps saw and decided."""
        found = tracing.read(self._client.hvals(keys.trace(call.company, call.call)))
        return whole(call, segments(call.company, found))

    def kept(self, ended: Ended) -> None:
        """It is in the database, and with it all before it. Its trace goes, but for a call that went on with another leg."""
        self._stream.kept(ended.company, ended.entry)
        if ended.call is not None:
            self._client.expire(keys.trace(ended.company, ended.call.call), _TRACE_SECONDS)


def read(fields: dict[str, str]) -> EndedCall | None:
    """The record of a stream's entry; None for what is none."""
    try:
        return _decode(fields.get("record", ""))
    except (msgspec.DecodeError, UnicodeEncodeError):
        return None
