"""Which company a SIP domain belongs to, and whose a phone is: what events do not say, from what is published. A door phone or a
horn is here nobody's, whoever has it: what it does keeps no agent busy."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import structlog

from routing.agent_terms import People
from routing.agents import NO_TERMS, Terms
from routing.compiled import Company, compile_company
from routing.device_kinds import is_talked_on
from routing.revisions import under_way
from store.snapshot import Snapshot, SnapshotReader

_LOG = structlog.get_logger()
_MOST_EARLIER = 64


class Published:
    """By domain, and by company and device. Read again when something new is published."""

    def __init__(self, reader: SnapshotReader) -> None:
        self._reader = reader
        self.company_of: dict[str, str] = {}
        self.owners: dict[str, Mapping[str, str]] = {}
        self.companies: dict[str, Company] = {}
        self._people: dict[str, People] = {}
        self._earlier: dict[tuple[str, int, int], Company] = {}

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
            if snapshot is not None and self._revision(ident) != snapshot.revision:
                self._compile(ident, snapshot)

    def _compile(self, ident: str, snapshot: Snapshot) -> None:
        """One that cannot be stays as it was; the others are none of its business."""
        try:
            company = compile_company(snapshot.document, snapshot.revision)
        except Exception:  # noqa: BLE001 - a bug in the reading of one company must not keep the others from being read
            _LOG.exception("a company cannot be compiled", company=ident, revision=snapshot.revision)
            return
        self._take_over(ident, company)

    def _take_over(self, ident: str, company: Company) -> None:
        self.company_of[company.document.account.domain] = ident
        users = company.document.users
        self.owners[ident] = {
            device: owner
            for device, owner in company.device_owners.items()
            if is_talked_on(users[owner].devices[device])
        }
        self.companies[ident] = company
        self._people[ident] = People(company)

    def _revision(self, ident: str) -> int:
        company = self.companies.get(ident)
        return company.revision if company is not None else 0

    def company_at(self, ident: str, revision: int) -> Company | None:
        """What decides about a call that is pinned to a revision, as in the dialplan server (design 2.4)."""
        newest = self.companies.get(ident)
        if newest is None or newest.revision == revision:
            return newest
        key = (ident, revision, newest.revision)
        if key not in self._earlier:
            if len(self._earlier) >= _MOST_EARLIER:
                self._earlier.clear()
            self._earlier[key] = self._under_way(newest, revision)
        return self._earlier[key]

    def _under_way(self, newest: Company, revision: int) -> Company:
        snapshot = self._reader.at(newest.id, revision)
        return newest if snapshot is None else under_way(compile_company(snapshot.document, revision), newest)

    def trunk(self, company: str, gateway: str) -> str:
        """The trunk to the outside of a company that has this gateway, empty for none: an outsider may name any, and a call that he
        makes is no call of Teams."""
        found = self.companies.get(company)
        trunks = found.document.trunks if found is not None and gateway else {}
        return next(
            (
                key
                for key, trunk in trunks.items()
                if trunk.gateway == gateway and trunk.leads_to == "outside"
            ),
            "",
        )

    def standing(self, company: str, extension: str) -> Terms:
        """What its newest revision says of an agent at any instant."""
        found = self._people.get(company)
        return found.standing(extension) if found is not None else NO_TERMS

    def company(self, domain: str) -> str | None:
        """Whose SIP domain it is. Of one that is nobody's it is read again: the company may have been published just now."""
        if domain not in self.company_of:
            self.read()
        return self.company_of.get(domain)

    def knows(self, company: str) -> bool:
        """Whether it is published; looked up again when not."""
        if company not in self.owners:
            self.read()
        return company in self.owners

    def agents(self, company: str) -> Collection[str]:
        """Everybody of a company."""
        found = self._people.get(company)
        return found.extensions() if found is not None else ()

    def terms(self, company: str, extension: str, now: float) -> Terms:
        """What its newest revision says of an agent at a Unix second."""
        found = self._people.get(company)
        return found.at(extension, now) if found is not None else NO_TERMS
