"""The two files the switch reads when none of us answers. One worker writes them: the one that holds the lock.

The lock is a file's, held as long as the process lives: the next worker takes it over within a poll when the writer ends.
"""

from __future__ import annotations

import fcntl
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import structlog

from dialplan_server import directory, failsafe
from dialplan_server.checking import Check, Checks, Invalid
from routing.compiled import Company
from schemas.dial_strings import Refused
from schemas.settings import Settings
from store.files import replace_file
from store.snapshot import Snapshot

_LOG = structlog.get_logger()
Pairs = Sequence[tuple[Snapshot, Company]]


class Mirror:
    """Writes when it leads; `lead` is asked at every poll."""

    def __init__(self, settings: Settings, prompt: str, checks: Checks = Checks()) -> None:  # noqa: B008 - immutable
        self._settings, self._prompt, self._checks = settings, prompt, checks
        self._lock: IO[str] | None = None

    def lead(self) -> bool:
        """True once: when this process has just become the writer."""
        if self._lock is not None:
            return False
        path = self._settings.failsafe_file.with_suffix(".lock")
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = path.open("w")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._lock = file
        return True

    def write(self, pairs: Pairs) -> None:
        """Both files, when this process is the writer; one that does not pass its check stays as it was. A company that holds what
        cannot be written is left out, and said to be: the others' phones depend on these files too."""
        if self._lock is None:
            return
        try:
            users, fallback = self._made(pairs)
        except Refused:
            users, fallback = self._made([pair for pair in pairs if self._can_be_written(pair)])
        _replace(self._settings.directory_mirror, users, self._checks.directory)
        _replace(self._settings.failsafe_file, fallback, self._checks.failsafe)

    def _made(self, pairs: Pairs) -> tuple[bytes, bytes]:
        companies = [company for _, company in pairs]
        return directory.mirror(pairs), failsafe.document(companies, self._prompt)

    def _can_be_written(self, pair: tuple[Snapshot, Company]) -> bool:
        try:
            self._made([pair])
        except Refused as refused:
            _LOG.error(
                "company left out of the switch's own files", company=pair[1].id, why=str(refused)[:200]
            )
            return False
        return True

    def close(self) -> None:
        """Let another worker write."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None


def _replace(file: Path, document: bytes, check: Check) -> None:
    try:
        check(document)
    except Invalid:
        _LOG.exception("file kept as it was: what would replace it is not valid", file=str(file))
        return
    replace_file(file, document)
