"""What a decision about a call in a queue writes for the others: its place in the line, and without a controller whom it
rings. Redis away or slow keeps nobody from his call: then nothing is written, and the phones themselves say who is busy."""

from __future__ import annotations

from collections.abc import Callable

import gevent
import structlog

from dialplan_server.deciding import Settled
from dialplan_server.lookup import Question
from presence import waiting
from presence.connection import Away
from presence.pipelines import Pipelines
from routing.snapshot import Snapshot, Waiting
from routing.waiting_line import place_kept

_DEADLINE_SECONDS = 0.25
_LONG_OVER_SECONDS = 30
_LOG = structlog.get_logger()


class Lines:
    """`pipelines`: None writes nothing. `real_seconds`: how long the system's seconds really are."""

    def __init__(
        self, pipelines: Pipelines | None, real_seconds: Callable[[float], float] = lambda seconds: seconds
    ) -> None:
        self._pipelines, self._real_seconds = pipelines, real_seconds

    def keep(self, question: Question, snapshot: Snapshot, settled: Settled) -> None:
        """The call's place in a line from now on, or that it has none any more; those of calls long over are taken away."""
        place, call = _place(question, snapshot, settled), question.call.id
        known = snapshot.waiting or ()
        long_ago = snapshot.now.timestamp() - _LONG_OVER_SECONDS
        over = [each.call for each in known if each.until < long_ago and each.call != call]
        if place is not None or over or any(each.call == call for each in known):
            self._ask(*waiting.kept(question.company.id, call, place, over))

    def lock(self, question: Question, snapshot: Snapshot, settled: Settled) -> bool:
        """Keep the members of a queue's offer, when nothing else is known of them; False: another call of a queue has one
        of them. Of other offers nobody is kept."""
        place = _place(question, snapshot, settled)
        if place is None or not place.offered:
            return True
        seconds = self._real_seconds(place.until - snapshot.now.timestamp())
        holders = self._ask(*waiting.locked(question.company.id, place, seconds))
        return all(holder in (None, place.call) for holder in holders)

    def _ask(self, packed: bytes, replies: int) -> list[str | None]:
        if self._pipelines is None:
            return []
        try:
            with gevent.Timeout(_DEADLINE_SECONDS, False):
                return self._pipelines.ask(packed, replies)
        except Away:
            pass
        _LOG.warning("nothing was written of a queue: Redis is away or slow")
        return []


def _place(question: Question, snapshot: Snapshot, settled: Settled) -> Waiting | None:
    return place_kept(question.company, question.call, snapshot, settled.decision, question.history)
