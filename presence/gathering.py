"""What a decision needs of presence, in one round trip; Redis away or slow is a value, not an error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from presence import connects, keys, live_calls, outside_calls, waiting
from presence.agents import AgentRecord, record_of
from presence.committing import Known, known_of
from presence.connection import Away
from presence.gateways import gateways_down
from presence.lines import in_use
from presence.pipelines import Pipelines, pack
from routing.agent_state import agent_at
from routing.agents import Terms
from routing.outside_calls import COMPANY, OutsideCalls
from routing.snapshot import Agent, Connect, LiveCall, Waiting


class Gathered(msgspec.Struct, frozen=True):
    """`alive`: the node's controller proved itself within 3 s. Without it, or without Redis, `agents` is None. `known` is
    what the agents were derived from, for a reservation that is decided from it. `waiting`: everybody in a queue's line;
    None when nobody asked or Redis is away."""

    alive: bool
    agents: Mapping[str, Agent] | None
    last_served: Mapping[str, str] = {}
    lines_in_use: int | None = None
    trunk_lines: Mapping[str, int] = {}
    gateways_down: frozenset[str] = frozenset()
    known: Mapping[str, Known] = {}
    waiting: tuple[Waiting, ...] | None = None
    connects: Mapping[str, tuple[Connect, ...]] = {}
    outside_calls: Mapping[str, OutsideCalls] | None = None
    """Of each agent asked for and of the company; None when nobody asked or Redis is away. Whether a controller lives is
    nothing to them: a hold holds."""
    company_calls: str = ""
    """The company's as it is written, for a claim that is decided from it."""
    calls: tuple[LiveCall, ...] | None = None
    """Those of this switch that are under way; None when nobody asked, or follows them."""


NOTHING = Gathered(False, None)


class Beside(msgspec.Struct, frozen=True):
    """What a decision may look at beside its agents: who waits in queues, what the fraud guard counted, the state of gateways,
    the calls under way."""

    queues: bool = False
    connects: bool = False
    outside: bool = False
    gateways: tuple[str, ...] = ()
    calls: bool = False


NOTHING_BESIDE = Beside()


class Question(msgspec.Struct, frozen=True):
    """What is asked of Redis about these people and groups that rotate, ready to be sent: may be kept, and asked again."""

    people: Mapping[str, Terms]
    rotations: tuple[str, ...]
    packed: bytes
    replies: int
    beside: Beside
    node: str = ""


def question(
    company: str,
    people: Mapping[str, Terms],
    node: str,
    rotations: tuple[str, ...] = (),
    beside: Beside = NOTHING_BESIDE,
) -> Question:
    """Is the controller of `node` alive, how are these agents, which lines are in use, who answered last, and what is
    wanted beside?"""
    commands = [
        ("EXISTS", keys.heartbeat(node)),
        ("HVALS", keys.lines(company)),
        ("HMGET", keys.rotation(company), "", *rotations),
        *([waiting.asked(company)] if beside.queues else []),
        *([connects.asked(company)] if beside.connects else []),
        *([("GET", keys.outside_calls(company))] if beside.outside else []),
        *([live_calls.asked(company)] if beside.calls else []),
        *([("HMGET", keys.gateways(node), "", *beside.gateways)] if beside.gateways else []),
        *_commands(company, people),
    ]
    return Question(people, rotations, pack(commands), len(commands), beside, node)


def gather(pipelines: Pipelines, asked: Question, now: float, call: str = "") -> Gathered:
    """The agents as they are now, for a decision about `call`: phones that ring for that very call do not keep their
    users from being offered it again."""
    try:
        alive, lines, served, *replies = pipelines.ask(asked.packed, asked.replies)
    except Away:
        return NOTHING
    line = waiting.read(replies.pop(0)) if asked.beside.queues else None
    answered = connects.read(replies.pop(0)) if asked.beside.connects else {}
    written = (replies.pop(0) or "") if asked.beside.outside else ""
    calls = live_calls.read(replies.pop(0), asked.node) if asked.beside.calls else None
    states = _pairs(asked.beside.gateways, replies.pop(0)) if asked.beside.gateways else {}
    if not alive and not asked.beside.outside:
        return NOTHING if line is None else Gathered(False, None, waiting=line, connects=answered)
    devices, *hashes = replies
    known = _known(devices, [_hash(each) for each in hashes], asked.people)
    counted = _counted(known, written) if asked.beside.outside else None
    if not alive:
        return Gathered(
            False, None, known=known, waiting=line, connects=answered, outside_calls=counted, company_calls=written
        )  # fmt: skip
    agents = {each: agent_at(found.inputs, found.terms, now, call) for each, found in known.items()}
    used = in_use(lines, call)
    return Gathered(
        alive=True, agents=agents, last_served=_pairs(asked.rotations, served), lines_in_use=used.total(),
        trunk_lines=used, gateways_down=gateways_down(states), known=known, waiting=line, outside_calls=counted,
        company_calls=written, calls=calls, connects=answered,
    )  # fmt: skip


def _counted(known: Mapping[str, Known], company: str) -> dict[str, OutsideCalls]:
    found = {extension: each.inputs.outside_calls for extension, each in known.items()}
    return {**found, COMPANY: outside_calls.read(company)}


def everybody(client: Any, company: str, people: Mapping[str, Terms], now: float) -> dict[str, AgentRecord]:
    """Every agent of a company with reason and since, for the board. Raises when Redis is away."""
    pipe = client.pipeline(transaction=False)
    for command in _commands(company, people):
        pipe.execute_command(*command)
    devices, *hashes = pipe.execute()
    known = _known(devices, hashes, people)
    return {extension: record_of(each, now) for extension, each in known.items()}


def _commands(company: str, people: Mapping[str, Terms]) -> list[tuple[str, ...]]:
    """Only what these agents have: the cost of a decision must not grow with the company."""
    # Redis refuses HMGET without a field: the empty name is nobody's.
    return [
        ("HMGET", keys.devices(company), "", *_devices(people)),
        *[("HGETALL", keys.agent(company, extension)) for extension in people],
    ]


def _hash(reply: list[str]) -> dict[str, str]:
    words = iter(reply)
    return dict(zip(words, words, strict=True))


def _known(
    untils: list[str | None], hashes: list[dict[str, str]], people: Mapping[str, Terms]
) -> dict[str, Known]:
    until = _pairs(_devices(people), untils)
    return {
        extension: known_of(extension, stored, until, terms)
        for (extension, terms), stored in zip(people.items(), hashes, strict=True)
    }


def _pairs(names: Sequence[str], reply: list[str | None]) -> dict[str, str]:
    """What was asked for beside each value that is there; the first value is that of the empty name."""
    return {name: value for name, value in zip(names, reply[1:], strict=True) if value is not None}


def _devices(people: Mapping[str, Terms]) -> list[str]:
    return [device for terms in people.values() for device in terms.devices or ()]
