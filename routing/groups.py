"""Members who are rung for a call: teams, queues, shared lines. What comes next of a step, and until when (3.3, a to f)."""

from __future__ import annotations

from itertools import takewhile

import msgspec

from routing import actions, operators, queue_prompts, waiting_line
from routing.company import Ring
from routing.decision import Decision
from routing.member_phones import has_another_way, has_no_way, legs_of
from routing.members import Step, in_order, members_of, passed_over, step_of_queue
from routing.reasons import MemberBecause
from routing.route import Attempt, OutcomeKind
from routing.spots import Next, Spot, action_at, spot_of
from routing.stages import Stage, parse_stage
from routing.steps import Play, Wait
from routing.steps import Ring as RingStep
from routing.trunks import failures
from routing.turn import Turn
from routing.waiting_line import is_line

WAIT_ROUND = 5
"""Seconds of music after which we look again who is free."""
_DISPATCHED_ROUND = 20
"""And in a queue whose calls a controller offers: after so long its caller comes back should that one be dead."""
_BUSY: tuple[MemberBecause, ...] = ("on_call", "ringing", "acw", "blocked", "kept_for_another")
_NEVER: tuple[MemberBecause, ...] = ("declined", "unlicensed", "outbound_only")
"""Reasons that waiting does not change."""
_MEANWHILE = ("w", "a", "h")
"""Parts in which nobody's phone rings: music, an announcement with it, the welcome of a queue."""


def ring_members(turn: Turn, spot: Spot, ring: Ring) -> Next:
    """The first offer of a ring step; in a queue, what its callers hear before."""
    if is_line(spot):
        return _enter_line(turn, _step(turn, spot, ring, Stage(until=_second(turn))))
    whole = ring.seconds or _longest_wait(turn, _step(turn, spot, ring, Stage()))
    step = _step(turn, spot, ring, Stage(until=_second(turn) + whole if whole else 0))
    return _offer(turn, msgspec.structs.replace(step, fresh=True))


def _enter_line(turn: Turn, step: Step) -> Next:
    """R54: the welcome first, once; the caller has his place in the line from here on."""
    prompts = queue_prompts.welcome(turn, step)
    if not prompts:
        return _offer(turn, msgspec.structs.replace(step, fresh=True))
    turn.note("queue_welcomes", queue=step.spot.id)
    return turn.decide(step.place("h"), Play(prompts=prompts, key_0=_hears_0(turn, step)))


def _longest_wait(turn: Turn, step: Step) -> int:
    """The members' shares together, of a step without a time of its own that may wait for somebody; 0 when it cannot."""
    if not (step.ring.wait_if_busy or _respects_queue_time(turn, step)):
        return 0
    members = 1 if step.ring.strategy == "simultaneous" else len(members_of(turn, step.ring))
    return members * step.ring.member_seconds


def after_ring(turn: Turn, spot: Spot, ring: Ring, stage: Stage) -> Next:
    """What follows an offer, or a round of waiting, of a ring step."""
    outcome, target = turn.history[-1].outcome, f"{spot.kind}.{spot.id}"
    if outcome.kind is OutcomeKind.KEYED:
        return operators.zero_dialed(turn, spot, ring)
    if stage.part in _MEANWHILE:
        turn.note("wait_over", target=target)
    else:
        turn.note("offer_over", target=target, outcome=outcome.kind.name.lower())
    return _offer(turn, _step(turn, spot, ring, stage))


def _step(turn: Turn, spot: Spot, ring: Ring, stage: Stage) -> Step:
    if not is_line(spot):
        return Step(spot=spot, ring=ring, cycle=stage.number, until=stage.until)
    longest = waiting_line.longest_wait(turn.document.queues[spot.id])
    return msgspec.structs.replace(
        step_of_queue(turn, spot.id, spot.visit), since=stage.until, until=stage.until + longest if longest else 0,
        cycle=_cycle(turn, spot, stage),
    )  # fmt: skip


def _cycle(turn: Turn, spot: Spot, stage: Stage) -> int:
    """How often the call went round all members of a queue; an announcement has a number of its own."""
    if stage.part not in ("a", "h"):
        return stage.number
    past = (attempt.place for attempt in reversed(turn.history[:-1]))
    stages = (parse_stage(place.stage) for place in past if place.id == spot.id and place.kind == spot.kind)
    return next((each.number for each in stages if each.until == stage.until and each.part in "rw"), 0)


# --- the next offer ---------------------------------------------------------------------------------


