"""What is written to Redis: by one greenlet, in the order of the events, so that no event waits for Redis."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from gevent.queue import Queue

from presence.connection import Away

_LOG = structlog.get_logger()


class PresenceWriter:
    """A write that fails is counted; the next sweep repairs what it would have said."""

    def __init__(self) -> None:
        self._writes: Queue[Callable[[], object]] = Queue()
        self.lost = 0

    def put(self, write: Callable[[], object]) -> None:
        """Do it after those before."""
        self._writes.put(write)

    def run(self) -> None:
        """Write, for ever."""
        for write in self._writes:
            try:
                write()
            except Away as error:
                self.lost += 1
                _LOG.warning("presence not written", why=str(error))
            except Exception:  # noqa: BLE001 - one bad event must not end the writing of all others
                _LOG.exception("presence not written")
