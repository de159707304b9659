"""What each decision saw and decided, told behind the answer: no call waits for it, and Redis away only makes it later."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import gevent
import structlog

from dialplan_server.deciding import Settled
from dialplan_server.lookup import Question
from presence.connection import Away
from presence.pipelines import Pipelines
from presence.tracing import Told, write
from routing import carried
from routing.snapshot import Snapshot
from routing.steps import Ring
from routing.trace import says_nothing, traced

_LOG = structlog.get_logger()
_SECONDS = 0.1
_REST_SECONDS = 1.0
_AT_ONCE, _MOST = 100, 20_000

Decided = tuple[Question, Snapshot, Settled]


class Trace:
    """Of one worker. `node` for questions that do not name theirs; `written` is called with how many steps were told. A worker
    that is killed takes its last tenth of a second with it."""

    def __init__(self, pipelines: Pipelines, node: str, written: Callable[[int], None]) -> None:
        self._pipelines, self._node, self._written = pipelines, node, written
        self._decided: deque[Decided] = deque(maxlen=_MOST)

    def keep(self, question: Question, snapshot: Snapshot, settled: Settled) -> None:
        """Take a decision; never waits. Redis away, the oldest of 20,000 are lost."""
        self._decided.append((question, snapshot, settled))

    def run(self) -> None:
        """Tell what has come, for ever."""
        while True:
            gevent.sleep(_SECONDS if self.tell() else _REST_SECONDS)

    def tell(self) -> bool:
        """Everything that has come; False when Redis is away, and it stays."""
        while self._decided:
            some = [self._decided[n] for n in range(min(_AT_ONCE, len(self._decided)))]
            try:
                told = [found for each in some if (found := self._told(each)) is not None]
                if told:
                    write(self._pipelines, told)
            except Away as error:
                _LOG.warning("steps are told later", why=str(error), steps=len(self._decided))
                return False
            except Exception:  # noqa: BLE001 - one decision that cannot be written must not keep back all others
                _LOG.exception("steps are not told", steps=len(some))
            for _ in some:
                self._decided.popleft()
            self._written(len(some))
        return True

    def _told(self, decided: Decided) -> Told | None:
        question, snapshot, settled = decided
        decision = settled.decision
        begins = question.step == 1 and not question.history and not question.rung
        if question.resume is not None or (not begins and says_nothing(decision, question.history)):
            return None
        step = traced(question.company, question.call, question.step, snapshot, decision, question.history)
        return Told(
            step=step, company=question.company.id,
            facts=self._facts(question, settled) if begins else None,
        )  # fmt: skip

    def _facts(self, question: Question, settled: Settled) -> dict[str, object]:
        """As the controller writes them, which soon knows better."""
        call, decision = question.call, settled.decision
        legs = decision.step.legs if isinstance(decision.step, Ring) else ()
        return {
            "uuid": call.id, "state": "in progress", "entry": carried.encode_entry(call), "from": call.caller_number,
            "place": carried.encode_place(decision.place), "rule": decision.rule,
            "since": call.received_at.timestamp(), "with": "", "node": question.node or self._node,
            "ringing": [leg.id for leg in legs],
        }  # fmt: skip
