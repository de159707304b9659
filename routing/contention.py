"""What a decision looks at once somebody else was quicker (design 2.3)."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from routing.decision import Decision
from routing.snapshot import AgentState, Snapshot, Waiting
from routing.steps import PickUp


def contended(snapshot: Snapshot, members: Collection[str]) -> Snapshot:
    """The snapshot in which these members' phones ring for another: so it is by now."""
    if snapshot.agents is None:
        now = snapshot.now.timestamp()
        other = Waiting(call="", queue="", since=now, until=now + 1, offered=tuple(members))
        return msgspec.structs.replace(snapshot, waiting=(*(snapshot.waiting or ()), other))
    lost = {
        extension: msgspec.structs.replace(agent, state=AgentState.RINGING, ringing=agent.ringing + 1)
        for extension, agent in snapshot.agents.items()
        if extension in members
    }
    return msgspec.structs.replace(snapshot, agents={**snapshot.agents, **lost})


def not_to_take(decision: Decision) -> frozenset[str]:
    """The channel that a decision was to pick up, when somebody else was quicker."""
    return frozenset({decision.step.channel}) if isinstance(decision.step, PickUp) else frozenset()


def without_calls(snapshot: Snapshot, channels: Collection[str]) -> Snapshot:
    """The snapshot in which nobody can take these calls."""
    if not channels or snapshot.calls is None:
        return snapshot
    left = tuple(each for each in snapshot.calls if each.channel not in channels)
    return msgspec.structs.replace(snapshot, calls=left)
