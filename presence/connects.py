"""The callers of a company's queues who were answered lately, the newest first, each as `queue second waited`
(`routing.predicted_wait`). A list that forgets: what it lacks makes a guess worse, nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from presence import keys
from routing.predicted_wait import WINDOW_SECONDS
from routing.snapshot import Connect

_MOST = 200


def asked(company: str) -> tuple[str, ...]:
    """The command that reads them."""
    return ("LRANGE", keys.connects(company), "0", "-1")


def read(reply: Sequence[str]) -> Mapping[str, tuple[Connect, ...]]:
    """What it answers, by queue; a line that is none of ours is left out."""
    found: dict[str, tuple[Connect, ...]] = {}
    for line in reply:
        match line.split(" "):
            case [queue, at, waited]:
                found[queue] = (*found.get(queue, ()), Connect(float(at), float(waited)))
    return found


def keep(client: Any, company: str, queue: str, connect: Connect) -> None:
    """One more was answered. Raises when Redis is away."""
    key = keys.connects(company)
    pipe = client.pipeline(transaction=False)
    pipe.lpush(key, f"{queue} {connect.at:.1f} {connect.waited:.1f}")
    pipe.ltrim(key, 0, _MOST - 1)
    pipe.expire(key, WINDOW_SECONDS)
    pipe.execute()
