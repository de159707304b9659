"""What the dialplan server tells of a call behind its answer: that it has begun, and what each step saw and decided.

A call is known from its first answer on, whether a controller lives or not; whoever comes to look for its end finds it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from presence import keys
from presence.pipelines import Pipelines, pack
from routing.trace import TracedStep

_KEPT_SECONDS = str(3 * 24 * 3600)
_FEED_LENGTH = "1000"
_encode, _decode = msgspec.json.Encoder().encode, msgspec.json.Decoder(TracedStep).decode

# Told late of a call that is over, it must not come back to life.
_BEGIN = """
redis.call('HSET', KEYS[4], ARGV[4], ARGV[5])
redis.call('EXPIRE', KEYS[4], ARGV[6])
if redis.call('EXISTS', KEYS[1]) == 1 or redis.call('HSETNX', KEYS[2], ARGV[1], ARGV[2]) == 0 then return 0 end
redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[3], '*', 'what', 'call', 'who', ARGV[1], 'how', 'in progress')
return 1
"""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A step to tell of. `facts`: the call begins here, as the board shows it."""

    step: TracedStep
    company: str
    facts: Mapping[str, object] | None = None


def write(pipelines: Pipelines, told: Sequence[Told]) -> None:
    """All of them in one round trip; one of `presence.connection.Away` when Redis is."""
    commands = [command for each in told for command in _commands(each)]
    pipelines.ask(pack(commands), len(commands))


def _commands(told: Told) -> list[tuple[str, ...]]:
    call = told.step.call
    key, field = keys.trace(told.company, call.id), f"{call.segment}.{told.step.number}"
    step = _encode(told.step).decode()
    if told.facts is None:
        return [("HSET", key, field, step), ("EXPIRE", key, _KEPT_SECONDS)]
    names = (keys.over(told.company, call.id), keys.calls(told.company), keys.feed(told.company), key)
    facts = _encode(told.facts).decode()
    return [("EVAL", _BEGIN, "4", *names, call.id, facts, _FEED_LENGTH, field, step, _KEPT_SECONDS)]


def read(values: Sequence[str]) -> list[TracedStep]:
    """The steps of a call's hash; what another version wrote is left out."""
    found = []
    for text in values:
        try:
            found.append(_decode(text))
        except msgspec.ValidationError:
            continue
    return found
