"""Keeps a caller's request to be called back, as the decision promised it; Redis away: it is logged, and nobody calls."""

from __future__ import annotations

from typing import Any

import gevent
import structlog

from dialplan_server.lookup import Question
from presence.call_backs import CallBackStore
from presence.connection import Away
from routing.call_backs import request_of
from routing.decision import Decision

_LOG = structlog.get_logger()
_DEADLINE_SECONDS = 0.25


class CallBackDoor:
    """`client` is one of `presence.connection.hot`."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def keep(self, question: Question, decision: Decision) -> None:
        """Written under the call's id: decided again, it is the same request."""
        request = request_of(question.call, decision)
        if request is None:
            return
        try:
            with gevent.Timeout(_DEADLINE_SECONDS, False):
                CallBackStore(self._client, question.company.id).keep(request)
                return
        except Away:
            pass
        _LOG.error("a promised call back was not written", call=question.call.id, queue=request.queue)
