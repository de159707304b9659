"""Which switch has a call, or a phone, as the controllers wrote it: where an order about it is to be given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from presence import keys


class _Placed(msgspec.Struct, frozen=True):
    """Of a live call or a leg: on which node, and a leg in which call."""

    node: str = ""
    call: str = ""


_decode = msgspec.json.Decoder(_Placed).decode


def node_of_call(client: Any, company: str, call: str) -> str:
    """By the live call, else by a leg that is in it; empty when neither says. Raises when Redis is away."""
    found = client.hget(keys.calls(company), call)
    node = _decode(found).node if found is not None else ""
    return node or _node_of_legs(client, company, call)


def _node_of_legs(client: Any, company: str, call: str) -> str:
    legs = map(_decode, client.hvals(keys.legs(company)))
    return next((leg.node for leg in legs if leg.call == call and leg.node), "")


def node_of_phones(client: Any, company: str, devices: Sequence[str]) -> str:
    """Where the first of them that is known registered last; empty when none is. Raises when Redis is away."""
    found = client.hmget(keys.device_nodes(company), list(devices)) if devices else []
    return next((node for node in found if node), "")
