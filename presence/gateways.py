"""The switch's gateways, as its controller last saw them: up or down, and how their registration stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from presence import keys


class Gateway(msgspec.Struct, frozen=True, kw_only=True):
    """`state` in FreeSWITCH's words (sofia_glue.c): NOREG has nothing to register, REGED is registered, TRYING, FAILED,
    FAIL_WAIT, EXPIRED, UNREGED, DOWN are not. `since`: the Unix second of the machine at which it became so."""

    up: bool
    state: str
    since: float


def state_of(gateways: Mapping[str, Gateway], name: str) -> Gateway | None:
    """One of those that the switch has; `MISSING` when it has others and not this one, None while nothing is known."""
    missing = Gateway(up=False, state="MISSING", since=0.0) if gateways else None
    return gateways.get(name, missing)


def gateways_down(stored: Mapping[str, str]) -> frozenset[str]:
    """Of gateways as they are stored, those through which nothing goes."""
    decoded = {name: msgspec.json.decode(text, type=Gateway) for name, text in stored.items()}
    return frozenset(name for name, gateway in decoded.items() if not gateway.up)


class GatewayStore:
    """Those of one node. Every method raises when Redis is away, and may be repeated."""

    def __init__(self, client: Any, node: str) -> None:
        self._client, self._key = client, keys.gateways(node)

    def all(self) -> dict[str, Gateway]:
        """By name."""
        found = self._client.hgetall(self._key)
        return {name: msgspec.json.decode(text, type=Gateway) for name, text in found.items()}

    def changed(self, name: str, gateway: Gateway) -> None:
        """One of them is so from now on."""
        self._client.hset(self._key, name, msgspec.json.encode(gateway).decode())

    def gone(self, *names: str) -> None:
        """The switch has them no more."""
        self._client.hdel(self._key, *names)
