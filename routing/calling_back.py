"""Whose turn it is to be called back, and by whom: a free member of the queue, whose own phones ring, and the one that he answers
calls the number, by his own rights (routing.placing). Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from routing.call import Call
from routing.call_backs import CallBackRequest
from routing.compiled import Company
from routing.members import in_order, may_ring, members_of, step_of_queue
from routing.offers import Offer
from routing.placing import RING_SECONDS, Placing, place
from routing.snapshot import Snapshot
from routing.turn import Turn


def next_placed(
    company: Company, requests: Sequence[CallBackRequest], snapshot: Snapshot
) -> tuple[CallBackRequest, Placing] | None:
    """The first request whose turn it is, and the member who is rung for it."""
    return next(each_placed(company, requests, snapshot), None)


def each_placed(
    company: Company, requests: Sequence[CallBackRequest], snapshot: Snapshot
) -> Iterator[tuple[CallBackRequest, Placing]]:
    """Every request whose turn it is, and the member who is rung for it: each member for the one that asked first. Nobody
    overtakes: a caller who has waited longer in the same queue has the member."""
    now, given = snapshot.now.timestamp(), set[str]()
    for request in sorted(requests, key=lambda each: (each.since, each.call)):
        if request.queue not in company.document.queues or now < request.not_before:
            continue
        if any(
            each.queue == request.queue and each.since < request.since and each.until > now
            for each in snapshot.waiting or ()
        ):
            continue
        free = (member for member in _free(company, request, snapshot) if member not in given)
        placed = (place(company, member, request.number, snapshot) for member in free)
        found = next((each for each in placed if isinstance(each, Placing)), None)
        if found is not None:
            given.add(found.extension)
            yield request, found


def _free(company: Company, request: CallBackRequest, snapshot: Snapshot) -> Iterator[str]:
    """Members who may have a call of the queue now, in the queue's order."""
    call = Call(
        id=request.call, company=company.id, entry_kind="extension", entry="", caller_number=request.number,
        received_at=snapshot.now,
    )  # fmt: skip
    turn = Turn(company, call, snapshot, ())
    step = step_of_queue(turn, request.queue)
    found = [member for member in members_of(turn, step.ring) if may_ring(turn, step, member)]
    yield from in_order(turn, step, found)


def kept_for(company: Company, request: CallBackRequest, placing: Placing) -> Offer:
    """What the member who is rung for a request is kept for: a call of its queue, with the unit that such a call takes and the
    work after it."""
    queue = company.document.queues[request.queue]
    return Offer(
        members=(placing.extension,), seconds=RING_SECONDS, profile=queue.capacity, wrap_up=queue.wrap_up,
        blocks=queue.wrap_up_blocks,
    )  # fmt: skip


def needed(company: Company, requests: Sequence[CallBackRequest]) -> frozenset[str]:
    """The agents whose state `each_placed` may ask for."""
    found: set[str] = set()
    for queue in {request.queue for request in requests} & company.document.queues.keys():
        found |= set(company.document.queues[queue].members)
        for team in company.document.queues[queue].teams:
            found |= set(company.document.teams[team].members)
    return frozenset(found & company.document.users.keys())
