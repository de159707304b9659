"""Which company a SIP domain belongs to, and whose a device is: what events do not say, from what is published."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from routing.agent_terms import People
from routing.agents import NO_TERMS, Terms
from routing.compiled import compile_company
from store.snapshot import SnapshotReader


class Published:
    """By domain, and by company and device. Read again when something new is published."""

    def __init__(self) -> None:
        self.company_of: dict[str, str] = {}
        self.owners: dict[str, Mapping[str, str]] = {}
        self._people: dict[str, People] = {}

    def read(self, reader: SnapshotReader) -> None:
        """Take over what is new."""
        if not reader.poll():
            return
        for ident in reader.companies():
            snapshot = reader.current(ident)
            if snapshot is not None:
                company = compile_company(snapshot.document, snapshot.revision)
                self.company_of[snapshot.document.account.domain] = ident
                self.owners[ident] = company.device_owners
                self._people[ident] = People(company)

    def agents(self, company: str) -> Collection[str]:
        """Everybody of a company."""
        found = self._people.get(company)
        return found.extensions() if found is not None else ()

    def terms(self, company: str, extension: str, now: float) -> Terms:
        """What its newest revision says of an agent at a Unix second."""
        found = self._people.get(company)
        return found.at(extension, now) if found is not None else NO_TERMS
