"""Gives orders to the controller of the switch that has what they are about: a call, or the phones that are to ring."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from presence.orders import OrderDesk, Reply
from presence.whereabouts import node_of_call, node_of_phones


class SwitchOrders:
    """`desk` of each node; `own` is the node of this console, asked where nothing says which. Methods raise when Redis is away."""

    def __init__(self, client: Any, desk: Callable[[str], OrderDesk], own: str) -> None:
        self._client, self._desk, self._own = client, cache(desk), own

    def about_call(self, company: str, call: str, does: str, words: Mapping[str, str]) -> Reply:
        """`call` is told in the words too."""
        node = node_of_call(self._client, company, call) or self._own
        return self._desk(node).give(company, does, {"call": call, **words})

    def to_phones(self, company: str, devices: Sequence[str], does: str, words: Mapping[str, str]) -> Reply:
        """`devices` are told in the words too, by blanks. A phone is rung by the switch with which it is registered."""
        node = node_of_phones(self._client, company, devices) or self._own
        return self._desk(node).give(company, does, {"devices": " ".join(devices), **words})
