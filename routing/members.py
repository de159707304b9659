"""Who of a ring step's members may have the call, and in which order (3.3, c and e)."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from routing import hours
from routing.capacity import is_exhausted
from routing.company import IdleClock, Ring, Schedule, User
from routing.device_kinds import is_talked_on
from routing.reasons import MemberBecause
from routing.route import Place
from routing.snapshot import Agent, AgentState
from routing.spots import Spot, action_at
from routing.stages import parse_stage
from routing.turn import Turn

_NOBODY = frozenset[str]()
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
_CLOCKS: dict[IdleClock, str] = {
    "all_calls": "idle_since",
    "queue_calls_only": "queue_idle_since",
    "capacity_release": "released_at",
}
"""Where each clock of "longest idle" is kept of an agent (C17)."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A ring step under way: what is set for it, how far it is, and since what is past."""

    spot: Spot
    ring: Ring
    cycle: int = 0
    until: int = 0
    """The Unix second at which all of it is over, 0: its members' shares alone count, or nothing ends it."""
    since: int = 0
    """A queue: the Unix second at which the caller came into its line."""
    allowed: tuple[str, ...] = ("available",)
    music: str = ""
    own_hours: bool = False
    fresh: bool = False
    """The call has only just come to it: what it did here before was another visit."""
    capacity: str = ""
    """The capacity profile that its calls use."""
    again: bool = False
    """A queue: those who did not answer are offered the call again, when all had it."""

    def place(self, part: str, number: int | None = None) -> Place:
        """The place of a part of it."""
        return self.spot.place(part, self.cycle if number is None else number, self.since or self.until)


def step_of_queue(turn: Turn, key: str, visit: int = 0) -> Step:
    """The step of a queue's line, as it is for a caller who does not stand in it yet."""
    queue, spot = turn.document.queues[key], Spot("q", key, "o", "s", 0, visit=visit)
    ring = action_at(turn, spot)
    assert isinstance(ring, Ring)
    return Step(
        spot=spot, ring=ring, allowed=queue.allowed_presences, music=queue.music, own_hours=queue.members_own_hours,
        again=True, capacity=queue.capacity,
    )  # fmt: skip


def rotation_key(place: Place) -> str:
    """The group a step rotates in: a queue, a line, or one ring step of a number (`last_served`)."""
    return f"{place.kind}.{place.id}" + ("" if place.kind in "ql" else f".{place.branch}.{_list(place)}")


def _list(place: Place) -> str:
    stage = parse_stage(place.stage)
    return f"{stage.letter}{stage.index}{stage.within}"


# --- who --------------------------------------------------------------------------------------------


def members_of(turn: Turn, ring: Ring) -> tuple[str, ...]:
    """Direct members, then those of the teams, each once, in the document's order (A08: membership alone)."""
    teams = turn.document.teams
    listed = [*ring.members, *(m for t in ring.teams if t in teams for m in teams[t].members)]
    return tuple(dict.fromkeys(member for member in listed if member in turn.document.users))


def passed_over(turn: Turn, step: Step, members: Iterable[str]) -> dict[str, MemberBecause]:
    """c of 3.3: the members who are not offered the call, and why."""
    declined = turn.declined()
    because = (
        (each, "declined" if each in declined else _not_eligible(turn, step, each)) for each in members
    )
    return {each: why for each, why in because if why}


def may_ring(turn: Turn, step: Step, member: str) -> bool:
    """He could be offered a call that he did not decline."""
    return _not_eligible(turn, step, member) is None


def _not_eligible(turn: Turn, step: Step, member: str) -> MemberBecause | None:
    user = turn.document.users[member]
    if not user.licensed:
        return "unlicensed"
    if member in _outbound_only(turn):
        return "outbound_only"
    agent = turn.agent(member)
    if agent is not None and step.spot.kind == "q" and step.spot.id in agent.opted_out:
        return "opted_out"
    because = _by_state(step, user, agent) if agent is not None else None
    if because is None and agent is not None and agent.penalty_until > turn.snapshot.now.timestamp():
        because = "just_declined"  # C16, R23
    if because is None and _off_duty(turn, step, user, turn.intent(member)):
        because = "out_of_hours"
    return because or _unreachable(turn, member)


