"""Keeps the members whom a decision rings, takes the lines by which it calls and counts the calls that it lets leave: all of it or
nothing, in one round trip after the one that gathered them. 250 ms, then the call goes on: a trunk that is full says so itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from typing import Any

import gevent
import structlog

from dialplan_server.deciding import Settled
from dialplan_server.lookup import Question
from presence import live_calls
from presence.agents import AgentStore
from presence.committing import Cause, Known
from presence.connection import Away
from presence.gathering import Gathered
from presence.lines import Wanted, wanted_of
from presence.outside_calls import NOTHING_COUNTED, Tally, tally_of
from presence.reservations import Contended, Reservations
from routing.agents import Intent, IntentKind
from routing.decision import Decision
from routing.legs import leg_uuid
from routing.offers import Offer, offer_of
from routing.steps import PickUp, Ring

_LOG = structlog.get_logger()
_DEADLINE_SECONDS = 0.25
_HOLDER = "dialplan"
"""One name for all workers: the steps of a call come one after another, whoever answers."""


class ClaimDoor:
    """`client` is one of `presence.connection.hot`; `node` answers for requests that do not name theirs; `alarm` counts calls
    that are held from now on."""

    def __init__(
        self, client: Any, node: str = "", alarm: Callable[[], object] = lambda: None,
        real_time: Callable[[], float] = time.time,
    ) -> None:  # fmt: skip
        self._reservations = cache(lambda company: Reservations(client, company))
        self._agents = cache(lambda company: AgentStore(client, company))
        self._client, self._node, self._alarm, self._real_time = client, node, alarm, real_time

    def claim(self, question: Question, settled: Settled, gathered: Gathered) -> bool:
        """True when they are kept, or need not be; False when one of them, or the last line, had just been taken, or has
        changed. Without a controller nobody is kept and no line is taken: nobody would give it back. What leaves is counted
        all the same. What whoever calls declares holds from now on."""
        decision = settled.decision
        if decision.declares:
            return self._declare(question, decision.declares)
        if isinstance(decision.step, PickUp):
            return self._take(question, decision.step.channel)
        offer = offer_of(question.company.document, decision) if gathered.alive else None
        members = offer.members if offer is not None else ()
        kept = [gathered.known[member] for member in members if member in gathered.known]
        tally = _tally(question, decision, gathered)
        lines = self._lines(question, settled) if gathered.alive else None
        if not kept and not tally.after and lines is None:
            return True
        with gevent.Timeout(_DEADLINE_SECONDS, False):
            try:
                if self._write(question, offer, kept, gathered, tally, lines) is not None:
                    return False
                self._tell(question, tally)
            except Away as error:
                _LOG.warning("rings without a reservation or a line", call=question.call.id, why=str(error))
        return True

    def _take(self, question: Question, channel: str) -> bool:
        """Two who pick up the same call would cut each other off."""
        with gevent.Timeout(_DEADLINE_SECONDS, False):
            try:
                return live_calls.take(self._client, question.company.id, channel, question.call.id)
            except Away as error:
                _LOG.warning("taken without a claim", call=question.call.id, why=str(error))
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
        self, question: Question, offer: Offer | None, kept: list[Known], gathered: Gathered, tally: Tally,
        lines: Wanted | None,
    ) -> Contended | None:  # fmt: skip
        door, now = self._reservations(question.company.id), question.call.received_at.timestamp()
        names = {each.extension for each in kept}
        beside = [each for name, each in gathered.known.items() if name in tally.users and name not in names]
        if offer is None or not kept:
            cause = Cause(how="calls_out", source=_HOLDER, now=now, call=question.call.id)
            return door.count(beside, tally, cause, lines)
        wanted = offer.reservation(question.call.id, question.step, _HOLDER, now)
        return door.claim(kept, wanted, tally=tally, beside=beside, lines=lines, forced=question.call.forced)

    def _lines(self, question: Question, settled: Settled) -> Wanted | None:
        step, call = settled.decision.step, question.call.id
        if not isinstance(step, Ring):
            return None
        legs = {leg_uuid(call, question.step, settled.started_ms, leg.id): leg for leg in step.legs}
        return wanted_of(
            question.company.document, call, legs, question.node or self._node, self._real_time(),
            emergency=settled.decision.calls_for_help,
        )  # fmt: skip

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
