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
        _ask(pipe, company, owners)
        alive, *rest = pipe.execute()
    except Away:
        return NOTHING
    if not alive:
        return NOTHING
    records = records_from(_named(rest, owners), owners, now)
    return Gathered(True, {extension: record.agent for extension, record in records.items()})


def everybody(
    client: Any, company: str, owners: Mapping[str, Collection[str]], now: float
) -> dict[str, AgentRecord]:
    """Every agent of a company with reason and since, for the board. Raises when Redis is away."""
    pipe = client.pipeline(transaction=False)
    _ask(pipe, company, owners)
    return records_from(_named(pipe.execute(), owners), owners, now)


def _ask(pipe: Any, company: str, owners: Mapping[str, Collection[str]]) -> None:
    """Only what these agents have: the cost of a decision must not grow with the company."""
    # Redis refuses HMGET without a field: the empty name is nobody's.
    pipe.hmget(keys.devices(company), ["", *_devices(owners)])
    pipe.hgetall(keys.legs(company))
    pipe.hmget(keys.idle(company), ["", *owners])
    for extension in owners:
        pipe.hgetall(keys.agent(company, extension))


def _named(replies: list[Any], owners: Mapping[str, Collection[str]]) -> list[Mapping[str, str]]:
    """The replies with the names of what was asked for beside each value that is there."""
    devices, legs, idle, *agents = replies
    return [_pairs(_devices(owners), devices[1:]), legs, _pairs(list(owners), idle[1:]), *agents]


def _pairs(names: list[str], values: list[str | None]) -> dict[str, str]:
    return {name: value for name, value in zip(names, values, strict=True) if value is not None}


def _devices(owners: Mapping[str, Collection[str]]) -> list[str]:
    return [device for owned in owners.values() for device in owned]
