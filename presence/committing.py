"""Reading agents, and committing what was decided from it: all changes with their lines of the streams, or nothing.

Decide, then do: what a change is comes from `routing.agent_changes`; whether what it was decided from still holds is
checked by `lua/commit.lua`, in the same atomic step that writes it.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import redis

from presence import agent_fields, keys
from presence.agent_fields import CLAIM, LEG, MARK
from presence.lines import NOBODYS, Wanted
from presence.outside_calls import NOTHING_COUNTED, Tally
from routing.agent_changes import told
from routing.agent_state import Derived
from routing.agents import NO_TERMS, Inputs, Terms

_SCRIPT = Path(__file__).with_name("lua") / "commit.lua"
_TRIES = 24
"""Whoever loses against another change reads again. One of any number that try at once gets through each time; one who
keeps losing waits a moment, at random, so that it is his turn some time."""
_LOST_BEFORE_WAITING = 3
_LONGEST_WAIT = 0.03
_FRESH_SECONDS = 5.0
"""How long what we wrote of an agent ourselves is taken for what he is, so that the next change needs no reading: the mark says when
he is not. Only that a device registered anew leaves no mark: nobody is remembered whose registration is about to be over."""
NO_LINE = NOBODYS
"""What is said in place of an agent when no line is left."""

TermsOf = Callable[[str, float], Terms]
"""Extension and Unix second -> what the document says of him then."""

Decide = Callable[[Inputs, Terms], Inputs]
"""What an agent becomes (`routing.agent_changes`)."""


def no_terms(_extension: str, _now: float) -> Terms:
    """Nothing is known of the document: his devices are taken for reachable."""
    return NO_TERMS


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """Why something changes: `how` in one word, who says so (`agent`, `supervisor <extension>`, `switch`, `sweep`, the
    holder of a reservation), at which Unix second, about which call."""

    how: str
    source: str
    now: float
    call: str = ""


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """An agent as he was read: `stored` is his hash, `mark` what a change decided from this is valid for."""

    extension: str
    stored: Mapping[str, str]
    inputs: Inputs
    terms: Terms

    @property
    def mark(self) -> str:
        """The id of the last line about him."""
        return self.stored.get(MARK, "")


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What one agent becomes, and why."""

    known: Known
    after: Inputs
    cause: Cause


class Part(msgspec.Struct, frozen=True):
    """What is written to one hash."""

    set: Mapping[str, str]
    gone: list[str] = msgspec.field(name="del")


def known_of(extension: str, stored: Mapping[str, str], devices: Mapping[str, str], terms: Terms) -> Known:
    """An agent from what Redis has: his hash, and devices by the second at which they are gone."""
    registered = {device: float(devices[device]) for device in terms.devices or () if device in devices}
    inputs = agent_fields.decode(stored, registered)
    return Known(extension=extension, stored=stored, inputs=inputs, terms=terms)


