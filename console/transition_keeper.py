"""Takes the transitions of agents into the database: each at least once, which makes one of it there, none passed over before it is safe.

Redis keeps the newest 100,000 of each company, so the database, this process, or both may be away meanwhile. Several consoles may
do this side by side.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

import gevent
import structlog

from console.doors import Offload
from console.keeping import keep_on
from presence.transitions import AT_ONCE, Transitions
from store.agent_transitions import AgentTransitions

_LOG = structlog.get_logger()
_WAIT_SECONDS = 1.0
_GATHER_SECONDS = 1.0
"""One transaction takes what came in so long."""


class TransitionKeeper:
    """`companies`: the ids of those that are published."""

    def __init__(
        self, companies: Callable[[], Collection[str]], told: Transitions, history: AgentTransitions, offload: Offload,
    ) -> None:  # fmt: skip
        self._companies, self._told, self._history, self._offload = companies, told, history, offload
        self.kept = 0

    def run(self) -> None:
        """Keep what comes, for ever."""
        keep_on(self._once, "transitions")

    def _once(self) -> None:
        if self.keep() < AT_ONCE:
            gevent.sleep(_GATHER_SECONDS)

    def keep(self) -> int:
        """What there is, in one transaction a company, then that it is; how many there were of the company with the most."""
        found = self._told.next(sorted(self._companies()), _WAIT_SECONDS)
        for told in found:
            if told.unread:
                _LOG.error(
                    "transitions that cannot be read are left out", company=told.company, count=told.unread
                )
            self._offload(self._history.keep, told.company, told.agents)
            self._told.kept(told)
            self.kept += len(told.agents)
        return max((len(told.agents) for told in found), default=0)
