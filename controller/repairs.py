"""What a sweep finds wrong is put right, and never in silence: a line in the log, one in the company's stream for the live
pages, and a count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import structlog

from presence.agents import AgentStore

_LOG = structlog.get_logger()


class Repairs:
    """Of one switch. `count`: how many of each kind."""

    def __init__(self, node: str, stores: Callable[[str], AgentStore]) -> None:
        self.node, self._stores = node, stores
        self.count: Counter[str] = Counter()

    def tell(self, company: str, kind: str, who: str, wrong: str) -> None:
        """`kind` names what was repaired, `who` whom or what it is about, `wrong` what was wrong. Blocks on Redis."""
        self.count[kind] += 1
        _LOG.warning("repaired", node=self.node, company=company, kind=kind, who=who, wrong=wrong)
        self._stores(company).repaired(kind, who, wrong)
