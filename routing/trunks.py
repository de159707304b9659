"""Which way to the outside a call takes: order, weight, channels, state of the gateways, and which one after a failure. Pure.

A trunk that failed by a cause of its own (`routing.outcomes`) is followed by the next; a busy, a declined or an unanswered call
never is: that was the callee.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from hashlib import blake2b
from typing import Literal

import msgspec

from routing.company import CompanyDocument, Trunk
from routing.compiled import Company
from routing.outbound_numbers import home_of
from routing.route import Attempt, LegOutcome, Place
from routing.stages import parse_stage
from routing.turn import Turn

LeadsTo = Literal["outside", "teams"]
OWN = ""
"""The account's own gateway, of a company without trunks."""


def in_order(company: Company, call: str, leads_to: LeadsTo = "outside") -> tuple[str, ...]:
    """The ids of the trunks that may be taken, as this call tries them: by rank, within a rank drawn by weight. The draw is the
    call's id, so whoever decides again tries the same one."""
    trunks = {key: trunk for key, trunk in company.document.trunks.items() if trunk.leads_to == leads_to}
    if not trunks:
        return (OWN,) if leads_to == "outside" else ()
    enabled = (key for key, trunk in trunks.items() if trunk.enabled)
    return tuple(sorted(enabled, key=lambda key: (trunks[key].rank, _drawn(call, key, trunks[key].weight))))


def ways_out(document: CompanyDocument) -> dict[str, Trunk]:
    """The trunks to the outside; without any, the account's own gateway is the way."""
    return {key: trunk for key, trunk in document.trunks.items() if trunk.leads_to == "outside"}


def ways(document: CompanyDocument) -> dict[str, Trunk]:
    """Every way that a company's calls can take, the account's own gateway as `OWN` where it is one of them."""
    own = {} if ways_out(document) else {OWN: Trunk(gateway=document.account.gateway)}
    return {**own, **document.trunks}


def apart(document: CompanyDocument) -> tuple[str, ...]:
    """Trunks whose calls are no lines of the company: those to Teams have channels of their own (P21)."""
    return tuple(key for key, trunk in document.trunks.items() if trunk.leads_to == "teams")


def _drawn(call: str, key: str, weight: int) -> float:
    """The smallest wins: exponential of rate `weight`, so each wins as often as its share of the weights says."""
    number = int.from_bytes(blake2b(f"{call}/{key}".encode(), digest_size=8).digest())
    return -math.log((number + 1) / 2**64) / weight


def emergency_gateways(company: Company) -> tuple[str, ...]:
    """The gateways that an emergency call tries where nobody decides: those meant for it by rank, then the others."""
    trunks = [trunk for trunk in ways_out(company.document).values() if trunk.enabled]
    ordered = sorted(trunks, key=lambda trunk: (not trunk.emergency, trunk.rank))
    return tuple(dict.fromkeys(trunk.gateway for trunk in ordered)) or (company.document.account.gateway,)


def gateways_of(document: CompanyDocument) -> frozenset[str]:
    """The gateways that a company's calls may go by."""
    named = frozenset(trunk.gateway for trunk in document.trunks.values() if trunk.enabled)
    outside = any(trunk.enabled for trunk in ways_out(document).values())
    return named if outside else named | {document.account.gateway}


def way_out(
    turn: Turn, number: str, *, tried: Collection[str] = (), beside: Collection[str] = (), failed: int = 0
) -> str | None:
    """The trunk for a call to `number`, with a reason for each one passed over; None: there is none. `tried`: those that have
    failed this call, or how many `failed`, where only that is known: the first of the order are not tried again, so each has
    its turn as long as it is up; `beside`: of the other legs that begin with it."""
    if not line_is_free(turn, number, beside=len(beside)):
        return None
    for key in in_order(turn.company, turn.call.id)[failed:]:
        if key not in tried and _takes(turn, number, key, list(beside).count(key)):
            return key
    return None


def way_to_teams(turn: Turn, number: str, *, beside: Collection[str] = ()) -> str | None:
    """The trunk by which a phone in Teams is rung: the first that is up and has a channel left; a reason for each one passed over."""
    for key in in_order(turn.company, turn.call.id, "teams"):
        if _takes(turn, number, key, list(beside).count(key)):
            return key
    return None


def emergency_way(turn: Turn, *, tried: Collection[str] = ()) -> str | None:
    """The trunk of an emergency call, full or not: first those that are up and of the caller's country. One that seems to be
    down is tried before one that is not meant for it, and that before none."""
    company, down = turn.company, turn.snapshot.gateways_down
    trunks, home = company.document.trunks, home_of(company, turn.call.owner).country
    here = company.document.account.country

    def against(key: str) -> tuple[bool, bool, bool]:
        if key == OWN:
            return False, False, False
        trunk = trunks[key]
        return not trunk.emergency, trunk.gateway in down, (trunk.country or here) != home

    ordered = in_order(company, turn.call.id) or tuple(ways_out(company.document))
    return min((key for key in ordered if key not in tried), default=None, key=against)


def line_is_free(turn: Turn, number: str, *, beside: int = 0) -> bool:
    """A line of the company for one more call, `beside` others that begin with it (P21)."""
    counted, channels = turn.snapshot.lines_in_use, turn.document.account.trunk_channels
    if counted is None:
        return True
    used = counted - sum(turn.snapshot.trunk_lines.get(key, 0) for key in apart(turn.document))
    if used + beside < channels:
        return True
    turn.note("trunk_full", outside=number, used=str(used), channels=str(channels))
    return False


def stage_number(company: Company, key: str) -> int:
    """A trunk as the number of a stage: its place in the document, from 1; 0 for the account's own gateway."""
    return list(company.document.trunks).index(key) + 1 if key else 0


def tried_at(turn: Turn, place: Place) -> tuple[str, ...]:
    """The trunks that steps of this place, whatever their number, have tried in this call, oldest first."""
    known = [OWN, *turn.document.trunks]
    stages = [parse_stage(each.place.stage) for each in turn.history if _same(each.place, place)]
    return tuple(known[stage.number] for stage in stages if stage.number < len(known))


def failures(attempts: Iterable[Attempt], owner: str) -> int:
    """In how many of these attempts no trunk took the outside legs of `owner`, and none of his phones was reached."""
    return sum((owner, LegOutcome.TRUNK_FAILED) in attempt.outcome.members for attempt in attempts)


def _same(one: Place, other: Place) -> bool:
    here, there = parse_stage(one.stage), parse_stage(other.stage)
    unnumbered = msgspec.structs.replace(here, number=there.number)
    return unnumbered == there and (one.kind, one.id, one.branch) == (other.kind, other.id, other.branch)


def _takes(turn: Turn, number: str, key: str, beside: int) -> bool:
    """It is not down, and has a channel left. What is not known of it keeps nobody from his call."""
    trunk = turn.document.trunks.get(key)
    if trunk is None:
        return True
    if trunk.gateway in turn.snapshot.gateways_down:
        turn.note("trunk_down", outside=number, trunk=key)
        return False
    return _has_channel(turn, number, key, trunk, beside)


def _has_channel(turn: Turn, number: str, key: str, trunk: Trunk, beside: int) -> bool:
    used = turn.snapshot.trunk_lines.get(key, 0)
    if not trunk.channels or used + beside < trunk.channels:
        return True
    turn.note("trunk_busy", outside=number, trunk=key, used=str(used), channels=str(trunk.channels))
    return False
