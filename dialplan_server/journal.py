"""Log lines written behind the answers: a call never waits for the disk, or for whoever reads the log."""

from __future__ import annotations

import atexit
from typing import TextIO

import gevent

_SECONDS = 0.1
_MOST_LINES = 20_000


class Journal:
    """A stream for `schemas.logs`. Ten times a second a thread writes what has come, in its order.

    While the reader stands still lines are kept, at most 20,000; those beyond are dropped, and their number is written. A
    process that is killed takes the lines of its last tenth of a second with it."""

    def __init__(self, to: TextIO) -> None:
        self._to = to
        self._lines: list[str] = []
        self._dropped = 0

    def write(self, text: str) -> int:
        """Take a line; never waits."""
        if len(self._lines) < _MOST_LINES:
            self._lines.append(text)
        else:
            self._dropped += 1
        return len(text)

    def flush(self) -> None:
        """Not now."""

    def start(self) -> None:
        """Write from now on, and what is left at the end of the process."""
        atexit.register(self.write_out)
        gevent.spawn(self._run)

    def write_out(self) -> None:
        """Everything that has come; waits for the reader."""
        lines, self._lines = self._lines, []
        if self._dropped:
            lines.append(f'{{"level": "error", "event": "log lines dropped", "lines": {self._dropped}}}\n')
            self._dropped = 0
        try:
            self._to.write("".join(lines))
            self._to.flush()
        except (OSError, ValueError):
            self._dropped += len(lines)  # nobody reads any more; calls go on

    def _run(self) -> None:
        pool = gevent.get_hub().threadpool
        while True:
            gevent.sleep(_SECONDS)
            if self._lines:
                pool.apply(self.write_out)
