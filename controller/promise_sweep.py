"""What is kept for calls that are no more: agents reserved for their offers, places in a queue's line. Neither lasts for ever by
itself, but an agent must not wait for that."""

from __future__ import annotations

from collections.abc import Callable

from controller.repairs import Repairs
from presence.agents import AgentStore
from presence.clock import Clock

_NEW_SECONDS = 5.0
"""A promise may be older than what is told of its call behind the answer."""


class PromiseSweep:
    """Of all calls, whichever switch they are on: those of a switch that nobody follows are in progress until it is."""

    def __init__(self, clock: Clock, stores: Callable[[str], AgentStore], repairs: Repairs) -> None:
        self._clock, self._stores, self._repairs = clock, stores, repairs

    def sweep(self, company: str) -> bool:
        """One company's; True when one is too young to tell. Blocks on Redis."""
        store, now = self._stores(company), self._clock.unix(company)
        reserved, waiting, calls = store.reservations.all(), store.waiting(), store.calls()
        # A call that a program places is in progress from its first step on; until then his phone rings.
        rung = {leg.call for leg in store.leg_uuids().values()} if reserved else set()
        kept = {
            key: each
            for key, each in reserved.items()
            if key[0] not in calls and key[0] not in rung and each.until > now
        }
        stray = {call: each for call, each in waiting.items() if call not in calls and each.until > now}
        for (call, extension), reservation in kept.items():
            if now - reservation.since > _NEW_SECONDS:
                store.reservations.release([extension], call, "sweep", now)
                self._repairs.tell(
                    company, "agent_released", extension, f"kept for call {call}, which is no more"
                )
        for call, place in stray.items():
            if now - place.since > _NEW_SECONDS:
                store.waits_no_more(call)
                self._repairs.tell(
                    company, "place_freed", call, f"in the line of {place.queue}, and no more there"
                )
        since = [each.since for each in kept.values()] + [each.since for each in stray.values()]
        return any(now - each <= _NEW_SECONDS for each in since)
