"""Emergency calls of the last hour, for everybody who looks at the board: whoever made one may need help.

Written by whoever lets the call leave, in one transaction with a line of the feed.
"""

from __future__ import annotations

from typing import Any

import msgspec

from presence import keys
from presence.pipelines import pack

SHOWN_SECONDS = 3600
_FEED_LENGTH = "1000"


class EmergencyCall(msgspec.Struct, frozen=True, kw_only=True):
    """Who called (an extension, empty for a phone of nobody's), what, from which site (an id), showing which number, at which Unix
    second."""

    extension: str
    dialled: str
    site: str
    shown: str
    at: float


def told(company: str, call: str, emergency: EmergencyCall) -> tuple[bytes, int]:
    """Commands that announce one, and how many replies they have (`presence.pipelines`)."""
    key = keys.emergencies(company)
    text = msgspec.json.encode(emergency).decode()
    line = ("what", "emergency", "who", emergency.extension, "how", emergency.dialled, "call", call)
    commands: list[tuple[str, ...]] = [
        ("MULTI",),
        ("HSET", key, call, text),
        ("EXPIRE", key, str(SHOWN_SECONDS)),
        ("XADD", keys.feed(company), "MAXLEN", "~", _FEED_LENGTH, "*", *line),
        ("EXEC",),
    ]
    return pack(commands), len(commands)


def latest(client: Any, company: str, now: float) -> dict[str, EmergencyCall]:
    """Those of the last hour, by call. Raises when Redis is away."""
    found = client.hgetall(keys.emergencies(company))
    calls = {call: msgspec.json.decode(text, type=EmergencyCall) for call, text in found.items()}
    return {call: each for call, each in calls.items() if now - each.at < SHOWN_SECONDS}
