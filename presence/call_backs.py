"""Requests to be called back, in Redis: one field a call (`routing.call_backs`)."""

from __future__ import annotations

from typing import Any

import msgspec

from presence import keys
from routing.call_backs import CallBackRequest

_DECODE = msgspec.json.Decoder(CallBackRequest).decode


class CallBackStore:
    """Of one company. Every method raises when Redis is away."""

    def __init__(self, client: Any, company: str) -> None:
        self._client, self._key = client, keys.call_backs(company)

    def keep(self, request: CallBackRequest) -> None:
        """A request, or what became of it."""
        self._client.hset(self._key, request.call, msgspec.json.encode(request).decode())

    def over(self, call: str) -> None:
        """He was called back, or is given up."""
        self._client.hdel(self._key, call)

    def all(self) -> list[CallBackRequest]:
        """Everybody who is to be called back."""
        return [_DECODE(text) for text in self._client.hvals(self._key)]