class Agents:
    """The agents of one company, to read and to change."""

    def __init__(self, client: Any, company: str, terms: TermsOf = no_terms) -> None:
        self._client, self._company, self._terms = client, company, terms
        self._script = client.register_script(_SCRIPT.read_text(encoding="utf-8"))
        self._written: dict[str, tuple[float, Known]] = {}

    def latest(self, extension: str, now: float) -> Known | None:
        """An agent as we wrote him a moment ago; None when that is too long ago, or he may have to be read."""
        at, known = self._written.get(extension, (0.0, None))
        if known is None or time.monotonic() - at > _FRESH_SECONDS:
            return None
        terms, untils = self._terms(extension, now), known.inputs.registered.values()
        if terms.devices != known.terms.devices or any(until < now + _FRESH_SECONDS for until in untils):
            return None
        return msgspec.structs.replace(known, terms=terms)

    def read(self, extensions: Sequence[str], now: float) -> dict[str, Known]:
        """These agents, in one round trip."""
        terms = {extension: self._terms(extension, now) for extension in extensions}
        devices = [device for each in terms.values() for device in each.devices or ()]
        pipe = self._client.pipeline(transaction=False)
        pipe.hmget(keys.devices(self._company), ["", *devices])
        for extension in extensions:
            pipe.hgetall(keys.agent(self._company, extension))
        (_, *untils), *hashes = pipe.execute()
        until = {device: at for device, at in zip(devices, untils, strict=True) if at is not None}
        return {
            extension: known_of(extension, stored, until, each)
            for (extension, each), stored in zip(terms.items(), hashes, strict=True)
        }

    def change(
        self, extension: str, cause: Cause, decide: Decide, known: Known | None = None
    ) -> Change | None:
        """One agent, decided from what he is now, or from `known` while he still is; None when it changes nothing. Raises
        when Redis is away, or when he never stands still."""
        for lost in range(_TRIES):
            if lost > _LOST_BEFORE_WAITING:
                time.sleep(random.uniform(0.0, _LONGEST_WAIT))  # noqa: S311 - nobody guesses it for gain
            remembered = None if lost or known else self.latest(extension, cause.now)
            seen = known or remembered or self.read([extension], cause.now)[extension]
            found = Change(known=seen, after=decide(seen.inputs, seen.terms), cause=cause)
            # That nothing changes is true of who was read: what is remembered may be old, and no mark is asked about it.
            if not is_news(found) and remembered is None:
                return None
            if is_news(found) and not self.commit([found]):
                return found
            known = None
        raise redis.WatchError(f"agent {extension} of {self._company} changes too fast")

    def commit(
        self, changes: Sequence[Change], tally: Tally = NOTHING_COUNTED, lines: Wanted | None = None
    ) -> list[str]:
        """All of them, what the company's calls come to and the `lines` they take included, or none. Returns the agents who
        have changed since they were read, `COMPANY` when its calls have, `NO_LINE` alone when a limit of lines is reached."""
        company = self._company
        shared = (
            keys.feed(company), keys.transitions(company), keys.legs(company), keys.claims(company),
            keys.devices(company), keys.due(company), keys.outside_calls(company), keys.lines(company),
        )  # fmt: skip
        agents = [keys.agent(company, change.known.extension) for change in changes]
        announced = [told(change.after, change.known.terms, change.cause.now) for change in changes]
        packed = msgspec.json.encode(list(map(_packed, changes, announced)))
        counted = [tally.company, tally.was, tally.company_line(company)] if tally.company else ["", "", ""]
        taken = lines.packed() if lines is not None else ""
        how, *found = self._script(keys=[*shared, *agents], args=[packed, *counted, taken])
        if how == "stale":
            return list(found)
        for change, (after, _), mark in zip(changes, announced, found, strict=True):
            self._remember(change.known, after, mark)
        return []

    def _remember(self, known: Known, after: Inputs, mark: str) -> None:
        """He is what was written, as it would be read."""
        stored = {**agent_fields.encode(after), MARK: mark}
        until = _seconds(after.registered)
        self._written[known.extension] = (
            time.monotonic(),
            known_of(known.extension, stored, until, known.terms),
        )


def is_news(change: Change) -> bool:
    """False when everything is so already."""
    announced, _ = told(change.after, change.known.terms, change.cause.now)
    return announced != change.known.inputs


def _packed(change: Change, announced: tuple[Inputs, Derived]) -> dict[str, Any]:
    """A change as the script takes it."""
    known, cause = change.known, change.cause
    after, derived = announced
    was = {name: text for name, text in known.stored.items() if name != MARK}
    agent = _difference(was, agent_fields.encode(after))
    line = {
        "what": "agent", "who": known.extension, "how": cause.how, "from": known.inputs.told.state,
        "to": derived.state, "reason": derived.reason, "source": cause.source, "at": f"{cause.now:.3f}",
        "call": cause.call,
    }  # fmt: skip
    return {
        "who": known.extension, "mark": known.mark, "agent": agent, "legs": _part(agent, LEG),
        "claims": _part(agent, CLAIM, f"/{known.extension}"),
        "devices": _difference(_seconds(known.inputs.registered), _seconds(after.registered)),
        "due": f"{derived.until:.3f}" if derived.until else "",
        "line": [word for pair in line.items() for word in pair],
    }  # fmt: skip


def _difference(before: Mapping[str, str], after: Mapping[str, str]) -> Part:
    put = {name: text for name, text in after.items() if before.get(name) != text}
    return Part(put, [name for name in before if name not in after])


def _part(agent: Part, prefix: str, suffix: str = "") -> Part:
    """What is also in a hash of all agents, under a name that is unique there."""
    named = {
        name: name.removeprefix(prefix) + suffix
        for name in (*agent.set, *agent.gone)
        if name.startswith(prefix)
    }
    put = {named[name]: text for name, text in agent.set.items() if name in named}
    return Part(put, [named[name] for name in agent.gone if name in named])


def _seconds(registered: Mapping[str, float]) -> dict[str, str]:
    return {device: f"{until:.0f}" for device, until in registered.items()}
