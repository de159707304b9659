"""Lines to and from outside (P21): each channel of the trunk profile that is a company's, while it lives."""

from __future__ import annotations

from collections.abc import Callable

from controller import reading
from controller.esl import Event
from controller.presence_writer import PresenceWriter
from controller.repairs import Repairs
from presence.agents import AgentStore
from presence.clock import Clock

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
    ) -> None:
        self._repairs = repairs
        self._node, self._clock, self._stores, self._writer = node, clock, stores, writer
        self._begun: dict[str, tuple[str, float]] = {}

    def on_begin(self, event: Event) -> None:
        """A channel of the trunk that carries a company's id."""
        uuid, company = event.unique_id, reading.line_of(event)
        if company and uuid not in self._begun:
            self._begun[uuid] = (company, self._clock.unix())
            self._writer.put(lambda: self._stores(company).line(uuid, self._node))

    def on_hangup(self, event: Event) -> None:
        """It is over."""
        uuid = event.unique_id
        company, _ = self._begun.pop(uuid, ("", 0.0))
        if company:
            self._writer.put(lambda: self._stores(company).lines_over(uuid))

    def sweep(self, company: str, live: set[str]) -> None:
        """Lines whose end was missed. One that has just begun may be younger than the list of channels."""
        store, now = self._stores(company), self._clock.unix()
        young = {uuid for uuid, (_, begun) in self._begun.items() if now - begun < _NEW_CHANNEL_SECONDS}
        believed = store.lines()
        gone = [uuid for uuid in believed.keys() - live - young if believed[uuid] == self._node]
        if gone:
            store.lines_over(*gone)
        for uuid in gone:
            self._begun.pop(uuid, None)
            self._repairs.tell(
                company, "line_freed", uuid, "it counted as in use, and its channel is no more"
            )