def _offer(turn: Turn, step: Step) -> Next:
    """Ring whoever is eligible and next; wait for somebody; or go on. In a queue that a controller serves, it is the
    controller who rings him."""
    members = members_of(turn, step.ring)
    if is_line(step.spot) and waiting_line.closes(turn, step.spot.id):
        return Spot(step.spot.kind, step.spot.id, "c", "s", 0)
    if step.until and _second(turn) >= step.until:
        turn.note("step_time_over", target=_target(step))
        return _go_on(turn, step, "w")
    if turn.snapshot.agents is None and turn.document.account.when_presence_unknown == "overflow":
        turn.note("presence_unknown", target=_target(step))
        return _go_on(turn, step, "e")
    passed = _passed_over(turn, step, members)
    for member, because in passed.items():
        turn.note("member_passed_over", member=member, because=because)
    rung = _rung(turn, step, members)
    free = [member for member in members if member not in passed]
    chosen = [member for member in free if member not in rung]
    if not chosen and free and step.again and (_rang(turn, step) or _waited(turn, step)):
        step, chosen = msgspec.structs.replace(step, cycle=step.cycle + 1), free
    if chosen:
        return _hold(turn, step) if _is_dispatched(turn, step) else _ring(turn, step, chosen)
    return _wait_or_go_on(turn, step, passed, rung)


def _is_dispatched(turn: Turn, step: Step) -> bool:
    return turn.snapshot.dispatched and is_line(step.spot)


def _hold(turn: Turn, step: Step) -> Decision:
    """Music until the controller has rung somebody: it knows of the caller as soon as this step begins."""
    turn.note("queue_dispatched", queue=step.spot.id)
    wait = Wait(seconds=_round(turn, step), music=step.music, dispatched=True, key_0=_hears_0(turn, step))
    return turn.decide(step.place("w"), wait)


def _passed_over(turn: Turn, step: Step, members: tuple[str, ...]) -> dict[str, MemberBecause]:
    """Who is not offered the call, and why: in a queue, those too who are for callers ahead."""
    passed = passed_over(turn, step, members)
    passed |= {each: "unreachable" for each in members if each not in passed and has_no_way(turn, each)}
    if is_line(step.spot):
        rung = waiting_line.rung_by_others(turn) if turn.snapshot.agents is None else ()
        passed |= {member: "ringing" for member in members if member in rung and member not in passed}
        free = [member for member in members if member not in passed]
        passed |= dict.fromkeys(waiting_line.kept_for_others(turn, step, free), "kept_for_another")
    return passed


def _ring(turn: Turn, step: Step, members: list[str]) -> Decision:
    together = step.ring.strategy == "simultaneous"
    chosen = members if together else in_order(turn, step, members)[:1]
    if len(members) > len(chosen):
        turn.note("members_in_turn", target=_target(step), strategy=step.ring.strategy)
    seconds = _share(turn, step)
    failed = {each: ways for each in chosen if (ways := _failed(turn, step, each))}
    legs = legs_of(turn, step.spot, chosen, seconds, failed)
    music = step.music if is_line(step.spot) else None
    ring = RingStep(legs=legs, seconds=seconds, key_0=_hears_0(turn, step), music=music)
    return turn.decide(step.place("r"), ring)


def _hears_0(turn: Turn, step: Step) -> bool:
    """The caller may leave by 0: where users ring, and in a queue's line that says so itself (R45, R50). Music between the
    rings of a team has no key."""
    own = step.ring.zero_dialing
    if step.spot.kind in "ql":
        return is_line(step.spot) and own is not None and own.to != "nothing"
    return operators.zero_dialing(turn, own) is not None


def _share(turn: Turn, step: Step) -> int:
    """How long this offer lasts: a member's own time, never beyond the step's (A20); all together, the step's."""
    left = step.until - _second(turn) if step.until else step.ring.member_seconds
    if step.ring.strategy == "simultaneous" and not step.again:
        return left
    return min(left, step.ring.member_seconds)


def _wait_or_go_on(turn: Turn, step: Step, passed: dict[str, MemberBecause], rung: set[str]) -> Next:
    """d of 3.3: the busy ones are waited for by `wait_if_busy`, the unavailable ones by `respect_queue_time`."""
    never = _never(turn, step)
    worth = step.again and any(passed.get(member) not in never for member in rung)
    for because in (because for member, because in passed.items() if member not in rung):
        if because in _BUSY:
            worth = worth or step.ring.wait_if_busy
        elif because not in never:
            worth = worth or _respects_queue_time(turn, step)
    if not worth:
        turn.note("members_exhausted" if rung else "nobody_eligible", target=_target(step))
        return _go_on(turn, step, "e")
    turn.note("waiting_for_member", target=_target(step))
    return _wait(turn, step)


