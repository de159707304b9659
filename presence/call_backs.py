"""Requests to be called back, in Redis: one field a call (`routing.call_backs`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from presence import keys
from routing.call_backs import CallBackRequest, placed_id

_DECODE = msgspec.json.Decoder(CallBackRequest).decode


class CallBackStore:
    """Of one company. Every method raises when Redis is away."""

    def __init__(self, client: Any, company: str) -> None:
        self._client, self._company, self._key = client, company, keys.call_backs(company)

    def take(self, call: str, node: str, seconds: float) -> bool:
        """A node rings a member for it from now on, for so many seconds of the machine at most; False when another does, or nobody
        is to be called back any more."""
        pipe = self._client.pipeline(transaction=True)
        pipe.set(self._taken(call), node, nx=True, px=max(1, round(seconds * 1000)))
        pipe.hexists(self._key, call)
        taken, waits = pipe.execute()
        if taken and not waits:
            self.give_back(call)
        return bool(taken and waits)

    def give_back(self, call: str) -> None:
        """Nobody is rung for it after all."""
        self._client.delete(self._taken(call))

    def taken(self, calls: Sequence[str]) -> frozenset[str]:
        """Those of these requests for which a member is rung, by whichever node."""
        nodes = self._client.mget([self._taken(call) for call in calls]) if calls else []
        return frozenset(call for call, node in zip(calls, nodes, strict=True) if node is not None)

    def in_progress(self, calls: Sequence[str]) -> frozenset[str]:
        """Those of these requests whose answering call (`placed_id`) is under way."""
        placed = [placed_id(call) for call in calls]
        found = self._client.hmget(keys.calls(self._company), placed) if placed else []
        return frozenset(call for call, facts in zip(calls, found, strict=True) if facts is not None)

    def keep(self, request: CallBackRequest) -> None:
        """A request, or what became of it: nobody is rung for it now."""
        pipe = self._client.pipeline(transaction=True)
        pipe.hset(self._key, request.call, msgspec.json.encode(request).decode())
        pipe.delete(self._taken(request.call))
        pipe.execute()

    def over(self, call: str) -> None:
        """He was called back, or is given up."""
        pipe = self._client.pipeline(transaction=True)
        pipe.hdel(self._key, call)
        pipe.delete(self._taken(call))
        pipe.execute()

    def _taken(self, call: str) -> str:
        return keys.calling_back(self._company, call)

    def all(self) -> list[CallBackRequest]:
        """Everybody who is to be called back."""
        return [_DECODE(text) for text in self._client.hvals(self._key)]
