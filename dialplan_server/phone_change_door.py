"""Asks whoever has the company documents to save what a phone wants (presence.orders, console.phone_changes)."""

from __future__ import annotations

import msgspec
import structlog

from dialplan_server.lookup import Question
from presence.connection import Away
from presence.orders import NOBODY, UNCONFIRMED, OrderDesk
from routing.own_forward import OwnForward
from routing.phone_changes import PhoneChange

_LOG = structlog.get_logger()


class PhoneChangeDoor:
    """Nobody takes it within two seconds: it is taken back."""

    def __init__(self, desk: OrderDesk) -> None:
        self._desk = desk

    def save(self, question: Question, wanted: PhoneChange) -> str:
        """Empty when it is in force, else why not, in one word."""
        does, words = _order_of(wanted)
        try:
            code = self._desk.give(question.company.id, does, words).code
        except Away as error:
            _LOG.warning("a phone's change is not saved", call=question.call.id, does=does, why=str(error))
            return "nobody"
        return "nobody" if code in (NOBODY.code, UNCONFIRMED.code) else code


def _order_of(wanted: PhoneChange) -> tuple[str, dict[str, str]]:
    if isinstance(wanted, OwnForward):
        to = {} if wanted.to is None else {"to": msgspec.json.encode(wanted.to).decode()}
        return "forward", {"user": wanted.user, "when": wanted.when, **to}
    closed = "1" if wanted.closed else ""
    return "night_switch", {"user": wanted.user, "number": wanted.number, "closed": closed}
