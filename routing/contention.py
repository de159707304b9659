"""What a decision looks at once somebody else was quicker (design 2.3)."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from routing.snapshot import AgentState, Snapshot, Waiting


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
