"""Asks the controller of the call's node to pause the recording of whoever dials, or to go on with it (presence.orders)."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import structlog

from dialplan_server.lookup import Question
from presence.connection import Away
from presence.orders import NOBODY, UNCONFIRMED, OrderDesk
from routing.recording import Deed

_LOG = structlog.get_logger()


class RecordingDoor:
    """`desk` of each node; `node` answers for requests that do not name theirs. Nobody takes it within two seconds: it is taken
    back."""

    def __init__(self, desk: Callable[[str], OrderDesk], node: str) -> None:
        self._desk, self._node = cache(desk), node

    def ask(self, question: Question, deed: Deed) -> str:
        """Empty when it is so, else why not, in one word."""
        words = {"extension": question.call.owner, "deed": deed}
        try:
            code = (
                self._desk(question.node or self._node)
                .give(question.company.id, "control_own_recording", words)
                .code
            )
        except Away as error:
            _LOG.warning("recording not changed", call=question.call.id, why=str(error))
            return "nobody"
        return "nobody" if code in (NOBODY.code, UNCONFIRMED.code) else code
