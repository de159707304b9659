"""Takes in what is published, and brings the switch's own files up to date without keeping the next revision waiting.

The files of a large installation take seconds to write where they are checked first: they are written beside, always the
newest, never two at a time.
"""

from __future__ import annotations

import gevent
import gevent.event
import structlog

from dialplan_server.wiring import Worker

_POLL_SECONDS = 0.25


class Watch:
    """`begin` returns when companies and files are there; from then on both follow until `end`."""

    def __init__(self, worker: Worker) -> None:
        self._worker, self._stale = worker, gevent.event.Event()
        self._greenlets: list[gevent.Greenlet[..., None]] = []

    def begin(self) -> None:
        """Once, before the first call is answered."""
        self._look()
        self._write()
        self._greenlets = [gevent.spawn(self._follow), gevent.spawn(self._keep_files)]

    def end(self) -> None:
        """Follow no more, and let another worker write."""
        gevent.killall(self._greenlets)
        self._worker.mirror.close()

    def _follow(self) -> None:
        while True:
            gevent.sleep(_POLL_SECONDS)
            self._look()

    def _keep_files(self) -> None:
        while True:
            self._stale.wait()
            self._write()

    def _look(self) -> None:
        try:
            leads = self._worker.mirror.lead()
            if self._worker.published.refresh() or leads:
                self._stale.set()
        except Exception:  # noqa: BLE001 - a bad file must not end the watching
            structlog.get_logger().exception("cannot take in what was published")

    def _write(self) -> None:
        self._stale.clear()
        try:
            gevent.get_hub().threadpool.apply(self._worker.mirror.write, (self._worker.published.pairs(),))
        except Exception:  # noqa: BLE001 - the next revision is written again
            structlog.get_logger().exception("cannot write the switch's own files")
