"""What a decision outside of a call may look at, read at once: some agents, the lines in use, who waits, what was counted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from presence import keys, waiting
from presence.gathering import everybody
from presence.outside_calls import company_calls
from routing.agent_terms import People
from routing.compiled import Company
from routing.outside_calls import COMPANY
from routing.snapshot import Snapshot


def snapshot_of(client: Any, company: Company, extensions: Iterable[str], now: datetime) -> Snapshot:
    """These agents as they are. Raises when Redis is away."""
    people = People(company)
    terms = {each: people.at(each, now.timestamp()) for each in extensions}
    records = everybody(client, company.id, terms, now.timestamp())
    counted = {each: record.outside_calls for each, record in records.items()}
    return Snapshot(
        now=now, agents={each: record.agent for each, record in records.items()},
        lines_in_use=client.hlen(keys.lines(company.id)),
        waiting=waiting.read(client.hvals(keys.waiting(company.id))),
        outside_calls={**counted, COMPANY: company_calls(client, company.id)},
    )  # fmt: skip
