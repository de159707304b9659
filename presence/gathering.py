"""What a decision needs of presence, in one round trip; Redis away or slow is a value, not an error."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import msgspec

from presence import keys
from presence.agents import AgentRecord, records_from
from presence.connection import Away
from routing.snapshot import Agent


class Gathered(msgspec.Struct, frozen=True):
    """`alive`: the node's controller proved itself within 3 s. Without it, or without Redis, `agents` is None."""

    alive: bool
    agents: Mapping[str, Agent] | None


NOTHING = Gathered(False, None)


def gather(
    client: Any, company: str, owners: Mapping[str, Collection[str]], node: str, now: float
) -> Gathered:
    """The agents of `owners` (extension -> his devices) as they are now."""
    try:
        pipe = client.pipeline(transaction=False)
        pipe.exists(keys.heartbeat(node))
        _ask(pipe, company, list(owners))
        alive, *rest = pipe.execute()
    except Away:
        return NOTHING
    if not alive:
        return NOTHING
    records = records_from(rest, owners, now)
    return Gathered(True, {extension: record.agent for extension, record in records.items()})


def everybody(
    client: Any, company: str, owners: Mapping[str, Collection[str]], now: float
) -> dict[str, AgentRecord]:
    """Every agent of a company with reason and since, for the board. Raises when Redis is away."""
    pipe = client.pipeline(transaction=False)
    _ask(pipe, company, list(owners))
    return records_from(pipe.execute(), owners, now)


def _ask(pipe: Any, company: str, extensions: list[str]) -> None:
    pipe.hgetall(keys.devices(company))
    pipe.hgetall(keys.legs(company))
    pipe.hgetall(keys.idle(company))
    for extension in extensions:
        pipe.hgetall(keys.agent(company, extension))
