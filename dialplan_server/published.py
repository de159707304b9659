"""The companies this worker serves: read when published, compiled, swapped in one go."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from dialplan_server.companies import index
from routing.compiled import Company, compile_company
from schemas.settings import Settings
from store.snapshot import Snapshot, SnapshotReader

_LOG = structlog.get_logger()
_KEPT_REVISIONS = 50


class Published:
    """Snapshots and compiled companies, always of one moment.

    `offload` runs work where it does not hold up calls (the hub's thread pool).
    `broken` each company whose newest file cannot be read or compiled: the last good revision stays in force."""

    def __init__(
        self,
        settings: Settings,
        offload: Callable[[Callable[[], object]], object],
        broken: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._reader = SnapshotReader(settings.snapshots)
        self._offload, self._broken = offload, broken
        self._told: dict[str, str] = {}
        self._uncompiled: dict[str, str] = {}
        self._old: dict[tuple[str, int], Company] = {}
        self.companies = index({}, self._at)
        self.snapshots: dict[str, Snapshot] = {}
        self.stamp = 0
        """Of the publication that calls obey (`store.snapshot.stamp_of`)."""

    def refresh(self) -> bool:
        """Take in what was published. True when something changed."""
        try:
            return bool(self._offload(self._take_in))
        finally:
            self.stamp = self._reader.stamp
            self._tell_broken()

    def pairs(self) -> list[tuple[Snapshot, Company]]:
        """Every company, published and compiled."""
        return [(self.snapshots[ident], company) for ident, company in self.companies.by_id.items()]

    def of_domain(self, domain: str) -> tuple[Snapshot | None, Company | None]:
        """The company of a SIP domain."""
        ident = self.companies.by_domain.get(domain, "")
        return self.snapshots.get(ident), self.companies.by_id.get(ident)

    def _take_in(self) -> bool:
        if not self._reader.poll():
            return False
        current = {ident: self._reader.current(ident) for ident in self._reader.companies()}
        snapshots = {ident: snapshot for ident, snapshot in current.items() if snapshot is not None}
        self._uncompiled.clear()
        pairs = [pair for each in snapshots.values() if (pair := self._pair_of(each)) is not None]
        by_id = {company.id: company for _, company in pairs}
        for company in self.companies.by_id.values():
            self._keep(company)
        # Two assignments: nothing of ours runs between them, and readers take each once.
        self.snapshots, self.companies = {each.company: each for each, _ in pairs}, index(by_id, self._at)
        return True

    def _pair_of(self, snapshot: Snapshot) -> tuple[Snapshot, Company] | None:
        """Compiled, or what is in force when that cannot be done: one company keeps no other from what it published."""
        ident = snapshot.company
        try:
            return snapshot, self._compiled(snapshot)
        except Exception as error:  # noqa: BLE001 - whatever it is, the others' calls obey what they published
            self._uncompiled[ident] = f"{snapshot.revision}: {error!r}"
        known = self.companies.by_id.get(ident)
        return (self.snapshots[ident], known) if known is not None else None

    def _compiled(self, snapshot: Snapshot) -> Company:
        known = self.companies.by_id.get(snapshot.company)
        if known is not None and known.revision == snapshot.revision:
            return known
        return compile_company(snapshot.document, snapshot.revision)

    def _at(self, ident: str, revision: int) -> Company | None:
        """The revision a live call is pinned to: usually the one that was in force a moment ago."""
        known = self._old.get((ident, revision))
        if known is not None:
            return known
        self._offload(lambda: self._load(ident, revision))
        return self._old.get((ident, revision))

    def _load(self, ident: str, revision: int) -> None:
        found = self._reader.at(ident, revision)
        if found is not None:
            self._keep(compile_company(found.document, revision))

    def _keep(self, company: Company) -> None:
        self._old[company.id, company.revision] = company
        while len(self._old) > _KEPT_REVISIONS:
            self._old.pop(next(iter(self._old)))

    def _tell_broken(self) -> None:
        broken = {**self._reader.broken, **self._uncompiled}
        for company, problem in broken.items():
            if self._told.get(company) != problem:
                _LOG.error(
                    "published company kept as it was: it cannot be taken in", company=company, why=problem
                )
                self._broken(company)
        self._told = broken
