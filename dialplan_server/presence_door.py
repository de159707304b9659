"""The one question to Redis a decision asks, and what happens when Redis is away or slow: the decision is taken without it.

One round trip, 250 ms in all. After an answer that did not come in time, nobody asks for a second, and then one request
tries: a hanging Redis costs one call a second its 250 ms, not every call.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import gevent

from presence.gathering import NOTHING, Beside, Gathered, Question, gather, question
from presence.pipelines import Pipelines
from routing.agent_terms import People
from routing.compiled import Company
from routing.engine import Needs

DEADLINE_SECONDS = 0.25
_SLOW_SECONDS = 0.1
_REST_SECONDS = 1.0
_MOST_QUESTIONS = 10_000


class PresenceDoor:
    """`node` answers for requests that do not name theirs. `late` counts answers that did not come in time."""

    def __init__(
        self, pipelines: Pipelines, node: str, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._pipelines, self._node, self._seconds = pipelines, node, seconds
        self._resting_until = 0.0
        self._questions: dict[tuple[str, int, Needs, str], Question] = {}
        self.late = 0

    def ask(self, company: Company, wanted: Needs, node: str, now: float, call: str) -> Gathered:
        """The agents that a decision about the call may look at; nothing when Redis cannot say it in time."""
        began = self._seconds()
        if began < self._resting_until:
            return NOTHING
        if self._resting_until:
            self._resting_until = (
                began + _REST_SECONDS
            )  # this request tries, the others wait for what it finds
        asked = self._question(company, wanted, node or self._node)
        found = NOTHING
        with gevent.Timeout(DEADLINE_SECONDS, False):
            found = gather(self._pipelines, asked, now, call)
        if found is NOTHING and self._seconds() - began > _SLOW_SECONDS:
            self.late += 1
            self._resting_until = self._seconds() + _REST_SECONDS
        else:
            self._resting_until = 0.0
        return found

    def _question(self, company: Company, wanted: Needs, node: str) -> Question:
        key = (company.id, company.revision, wanted, node)
        found = self._questions.get(key)
        if found is None:
            if len(self._questions) >= _MOST_QUESTIONS:
                self._questions.clear()
            people = People(company)
            terms = {extension: people.standing(extension) for extension in wanted.agents}
            beside = Beside(
                queues=wanted.queues,
                connects=wanted.queues and bool(company.predicting),
                outside=wanted.outside,
                gateways=company.gateways,
                calls=wanted.calls,
            )
            found = self._questions[key] = question(company.id, terms, node, company.rotations, beside)
        return found
