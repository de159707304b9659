"""Agents kept for the offer of a call: made all at once or not at all, never twice, over by release or at their instant.

A reservation is decided from an agent as he was read, by the dialplan server with its decision, by a controller on its
own; whoever changed meanwhile makes it `Contended`, and the decision is taken again (design 2.3).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec

from presence import keys
from presence.committing import NO_LINE, Agents, Cause, Change, Known, TermsOf, is_news, no_terms
from presence.lines import Wanted
from presence.outside_calls import NOTHING_COUNTED, Tally
from routing import agent_changes
from routing.agents import Inputs, Reservation
from routing.outside_calls import COMPANY, OutsideCalls

_TRIES = 3


class Contended(msgspec.Struct, frozen=True):
    """Nobody was reserved: extensions, each with why in one word (`changed` meanwhile, or why he `refuses`); `NO_LINE` when the
    last line had been taken."""

    by: Mapping[str, str]


class Reservations:
    """Of one company. Every method raises when Redis is away, and may be repeated."""

    def __init__(
        self, client: Any, company: str, terms: TermsOf = no_terms, agents: Agents | None = None
    ) -> None:
        self._client, self._company = client, company
        self._agents = agents or Agents(client, company, terms)

    def read(self, extensions: Sequence[str], now: float) -> dict[str, Known]:
        """Agents to decide from."""
        return self._agents.read(extensions, now)

    def claim(
        self, agents: Collection[Known], wanted: Reservation, *, forced: bool = False,
        tally: Tally = NOTHING_COUNTED, beside: Collection[Known] = (), lines: Wanted | None = None,
    ) -> Contended | None:  # fmt: skip
        """Keep all of them for an offer, in one round trip; None: they are. `forced`: a supervisor gives them the call
        whatever their capacity (D13). Claimed again by the same holder for the same call, it is prolonged. What `tally`
        counts of them, of others `beside` them and of the company, is written with it, and the `lines` are taken."""
        now, left = wanted.since, list(agents)
        for _ in range(_TRIES):
            refused = {each.extension: why for each in left if (why := _refusal(each, wanted, forced=forced))}
            if refused:
                return Contended(refused)
            changes = [*self._changes(left, wanted, tally), *_counted(beside, tally, _cause(wanted))]
            stale = self._agents.commit(changes, tally, lines)
            if not stale:
                return None
            if stale == [NO_LINE]:
                return Contended({NO_LINE: "no_line"})
            # One that this very claim changed, when its answer was lost, is no contention.
            apart = {COMPANY, *(each.extension for each in beside)}.intersection(stale)
            if apart:
                return Contended(dict.fromkeys(apart, "changed"))
            again = self._agents.read(stale, now)
            others = {ext: "changed" for ext, known in again.items() if not _is_held(known, wanted)}
            if others:
                return Contended(others)
            left = [again.get(each.extension, each) for each in left]
        return Contended({each.extension: "changed" for each in left})

    def count(
        self, agents: Collection[Known], tally: Tally, cause: Cause, lines: Wanted | None = None
    ) -> Contended | None:
        """What leaves without anybody being kept for it is counted, and takes its lines; None: it is."""
        stale = self._agents.commit(_counted(agents, tally, cause), tally, lines)
        return Contended(dict.fromkeys(stale, "changed")) if stale else None

    def _changes(
        self, agents: Collection[Known], wanted: Reservation, tally: Tally = NOTHING_COUNTED
    ) -> list[Change]:
        cause, counted = _cause(wanted), tally.users
        changes = (
            _change(each, agent_changes.reserved(each.inputs, wanted), cause, counted.get(each.extension))
            for each in agents
        )
        return [change for change in changes if is_news(change)]

    def release(self, extensions: Collection[str], call: str, source: str, now: float, step: int = 0) -> None:
        """They are kept for this call no longer: it hung up, was taken by another, or the offer is over."""
        cause = Cause(how="released", source=source, now=now, call=call)
        for extension in extensions:
            self._agents.change(
                extension, cause, lambda inputs, _: agent_changes.released(inputs, call, step)
            )

    def release_call(self, call: str, source: str, now: float, step: int = 0) -> None:
        """Nobody is kept for this call any longer; with a step, for its offers up to that step: the next one may have
        been made already."""
        kept = [extension for each, extension in self.all() if each == call]
        self.release(kept, call, source, now, step)

    def all(self) -> dict[tuple[str, str], Reservation]:
        """Every reservation of the company by call and extension, those that ran out and were not yet taken away included."""
        found: dict[str, str] = self._client.hgetall(keys.claims(self._company))
        names = {name: name.rpartition("/") for name in found}
        return {
            (call, extension): msgspec.json.decode(found[name], type=Reservation)
            for name, (call, _, extension) in names.items()
        }


def _cause(wanted: Reservation) -> Cause:
    return Cause(how="reserved", source=wanted.holder, now=wanted.since, call=wanted.call)


def _counted(agents: Collection[Known], tally: Tally, cause: Cause) -> list[Change]:
    counted = tally.users
    return [
        _change(each, each.inputs, cause, counted[each.extension])
        for each in agents
        if each.extension in counted
    ]


def _change(known: Known, after: Inputs, cause: Cause, calls: OutsideCalls | None) -> Change:
    if calls is None:
        return Change(known=known, after=after, cause=cause)
    after = msgspec.structs.replace(after, outside_calls=calls)
    return Change(known=known, after=after, cause=_told(cause, calls))


def _told(cause: Cause, calls: OutsideCalls) -> Cause:
    """A hold is what the line tells, whatever else happens in the same step."""
    if calls.held is None or calls.held.since != cause.now:
        return cause
    return msgspec.structs.replace(cause, how="outbound_held", source="fraud_guard")


def _refusal(known: Known, wanted: Reservation, *, forced: bool) -> str:
    why = agent_changes.refuses(known.inputs, wanted, known.terms, wanted.since)
    return "" if forced and why == "capacity" else why


def _is_held(known: Known, wanted: Reservation) -> bool:
    held = known.inputs.reservations.get(wanted.call)
    return held is not None and held.holder == wanted.holder
