"""Waiting for a change or for a time of the system's clock; nobody polls."""

from __future__ import annotations

import math

from gevent.event import Event

from presence.clock import Clock

_LONGEST_REAL_WAIT = 1.0


class Waiter:
    """One greenlet waits, others notify. A change between two waits is not lost."""

    def __init__(self, clock: Clock) -> None:
        self._wake = Event()
        self._clock = clock

    def notify(self) -> None:
        """Something changed."""
        self._wake.set()

    def wait(self, until: float = math.inf) -> None:
        """Until a change, or this system time (Unix seconds). May return early: look again."""
        remaining = until - self._clock.unix()
        if remaining <= 0:
            return
        # Bounded in reality, because the speed of the clock may change meanwhile.
        self._wake.wait(min(self._clock.real_seconds(remaining), _LONGEST_REAL_WAIT))
        self._wake.clear()
