"""Takes the records of calls that are over into the database: each at least once, none before it is safe there.

Redis keeps them until then, so the database, this process, or both may be away meanwhile. Several consoles may do this side by side.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

import gevent
import structlog

from console.doors import Offload
from console.keeping import keep_on
from presence.ended import Ended, EndedCalls
from store.call_records import CallRecords

_LOG = structlog.get_logger()
_WAIT_SECONDS = 1.0
_SETTLE_SECONDS = 1.0
"""What workers tell of a call's last steps comes behind their answers, up to this late."""


class RecordKeeper:
    """`companies`: the ids of those that are published."""

    def __init__(
        self, companies: Callable[[], Collection[str]], ended: EndedCalls, records: CallRecords, offload: Offload,
    ) -> None:  # fmt: skip
        self._companies, self._ended, self._records, self._offload = companies, ended, records, offload
        self.kept = 0

    def run(self) -> None:
        """Keep what comes, for ever."""
        keep_on(self._once, "records")

    def _once(self) -> None:
        found = self._ended.next(sorted(self._companies()), _WAIT_SECONDS)
        gevent.sleep(_SETTLE_SECONDS)
        self.keep(found)

    def keep(self, found: list[Ended]) -> None:
        """These, in one transaction, then that they are."""
        for each in found:
            if each.call is None:
                _LOG.error("a record that cannot be read is left out", company=each.company, entry=each.entry)
        whole = [self._ended.whole(each.call) for each in found if each.call is not None]
        self._offload(self._records.keep, whole)
        for each in found:
            self._ended.kept(each)
        self.kept += len(whole)