def _never(turn: Turn, step: Step) -> tuple[MemberBecause, ...]:
    """Reasons for which nobody waits. That everybody left a queue is one where it says what happens then (Z50); without an
    overflow its callers wait all the same (D52)."""
    leads_on = is_line(step.spot) and action_at(turn, step.spot.at("e", 0)) is not None
    return (*_NEVER, "opted_out") if leads_on else _NEVER


def _wait(turn: Turn, step: Step) -> Decision:
    """A round of music, and in a queue what is to be said by now."""
    number, prompts = queue_prompts.announcement(turn, step) if is_line(step.spot) else (0, ())
    wait = Wait(
        seconds=_round(turn, step), prompts=prompts, music=step.music, dispatched=_is_dispatched(turn, step),
        key_0=is_line(step.spot) and _hears_0(turn, step),
    )  # fmt: skip
    if not prompts:
        return turn.decide(step.place("w"), wait)
    place = str(waiting_line.position(turn, step.spot.id) or "?")
    turn.note("queue_announces", queue=step.spot.id, position=place)
    return turn.decide(step.place("a", number), wait)


def _round(turn: Turn, step: Step) -> int:
    """Seconds until we look again: never beyond the step's end."""
    longest = _DISPATCHED_ROUND if _is_dispatched(turn, step) else WAIT_ROUND
    left = [step.until - _second(turn)] if step.until else []
    if is_line(step.spot):
        left += [queue_prompts.until_announcement(turn, step)]
    return max(1, min(longest, *left)) if left else longest


def _respects_queue_time(turn: Turn, step: Step) -> bool:
    if is_line(step.spot):
        return turn.document.queues[step.spot.id].respect_queue_time
    return turn.handling is not None and turn.handling.respect_queue_time


def _go_on(turn: Turn, step: Step, overflow: str) -> Next:
    """The next step of the list; a queue's overflow (`routing.spots`, lists e and w)."""
    if is_line(step.spot):
        return step.spot.at(overflow, 0)
    if step.spot.within:
        return actions.exhausted(turn, step.spot)
    return step.spot.following()


# --- what is past -----------------------------------------------------------------------------------


def _rung(turn: Turn, step: Step, members: tuple[str, ...]) -> set[str]:
    """Members who had their offer in this step, of a queue in this cycle. As many offers as members, and all had it,
    should an outcome not say whose it was. Who is reached outside, by a trunk that failed, is still to have his by the next."""
    offers = _offers(turn, step)
    made = [attempt for attempt in offers if attempt.outcome.kind is not OutcomeKind.TRUNK_FAILED]
    if len(made) >= max(1, len(members)):
        return set(members)
    had = {owner for attempt in offers for owner, _ in attempt.outcome.members}
    return {each for each in had if not _failed(turn, step, each)}


def _failed(turn: Turn, step: Step, member: str) -> int:
    """How many trunks have failed him in this step, when another one is left; else none."""
    failed = failures(_offers(turn, step), member)
    return failed if has_another_way(turn, member, failed) else 0


def _rang(turn: Turn, step: Step) -> bool:
    """Somebody's phone rang its time in this cycle: without that the next one would begin at once, without end."""
    return any(attempt.outcome.kind is OutcomeKind.NO_ANSWER for attempt in _offers(turn, step))


def _waited(turn: Turn, step: Step) -> bool:
    """The call has just waited in this step."""
    if step.fresh or not turn.history:
        return False
    last = turn.history[-1].place
    return parse_stage(last.stage).part in ("w", "a") and last in (
        step.place("w"),
        step.place("a", parse_stage(last.stage).number),
    )


def _offers(turn: Turn, step: Step) -> list[Attempt]:
    """Of the present visit: a call that comes to the step again, by 0 or a forward, rings those again who let it ring (A23)."""
    place = step.place("r")
    past = () if step.fresh else reversed(turn.history)
    visit = takewhile(lambda attempt: _of_visit(attempt, step), past)
    return [attempt for attempt in visit if attempt.place == place]


def _of_visit(attempt: Attempt, step: Step) -> bool:
    """Up to where the call came from elsewhere: a 0, or a queue's later cycle, belong to the visit before."""
    stage = parse_stage(attempt.place.stage)
    later = stage.part != "a" and stage.number > step.cycle
    return spot_of(attempt.place) == step.spot and not later and attempt.outcome.kind is not OutcomeKind.KEYED


def _second(turn: Turn) -> int:
    return round(turn.snapshot.now.timestamp())


def _target(step: Step) -> str:
    return f"{step.spot.kind}.{step.spot.id}"
