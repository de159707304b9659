"""Asks the switch about callers' channels of which too little is known: calls that began, or were answered, while nobody followed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import gevent
import structlog
from gevent.lock import BoundedSemaphore

from controller import reading
from controller.calls import LiveCalls
from controller.esl import ESLError, Event, NodeLink
from controller.esl.event import object_of_json

_LOG = structlog.get_logger()
_AT_ONCE = 4
_DEADLINE_SECONDS = 2.0


class Inquiry:
    """Of one switch; `link` is set when there is one. Each channel is asked about once."""

    def __init__(self, calls: LiveCalls) -> None:
        self.link: NodeLink | None = None
        self._calls = calls
        self._asked: set[str] = set()
        self._turns = BoundedSemaphore(_AT_ONCE)

    def look(self, channels: Sequence[Mapping[str, str]], *, after_gap: bool) -> None:
        """Ask about every incoming channel in a list of the switch of which no call is followed; after a gap also about those
        that nobody has answered as far as we know."""
        live = {row.get("uuid", "") for row in channels}
        self._asked = set() if after_gap else self._asked & live
        incoming = {row["uuid"] for row in channels if row.get("direction") == "inbound" and "uuid" in row}
        wanted = {
            uuid for uuid in incoming - self._asked if self._calls.knows_little_of(uuid, after_gap=after_gap)
        }
        self._asked |= wanted
        for uuid in wanted:
            self.ask(uuid)

    def ask(self, uuid: str) -> None:
        """About one channel, soon."""
        gevent.spawn(self._in_turn, uuid)

    def _in_turn(self, uuid: str) -> None:
        with self._turns:
            self._ask(uuid)

    def _ask(self, uuid: str) -> None:
        data = self._data(uuid)
        other = data.variable("bridge_uuid") if data is not None else ""
        if data is not None:
            self._calls.on_data(data, self._data(other) if other else None)

    def _data(self, uuid: str) -> Event | None:
        """All that the switch has of a channel (`uuid_dump`), as an event; None when it is no more."""
        if self.link is None or not reading.is_uuid(uuid):
            return None
        try:
            told = object_of_json(
                self.link.command(uuid, f"uuid_dump {uuid} json", deadline=_DEADLINE_SECONDS)
            )
        except (ESLError, ValueError) as error:
            _LOG.info("a channel is no more, or cannot be asked about", channel=uuid, why=str(error))
            return None
        return Event({name: value for name, value in told.items() if isinstance(value, str)})
