"""Events between the reader and the dispatcher: in order, bounded, closed once."""

from __future__ import annotations

from collections import deque

import gevent.event

from controller.esl.counters import Counters
from controller.esl.event import Event


class Inbox:
    """When it is full the reader stops, TCP fills up, and the switch queues: nothing is lost here.
    While it is held, events gather and nobody gets them."""

    def __init__(self, limit: int, counters: Counters, held: bool = False) -> None:
        self._limit = limit
        self._counters = counters
        self._held = held
        self._unbounded = False
        self._closed = False
        self._events: deque[Event] = deque()
        self._arrived = gevent.event.Event()
        self._room = gevent.event.Event()

    def __len__(self) -> int:
        return len(self._events)

    def put(self, event: Event) -> None:
        """Waits while the inbox is full; not once it is closed, for what was read must be delivered."""
        while len(self._events) >= self._limit and not self._unbounded:
            self._counters.reader_waits += 1
            self._room.clear()
            self._room.wait()
        self._events.append(event)
        if not self._held:
            self._arrived.set()

    def take(self) -> Event | None:
        """The oldest event; None when the inbox is closed and everything was taken."""
        while True:
            if self._events and not self._held:
                return self._pop()
            if self._closed:
                return None
            self._arrived.clear()
            self._arrived.wait()

    def release(self) -> None:
        """Let the dispatcher have what gathered."""
        self._held = False
        self._arrived.set()

    def unblock(self) -> None:
        """The connection is ending: a reader that waits for room goes on to put what it still has."""
        self._unbounded = True
        self._room.set()

    def close(self) -> None:
        """Nothing will be put any more. What was never released is dropped."""
        self.unblock()
        self._closed = True
        if self._held:
            self._counters.dropped_unreleased += len(self._events)
            self._events.clear()
        self._arrived.set()

    def _pop(self) -> Event:
        waiting = len(self._events)
        self._counters.queue_high = max(self._counters.queue_high, waiting)
        # Reading starts again at half, not at the first free place: else reader and dispatcher would
        # take turns event by event for as long as the burst lasts.
        if waiting - 1 == self._limit // 2 and not self._room.is_set():
            self._room.set()
        return self._events.popleft()
