"""Which company a SIP domain belongs to, and whose a device is: what events do not say, from what is published."""

from __future__ import annotations

from collections.abc import Mapping

from routing.compiled import compile_company
from store.snapshot import SnapshotReader


class Published:
    """By domain, and by company and device. Read again when something new is published."""

    def __init__(self) -> None:
        self.company_of: dict[str, str] = {}
        self.owners: dict[str, Mapping[str, str]] = {}

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
