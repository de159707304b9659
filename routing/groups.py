"""Members who are rung for a call: teams, queues, shared lines. What comes next of a step, and until when (3.3, a to f)."""

from __future__ import annotations

from itertools import takewhile

import msgspec

from routing import actions, operators
from routing.company import Ring
from routing.decision import Decision
from routing.members import Step, in_order, members_of, note_left_out, passed_over, phones
from routing.reasons import MemberBecause
from routing.route import Attempt, OutcomeKind
from routing.spots import Next, Spot, spot_of
from routing.stages import Stage, parse_stage
from routing.steps import Leg, Wait
from routing.steps import Ring as RingStep
from routing.turn import Turn

_WAIT_ROUND = 5
"""Seconds of music after which we look again who is free."""
_BUSY: tuple[MemberBecause, ...] = ("on_call", "ringing", "acw", "blocked")
_NEVER: tuple[MemberBecause, ...] = ("declined", "unlicensed", "outbound_only")
"""Reasons that waiting does not change."""


def ring_members(turn: Turn, spot: Spot, ring: Ring) -> Next:
    """The first offer of a ring step."""
    whole = ring.seconds or _longest_wait(turn, _step(turn, spot, ring, Stage()))
    step = _step(turn, spot, ring, Stage(until=_second(turn) + whole if whole else 0))
    return _offer(turn, msgspec.structs.replace(step, fresh=True))


def _longest_wait(turn: Turn, step: Step) -> int:
    """The members' shares together, of a step without a time of its own that may wait for somebody; 0 when it cannot,
    and of a queue, in which only the caller ends the wait (D52)."""
    if _is_line(step.spot) or not (step.ring.wait_if_busy or _respects_queue_time(turn, step)):
        return 0
    members = 1 if step.ring.strategy == "simultaneous" else len(members_of(turn, step.ring))
    return members * step.ring.member_seconds


def after_ring(turn: Turn, spot: Spot, ring: Ring, stage: Stage) -> Next:
    """What follows an offer, or a round of waiting, of a ring step."""
    outcome, target = turn.history[-1].outcome, f"{spot.kind}.{spot.id}"
    if outcome.kind is OutcomeKind.KEYED:
        return operators.zero_dialed(turn, spot, ring)
    if stage.part == "w":
        turn.note("wait_over", target=target)
    else:
        turn.note("offer_over", target=target, outcome=outcome.kind.name.lower())
    return _offer(turn, _step(turn, spot, ring, stage))


def _step(turn: Turn, spot: Spot, ring: Ring, stage: Stage) -> Step:
    queue = turn.document.queues.get(spot.id) if _is_line(spot) else None
    if queue is None:
        return Step(spot=spot, ring=ring, cycle=stage.number, until=stage.until)
    return Step(
        spot=spot, ring=ring, cycle=stage.number, until=stage.until, allowed=queue.allowed_presences,
        music=queue.music, own_hours=queue.members_own_hours, again=True,
        capacity=queue.capacity,
    )  # fmt: skip


def _is_line(spot: Spot) -> bool:
    """The waiting line itself, not a ring step among what a queue sends its callers to."""
    return spot.kind == "q" and (spot.branch, spot.letter, spot.within) == ("o", "s", "")


# --- the next offer ---------------------------------------------------------------------------------


def _offer(turn: Turn, step: Step) -> Next:
    """Ring whoever is eligible and next; wait for somebody; or go on."""
    members = members_of(turn, step.ring)
    if step.until and _second(turn) >= step.until:
        turn.note("step_time_over", target=_target(step))
        return _go_on(turn, step, "w")
    if turn.snapshot.agents is None and turn.document.account.when_presence_unknown == "overflow":
        turn.note("presence_unknown", target=_target(step))
        return _go_on(turn, step, "e")
    passed = {member: because for member in members if (because := passed_over(turn, step, member))}
    for member, because in passed.items():
        turn.note("member_passed_over", member=member, because=because)
    rung = _rung(turn, step, members)
    free = [member for member in members if member not in passed]
    chosen = [member for member in free if member not in rung]
    if not chosen and free and step.again and (_rang(turn, step) or _waited(turn, step)):
        step, chosen = msgspec.structs.replace(step, cycle=step.cycle + 1), free
    return _ring(turn, step, chosen) if chosen else _wait_or_go_on(turn, step, passed, rung)


