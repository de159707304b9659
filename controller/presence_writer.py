"""What is written to Redis: by one greenlet, in the order of the events, so that no event waits for Redis."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

import gevent
import structlog
from gevent.queue import Queue

from presence.connection import Away, Gone

_LOG = structlog.get_logger()
_REST_SECONDS = 0.5
_MOST_LATE = 100_000
Write = Callable[[], object]


class PresenceWriter:
    """A write that fails is counted, and the next sweep repairs what it would have said; one that `must` be is kept until Redis
    is back. While Redis is away only one write every half second tries. `may_write` may be set: False while another
    controller may have our place, and then nothing is written."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._writes: Queue[tuple[Write, bool]] = Queue()
        self._late: deque[Write] = deque(maxlen=_MOST_LATE)
        self.may_write: Callable[[], bool] = lambda: True
        self._seconds = seconds
        self._resting_until = 0.0
        self.lost = 0

    def put(self, write: Write) -> None:
        """Do it after those before."""
        self._writes.put((write, False))

    def must(self, write: Write) -> None:
        """Do it after those before, however long Redis is away. It may be done again when its answer is lost."""
        self._writes.put((write, True))

    def run(self) -> None:
        """Write, for ever."""
        while True:
            try:
                write, must = self._writes.get(timeout=_REST_SECONDS if self._late else None)
            except gevent.queue.Empty:
                self._catch_up()
                continue
            while not self.may_write():
                gevent.sleep(_REST_SECONDS)
            self._catch_up()
            if not self._done(write) and must:
                self._late.append(write)

    def _catch_up(self) -> None:
        while self._late and self._seconds() >= self._resting_until and self._done(self._late[0]):
            self._late.popleft()

    def _done(self, write: Write) -> bool:
        """False when Redis is away, or was a moment ago."""
        if self._seconds() < self._resting_until:
            self.lost += 1
            return False
        try:
            write()
        except Away as error:
            self.lost += 1
            if isinstance(error, Gone):
                self._resting_until = self._seconds() + _REST_SECONDS
            _LOG.warning("presence not written", why=str(error))
            return False
        except Exception:  # noqa: BLE001 - one bad event must not end the writing of all others
            _LOG.exception("presence not written")
        return True
