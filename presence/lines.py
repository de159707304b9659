"""Lines to and from outside (P21): who holds which, and which are wanted; `presence.committing` takes them.

A line is taken with the decision that calls, before its channel exists (`claimed`), so that two calls at once share no last one;
from its channel's first event on it is live. A claim whose channel never came is the same call's next claim's, or the sweep's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from presence import keys
from routing.company import CompanyDocument
from routing.steps import Leg
from routing.trunks import apart

NOBODYS = "-"


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A channel of a node; its `trunk` where it is known, its call, and since which Unix second of the machine."""

    node: str
    trunk: str = ""
    call: str = ""
    at: float = 0.0
    claimed: bool = False

    def text(self) -> str:
        """As it is kept; none of the words has a blank."""
        state = "claimed" if self.claimed else "live"
        return " ".join([self.node, self.trunk or NOBODYS, self.call or NOBODYS, f"{self.at:.1f}", state])


class Wanted(msgspec.Struct, frozen=True):
    """The lines of one call's step, all or none, by the uuid that each leg will have. At most `most` of the company and
    `channels` of a trunk; 0 is no limit. What the same call claimed before is free first."""

    lines: Mapping[str, Line]
    most: int
    channels: Mapping[str, int]
    apart: tuple[str, ...] = ()
    """Trunks whose lines are none of the company's: their channels alone limit them."""

    def packed(self) -> bytes:
        """As `lua/commit.lua` reads it."""
        legs = [[uuid, line.text(), line.trunk or NOBODYS] for uuid, line in self.lines.items()]
        call = next(iter(self.lines.values())).call
        return msgspec.json.encode(
            [call, self.most, legs, dict(self.channels), dict.fromkeys(self.apart, True)]
        )


def wanted_of(
    document: CompanyDocument,
    call: str,
    legs: Mapping[str, Leg],
    node: str,
    at: float,
    *,
    emergency: bool = False,
) -> Wanted | None:
    """What the legs (by uuid) that go outside need; None: none does. An emergency call takes its line whatever is in use."""
    lines = {
        uuid: Line(node=node, trunk=leg.trunk, call=call, at=at, claimed=True)
        for uuid, leg in legs.items()
        if leg.number or leg.trunk
    }
    if not lines:
        return None
    if emergency:
        return Wanted(lines, 0, {})
    channels = {key: trunk.channels for key, trunk in document.trunks.items()}
    return Wanted(lines, document.account.trunk_channels, channels, apart(document))


def line_of(text: str) -> Line:
    """What `Line.text` wrote."""
    node, trunk, call, at, state = text.split(" ")
    known = ("" if trunk == NOBODYS else trunk, "" if call == NOBODYS else call)
    return Line(node=node, trunk=known[0], call=known[1], at=float(at), claimed=state == "claimed")


def in_use(texts: Iterable[str], call: str) -> Counter[str]:
    """How many lines go through each trunk (empty: none that is known), as `call` sees it: what it claimed for a step that is
    over is in nobody's way."""
    found = Counter[str]()
    for text in texts:
        line = line_of(text)
        if not (line.claimed and line.call == call):
            found[line.trunk] += 1
    return found


class LineStore:
    """The lines of one company. Every method raises when Redis is away, and may be repeated."""

    def __init__(self, client: Any, company: str) -> None:
        self._client, self._key = client, keys.lines(company)

    def begins(self, uuid: str, line: Line) -> None:
        """A channel is there."""
        self._client.hset(self._key, uuid, line.text())

    def over(self, *uuids: str) -> None:
        """Channels are no more, or will never be."""
        self._client.hdel(self._key, *uuids)

    def all(self) -> dict[str, Line]:
        """By uuid."""
        return {uuid: line_of(text) for uuid, text in self._client.hgetall(self._key).items()}
