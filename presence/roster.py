"""A queue's members remembered between two looks: a controller looks at the same few hundred many times a second, and most of
them have not changed. Whose line came into the stream of transitions since is read anew (each change of an agent adds one,
in the same step, `lua/commit.lua`); everybody is, now and then. Who is reserved from what is too old is contended.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from presence import keys, outside_calls, waiting
from presence.committing import Known, known_of
from presence.connection import Away
from presence.gateways import gateways_down
from presence.gathering import NOTHING, NOTHING_BESIDE, Beside, Gathered
from presence.lines import in_use
from presence.pipelines import Pipelines, pack
from routing.agent_state import derive
from routing.agents import Terms
from routing.outside_calls import COMPANY
from routing.snapshot import Agent

_WHOLE_SECONDS = 5.0
"""How long it is believed that every change has its line: a Redis that lost its last second has not."""
_MOST_LINES = 1000


class People(msgspec.Struct, frozen=True):
    """Who is looked at, which groups rotate, and what is looked at beside: of lines, guards and gateways nothing when nobody is
    reached outside. `mark` changes when any of it does."""

    mark: object
    terms: Mapping[str, Terms]
    rotations: tuple[str, ...]
    beside: Beside = NOTHING_BESIDE


class _Member(msgspec.Struct, frozen=True):
    written: Mapping[str, str]
    registered: tuple[str | None, ...]
    known: Known


class _Derived(msgspec.Struct, frozen=True):
    known: Known
    at: float
    until: float
    agent: Agent


class Roster:
    """Of one company and one node. `people` is asked for when everybody is read. Hands out the very same `Known` and `Agent` for as
    long as nothing is new."""

    def __init__(self, pipelines: Pipelines, company: str, node: str) -> None:
        self._pipelines, self._company, self._node = pipelines, company, node
        self._people = People(None, {}, ())
        self._devices: tuple[str, ...] = ()
        self._written: dict[str, Mapping[str, str]] = {}
        self._members: dict[str, _Member] = {}
        self._derived: dict[str, _Derived] = {}
        self._seen, self._whole_at = "", -math.inf

    def gather(self, mark: object, people: Callable[[], People], now: float) -> Gathered:
        """Everybody as he is at a Unix second, for no call in particular; NOTHING without Redis, or without a heartbeat."""
        if mark != self._people.mark or now - self._whole_at > _WHOLE_SECONDS or now < self._whole_at:
            self._begin_again(people(), now)
        try:
            return self._gather(now)
        except Away:
            self._whole_at = -math.inf
            return NOTHING

    def _begin_again(self, people: People, now: float) -> None:
        self._people, self._whole_at, self._seen = people, now, ""
        self._devices = tuple([device for terms in people.terms.values() for device in terms.devices or ()])

    def _gather(self, now: float) -> Gathered:
        commands = [
            ("EXISTS", keys.heartbeat(self._node)),
            ("HMGET", keys.rotation(self._company), "", *self._people.rotations),
            waiting.asked(self._company),
            ("HMGET", keys.devices(self._company), "", *self._devices),
            self._news(),
            *self._outside(),
        ]
        alive, served, line, untils, news, *outside = self._pipelines.ask(pack(commands), len(commands))
        if not alive:
            self._whole_at = -math.inf
            return NOTHING
        self._read(self._changed(news))
        known = self._known(_pairs(self._devices, untils))
        agents = {extension: self._agent(each, now) for extension, each in known.items()}
        found = Gathered(
            alive=True, agents=agents, known=known, last_served=_pairs(self._people.rotations, served),
            waiting=waiting.read(line),
        )  # fmt: skip
        return self._with_outside(found, *outside) if outside else found

    def _outside(self) -> list[tuple[str, ...]]:
        beside = self._people.beside
        if not beside.outside:
            return []
        return [
            ("HVALS", keys.lines(self._company)),
            ("GET", keys.outside_calls(self._company)),
            ("HMGET", keys.gateways(self._node), "", *beside.gateways),
        ]

    def _with_outside(
        self, found: Gathered, lines: list[str], written: str | None, states: list[str | None]
    ) -> Gathered:
        used = in_use(lines, "")
        calls = {extension: each.inputs.outside_calls for extension, each in found.known.items()}
        return replace(
            found, lines_in_use=used.total(), trunk_lines=used, company_calls=written or "",
            outside_calls={**calls, COMPANY: outside_calls.read(written or "")},
            gateways_down=gateways_down(_pairs(self._people.beside.gateways, states)),
        )  # fmt: skip

    def _news(self) -> tuple[str, ...]:
        """The command for what was told since: of the whole, only its newest line is asked for."""
        key = keys.transitions(self._company)
        if not self._seen:
            return ("XREVRANGE", key, "+", "-", "COUNT", "1")
        return ("XRANGE", key, f"({self._seen}", "+", "COUNT", str(_MOST_LINES))

    def _changed(self, news: Sequence[tuple[str, list[str]]]) -> Iterable[str]:
        """Who is to be read."""
        whole = not self._seen or len(news) >= _MOST_LINES
        self._seen = news[-1][0] if news else self._seen or "0-0"
        if whole:
            return self._people.terms
        told = {
            line[index + 1] for _, line in news for index in range(0, len(line), 2) if line[index] == "who"
        }
        return told & self._people.terms.keys()

    def _read(self, extensions: Iterable[str]) -> None:
        wanted = list(extensions)
        if not wanted:
            return
        commands = [("HGETALL", keys.agent(self._company, extension)) for extension in wanted]
        for extension, reply in zip(wanted, self._pipelines.ask(pack(commands), len(commands)), strict=True):
            written = dict(zip(reply[::2], reply[1::2], strict=True))
            if self._written.get(extension) != written:
                self._written[extension] = written

    def _known(self, until: Mapping[str, str]) -> dict[str, Known]:
        return {
            extension: self._member(extension, terms, until)
            for extension, terms in self._people.terms.items()
        }

    def _member(self, extension: str, terms: Terms, until: Mapping[str, str]) -> Known:
        written, seen = self._written[extension], self._members.get(extension)
        registered = tuple([until.get(device) for device in terms.devices or ()])
        if (
            seen is None or seen.written is not written or seen.known.terms is not terms
            or seen.registered != registered
        ):  # fmt: skip
            seen = _Member(written, registered, known_of(extension, written, until, terms))
            self._members[extension] = seen
        return seen.known

    def _agent(self, known: Known, now: float) -> Agent:
        seen = self._derived.get(known.extension)
        if seen is None or seen.known is not known or not seen.at <= now < seen.until:
            derived = derive(known.inputs, known.terms, now)
            ends = (until for until in (derived.until, *known.inputs.registered.values()) if until > now)
            until = now if known.inputs.today.used else min(ends, default=math.inf)  # a shift may end
            seen = _Derived(known, now, until, derived.agent)
            self._derived[known.extension] = seen
        return seen.agent


def _pairs(names: Sequence[str], reply: Sequence[str | None]) -> dict[str, str]:
    """What was asked for beside each value that is there; the first value is that of the empty name."""
    return {name: value for name, value in zip(names, reply[1:], strict=True) if value is not None}
