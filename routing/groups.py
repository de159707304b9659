"""Members who are rung for a call: teams, queues, shared lines. Who is eligible, in which order, and until when (3.3, a to f)."""

from __future__ import annotations

import msgspec

from routing import actions, hours, operators
from routing.company import Ring, Schedule, User
from routing.decision import Decision
from routing.reasons import MemberBecause
from routing.route import Attempt, OutcomeKind, Place
from routing.snapshot import Agent, AgentState
from routing.spots import Spot
from routing.stages import Stage, parse_stage
from routing.steps import Leg, Wait
from routing.steps import Ring as RingStep
from routing.turn import Turn

_WAIT_ROUND = 5
"""Seconds of music after which we look again who is free."""
_BUSY: tuple[MemberBecause, ...] = ("on_call", "ringing", "acw", "blocked")
_NEVER: tuple[MemberBecause, ...] = ("declined", "unlicensed", "outbound_only")
"""Reasons that waiting does not change."""
_BY_STATE: dict[AgentState, MemberBecause] = {
    AgentState.ON_CALL: "on_call",
    AgentState.RINGING: "ringing",
    AgentState.ACW: "acw",
    AgentState.OFFLINE: "offline",
    AgentState.DND: "dnd",
    AgentState.DND_QUEUES: "dnd_queues",
    AgentState.BREAK: "break",
    AgentState.OUT_OF_HOURS: "out_of_hours",
    AgentState.AWAY: "away",
    AgentState.BUSY: "busy",
}


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A ring step under way: what is set for it, how far it is, and since what is past."""

    spot: Spot
    ring: Ring
    cycle: int = 0
    until: int = 0
    """The Unix second at which all of it is over, 0: its members' shares alone count."""
    allowed: tuple[str, ...] = ("available",)
    music: str = ""
    own_hours: bool = False
    again: bool = False
    """A queue: those who did not answer are offered the call again, when all had it."""


def rotation_key(place: Place) -> str:
    """The group a step rotates in: a queue, a line, or one ring step of a number (`last_served`)."""
    return f"{place.kind}.{place.id}" + ("" if place.kind in "ql" else f".{place.branch}.{_list(place)}")


def ring_members(turn: Turn, spot: Spot, ring: Ring) -> Decision:
    """The first offer of a ring step."""
    whole = ring.seconds or _longest_wait(turn, _step(turn, spot, ring, Stage()))
    return _offer(turn, _step(turn, spot, ring, Stage(until=_second(turn) + whole if whole else 0)))


def _longest_wait(turn: Turn, step: Step) -> int:
    """The members' shares together, of a step without a time of its own that may wait for somebody; 0 when it cannot,
    and of a queue, in which only the caller ends the wait (D52)."""
    if _is_line(step.spot) or not (step.ring.wait_if_busy or _respects_queue_time(turn, step)):
        return 0
    members = 1 if step.ring.strategy == "simultaneous" else len(members_of(turn, step.ring))
    return members * step.ring.member_seconds


def after_ring(turn: Turn, spot: Spot, ring: Ring, stage: Stage) -> Decision:
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
    )  # fmt: skip


def _is_line(spot: Spot) -> bool:
    """The waiting line itself, not a ring step among what a queue sends its callers to."""
    return spot.kind == "q" and (spot.branch, spot.letter, spot.within) == ("o", "s", "")


# --- the next offer ---------------------------------------------------------------------------------


