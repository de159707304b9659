"""Takes the records of calls that are over into the database: each at least once, none before it is safe there.

Redis keeps them until then, so the database, this process, or both may be away meanwhile. Several consoles may do this side by side.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

import gevent
import structlog

from console.doors import Offload
from presence.connection import Away
from presence.ended import Ended, EndedCalls
from store.call_records import CallRecords
from store.database import why_unusable

_LOG = structlog.get_logger()
_WAIT_SECONDS = 1.0
_SETTLE_SECONDS = 1.0
"""What workers tell of a call's last steps comes behind their answers, up to this late."""
_REST_SECONDS = 2.0


class RecordKeeper:
    """`companies`: the ids of those that are published."""

    def __init__(
        self, companies: Callable[[], Collection[str]], ended: EndedCalls, records: CallRecords, offload: Offload,
    ) -> None:  # fmt: skip
        self._companies, self._ended, self._records, self._offload = companies, ended, records, offload
        self.kept = 0

    def run(self) -> None:
        """Keep what comes, for ever."""
        while True:
            try:
                found = self._ended.next(sorted(self._companies()), _WAIT_SECONDS)
                gevent.sleep(_SETTLE_SECONDS)
                self.keep(found)
            except Away as error:
                _LOG.warning("records are kept later", why=str(error))
                gevent.sleep(_REST_SECONDS)
            except Exception as error:  # noqa: BLE001 - whatever the database says, calls go on, and so must this
                _LOG.error("records are kept later", why=why_unusable(error) or repr(error))
                gevent.sleep(_REST_SECONDS)

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
