"""What an offer of a controller takes before a phone rings: its members, lines to the outside, and what the fraud guard counts.
All of it, or nothing is rung."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime

import structlog

from controller.queue_tools import Tools
from presence.gathering import Gathered
from presence.lines import wanted_of
from presence.outside_calls import tally_of
from presence.reservations import Contended
from routing.dispatching import Caller, Turned
from routing.offers import offer_of
from routing.steps import Leg

_LOG = structlog.get_logger()


def claim(tools: Tools, turned: Turned, gathered: Gathered, legs: Mapping[str, Leg], now: float) -> bool:
    """`legs` by uuid. False when one of the members, or the last line, had just been taken. Raises when Redis is away."""
    refused = _reserve(tools, turned, gathered, legs, now)
    if refused is None:
        return True
    _LOG.info("contended", call=turned.caller.call.id, by=dict(refused.by))
    return False


def give_back(tools: Tools, caller: Caller, legs: Mapping[str, Leg]) -> None:
    """The lines of an offer that is not made after all."""
    lines = [uuid for uuid, leg in legs.items() if leg.number or leg.trunk]
    if lines:
        tools.stores(caller.call.company).lines.over(*lines)


def _reserve(
    tools: Tools, turned: Turned, gathered: Gathered, legs: Mapping[str, Leg], now: float
) -> Contended | None:
    caller, decision = turned.caller, turned.decision
    wanted = offer_of(caller.company.document, decision)
    assert wanted is not None
    kept = [gathered.known[member] for member in wanted.members if member in gathered.known]
    reservation = wanted.reservation(caller.call.id, caller.step, f"controller {tools.node}", now)
    before, at = gathered.outside_calls, datetime.fromtimestamp(now, UTC)
    tally = tally_of(caller.company, decision, before, gathered.company_calls, at)
    lines = wanted_of(caller.company.document, caller.call.id, legs, tools.node, time.time())
    found = tools.stores(caller.call.company).reservations.claim(kept, reservation, tally=tally, lines=lines)
    if found is None:
        for who, hold in tally.held.items():
            _LOG.error(
                "outside calls held", company=caller.call.company, who=who or "the company", why=hold.why
            )
    return found
