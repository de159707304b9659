"""What the fraud guard counted of a company, as Redis has it (`routing.outside_calls`); of a user it is in his own hash."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from presence import keys
from routing.compiled import Company
from routing.decision import Decision
from routing.fraud_guard import all_counted, charges_of
from routing.outside_calls import COMPANY, Hold, OutsideCalls

_DECODE = msgspec.json.Decoder(OutsideCalls).decode


def read(text: str) -> OutsideCalls:
    """Nothing counted when nothing is written."""
    return _DECODE(text) if text else OutsideCalls()


def company_calls(client: Any, company: str) -> OutsideCalls:
    """Of a company, now. Raises when Redis is away."""
    return read(client.get(keys.outside_calls(company)) or "")


class Tally(msgspec.Struct, frozen=True):
    """What a claim counts: users and the company as they are afterwards; `was` is the company's text that it was decided
    from."""

    after: Mapping[str, OutsideCalls] = {}
    before: Mapping[str, OutsideCalls] = {}
    was: str = ""

    @property
    def users(self) -> Mapping[str, OutsideCalls]:
        """Without the company's."""
        return {name: calls for name, calls in self.after.items() if name != COMPANY}

    @property
    def company(self) -> str:
        """The company's text from now on; empty when nothing of it is counted."""
        found = self.after.get(COMPANY)
        return msgspec.json.encode(found).decode() if found is not None else ""

    @property
    def held(self) -> Mapping[str, Hold]:
        """Whose calls are held from this very call on, and why."""
        return {
            name: calls.held
            for name, calls in self.after.items()
            if calls.held is not None and self.before.get(name, OutsideCalls()).held is None
        }

    def company_line(self, company: str) -> str:
        """What the feed says when the company's calls are held, as the script takes it; empty when they are not."""
        found = self.held.get(COMPANY)
        if found is None:
            return ""
        line = {
            "what": "company",
            "who": company,
            "how": "outbound_held",
            "reason": found.why,
            "source": "fraud_guard",
        }
        return msgspec.json.encode([word for pair in line.items() for word in pair]).decode()


NOTHING_COUNTED = Tally()


def tally_of(
    company: Company, decision: Decision, before: Mapping[str, OutsideCalls] | None, was: str, now: datetime
) -> Tally:
    """What is counted when a decision is performed; `before` and `was` as it was gathered for it (`presence.gathering`)."""
    charges = charges_of(company, decision) if before is not None else ()
    if before is None or not charges:
        return NOTHING_COUNTED
    return Tally(all_counted(company, before, charges, now), before, was)
