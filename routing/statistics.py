"""What became of a company's calls, inbound and outbound apart (D11; issue 5, part 8), from the records of calls that are over. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Literal

import msgspec

from routing.ended_call import EndedCall

Direction = Literal["inbound", "outbound", "internal"]


class Figures(msgspec.Struct, frozen=True):
    """Of some calls. Seconds: of conversation in all, and until the answer, as a mean over those answered and at most.
    `dispositions`: how many came to each (routing.ended_call)."""

    calls: int = 0
    answered: int = 0
    talk_seconds: float = 0.0
    mean_wait_seconds: float = 0.0
    longest_wait_seconds: float = 0.0
    dispositions: dict[str, int] = {}


class Statistics(msgspec.Struct, frozen=True, kw_only=True):
    """By direction; of outbound calls also by outbound profile and by the queue of that profile (D11), of both by agent (who
    answered, who called)."""

    inbound: Figures
    outbound: Figures
    internal: Figures
    outbound_profiles: dict[str, Figures]
    outbound_queues: dict[str, Figures]
    agents_inbound: dict[str, Figures]
    agents_outbound: dict[str, Figures]


def direction_of(call: EndedCall, extensions: Iterable[str]) -> Direction:
    """A call that left is outbound, whatever dialled it; one that came by a number from nobody of the company is inbound."""
    if any(step.startswith("o.") for step in call.path):
        return "outbound"
    from_outside = call.entry.startswith("number.") and not call.placed and call.caller not in extensions
    return "inbound" if from_outside else "internal"


def statistics(
    calls: Iterable[EndedCall],
    callers_inside: Iterable[str],
    queues: Mapping[str, str] = MappingProxyType({}),
) -> Statistics:
    """`callers_inside`: extensions and devices of the company; `queues`: those of its outbound profiles."""
    inside = frozenset(callers_inside)
    by_direction: dict[Direction, list[EndedCall]] = {"inbound": [], "outbound": [], "internal": []}
    profiles: dict[str, list[EndedCall]] = {}
    agents: dict[Direction, dict[str, list[EndedCall]]] = {"inbound": {}, "outbound": {}, "internal": {}}
    for call in calls:
        direction = direction_of(call, inside)
        by_direction[direction].append(call)
        if direction == "outbound" and call.rule:
            profiles.setdefault(call.rule, []).append(call)
        agent = _agent_of(call, direction)
        if agent:
            agents[direction].setdefault(agent, []).append(call)
    return Statistics(
        inbound=figures(by_direction["inbound"]), outbound=figures(by_direction["outbound"]),
        internal=figures(by_direction["internal"]), outbound_profiles=_each(profiles),
        outbound_queues=_each(_by_queue(profiles, queues)),
        agents_inbound=_each(agents["inbound"]), agents_outbound=_each(agents["outbound"]),
    )  # fmt: skip


def figures(calls: list[EndedCall]) -> Figures:
    """Of these calls."""
    answered = [call for call in calls if call.answered_at]
    waits = [max(0.0, call.answered_at - call.began) for call in answered]
    return Figures(
        calls=len(calls), answered=len(answered),
        talk_seconds=round(sum(max(0.0, call.ended - call.answered_at) for call in answered), 1),
        mean_wait_seconds=round(sum(waits) / len(waits), 1) if waits else 0.0,
        longest_wait_seconds=round(max(waits, default=0.0), 1),
        dispositions=dict(sorted(Counter(call.disposition for call in calls).items())),
    )  # fmt: skip


def _by_queue(
    profiles: Mapping[str, list[EndedCall]], queues: Mapping[str, str]
) -> dict[str, list[EndedCall]]:
    found: dict[str, list[EndedCall]] = {}
    for profile, calls in profiles.items():
        if queues.get(profile):
            found.setdefault(queues[profile], []).extend(calls)
    return found


def _each(calls: Mapping[str, list[EndedCall]]) -> dict[str, Figures]:
    return {key: figures(calls[key]) for key in sorted(calls)}


def _agent_of(call: EndedCall, direction: Direction) -> str:
    """Whose call it was: of an outbound one whoever's leg left, else who answered."""
    if direction == "outbound":
        return next((leg.owner for leg in call.legs if leg.owner), "")
    return next((leg.owner for leg in call.legs if leg.answered and leg.leg == call.answered_by), "")
