"""Supervisors in other people's calls, one a call (catalogue 5): who gets in first stays the only one, by HSETNX."""

from __future__ import annotations

from typing import Any

import msgspec

from presence import keys
from routing.supervision import Monitor

_FEED_LENGTH = 1000
_decode = msgspec.json.Decoder(Monitor).decode


class Monitors:
    """Those of one company. Each change is told in its feed."""

    def __init__(self, client: Any, company: str) -> None:
        self._client, self._company = client, company

    def all(self) -> dict[str, Monitor]:
        """By call."""
        found = self._client.hgetall(keys.monitors(self._company))
        return {call: _decode(text) for call, text in found.items()}

    def of(self, call: str) -> Monitor | None:
        """Who is in this call."""
        found = self._client.hget(keys.monitors(self._company), call)
        return _decode(found) if found is not None else None

    def claim(self, call: str, monitor: Monitor) -> bool:
        """He steps in; False when somebody else has, meanwhile."""
        taken = self._client.hsetnx(keys.monitors(self._company), call, _text(monitor))
        if taken:
            self._tell(call, monitor.mode)
        return bool(taken)

    def keep(self, call: str, monitor: Monitor) -> None:
        """He is in it in another way, or has answered."""
        self._client.hset(keys.monitors(self._company), call, _text(monitor))
        self._tell(call, monitor.mode)

    def release(self, call: str) -> None:
        """Nobody is in it any more."""
        if self._client.hdel(keys.monitors(self._company), call):
            self._tell(call, "left")

    def _tell(self, call: str, how: str) -> None:
        line = {"what": "monitor", "who": call, "how": how}
        self._client.xadd(keys.feed(self._company), line, maxlen=_FEED_LENGTH)


def _text(monitor: Monitor) -> str:
    return msgspec.json.encode(monitor).decode()
