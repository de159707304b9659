"""Keeps the members whom a decision rings, in one round trip after the one that gathered them; 250 ms, then the call goes on."""

from __future__ import annotations

from functools import cache
from typing import Any

import gevent
import structlog

from dialplan_server.lookup import Question
from presence.connection import Away
from presence.gathering import Gathered
from presence.reservations import Reservations
from routing.decision import Decision
from routing.offers import offer_of

_LOG = structlog.get_logger()
_DEADLINE_SECONDS = 0.25
_HOLDER = "dialplan"
"""One name for all workers: the steps of a call come one after another, whoever answers."""


class ClaimDoor:
    """`client` is one of `presence.connection.hot`."""

    def __init__(self, client: Any) -> None:
        self._reservations = cache(lambda company: Reservations(client, company))

    def claim(self, question: Question, decision: Decision, gathered: Gathered) -> bool:
        """True when they are kept, or need not be; False when one of them had just been taken, or has changed."""
        offer = offer_of(question.company.document, decision)
        members = offer.members if offer is not None else ()
        kept = [gathered.known[member] for member in members if member in gathered.known]
        if offer is None or not kept:
            return True
        call = question.call
        wanted = offer.reservation(call.id, question.step, _HOLDER, call.received_at.timestamp())
        with gevent.Timeout(_DEADLINE_SECONDS, False):
            try:
                return self._reservations(question.company.id).claim(kept, wanted) is None
            except Away as error:
                _LOG.warning("rings without a reservation", call=call.id, why=str(error))
        return True
