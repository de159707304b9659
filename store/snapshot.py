"""Published companies as files: written once, read by every worker without a database or Redis.

Layout and format: docs/contract.md, 6. No SQLAlchemy here.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from errno import ETIMEDOUT
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from typing import IO

import msgspec

from routing.company import CompanyDocument
from store.files import replace_file

_KEPT, _MOST_KEPT = 20, 500
_LONGEST_CALL_SECONDS = 24 * 3600.0
_PATIENCE = 10.0
"""Seconds for which a publisher waits for another."""
_LOOK_AGAIN_SECONDS = 0.02


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """One published revision of one company."""

    company: str
    revision: int
    published_at: str
    document: CompanyDocument
    a1_hashes: dict[str, str]
    pins: dict[str, str]


class SnapshotReader:
    """The published companies under a folder; `poll` is cheap and tells whether anything changed.

    A file that cannot be read leaves the last good revision in place and its name in `broken`."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._stamp = 0
        self._current: dict[str, Snapshot] = {}
        self.broken: dict[str, str] = {}

    @property
    def stamp(self) -> int:
        """Which `stamp_of` the folder was read last; 0 before the first."""
        return self._stamp

    def poll(self) -> bool:
        """Read what was published since the last call; True when something was."""
        stamp = stamp_of(self._root)
        if stamp in (0, self._stamp):
            return False
        changed = [self._load(company, revision) for company, revision in published(self._root).items()]
        self._stamp = stamp
        return any(changed)

    def current(self, company: str) -> Snapshot | None:
        """The newest good revision."""
        return self._current.get(company)

    def companies(self) -> list[str]:
        """Ids of the companies that can be served."""
        return list(self._current)

    def at(self, company: str, revision: int) -> Snapshot | None:
        """A revision that a live call names; None when its file is gone or broken."""
        newest = self._current.get(company)
        if newest is not None and newest.revision == revision:
            return newest
        try:
            return read_snapshot(self._root / company / f"{revision}.json")
        except (OSError, msgspec.MsgspecError):
            return None

    def _load(self, company: str, revision: int) -> bool:
        known = self._current.get(company)
        if known is not None and known.revision == revision:
            return False
        try:
            self._current[company] = read_snapshot(self._root / company / f"{revision}.json")
        except (OSError, msgspec.MsgspecError) as error:
            self.broken[company] = f"{revision}: {error}"
            return False
        self.broken.pop(company, None)
        return True


def published(root: Path) -> dict[str, int]:
    """Which revision of each company is in force; msgspec's error when the index is none."""
    index = root / "index.json"
    return msgspec.json.decode(index.read_bytes(), type=dict[str, int]) if index.exists() else {}


def stamp_of(root: Path) -> int:
    """Of the newest publication under a folder; it grows with each. 0 before the first."""
    try:
        return (root / "index.json").stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def read_snapshot(path: Path) -> Snapshot:
    """One file; msgspec's error when it is not a snapshot."""
    return msgspec.json.decode(path.read_bytes(), type=Snapshot)


@contextmanager
def publishing(root: Path) -> Iterator[None]:
    """One publisher at a time, in any process: what is read inside is still the newest when it is written. TimeoutError, an
    OSError, when another one keeps it for ten seconds."""
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (root / ".publishing").open("w") as lock:
        _take(lock, time.monotonic() + _PATIENCE)
        yield


def _take(lock: IO[str], until: float) -> None:
    """Asked again and again instead of waited for: a greenlet that stood still here would keep from going on the one of its own
    process that has the lock."""
    while True:
        try:
            return flock(lock, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise TimeoutError(ETIMEDOUT, "another process is publishing", lock.name) from None
        time.sleep(_LOOK_AGAIN_SECONDS)


def write_snapshot(root: Path, snapshot: Snapshot) -> None:
    """Publish: the file first, then the index, each by rename. Old revisions go once no live call can name them (design 2.4)."""
    folder = root / snapshot.company
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    replace_file(folder / f"{snapshot.revision}.json", msgspec.json.encode(snapshot))
    known = {**published(root), snapshot.company: snapshot.revision}
    replace_file(root / "index.json", msgspec.json.encode(known))
    revisions = sorted(folder.glob("*.json"), key=lambda file: int(file.stem))
    for old in _over(revisions, time.time()):
        old.unlink()


def _over(revisions: Sequence[Path], now: float) -> list[Path]:
    """Beyond the last 20 those that were followed by the next one a day ago: no call is as old. However often somebody saves (a
    star code is a revision too), 500 files are enough."""
    followed = [file.stat().st_mtime for file in revisions[1:]]
    last = max(0, len(revisions) - _KEPT)
    return [
        old
        for place, old in enumerate(revisions[:last])
        if followed[place] < now - _LONGEST_CALL_SECONDS or place < len(revisions) - _MOST_KEPT
    ]
