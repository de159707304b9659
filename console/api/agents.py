"""Agents as they are now."""

from __future__ import annotations

import msgspec

from console.api.operation import Asked, operation
from console.board import AgentRow, Presence
from console.permissions import Permission
from console.refusals import Refusal


class Agents(msgspec.Struct, frozen=True):
    """Every user of a company, by extension; `presence` says whether their states can be trusted."""

    presence: Presence
    now: float
    agents: tuple[AgentRow, ...]


@operation("GET", "/companies/{company}/agents", answers=Agents, permission=Permission.SEE_LIVE)
def list_agents(asked: Asked, company: str) -> Agents | Refusal:
    """Every agent with state, reason, since, and phones."""
    state = asked.doors.board.read(company)
    if state is None:
        return Refusal("unknown_company", {"company": company})
    return Agents(state.presence, state.now, tuple(state.agents.values()))


@operation(
    "GET", "/companies/{company}/agents/{extension}", answers=AgentRow, permission=Permission.SEE_LIVE,
    refusals=("unknown_agent",),
)  # fmt: skip
def read_agent(asked: Asked, company: str, extension: str) -> AgentRow | Refusal:
    """One agent."""
    state = asked.doors.board.read(company)
    if state is None:
        return Refusal("unknown_company", {"company": company})
    found = state.agents.get(extension)
    return Refusal("unknown_agent", {"extension": extension}) if found is None else found


OPERATIONS = (list_agents, read_agent)
