"""Puts in force what was saved and never published: by a console that ended between the two, or had no room left on its disk."""

from __future__ import annotations

from pathlib import Path

import structlog

from console.doors import Doors
from store.snapshot import published

_LOG = structlog.get_logger()


def publish_the_rest(doors: Doors, snapshots: Path) -> None:
    """Once, when a console starts; what cannot be put in force now is said, and waits for the next save."""
    try:
        in_force = published(snapshots)
        behind = [
            company
            for company, revision in doors.offload(doors.documents.newest).items()
            if in_force.get(company, 0) < revision
        ]
        for company in behind:
            _LOG.warning("saved and not published before: published now", company=company)
            doors.offload(doors.publish, company)
    except Exception:  # noqa: BLE001 - a console works without a database too, until it is back
        _LOG.exception("what was saved and not published stays so")
