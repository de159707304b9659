"""The connections to one node: one for events, several for commands, which live and die together.

Apart, because the switch runs `api` in the connection's own thread, and writes all waiting events before
it reads the next command: each would hold up the other.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from itertools import cycle

import gevent
import gevent.event

from controller.esl.completions import Completions
from controller.esl.connection import ESLConnection
from controller.esl.counters import Counters
from controller.esl.errors import ConnectionLost, ESLError
from controller.esl.link_settings import LinkSettings, NodeAddress


class ConnectionSet:
    """One incarnation of a link. Results of commands come on the event connection."""

    def __init__(
        self,
        address: NodeAddress,
        settings: LinkSettings,
        completions: Completions,
        clock: Callable[[], float],
        on_lost: Callable[[], object],
    ) -> None:
        def connection(held: bool = False) -> ESLConnection:
            return ESLConnection(
                address.host,
                address.port,
                address.password,
                settings.connect_seconds,
                completions=completions,
                held=held,
                limits=settings.limits,
                on_lost=self._one_lost,
                clock=clock,
            )

        self.events = connection(held=True)
        self._commands = [connection() for _ in range(settings.command_connections)]
        self._turn = cycle(self._commands)
        self._on_lost = on_lost
        self._lost = gevent.event.AsyncResult()

    def open(self) -> None:
        """Connect all, or raise why one could not be."""
        for one in self._all():
            one.connect()

    def of_channel(self, uuid: str) -> ESLConnection:
        """Always the same one for a channel, so that its commands stay in order."""
        return self._commands[zlib.crc32(uuid.encode("utf-8", "replace")) % len(self._commands)]

    def next_in_turn(self) -> ESLConnection:
        """Any command connection, for what belongs to no channel."""
        return next(self._turn)

    @property
    def lost(self) -> ESLError | None:
        """Why the first of them was lost; None as long as all stand."""
        return self._lost.value if self._lost.ready() else None

    def wait_lost(self, seconds: float) -> ESLError | None:
        """The same, as soon as it is known; None after `seconds`."""
        self._lost.wait(seconds)
        return self.lost

    def end(self, reason: str) -> None:
        """End all now."""
        self._one_lost(ConnectionLost(reason))

    def close(self, reason: str) -> None:
        """End all, and wait (bounded) until the events already read are handled. None is handled after."""
        self.end(reason)
        for one in self._all():
            one.close(reason)
        self.events.event_handlers.clear()

    def runs_in(self, greenlet: gevent.Greenlet) -> bool:
        """Whether `greenlet` is one of ours, and so must not wait for our end."""
        return any(one.runs_in(greenlet) for one in self._all())

    def count(self, into: Counters) -> Counters:
        """Add up the counters of all."""
        for one in self._all():
            into.add(one.counters)
        return into

    def _all(self) -> list[ESLConnection]:
        return [self.events, *self._commands]

    def _one_lost(self, reason: ESLError) -> None:
        if self._lost.ready():
            return
        self._lost.set(reason)
        self._on_lost()
        for one in self._all():
            one.end(reason)
