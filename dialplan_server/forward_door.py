"""Asks whoever has the company documents to save a forward that was decided (presence.orders, console.phone_changes)."""

from __future__ import annotations

import msgspec
import structlog

from dialplan_server.lookup import Question
from presence.connection import Away
from presence.orders import NOBODY, OrderDesk
from routing.own_forward import OwnForward

_LOG = structlog.get_logger()


class ForwardDoor:
    """Nobody answers within two seconds: it is taken back."""

    def __init__(self, desk: OrderDesk) -> None:
        self._desk = desk

    def save(self, question: Question, wanted: OwnForward) -> str:
        """Empty when it is in force, else why not, in one word."""
        words = {"user": wanted.user}
        if wanted.to is not None:
            words["to"] = msgspec.json.encode(wanted.to).decode()
        try:
            code = self._desk.give(question.company.id, "forward", words).code
        except Away as error:
            _LOG.warning("forward not saved", call=question.call.id, why=str(error))
            return "nobody"
        return "nobody" if code == NOBODY.code else code
