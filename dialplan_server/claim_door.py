"""Keeps the members whom a decision rings and counts the calls that it lets leave, in one round trip after the one that gathered
them; 250 ms, then the call goes on."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import gevent
import structlog

from dialplan_server.lookup import Question
from presence.agents import AgentStore
from presence.committing import Cause, Known
from presence.connection import Away
from presence.gathering import Gathered
from presence.outside_calls import NOTHING_COUNTED, Tally, tally_of
from presence.reservations import Contended, Reservations
from routing.agents import Intent, IntentKind
from routing.decision import Decision
from routing.offers import Offer, offer_of

_LOG = structlog.get_logger()
_DEADLINE_SECONDS = 0.25
_HOLDER = "dialplan"
"""One name for all workers: the steps of a call come one after another, whoever answers."""


class ClaimDoor:
    """`client` is one of `presence.connection.hot`; `alarm` counts calls that are held from now on."""

    def __init__(self, client: Any, alarm: Callable[[], object] = lambda: None) -> None:
        self._reservations = cache(lambda company: Reservations(client, company))
        self._agents = cache(lambda company: AgentStore(client, company))
        self._alarm = alarm

    def claim(self, question: Question, decision: Decision, gathered: Gathered) -> bool:
        """True when they are kept, or need not be; False when one of them had just been taken, or has changed. Without a
        controller nobody is kept; what leaves is counted all the same. What whoever calls declares holds from now on."""
        if decision.declares:
            return self._declare(question, decision.declares)
        offer = offer_of(question.company.document, decision) if gathered.alive else None
        members = offer.members if offer is not None else ()
        kept = [gathered.known[member] for member in members if member in gathered.known]
        tally = _tally(question, decision, gathered)
        if not kept and not tally.after:
            return True
        with gevent.Timeout(_DEADLINE_SECONDS, False):
            try:
                if self._write(question, offer, kept, gathered, tally) is not None:
                    return False
                self._tell(question, tally)
            except Away as error:
                _LOG.warning("rings without a reservation", call=question.call.id, why=str(error))
        return True

    def _declare(self, question: Question, kind: IntentKind) -> bool:
        """False when it could not be written: he is told so by what is decided without agents."""
        now = question.call.received_at.timestamp()
        with gevent.Timeout(_DEADLINE_SECONDS, False):
            try:
                intent = Intent(kind=kind, source="agent", since=now)
                self._agents(question.company.id).declare(question.call.owner, intent)
                return True
            except Away as error:
                _LOG.warning("not declared", call=question.call.id, why=str(error))
        return False

    def _write(
        self, question: Question, offer: Offer | None, kept: list[Known], gathered: Gathered, tally: Tally
    ) -> Contended | None:  # fmt: skip
        door, now = self._reservations(question.company.id), question.call.received_at.timestamp()
        names = {each.extension for each in kept}
        beside = [each for name, each in gathered.known.items() if name in tally.users and name not in names]
        if offer is None or not kept:
            return door.count(
                beside, tally, Cause(how="calls_out", source=_HOLDER, now=now, call=question.call.id)
            )
        wanted = offer.reservation(question.call.id, question.step, _HOLDER, now)
        return door.claim(kept, wanted, tally=tally, beside=beside)

    def _tell(self, question: Question, tally: Tally) -> None:
        """A hold is an alarm: on the board by the feed, in the log, in a counter."""
        for who, hold in tally.held.items():
            self._alarm()
            _LOG.error(
                "outside calls held", company=question.company.id, who=who or "the company", why=hold.why,
                reached=hold.reached, call=question.call.id,
            )  # fmt: skip


def _tally(question: Question, decision: Decision, gathered: Gathered) -> Tally:
    """A step that goes on has been counted when it began."""
    if any(reason.code == "resumed" for reason in decision.reasons):
        return NOTHING_COUNTED
    before, was = gathered.outside_calls, gathered.company_calls
    return tally_of(question.company, decision, before, was, question.call.received_at)