def _unreachable(turn: Turn, member: str) -> MemberBecause | None:
    if phones(turn, member) or rings_outside(turn, member):
        return None
    agent = turn.agent(member)
    talks = agent is not None and agent.legs and turn.document.users[member].own_numbers
    return "on_call" if talks else "unreachable"


def _outbound_only(turn: Turn) -> frozenset[str]:
    """Empty but in strict mode."""
    by_number = turn.company.outbound_only
    if not by_number:
        return _NOBODY
    return by_number.get(turn.number) or by_number.get("") or _NOBODY


def _by_state(step: Step, user: User, agent: Agent) -> MemberBecause | None:
    units = agent.units.get(step.capacity)
    if agent.blocked or (units is not None and is_exhausted(units)):
        return "blocked"
    if agent.state is AgentState.AVAILABLE or agent.state.value in step.allowed:
        return None
    if agent.state is AgentState.BUSY and agent.intent != "busy" and agent.units:
        return None  # only by capacity, and some is left (4.2, rank 10)
    if agent.state is AgentState.ON_CALL and user.receive_while_on_call:
        return None
    if agent.state is AgentState.OFFLINE and agent.intent != "offline":
        return "unreachable"
    return _BY_STATE[agent.state]


def _off_duty(turn: Turn, step: Step, user: User, intent: str) -> bool:
    """Outside his own hours: when they are his intent (`auto`), or when the queue goes by them (C12)."""
    if intent != "auto" and not step.own_hours:
        return False
    schedule: Schedule | None = user.working_hours or (user.schedule if step.own_hours else None)
    return schedule is not None and not hours.is_open(schedule, turn.local(turn.company.user_zone(user)))


def phones(turn: Turn, member: str) -> list[str]:
    """Devices that ring with a team: a horn and a door phone never do (P28, P29)."""
    user, agent = turn.document.users[member], turn.agent(member)
    return [
        key
        for key, device in user.devices.items()
        if device.enabled and is_talked_on(device) and (agent is None or key in agent.registered)
    ]


def rings_outside(turn: Turn, member: str) -> bool:
    """None of his devices can ring, and he has a number outside: there he is reached, but for while he talks, on whatever phone:
    a mobile has its own call waiting, and a voicemail (4.2, rank 4)."""
    if not turn.document.users[member].external_numbers or phones(turn, member):
        return False
    agent = turn.agent(member)
    talks = agent is not None and agent.legs > 0
    return not talks and bool(turn.document.users[member].own_numbers)


def note_left_out(turn: Turn, member: str, kept: list[str]) -> None:
    """A reason for each device of a member who rings that does not."""
    for key, device in turn.document.users[member].devices.items():
        if key in kept:
            continue
        if not device.enabled:
            turn.note("device_disabled", user=member, device=key)
        elif not is_talked_on(device):
            turn.note("device_never_rung", user=member, device=key)
        else:
            turn.note("device_unreachable", user=member, device=key)


# --- in which order ---------------------------------------------------------------------------------


def in_order(turn: Turn, step: Step, members: list[str]) -> list[str]:
    """The next one first, by the step's strategy (C8)."""
    match step.ring.strategy:
        case "longest_idle":
            return sorted(members, key=lambda member: _idle_since(turn, step, member))
        case "highest_capacity":
            return sorted(members, key=lambda member: (_work(turn, member), _idle_since(turn, step, member)))
        case "random":
            start = turn.snapshot.draw % max(1, len(members))
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


def _idle_since(turn: Turn, step: Step, member: str) -> float:
    agent = turn.agent(member)
    return getattr(agent, _CLOCKS[step.ring.clock]) if agent is not None else 0.0


def _work(turn: Turn, member: str) -> int:
    agent = turn.agent(member)
    return agent.legs + agent.ringing if agent is not None else 0
