"""Members who are rung for a call: teams, queues, shared lines. Who is eligible, in which order, and until when."""

from __future__ import annotations

from routing import actions, operators
from routing.company import Ring
from routing.decision import Decision
from routing.route import OutcomeKind
from routing.snapshot import AgentState
from routing.spots import Spot
from routing.steps import Leg, Wait
from routing.steps import Ring as RingStep
from routing.turn import Turn

_WAIT_ROUND = 10


def members_of(turn: Turn, action: Ring) -> tuple[str, ...]:
    """Direct members, then those of the teams, each once, in the document's order (A08: membership alone)."""
    teams = turn.document.teams
    listed = [*action.members, *(m for t in action.teams if t in teams for m in teams[t].members)]
    return tuple(dict.fromkeys(member for member in listed if member in turn.document.users))


def ring_members(turn: Turn, spot: Spot, action: Ring, number: int = 0) -> Decision:
    """The first or next offer of a ring step."""
    members = members_of(turn, action)
    rung = turn.rung_at(spot.kind, spot.id, spot.branch, f"{spot.letter}{spot.index}{spot.within}r")
    open_to = [m for m in members if _eligible(turn, m)]
    if action.strategy == "simultaneous":
        chosen = open_to if number == 0 else []
    else:
        chosen = _in_order(turn, action, [m for m in open_to if m not in rung])[:1]
    legs = tuple(leg for member in chosen for leg in _legs(turn, member, action))
    if legs:
        seconds = legs[0].seconds
        key_0 = operators.zero_dialing(turn, action.zero_dialing) is not None
        step = RingStep(legs=legs, seconds=seconds, key_0=key_0)
        return turn.decide(spot.place("r", number), step)
    return _nobody(turn, spot, action, members, number)


def _legs(turn: Turn, member: str, action: Ring) -> list[Leg]:
    user = turn.document.users[member]
    simultaneous = action.strategy == "simultaneous"
    seconds = (action.seconds or action.member_seconds) if simultaneous else action.member_seconds
    kept = [d for d in turn.reachable_devices(member, user) if user.devices[d].kind != "paging"]
    return [Leg(id=key, owner=member, seconds=seconds, device=key, rule=turn.rule) for key in kept]


def _eligible(turn: Turn, member: str) -> bool:
    user = turn.document.users[member]
    if not user.licensed or member in turn.declined():
        turn.note("member_passed_over", member=member, because="declined" if user.licensed else "unlicensed")
        return False
    agent = turn.agent(member)
    if agent is None or agent.state is AgentState.AVAILABLE:
        return True
    if agent.state is AgentState.ON_CALL and user.receive_while_on_call:
        return True
    turn.note("member_passed_over", member=member, because=agent.state.value)
    return False


def _in_order(turn: Turn, action: Ring, members: list[str]) -> list[str]:
    match action.strategy:
        case "longest_idle" | "highest_capacity":
            return sorted(members, key=lambda m: _idle_since(turn, m))
        case "random":
            start = turn.snapshot.draw % max(1, len(members))
            return members[start:] + members[:start]
        case "rotating":
            last = turn.snapshot.last_served.get(turn.rule, "")
            start = members.index(last) + 1 if last in members else 0
            return members[start:] + members[:start]
        case _:
            return members


def _idle_since(turn: Turn, member: str) -> float:
    agent = turn.agent(member)
    return agent.idle_since if agent is not None else 0.0


def _nobody(turn: Turn, spot: Spot, action: Ring, members: tuple[str, ...], number: int) -> Decision:
    if number == 0 and _worth_waiting(turn, spot, action, members):
        turn.note("waiting_for_member", target=f"{spot.kind}.{spot.id}")
        return turn.decide(spot.place("w"), Wait(seconds=action.seconds or _WAIT_ROUND))
    turn.note("nobody_eligible" if number == 0 else "members_exhausted", target=f"{spot.kind}.{spot.id}")
    return actions.run(turn, spot.following())


def _worth_waiting(turn: Turn, spot: Spot, action: Ring, members: tuple[str, ...]) -> bool:
    waiting = [m for m in members if m not in turn.declined()]
    busy = [m for m in waiting if turn.is_busy(m)]
    if busy:
        return action.wait_if_busy
    return bool(waiting) and _respects_queue_time(turn, spot)


def _respects_queue_time(turn: Turn, spot: Spot) -> bool:
    number = turn.document.numbers.get(spot.id) if spot.kind == "n" else None
    handling = turn.document.handlings.get(number.handling) if number else None
    queue = turn.document.queues.get(spot.id) if spot.kind == "q" else None
    return bool(handling and handling.respect_queue_time) or bool(queue and queue.respect_queue_time)


def after_ring(turn: Turn, spot: Spot, action: Ring, part: tuple[str, int]) -> Decision:
    """What follows an offer, or a wait, of a ring step."""
    outcome = turn.history[-1].outcome
    if outcome.kind is OutcomeKind.KEYED:
        return operators.zero_dialed(turn, spot, action.zero_dialing)
    if part[0] == "w":
        turn.note("wait_over", target=f"{spot.kind}.{spot.id}")
        return actions.run(turn, spot.following())
    turn.note("offer_over", target=f"{spot.kind}.{spot.id}", outcome=outcome.kind.name.lower())
    return ring_members(turn, spot, action, part[1] + 1)
