"""A queue's waiting line: who waits before whom, whom a free member is for, and when callers leave (Z50, R53, D50 to D52).

Callers wait by priority, then by how long. Those ahead are given members first, each the first of the free ones that he
may have, so that nobody overtakes and nobody stays idle for a caller who declined or was declined.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from routing import hours
from routing.call import Call
from routing.company import Queue
from routing.compiled import Company
from routing.decision import Decision
from routing.members import Step, in_order, may_ring, members_of, step_of_queue
from routing.route import Attempt, History, LegOutcome
from routing.snapshot import Snapshot, Waiting
from routing.spots import Spot, spot_of
from routing.stages import parse_stage
from routing.steps import Play, Ring, Wait
from routing.turn import Turn


def is_line(spot: Spot) -> bool:
    """The waiting line itself, not a ring step among what a queue sends its callers to."""
    return spot.kind == "q" and (spot.branch, spot.letter, spot.within) == ("o", "s", "")


def is_in_line(decision: Decision) -> bool:
    """The call is in a queue's line while this step is under way."""
    return is_line(spot_of(decision.place)) and isinstance(decision.step, Play | Ring | Wait)


def longest_wait(queue: Queue) -> int:
    """Seconds after which a caller leaves, 0: only he ends the wait (D52). The shortest of what is set (D51)."""
    limits = (queue.max_wait, *(each.over for each in queue.overflow if each.reason == "wait"))
    return min((limit for limit in limits if limit), default=0)


# --- who waits ----------------------------------------------------------------------------------------


def everybody(turn: Turn) -> list[Waiting]:
    """The company's waiting callers, the one to be served first in front; without those who are there no more."""
    now = turn.snapshot.now.timestamp()
    return sorted((each for each in turn.snapshot.waiting or () if each.until > now), key=rank)


def rank(caller: Waiting) -> tuple[int, float, str]:
    """Who is served first has the lowest."""
    return (-caller.priority, caller.since, caller.call)


def own_place(turn: Turn, key: str) -> Waiting:
    """This call in a queue: as it is known, or as it comes now."""
    known = [each for each in turn.snapshot.waiting or () if (each.call, each.queue) == (turn.call.id, key)]
    if known:
        return known[0]
    now, priority = turn.snapshot.now.timestamp(), turn.document.queues[key].priority
    return Waiting(call=turn.call.id, queue=key, since=now, until=now, priority=priority)


def ahead(turn: Turn, key: str) -> list[Waiting]:
    """Callers of all queues who are served before this one: two queues may share members."""
    own = own_place(turn, key)
    return [each for each in everybody(turn) if each.call != own.call and rank(each) < rank(own)]


def position(turn: Turn, key: str) -> int:
    """1 for the first of the queue, 0 when nobody knows."""
    if turn.snapshot.waiting is None:
        return 0
    return 1 + sum(each.queue == key for each in ahead(turn, key))


def is_full(turn: Turn, key: str) -> bool:
    """A caller more would be too many. The queue that another one overflows into takes him all the same (D50)."""
    queue = turn.document.queues[key]
    limits = (queue.max_waiting, *(each.over for each in queue.overflow if each.reason == "full"))
    most = min((limit for limit in limits if limit), default=0)
    others = [each for each in everybody(turn) if each.queue == key and each.call != turn.call.id]
    if not most or len(others) < most or turn.comes_from("q", key):
        return False
    turn.note("queue_full", queue=key, waiting=str(len(others)), most=str(most))
    return True


def kept_for_others(turn: Turn, step: Step, free: Sequence[str]) -> set[str]:
    """Of the free members, those who are for callers who wait ahead and whose phones do not ring yet."""
    left, kept, listed = list(free), set[str](), dict[str, tuple[Step, frozenset[str]]]()
    for caller in ahead(turn, step.spot.id):
        if caller.offered or caller.queue not in turn.document.queues or not left:
            continue
        if caller.queue not in listed:
            queue = step if caller.queue == step.spot.id else step_of_queue(turn, caller.queue)
            listed[caller.queue] = (queue, frozenset(members_of(turn, queue.ring)))
        theirs, members = listed[caller.queue]
        could = [
            each for each in left
            if each in members and each not in caller.declined and (theirs is step or may_ring(turn, theirs, each))
        ]  # fmt: skip
        taken = could if theirs.ring.strategy == "simultaneous" else in_order(turn, theirs, could)[:1]
        kept.update(taken)
        left = [each for each in left if each not in kept]
    return kept


def rung_by_others(turn: Turn) -> frozenset[str]:
    """Members whose phones ring for other callers of queues, by the lines alone: all that is known without presence."""
    return frozenset(
        member for each in everybody(turn) if each.call != turn.call.id for member in each.offered
    )


# --- leaving it -----------------------------------------------------------------------------------------


def closes(turn: Turn, key: str) -> bool:
    """The queue has closed and sends those who wait elsewhere; else they wait on (3.3)."""
    queue = turn.document.queues[key]
    local = turn.local(turn.company.queue_zone(queue))
    if not queue.flush_at_close or queue.members_own_hours or hours.is_open(queue.schedule, local):
        return False
    turn.note("queue_closes", queue=key)
    return True


def declined_by(history: Sequence[Attempt]) -> tuple[str, ...]:
    """Members who declined a call with this history, each once."""
    refused = (owner for each in history for owner, how in each.outcome.members if how is LegOutcome.DECLINED)
    return tuple(dict.fromkeys(refused))


# --- what others are told -------------------------------------------------------------------------------

_GRACE = 5
"""Seconds by which a step may take longer than it should, the switch's own pauses included."""
_UNKNOWN_PROMPT = 10


def place_kept(
    company: Company, call: Call, snapshot: Snapshot, decision: Decision, history: History
) -> Waiting | None:
    """The call's place in a waiting line while a step is under way, for others to see; None in any other step."""
    if decision.place.kind != "q":  # as in nearly every answer
        return None
    place, stage = decision.place, parse_stage(decision.place.stage)
    if not is_line(spot_of(place)) or not isinstance(decision.step, Play | Ring | Wait):
        return None
    own, now = own_place(Turn(company, call, snapshot, history), place.id), snapshot.now.timestamp()
    legs = decision.step.legs if isinstance(decision.step, Ring) else ()
    return msgspec.structs.replace(
        own,
        # Lines may have been lost meanwhile; the call itself knows the second.
        since=own.since if abs(own.since - stage.until) <= 1 else float(stage.until),
        until=now + _lasts(company, decision.step) + _GRACE,
        # Of a caller whose calls a controller offers, the controller says it.
        offered=own.offered if _is_dispatched(decision) else tuple(dict.fromkeys(leg.owner for leg in legs)),
        declined=declined_by(history),
    )


def _is_dispatched(decision: Decision) -> bool:
    return isinstance(decision.step, Wait) and decision.step.dispatched


def _lasts(company: Company, step: Play | Ring | Wait) -> int:
    known = company.document.prompts
    prompts = () if isinstance(step, Ring) else step.prompts
    said = sum(
        (known[p.name].seconds if p.company and p.name in known else 0) or _UNKNOWN_PROMPT for p in prompts
    )
    return said + (0 if isinstance(step, Play) else step.seconds)
