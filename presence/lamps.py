"""Lamps of the phones of a company on one switch: which are looked at, what they were told last, and what they show now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from presence import keys, live_calls, waiting
from presence.agents import record_of
from presence.committing import Agents
from routing.lamps import State
from routing.snapshot import Snapshot


class LampStore:
    """Those that a phone ever subscribed to, by what the key dials. All methods raise when Redis is away."""

    def __init__(self, client: Any, company: str, node: str) -> None:
        self._client, self._company, self._key = client, company, keys.lamps(company, node)
        self._agents = Agents(client, company)

    def told(self) -> dict[str, str]:
        """What each was told last."""
        return dict(self._client.hgetall(self._key))

    def tell(self, dialled: str, state: State) -> None:
        """It has been said to its phones."""
        self._client.hset(self._key, dialled, state)

    def forget(self, dialled: str) -> None:
        """It is nothing of the company any more."""
        self._client.hdel(self._key, dialled)

    def snapshot(self, now: datetime, people: Sequence[str]) -> Snapshot:
        """Who waits, the calls under way on any switch, and what these people declared."""
        seconds = now.timestamp()
        known = self._agents.read(people, seconds) if people else {}
        agents = {extension: record_of(each, seconds).agent for extension, each in known.items()}
        return Snapshot(
            now=now, agents=agents, waiting=waiting.read(self._client.hvals(keys.waiting(self._company))),
            calls=live_calls.read(self._client.hvals(keys.calls(self._company)), ""),
        )  # fmt: skip
