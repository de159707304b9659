"""Lines to and from outside (P21): each channel of the trunk profile that is a company's, while it lives."""

from __future__ import annotations

import time
from collections.abc import Callable

from controller import reading
from controller.esl import Event
from controller.presence_writer import PresenceWriter
from controller.repairs import Repairs
from presence.agents import AgentStore
from presence.clock import Clock
from presence.lines import Line

_NEW_CHANNEL_SECONDS = 5.0


class Lines:
    """The trunk channels of one switch. A caller's becomes a company's with his first step, ours from their creation."""

    def __init__(
        self,
        node: str,
        clock: Clock,
        stores: Callable[[str], AgentStore],
        writer: PresenceWriter,
        repairs: Repairs,
        trunk: Callable[[str, str], str],
    ) -> None:
        """`trunk`: of a company, by its gateway; empty where there is none."""
        self._trunk = trunk
        self._repairs = repairs
        self._node, self._clock, self._stores, self._writer = node, clock, stores, writer
        self._begun: dict[str, tuple[str, float]] = {}

    def on_begin(self, event: Event) -> None:
        """A channel of the trunk that carries a company's id."""
        uuid, company = event.unique_id, reading.line_of(event)
        if company and uuid not in self._begun:
            self._begun[uuid] = (company, self._clock.unix())
            trunk = reading.trunk_of(event) or self._trunk(company, reading.gateway_of(event))
            line = Line(node=self._node, trunk=trunk, call=reading.call_of(event), at=time.time())
            self._writer.put(lambda: self._stores(company).lines.begins(uuid, line))

    def on_hangup(self, event: Event) -> None:
        """It is over."""
        uuid = event.unique_id
        # One that began before we followed says itself whose it is.
        company, _ = self._begun.pop(uuid, (reading.line_of(event), 0.0))
        if company:
            self._writer.put(lambda: self._stores(company).lines.over(uuid))

    def sweep(self, company: str, live: set[str]) -> None:
        """Lines whose end was missed. One that has just begun may be younger than the list of channels."""
        store, now = self._stores(company).lines, self._clock.unix()
        young = {uuid for uuid, (_, begun) in self._begun.items() if now - begun < _NEW_CHANNEL_SECONDS}
        believed, real = store.all(), time.time()
        gone = [uuid for uuid in believed.keys() - live - young if self._is_lost(believed[uuid], real)]
        if gone:
            store.over(*gone)
        ended = [
            uuid for uuid, (whose, _) in self._begun.items() if whose == company and uuid not in live | young
        ]
        for uuid in ended:
            del self._begun[uuid]
        for uuid in gone:
            if not believed[uuid].claimed:
                self._repairs.tell(
                    company, "line_freed", uuid, "it counted as in use, and its channel is no more"
                )

    def _is_lost(self, line: Line, now: float) -> bool:
        """A claim's channel may be still to come, for as long as any other that is new; one that never came, through a
        gateway that was down, is nothing to repair."""
        return line.node == self._node and not (line.claimed and now - line.at < _NEW_CHANNEL_SECONDS)