def _offer(turn: Turn, step: Step) -> Decision:
    """Ring whoever is eligible and next; wait for somebody; or go on."""
    members = members_of(turn, step.ring)
    if step.until and _second(turn) >= step.until:
        turn.note("step_time_over", target=_target(step))
        return _go_on(turn, step, "w")
    if turn.snapshot.agents is None and turn.document.account.when_presence_unknown == "overflow":
        turn.note("presence_unknown", target=_target(step))
        return _go_on(turn, step, "e")
    passed = {member: because for member in members if (because := _passed_over(turn, step, member))}
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
    chosen = members if together else _in_order(turn, step, members)[:1]
    if len(members) > len(chosen):
        turn.note("members_in_turn", target=_target(step), strategy=step.ring.strategy)
    seconds = _share(turn, step)
    phones = {member: _phones(turn, member) for member in chosen}
    for member, kept in phones.items():
        _note_left_out(turn, member, kept)
    legs = tuple(
        Leg(id=key, owner=member, seconds=seconds, device=key, rule=turn.rule)
        for member, kept in phones.items()
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


def _wait_or_go_on(turn: Turn, step: Step, passed: dict[str, MemberBecause], rung: set[str]) -> Decision:
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


def _go_on(turn: Turn, step: Step, overflow: str) -> Decision:
    """The next step of the list; a queue's overflow (`routing.spots`, lists e and w)."""
    if _is_line(step.spot):
        return actions.run(turn, step.spot.at(overflow, 0))
    if step.spot.within:
        return actions.exhausted(turn, step.spot)
    return actions.run(turn, step.spot.following())


# --- who --------------------------------------------------------------------------------------------


def members_of(turn: Turn, ring: Ring) -> tuple[str, ...]:
    """Direct members, then those of the teams, each once, in the document's order (A08: membership alone)."""
    teams = turn.document.teams
    listed = [*ring.members, *(m for t in ring.teams if t in teams for m in teams[t].members)]
    return tuple(dict.fromkeys(member for member in listed if member in turn.document.users))


def _passed_over(turn: Turn, step: Step, member: str) -> MemberBecause | None:
    """c of 3.3: why a member is not offered the call; None when he is."""
    user = turn.document.users[member]
    if not user.licensed:
        return "unlicensed"
    if member in _outbound_only(turn):
        return "outbound_only"
    if member in turn.declined():
        return "declined"
    agent = turn.agent(member)
    because = _by_state(step, user, agent) if agent is not None else None
    if because is None and _off_duty(turn, step, user, turn.intent(member)):
        because = "out_of_hours"
    return because or (None if _phones(turn, member) else "unreachable")


def _outbound_only(turn: Turn) -> frozenset[str]:
    """Empty but in strict mode."""
    by_number = turn.company.outbound_only
    return by_number.get(turn.number) or by_number.get("") or frozenset()


def _by_state(step: Step, user: User, agent: Agent) -> MemberBecause | None:
    if agent.blocked:
        return "blocked"
    if agent.state is AgentState.AVAILABLE or agent.state.value in step.allowed:
        return None
    if agent.state is AgentState.ON_CALL and user.receive_while_on_call:
        return None
    return _BY_STATE[agent.state]


def _off_duty(turn: Turn, step: Step, user: User, intent: str) -> bool:
    """Outside his own hours: when they are his intent (`auto`), or when the queue goes by them (C12)."""
    if intent != "auto" and not step.own_hours:
        return False
    schedule: Schedule | None = user.working_hours or (user.schedule if step.own_hours else None)
    return schedule is not None and not hours.is_open(schedule, turn.local(turn.company.user_zone(user)))


def _phones(turn: Turn, member: str) -> list[str]:
    """Devices that ring with a team: a horn never does (P28)."""
    user, agent = turn.document.users[member], turn.agent(member)
    return [
        key
        for key, device in user.devices.items()
        if device.enabled and device.kind != "paging" and (agent is None or key in agent.registered)
    ]


def _note_left_out(turn: Turn, member: str, kept: list[str]) -> None:
    """A reason for each device of a member who rings that does not."""
    for key, device in turn.document.users[member].devices.items():
        if key in kept:
            continue
        if not device.enabled:
            turn.note("device_disabled", user=member, device=key)
        elif device.kind == "paging":
            turn.note("device_never_rung", user=member, device=key)
        else:
            turn.note("device_unreachable", user=member, device=key)


# --- in which order ---------------------------------------------------------------------------------


def _in_order(turn: Turn, step: Step, members: list[str]) -> list[str]:
    match step.ring.strategy:
        case "longest_idle":
            return sorted(members, key=lambda member: _idle_since(turn, member))
        case "highest_capacity":
            return sorted(members, key=lambda member: (_work(turn, member), _idle_since(turn, member)))
        case "random":
            start = turn.snapshot.draw % len(members)
            return members[start:] + members[:start]
        case "rotating":
            return _rotated(members_of(turn, step.ring), members, _last_served(turn, step))
        case _:
            return members


def _rotated(everybody: tuple[str, ...], members: list[str], last: str) -> list[str]:
    """From the one after whoever answered last, be he eligible now or not (Z50)."""
    start = everybody.index(last) + 1 if last in everybody else 0
    return [member for member in (*everybody[start:], *everybody[:start]) if member in members]


def _last_served(turn: Turn, step: Step) -> str:
    return turn.snapshot.last_served.get(rotation_key(step.spot.place()), "")


def _idle_since(turn: Turn, member: str) -> float:
    agent = turn.agent(member)
    return agent.idle_since if agent is not None else 0.0


def _work(turn: Turn, member: str) -> int:
    agent = turn.agent(member)
    return agent.legs + agent.ringing if agent is not None else 0


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
    return bool(turn.history) and turn.history[-1].place == step.spot.place("w", step.cycle, step.until)


def _offers(turn: Turn, step: Step) -> list[Attempt]:
    place = step.spot.place("r", step.cycle, step.until)
    return [attempt for attempt in turn.history if attempt.place == place]


def _second(turn: Turn) -> int:
    return round(turn.snapshot.now.timestamp())


def _target(step: Step) -> str:
    return f"{step.spot.kind}.{step.spot.id}"


def _list(place: Place) -> str:
    stage = parse_stage(place.stage)
    return f"{stage.letter}{stage.index}{stage.within}"
