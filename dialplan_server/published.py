"""The companies this worker serves: read when published, compiled, swapped in one go, mirrored for the switch."""

from __future__ import annotations

import fcntl
from collections.abc import Callable
from pathlib import Path

import structlog

from dialplan_server import directory, failsafe
from dialplan_server.lookup import Companies
from routing.compiled import Company, compile_company
from schemas.settings import Settings
from store.snapshot import Snapshot, SnapshotReader

_LOG = structlog.get_logger()


class Published:
    """Snapshots and compiled companies, always of one moment."""

    def __init__(self, settings: Settings, offload: Callable[[Callable[[], object]], object]) -> None:
        self._settings = settings
        self._reader = SnapshotReader(settings.snapshots)
        self._offload = offload
        self._old: dict[tuple[str, int], Company] = {}
        self.companies = Companies({}, {}, {}, self._at)
        self.snapshots: dict[str, Snapshot] = {}

    def refresh(self) -> bool:
        """Take in what was published; parsing happens off the loop. True when something changed."""
        if not self._offload(self._reader.poll):
            return False
        self._offload(self._compile)
        for company, problem in self._reader.broken.items():
            _LOG.error(
                "published company cannot be read, keeping the last good one", company=company, why=problem
            )
        return True

    def of_domain(self, domain: str) -> tuple[Snapshot | None, Company | None]:
        """The company of a SIP domain."""
        ident = self.companies.by_domain.get(domain, "")
        return self.snapshots.get(ident), self.companies.by_id.get(ident)

    def _compile(self) -> None:
        current = {c: self._reader.current(c) for c in self._reader.companies()}
        snapshots = {ident: s for ident, s in current.items() if s is not None}
        known = self.companies.by_id
        by_id = {
            ident: known[ident]
            if ident in known and known[ident].revision == s.revision
            else compile_company(s.document, s.revision)
            for ident, s in snapshots.items()
        }
        by_number: dict[str, tuple[str, ...]] = {}
        for ident, company in by_id.items():
            for number in company.numbers_by_e164:
                by_number[number] = (*by_number.get(number, ()), ident)
        domains = {company.document.account.domain: ident for ident, company in by_id.items()}
        self.snapshots = snapshots
        self.companies = Companies(by_id, by_number, domains, self._at)
        self._mirror()

    def _at(self, company: str, revision: int) -> Company | None:
        key = (company, revision)
        if key not in self._old:
            found = self._reader.at(company, revision)
            if found is None:
                return None
            self._old[key] = compile_company(found.document, revision)
            while len(self._old) > 50:
                self._old.pop(next(iter(self._old)))
        return self._old[key]

    def _mirror(self) -> None:
        """Only one worker writes; the others would write the same."""
        lock = self._settings.failsafe_file.with_suffix(".lock")
        lock.parent.mkdir(parents=True, exist_ok=True)
        with lock.open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            pairs = [(self.snapshots[i], c) for i, c in self.companies.by_id.items()]
            failsafe.write(self._settings.directory_mirror, directory.mirror(pairs))
            content = failsafe.document(self.companies.by_id.values(), str(_prompt(self._settings.sounds)))
            failsafe.write(self._settings.failsafe_file, content)


def _prompt(sounds: Path) -> Path | str:
    path = sounds / "fr" / "something_wrong.wav"
    return path if path.exists() else "tone_stream://%(300,300,400);loops=3"
