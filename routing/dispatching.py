"""Which of a company's waiting callers is offered to whom now, when a controller serves its queues (design 2.8).

The one decision stays `next_step`: it is asked for one caller after the other, the first of the line first, and each sees
whom those before him were given. The caller hears his music meanwhile: his step does not change by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

import msgspec

from routing.call import Call
from routing.compiled import Company
from routing.contention import contended
from routing.decision import Decision
from routing.engine import next_step
from routing.groups import WAIT_ROUND
from routing.members import may_ring, members_of, step_of_queue
from routing.route import Attempt, History, Outcome, OutcomeKind, Place, compact
from routing.snapshot import Snapshot, Waiting
from routing.spots import spot_of
from routing.stages import parse_stage
from routing.steps import Ring, Wait
from routing.turn import Turn
from routing.waiting_line import declined_by, is_line, rank

ROUND_SECONDS = WAIT_ROUND
_DONE = Outcome(OutcomeKind.DONE)
_LISTENS = ("w", "a")
_WORTH_SECONDS = 3
"""A phone is not made to ring for less."""
_KEPT_SECONDS = 25
"""How long a place holds that is not said again: a round of music, and what a step may take longer."""


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """A caller who stands in a queue's line and hears its music; `place` is that of his step.

    `history` is all that is past of him, the offers of the controller included, and this wait as if it were over."""

    leg: str
    call: Call
    revision: int
    """To which his route is pinned."""
    company: Company
    """What decides about him (`routing.revisions`)."""
    step: int
    place: Place
    history: History
    rule: str = ""
    """What won when the call came: the phones that ring for him carry it (design 2.10)."""
    looked_at: float = 0.0
    """The Unix second at which nothing was found for him, 0: nobody has looked yet."""
    offered: bool = False
    """Phones ring for him, or he is being joined with one."""
    rung: frozenset[str] = frozenset()
    """Members of the offer under way, whatever became of their phones."""
    rings_until: float = 0.0
    """The Unix second at which that offer is over."""
    waiting: Waiting | None = None
    """His place in the line when he was looked at last."""

    @property
    def queue(self) -> str:
        """The id of the queue."""
        return self.place.id

    @property
    def takes_more(self) -> bool:
        """Somebody could be found for him: nobody rings yet, or all of his queue ring together."""
        return not self.offered or self.company.document.queues[self.queue].strategy == "simultaneous"


class Turned(msgspec.Struct, frozen=True):
    """What was decided for a caller; his history by then."""

    caller: Caller
    decision: Decision

    @property
    def rings(self) -> bool:
        """Phones are to ring for him."""
        return isinstance(self.decision.step, Ring) and is_line(spot_of(self.decision.place))

    @property
    def leaves(self) -> bool:
        """He is to leave the line."""
        return not self.rings and not isinstance(self.decision.step, Wait)


def stands(place: Place) -> bool:
    """A caller at this place can be offered: he hears music, or an announcement, in the line of a queue."""
    return is_line(spot_of(place)) and parse_stage(place.stage).part in _LISTENS


def arrived(caller: Caller, known: Caller | None) -> Caller:
    """A caller whose step begins; `known` before. In the same line what the controller knows of him is newer than what his
    call carries."""
    listened = Attempt(caller.place, _DONE)
    if known is None or not _same_visit(known.place, caller.place):
        return msgspec.structs.replace(caller, history=(*caller.history, listened))
    history = compact((*known.history, listened))
    return msgspec.structs.replace(
        caller,
        history=history,
        looked_at=known.looked_at,
        offered=known.offered,
        waiting=known.waiting,
        rung=known.rung,
        rings_until=known.rings_until,
    )


def _same_visit(one: Place, other: Place) -> bool:
    return spot_of(one) == spot_of(other) and parse_stage(one.stage).until == parse_stage(other.stage).until


def offer_over(caller: Caller, place: Place, outcome: Outcome) -> Caller:
    """Nobody took him: he is looked at again at once."""
    history = compact((*caller.history, Attempt(place, outcome)))
    return msgspec.structs.replace(
        caller, history=history, offered=False, looked_at=0.0, rung=frozenset(), rings_until=0.0
    )


def offered(caller: Caller, members: Iterable[str], until: float) -> Caller:
    """The phones of these members ring for him from now on, or too."""
    rung = caller.rung | frozenset(members)
    return msgspec.structs.replace(caller, offered=True, rung=rung, rings_until=caller.rings_until or until)


def place_of(caller: Caller, members: tuple[str, ...], now: float) -> Waiting:
    """His place in the line, for others to see, when the phones of these members ring for him."""
    own = caller.waiting or _own(caller, None)
    until = max(own.until, now + _KEPT_SECONDS)
    return msgspec.structs.replace(own, until=until, offered=members, declined=declined_by(caller.history))


def people(callers: Iterable[Caller]) -> frozenset[str]:
    """The members of the queues in which these callers stand."""
    found = {(each.queue, each.company.revision): each for each in callers}
    nothing = Snapshot(now=datetime.fromtimestamp(0, UTC), agents=None)
    turns = ((each, Turn(each.company, each.call, nothing, ())) for each in found.values())
    return frozenset(
        member for each, turn in turns for member in members_of(turn, step_of_queue(turn, each.queue).ring)
    )


def decide(callers: Sequence[Caller], snapshot: Snapshot) -> Iterator[Turned]:
    """What is to be done for those of one company, in order; nothing for those whom nothing new concerns. Who is offered
    already, in a queue that rings all together, is given whoever nobody else can have. `snapshot.waiting` has the
    callers of other controllers too."""
    ours = {each.call.id: each for each in callers}
    known = {each.call: each for each in snapshot.waiting or () if each.call in ours}
    others = tuple(each for each in snapshot.waiting or () if each.call not in ours)
    line = [(_own(each, known.get(each.call.id)), each) for each in callers if not each.offered]
    free = _Free(snapshot)
    for own, caller in sorted(line, key=lambda pair: rank(pair[0])):
        view = msgspec.structs.replace(free.snapshot, waiting=(*others, own))
        found = _turn(msgspec.structs.replace(caller, waiting=own), view, free)
        if found is None:
            continue
        if isinstance(found.decision.step, Ring):
            free.take({leg.owner for leg in found.decision.step.legs})
        yield found
    together = [each for each in callers if each.offered and each.takes_more]
    for caller in sorted(together, key=lambda each: rank(_own(each, known.get(each.call.id)))):
        view = msgspec.structs.replace(free.snapshot, waiting=others)
        added = _more(caller, view, free)
        if added is not None:
            yield added


def _more(caller: Caller, view: Snapshot, free: _Free) -> Turned | None:
    """Phones that ring for him too, for as long as the others of his offer."""
    left = int(caller.rings_until - view.now.timestamp())
    if left < _WORTH_SECONDS or not free.anybody(caller):
        return None
    decision = next_step(caller.company, caller.call, view, caller.history)
    turned = Turned(caller, decision)
    if not isinstance(decision.step, Ring) or not turned.rings:
        return None
    legs = tuple(
        msgspec.structs.replace(leg, seconds=min(leg.seconds, left))
        for leg in decision.step.legs
        if leg.owner not in caller.rung
    )
    if not legs:
        return None
    free.take({leg.owner for leg in legs})
    step = msgspec.structs.replace(decision.step, legs=legs, seconds=min(decision.step.seconds, left))
    return Turned(caller, msgspec.structs.replace(decision, step=step))


def _turn(caller: Caller, view: Snapshot, free: _Free) -> Turned | None:
    now = view.now.timestamp()
    due = now - caller.looked_at >= ROUND_SECONDS
    if not due and not free.anybody(caller):
        return None
    if due and caller.looked_at:
        waited = compact((*caller.history, Attempt(caller.place, _DONE)))
        caller = msgspec.structs.replace(caller, history=waited)
    decision = next_step(caller.company, caller.call, view, caller.history)
    looked_at = now if due else caller.looked_at
    return Turned(msgspec.structs.replace(caller, looked_at=looked_at), decision)


def _own(caller: Caller, known: Waiting | None) -> Waiting:
    """His place as the line has it; without one, from what his step says."""
    if known is not None:
        return known
    since = float(parse_stage(caller.place.stage).until)
    priority = caller.company.document.queues[caller.queue].priority
    return Waiting(call=caller.call.id, queue=caller.queue, since=since, until=since, priority=priority)


class _Free:
    """Members who can still be offered a call: what makes a look at each of hundreds of callers needless."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._taken: set[str] = set()
        self._known: dict[tuple[str, str, int], list[str]] = {}

    def take(self, members: set[str]) -> None:
        """They are offered a call by now."""
        self._taken |= members
        self.snapshot = contended(self.snapshot, members)

    def anybody(self, caller: Caller) -> bool:
        """Somebody could be offered this caller."""
        turn = Turn(caller.company, caller.call, self.snapshot, caller.history)
        key = (caller.queue, turn.number, caller.company.revision)
        if key not in self._known:
            step = step_of_queue(turn, caller.queue)
            self._known[key] = [each for each in members_of(turn, step.ring) if may_ring(turn, step, each)]
        declined = turn.declined()
        passed = self._taken | declined | caller.rung
        return any(each not in passed for each in self._known[key])
