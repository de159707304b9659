"""Deletes recordings of calls whose company keeps them no longer (`account.recordings_days`), once an hour.

Only files that `routing.recording` names, in the folder of a published company; whatever cannot be deleted is said, and tried again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial
from pathlib import Path

import gevent
import structlog

from console.doors import Offload
from routing.company import CompanyDocument
from routing.recording import is_over

_LOG = structlog.get_logger()
_EVERY_SECONDS = 3600.0


class RecordingsKept:
    """`folder` has one for each company; `document` is the published one, None when there is none; `now` is a company's."""

    def __init__(
        self, folder: Path, companies: Callable[[], Collection[str]], document: Callable[[str], CompanyDocument | None],
        now: Callable[[str], datetime], offload: Offload,
    ) -> None:  # fmt: skip
        self._folder, self._companies, self._document = folder, companies, document
        self._now, self._offload = now, offload

    def run(self) -> None:
        """Look every hour, for ever."""
        while True:
            try:
                self._look()
            except Exception as error:  # noqa: BLE001 - a publication that cannot be read now must not end this for ever
                _LOG.error("recordings are deleted later", why=str(error))
            gevent.sleep(_EVERY_SECONDS)

    def _look(self) -> None:
        for company in sorted(self._companies()):
            try:
                self._offload(partial(self.sweep, company))
            except Exception as error:  # noqa: BLE001 - one company's folder must not keep the others' from being looked at
                _LOG.error("recordings are deleted later", company=company, why=str(error))

    def sweep(self, company: str) -> list[str]:
        """The names of the files that were deleted; none where a company keeps everything, or is not known."""
        document, folder = self._document(company), self._folder / company
        days = document.account.recordings_days if document is not None else 0
        if not days or not folder.is_dir():
            return []
        now = self._now(company)
        gone = [file for file in sorted(folder.iterdir()) if is_over(file.name, days, now) and _deleted(file)]
        if gone:
            _LOG.info("recordings deleted", company=company, count=len(gone), kept_days=days)
        return [file.name for file in gone]


def _deleted(file: Path) -> bool:
    """False when it cannot be; one that another console has just deleted is gone all the same."""
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        _LOG.error("a recording cannot be deleted", file=file.name, company=file.parent.name, why=str(error))
        return False
    return True
