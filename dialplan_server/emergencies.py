"""An emergency call is logged and announced on the board, with or without a controller; Redis away keeps nobody from it."""

from __future__ import annotations

import gevent
import structlog

from dialplan_server.deciding import Settled
from dialplan_server.lookup import Question
from presence.connection import Away
from presence.emergencies import EmergencyCall, told
from presence.pipelines import Pipelines
from routing.steps import Ring

_DEADLINE_SECONDS = 0.25
_LOG = structlog.get_logger()


class Emergencies:
    """`pipelines`: None only logs."""

    def __init__(self, pipelines: Pipelines | None) -> None:
        self._pipelines = pipelines

    def tell(self, question: Question, settled: Settled) -> None:
        """Nothing for any other call."""
        step = settled.decision.step
        if not settled.decision.calls_for_help or not isinstance(step, Ring):
            return
        call, document = question.call, question.company.document
        user = document.users.get(call.owner)
        emergency = EmergencyCall(
            extension=call.owner, dialled=call.entry, site=user.site if user is not None else "",
            shown=step.legs[0].caller_id, at=call.received_at.timestamp(),
        )  # fmt: skip
        _LOG.error(
            "emergency call", company=question.company.id, call=call.id, extension=emergency.extension,
            dialled=emergency.dialled, site=emergency.site, shown=emergency.shown,
        )  # fmt: skip
        if self._pipelines is not None:
            self._announce(self._pipelines, question.company.id, call.id, emergency)

    @staticmethod
    def _announce(pipelines: Pipelines, company: str, call: str, emergency: EmergencyCall) -> None:
        try:
            with gevent.Timeout(_DEADLINE_SECONDS, False):
                pipelines.ask(*told(company, call, emergency))
        except Away as error:
            _LOG.warning("emergency call not announced: Redis is away", call=call, why=str(error))
