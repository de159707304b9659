"""Waiting for news of a company's agents and calls: the reading end of the feed that `AgentStore` writes."""

from __future__ import annotations

from typing import Any

from presence import keys


class FeedReader:
    """News of one company since this reader was made. `client` is one of `presence.connection.waiting`."""

    def __init__(self, client: Any, company: str) -> None:
        self._client, self._key = client, keys.feed(company)
        newest = client.xrevrange(self._key, count=1)
        self._seen: str = newest[0][0] if newest else "0-0"

    def wait(self, seconds: float) -> bool:
        """True as soon as something was announced, False after `seconds`. Raises when Redis is away."""
        found = self._client.xread({self._key: self._seen}, block=max(1, int(seconds * 1000)))
        if not found:
            return False
        self._seen = found[0][1][-1][0]
        return True
