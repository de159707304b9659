"""Takes the lines of a step that calls outside, in one round trip before it is answered; 250 ms, then the call goes on: a trunk
that is full says so itself. An emergency call takes its line whatever is in use."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from typing import Any

import gevent
import structlog

from dialplan_server.deciding import Settled
from dialplan_server.lookup import Question
from presence.connection import Away
from presence.lines import Line, LineStore
from routing.legs import leg_uuid
from routing.steps import Leg, Ring

_LOG = structlog.get_logger()
_DEADLINE_SECONDS = 0.25


class LineDoor:
    """`client` is one of `presence.connection.hot`; `node` answers for requests that do not name theirs."""

    def __init__(self, client: Any, node: str, real_time: Callable[[], float] = time.time) -> None:
        self._stores = cache(lambda company: LineStore(client, company))
        self._node, self._real_time = node, real_time

    def take(self, question: Question, settled: Settled) -> bool:
        """False when somebody else has just taken the last one."""
        legs = _outside(settled)
        if not legs:
            return True
        wanted = {self._uuid(question, settled, leg): self._line(question, leg) for leg in legs}
        document = question.company.document
        channels = {key: trunk.channels for key, trunk in document.trunks.items()}
        emergency = settled.decision.rule == "emergency"
        most = 0 if emergency else document.account.trunk_channels
        with gevent.Timeout(_DEADLINE_SECONDS, False):
            try:
                return self._stores(question.company.id).take(wanted, most, {} if emergency else channels)
            except Away as error:
                _LOG.warning("calls outside without a line", call=question.call.id, why=str(error))
        return True

    def give_back(self, question: Question, settled: Settled) -> None:
        """The step is not taken after all."""
        uuids = [self._uuid(question, settled, leg) for leg in _outside(settled)]
        if uuids:
            with gevent.Timeout(_DEADLINE_SECONDS, False):
                try:
                    self._stores(question.company.id).over(*uuids)
                except Away as error:
                    _LOG.warning("lines not given back", call=question.call.id, why=str(error))

    @staticmethod
    def _uuid(question: Question, settled: Settled, leg: Leg) -> str:
        return leg_uuid(question.call.id, question.step, settled.started_ms, leg.id)

    def _line(self, question: Question, leg: Leg) -> Line:
        node, call = question.node or self._node, question.call.id
        return Line(node=node, trunk=leg.trunk, call=call, at=self._real_time(), claimed=True)


def _outside(settled: Settled) -> list[Leg]:
    step = settled.decision.step
    return [leg for leg in step.legs if leg.number] if isinstance(step, Ring) else []
