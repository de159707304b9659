"""The waiting lines of a company's queues in Redis: each caller's place is one field, written by whoever decides his steps.

Every place has an end, a little after the step in which it was written: a caller who hung up unseen stands in nobody's
way for long.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from presence import keys
from presence.pipelines import pack
from routing.snapshot import Waiting

decode = msgspec.json.Decoder(Waiting).decode


def asked(company: str) -> tuple[str, ...]:
    """The command that reads all of them."""
    return ("HVALS", keys.waiting(company))


def read(reply: Sequence[str]) -> tuple[Waiting, ...]:
    """What it answers; those that ran out are still there."""
    return tuple(map(decode, reply))


def kept(company: str, call: str, place: Waiting | None, over: Sequence[str] = ()) -> tuple[bytes, int]:
    """The commands, packed, and the number of their replies, that write a call's place, or take it away; and take away
    those of other calls that ran out (`over`)."""
    commands = (
        [] if place is None else [("HSET", keys.waiting(company), call, msgspec.json.encode(place).decode())]
    )
    gone = [*over, *(() if place is not None else (call,))]
    if gone:
        commands.append(("HDEL", keys.waiting(company), *gone))
    return pack(commands), len(commands)


def locked(company: str, place: Waiting, seconds: float) -> tuple[bytes, int]:
    """The commands, packed, that keep the members of an offer for `seconds`, by themselves, without anything else being known
    of them. Each is answered with the call that he is kept for already, or nothing."""
    milliseconds = str(max(1, round(seconds * 1000)))
    commands = [
        ("SET", keys.offer(company, member), place.call, "NX", "GET", "PX", milliseconds)
        for member in place.offered
    ]
    return pack(commands), len(commands)
