"""What a decision needs of presence, in one round trip; Redis away or slow is a value, not an error."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import msgspec

from presence import keys
from presence.agents import AgentRecord, records_from
from presence.connection import Away
from presence.pipelines import Pipelines, pack
from routing.snapshot import Agent


class Gathered(msgspec.Struct, frozen=True):
    """`alive`: the node's controller proved itself within 3 s. Without it, or without Redis, `agents` is None."""

    alive: bool
    agents: Mapping[str, Agent] | None
    last_served: Mapping[str, str] = {}
    lines_in_use: int | None = None


NOTHING = Gathered(False, None)


class Question(msgspec.Struct, frozen=True):
    """What is asked of Redis about `owners` (extension -> his devices) and groups that rotate, ready to be sent: may be
    kept, and asked again."""

    owners: Mapping[str, Collection[str]]
    rotations: tuple[str, ...]
    packed: bytes
    replies: int


def question(
    company: str, owners: Mapping[str, Collection[str]], node: str, rotations: tuple[str, ...] = ()
) -> Question:
    """Is the controller of `node` alive, how are these agents, how many lines are in use, who answered last?"""
    commands = [
        ("EXISTS", keys.heartbeat(node)),
        ("HLEN", keys.lines(company)),
        ("HMGET", keys.rotation(company), "", *rotations),
        *_commands(company, owners),
    ]
    return Question(owners, rotations, pack(commands), len(commands))


def gather(pipelines: Pipelines, asked: Question, now: float, call: str = "") -> Gathered:
    """The agents as they are now, for a decision about `call`: phones that ring for that very call do not keep their
    users from being offered it again."""
    try:
        alive, lines, served, devices, idle, *hashes = pipelines.ask(asked.packed, asked.replies)
    except Away:
        return NOTHING
    if not alive:
        return NOTHING
    records = _records(devices, idle, [_hash(each) for each in hashes], asked.owners, now, call)
    agents = {extension: record.agent for extension, record in records.items()}
    return Gathered(True, agents, _pairs(list(asked.rotations), served), int(lines))


def everybody(
    client: Any, company: str, owners: Mapping[str, Collection[str]], now: float
) -> dict[str, AgentRecord]:
    """Every agent of a company with reason and since, for the board. Raises when Redis is away."""
    pipe = client.pipeline(transaction=False)
    for command in _commands(company, owners):
        pipe.execute_command(*command)
    devices, idle, *hashes = pipe.execute()
    return _records(devices, idle, hashes, owners, now)


def _commands(company: str, owners: Mapping[str, Collection[str]]) -> list[tuple[str, ...]]:
    """Only what these agents have: the cost of a decision must not grow with the company."""
    # Redis refuses HMGET without a field: the empty name is nobody's.
    return [
        ("HMGET", keys.devices(company), "", *_devices(owners)),
        ("HMGET", keys.idle(company), "", *owners),
        *[("HGETALL", keys.agent(company, extension)) for extension in owners],
    ]


def _hash(reply: list[str]) -> dict[str, str]:
    return dict(zip(reply[::2], reply[1::2], strict=True))


def _records(
    devices: list[str | None],
    idle: list[str | None],
    hashes: list[dict[str, str]],
    owners: Mapping[str, Collection[str]],
    now: float,
    call: str = "",
) -> dict[str, AgentRecord]:
    read = (_pairs(_devices(owners), devices), _pairs(list(owners), idle), hashes)
    return records_from(*read, owners, now, call)


def _pairs(names: list[str], reply: list[str | None]) -> dict[str, str]:
    """What was asked for beside each value that is there; the first value is that of the empty name."""
    return {name: value for name, value in zip(names, reply[1:], strict=True) if value is not None}


def _devices(owners: Mapping[str, Collection[str]]) -> list[str]:
    return [device for owned in owners.values() for device in owned]
