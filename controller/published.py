"""Which company a SIP domain belongs to, and whose a device is: what events do not say, from what is published."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from routing.agent_terms import People
from routing.agents import NO_TERMS, Terms
from routing.compiled import Company, compile_company
from store.snapshot import SnapshotReader


class Published:
    """By domain, and by company and device. Read again when something new is published."""

    def __init__(self, reader: SnapshotReader) -> None:
        self._reader = reader
        self.company_of: dict[str, str] = {}
        self.owners: dict[str, Mapping[str, str]] = {}
        self.companies: dict[str, Company] = {}
        self._people: dict[str, People] = {}
        self._revisions: dict[str, int] = {}

    @property
    def stamp(self) -> int:
        """Of the publication that events are read by (`store.snapshot.stamp_of`)."""
        return self._reader.stamp

    def read(self) -> None:
        """Take over what is new; a company that is as it was is not compiled again."""
        if not self._reader.poll():
            return
        for ident in self._reader.companies():
            snapshot = self._reader.current(ident)
            if snapshot is not None and self._revisions.get(ident) != snapshot.revision:
                self._take_over(ident, compile_company(snapshot.document, snapshot.revision))

    def _take_over(self, ident: str, company: Company) -> None:
        self.company_of[company.document.account.domain] = ident
        self.owners[ident] = company.device_owners
        self.companies[ident] = company
        self._people[ident] = People(company)
        self._revisions[ident] = company.revision

    def company(self, domain: str) -> str | None:
        """Whose SIP domain it is. Of one that is nobody's it is read again: the company may have been published just now."""
        if domain not in self.company_of:
            self.read()
        return self.company_of.get(domain)

    def agents(self, company: str) -> Collection[str]:
        """Everybody of a company."""
        found = self._people.get(company)
        return found.extensions() if found is not None else ()

    def terms(self, company: str, extension: str, now: float) -> Terms:
        """What its newest revision says of an agent at a Unix second."""
        found = self._people.get(company)
        return found.at(extension, now) if found is not None else NO_TERMS