def _ring(turn: Turn, step: Step, members: list[str]) -> Decision:
    together = step.ring.strategy == "simultaneous"
    chosen = members if together else in_order(turn, step, members)[:1]
    if len(members) > len(chosen):
        turn.note("members_in_turn", target=_target(step), strategy=step.ring.strategy)
    seconds = _share(turn, step)
    ringing = {member: phones(turn, member) for member in chosen}
    for member, kept in ringing.items():
        note_left_out(turn, member, kept)
    legs = tuple(
        Leg(id=key, owner=member, seconds=seconds, device=key, rule=turn.rule)
        for member, kept in ringing.items()
        for key in kept
    )
    key_0 = step.spot.kind not in "ql" and operators.zero_dialing(turn, step.ring.zero_dialing) is not None
    place = step.spot.place("r", step.cycle, step.until)
    return turn.decide(place, RingStep(legs=legs, seconds=seconds, key_0=key_0))


def _share(turn: Turn, step: Step) -> int:
    """How long this offer lasts: a member's own time, never beyond the step's (A20); all together, the step's."""
    left = step.until - _second(turn) if step.until else step.ring.member_seconds
    if step.ring.strategy == "simultaneous" and not step.again:
        return left
    return min(left, step.ring.member_seconds)


def _wait_or_go_on(turn: Turn, step: Step, passed: dict[str, MemberBecause], rung: set[str]) -> Next:
    """d of 3.3: the busy ones are waited for by `wait_if_busy`, the unavailable ones by `respect_queue_time`."""
    worth = step.again and any(passed.get(member) not in _NEVER for member in rung)
    for because in (because for member, because in passed.items() if member not in rung):
        if because in _BUSY:
            worth = worth or step.ring.wait_if_busy
        elif because not in _NEVER:
            worth = worth or _respects_queue_time(turn, step)
    if not worth:
        turn.note("members_exhausted" if rung else "nobody_eligible", target=_target(step))
        return _go_on(turn, step, "e")
    turn.note("waiting_for_member", target=_target(step))
    seconds = min(_WAIT_ROUND, step.until - _second(turn)) if step.until else _WAIT_ROUND
    place = step.spot.place("w", step.cycle, step.until)
    return turn.decide(place, Wait(seconds=seconds, music=step.music))


def _respects_queue_time(turn: Turn, step: Step) -> bool:
    if _is_line(step.spot):
        return turn.document.queues[step.spot.id].respect_queue_time
    return turn.handling is not None and turn.handling.respect_queue_time


def _go_on(turn: Turn, step: Step, overflow: str) -> Next:
    """The next step of the list; a queue's overflow (`routing.spots`, lists e and w)."""
    if _is_line(step.spot):
        return step.spot.at(overflow, 0)
    if step.spot.within:
        return actions.exhausted(turn, step.spot)
    return step.spot.following()


# --- what is past -----------------------------------------------------------------------------------


def _rung(turn: Turn, step: Step, members: tuple[str, ...]) -> set[str]:
    """Members who had their offer in this step, of a queue in this cycle. As many offers as members, and all had it,
    should an outcome not say whose it was."""
    offers = _offers(turn, step)
    if len(offers) >= max(1, len(members)):
        return set(members)
    return {owner for attempt in offers for owner, _ in attempt.outcome.members}


def _rang(turn: Turn, step: Step) -> bool:
    """Somebody's phone rang its time in this cycle: without that the next one would begin at once, without end."""
    return any(attempt.outcome.kind is OutcomeKind.NO_ANSWER for attempt in _offers(turn, step))


def _waited(turn: Turn, step: Step) -> bool:
    """The call has just waited in this step."""
    waited = step.spot.place("w", step.cycle, step.until)
    return not step.fresh and bool(turn.history) and turn.history[-1].place == waited


def _offers(turn: Turn, step: Step) -> list[Attempt]:
    """Of the present visit: a call that comes to the step again, by 0 or a forward, rings those again who let it ring (A23)."""
    place = step.spot.place("r", step.cycle, step.until)
    past = () if step.fresh else reversed(turn.history)
    visit = takewhile(lambda attempt: _of_visit(attempt, step), past)
    return [attempt for attempt in visit if attempt.place == place]


def _of_visit(attempt: Attempt, step: Step) -> bool:
    """Up to where the call came from elsewhere: a 0, or a queue's later cycle, belong to the visit before."""
    later = parse_stage(attempt.place.stage).number > step.cycle
    return spot_of(attempt.place) == step.spot and not later and attempt.outcome.kind is not OutcomeKind.KEYED


def _second(turn: Turn) -> int:
    return round(turn.snapshot.now.timestamp())


def _target(step: Step) -> str:
    return f"{step.spot.kind}.{step.spot.id}"
