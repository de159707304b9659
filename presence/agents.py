"""Agents and calls in Redis: each method is something that happened, written in one atomic step with its event."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec

from presence import connects, keys
from presence.agent_fields import decode_leg
from presence.committing import Agents, Cause, Known, TermsOf, no_terms
from presence.lines import LineStore
from presence.monitors import Monitors
from presence.outside_calls import company_calls
from presence.reservations import Reservations
from presence.waiting import decode as decode_place
from routing import agent_changes
from routing.agent_state import Derived, derive, intent_now
from routing.agents import Intent, LegActivity
from routing.ended_call import EndedCall
from routing.outside_calls import OutsideCalls
from routing.route import LegOutcome
from routing.snapshot import Agent, Connect, Waiting

__all__ = ["AgentRecord", "AgentStore", "LegActivity", "record_of"]

_FEED_LENGTH = 1000
_RECORDS_LENGTH = 100_000
_OVER_SECONDS = 600
_DUE_AT_ONCE = 500
_READ_AT_ONCE = 100
"""A company of thousands must not hold up what else this process does."""


class AgentRecord(msgspec.Struct, frozen=True, kw_only=True):
    """An agent as the board shows him."""

    derived: Derived
    intent: Intent
    legs: tuple[LegActivity, ...] = ()
    outside_calls: OutsideCalls = OutsideCalls()

    @property
    def agent(self) -> Agent:
        """As routing sees him."""
        return self.derived.agent


def record_of(known: Known, now: float) -> AgentRecord:
    """What the board shows of him."""
    inputs = known.inputs
    return AgentRecord(
        derived=derive(inputs, known.terms, now), intent=intent_now(inputs, now),
        legs=tuple(inputs.legs.values()), outside_calls=inputs.outside_calls,
    )  # fmt: skip


class AgentStore:
    """Writes of one company's agents and calls. Each is one atomic script or transaction, its line of the feed included,
    and each may be repeated."""

    def __init__(self, client: Any, company: str, terms: TermsOf = no_terms) -> None:
        self._client, self._company = client, company
        self.agents = Agents(client, company, terms)
        self.reservations = Reservations(client, company, terms, self.agents)
        self.lines = LineStore(client, company)
        self.monitors = Monitors(client, company)

    # --- connectivity -------------------------------------------------------------------------------

    def register(
        self,
        device: str,
        until: float,
        owner: str = "",
        now: float = 0.0,
        *,
        node: str = "",
        source: str = "switch",
    ) -> None:
        """A device registered, until a Unix second. `owner`: whose it is, empty for nobody's."""
        known = self._client.hget(keys.devices(self._company), device)
        if node:
            self._client.hset(keys.device_nodes(self._company), device, node)
        if known is not None and float(known) > now:
            # It was there: nothing to tell.
            self._client.hset(keys.devices(self._company), device, f"{until:.0f}")
        elif owner:
            cause = Cause(how="registered", source=source, now=now)
            self.agents.change(owner, cause, lambda i, t: agent_changes.connected(i, device, until, now, t))
        else:
            with self._told("device", device, "registered") as pipe:
                pipe.hset(keys.devices(self._company), device, f"{until:.0f}")

    def unregister(
        self, device: str, owner: str = "", now: float = 0.0, *, node: str = "", source: str = "switch"
    ) -> None:
        """A device is gone; nothing when it has registered at another node than this one meanwhile."""
        if node and self._client.hget(keys.device_nodes(self._company), device) not in (None, "", node):
            return
        if owner:
            cause = Cause(how="unregistered", source=source, now=now)
            self.agents.change(owner, cause, lambda i, t: agent_changes.disconnected(i, device, t, now))
        else:
            with self._told("device", device, "unregistered") as pipe:
                pipe.hdel(keys.devices(self._company), device)

    def replace_devices(
        self, registered: Mapping[str, float], owners: Mapping[str, str] | None = None, now: float = 0.0, *,
        node: str = "",
    ) -> None:  # fmt: skip
        """A switch's own list, after a reconnection; devices of other nodes stay."""
        owners = owners or {}
        for device in self.devices(node):
            if device not in registered:
                self.unregister(device, owners.get(device, ""), now, node=node)
        for device, until in registered.items():
            self.register(device, until, owners.get(device, ""), now, node=node)

    def devices(self, node: str = "") -> dict[str, float]:
        """Devices that are registered at a node, or at none that is known, by the second at which that ends; empty: all."""
        found = self._client.hgetall(keys.devices(self._company))
        nodes = self._client.hgetall(keys.device_nodes(self._company)) if node else {}
        return {each: float(at) for each, at in found.items() if nodes.get(each, node) == node}

    def registered_elsewhere(self, devices: Sequence[str], node: str, now: float) -> str:
        """The node at which the first of these that is registered is, where it is known and another one; else empty."""
        until, nodes = self.devices(), self._client.hgetall(keys.device_nodes(self._company))
        there = (nodes.get(device, "") for device in devices if until.get(device, 0.0) > now)
        return next((found for found in there if found not in ("", node)), "")

    # --- activity -----------------------------------------------------------------------------------

    def leg(self, uuid: str, activity: LegActivity) -> None:
        """A leg rings or is answered; an answered leg never goes back to ringing."""
        happens = agent_changes.rang if activity.state == "ringing" else agent_changes.answered
        cause = Cause(how=activity.state, source="switch", now=activity.since, call=activity.call)
        self.agents.change(activity.owner, cause, lambda inputs, _: happens(inputs, uuid, activity))

    def works(self, uuid: str, owner: str, now: float, *, call: str, profile: str) -> None:
        """The call that he makes with this leg takes a unit of a capacity profile; empty: it does no more."""
        cause = Cause(how="works", source="switch", now=now, call=call)
        self.agents.change(owner, cause, lambda i, _: agent_changes.works(i, uuid, call, profile))

    def leg_over(
        self, uuid: str, owner: str, now: float, how: LegOutcome | None = None, source: str = "switch"
    ) -> None:
        """A leg ended. After a conversation the idle clock starts, or wrap-up; `how` an offer ended says whether it was
        missed or refused."""
        known = self.agents.latest(owner, now)
        leg = known.inputs.legs.get(uuid) if known is not None else None
        cause = Cause(how="leg_over", source=source, now=now, call=leg.call if leg else self._call_of(uuid))
        self.agents.change(owner, cause, lambda i, t: agent_changes.leg_over(i, uuid, how, t, now))

    def _call_of(self, uuid: str) -> str:
        known = self._client.hget(keys.legs(self._company), uuid)
        return decode_leg(known).call if known else ""

    def leg_uuids(self) -> dict[str, LegActivity]:
        """Every leg that Redis believes in."""
        found = self._client.hgetall(keys.legs(self._company))
        return {uuid: decode_leg(text) for uuid, text in found.items()}

    # --- intent and time ----------------------------------------------------------------------------

    def declare(self, extension: str, intent: Intent) -> None:
        """An intent, by whom its source says."""
        cause = Cause(how=intent.kind, source=intent.source, now=intent.since)
        self.agents.change(extension, cause, lambda inputs, _: agent_changes.declared(inputs, intent))

    def opt(self, extension: str, queue: str, *, into: bool, source: str, now: float) -> None:
        """He takes the calls of a queue, or none of them for a while, by whom `source` says."""
        cause = Cause(how="opted_in" if into else "opted_out", source=source, now=now)
        self.agents.change(extension, cause, lambda i, _: agent_changes.opted(i, queue, into=into))

    # --- outside calls --------------------------------------------------------------------------------

    def lift_hold(self, extension: str, source: str, now: float) -> bool:
        """An agent's outside calls leave again, by whom `source` says; what was counted of him begins anew. False: they
        were not held."""
        cause = Cause(how="hold_lifted", source=source, now=now)
        return self.agents.change(extension, cause, lambda i, _: agent_changes.hold_lifted(i)) is not None

    def company_calls(self) -> OutsideCalls:
        """What the fraud guard counted of the whole company."""
        return company_calls(self._client, self._company)

    def lift_company_hold(self, source: str, now: float) -> bool:
        """The same of the company."""
        if self.company_calls().held is None:
            return False
        line = {
            "what": "company", "who": self._company, "how": "hold_lifted", "source": source, "at": f"{now:.3f}",
        }  # fmt: skip
        pipe = self._client.pipeline(transaction=True)
        pipe.delete(keys.outside_calls(self._company))
        pipe.xadd(keys.feed(self._company), line, maxlen=_FEED_LENGTH)
        pipe.xadd(keys.transitions(self._company), line, maxlen=_RECORDS_LENGTH)
        pipe.execute()
        return True

    def suppose_idle(self, extension: str, since: float, now: float) -> None:
        """As if he had been idle since then: how a rehearsal begins."""
        cause = Cause(how="supposed", source="rehearsal", now=now)
        self.agents.change(extension, cause, lambda inputs, _: agent_changes.idle_since(inputs, since))

    def settle(self, now: float) -> None:
        """Whatever is over by itself by now, told agent by agent: reservations, wrap-up, timed intents."""
        due = self._client.zrangebyscore(keys.due(self._company), "-inf", f"{now:.3f}", 0, _DUE_AT_ONCE)
        self.reconcile(due, now)

    def reconcile(self, extensions: Sequence[str], now: float) -> None:
        """What nobody announces is told: what is over, working hours, registrations that ran out."""
        for start in range(0, len(extensions), _READ_AT_ONCE):
            some = extensions[start : start + _READ_AT_ONCE]
            for extension, known in self.agents.read(some, now).items():
                how = agent_changes.what_is_over(known.inputs, now)
                cause = Cause(how=how, source="sweep", now=now)
                self.agents.change(extension, cause, lambda i, t: agent_changes.settled(i, t, now), known)

    # --- calls --------------------------------------------------------------------------------------

    def served(self, rotation: str, extension: str) -> None:
        """A member of a group that rotates answered: the next call begins after him (Z50)."""
        self._client.hset(keys.rotation(self._company), rotation, extension)

    def waiting(self) -> dict[str, Waiting]:
        """Everybody's place in a queue's line, by call."""
        found = self._client.hgetall(keys.waiting(self._company))
        return {call: decode_place(text) for call, text in found.items()}

    def waits(self, place: Waiting) -> None:
        """A call's place in a queue's line is this from now on."""
        text = msgspec.json.encode(place).decode()
        self._client.hset(keys.waiting(self._company), place.call, text)

    def connected(self, queue: str, connect: Connect) -> None:
        """A caller of a queue was answered."""
        connects.keep(self._client, self._company, queue, connect)

    def waits_no_more(self, call: str) -> None:
        """A call of a queue was answered: its place in the line is free."""
        self._client.hdel(keys.waiting(self._company), call)

    def trunk(self, gateway: str, how: str) -> None:
        """A gateway of the company is up, or down: the board looks again."""
        with self._told("trunk", gateway, how):
            pass

    def call(self, ident: str, facts: Mapping[str, object]) -> None:
        """A live call, as the board shows it."""
        with self._told("call", ident, str(facts.get("state", ""))) as pipe:
            pipe.hset(keys.calls(self._company), ident, msgspec.json.encode(facts).decode())

    def call_over(self, ident: str, record: EndedCall) -> None:
        """The call ended: its record is written in the same transaction that forgets it."""
        text = msgspec.json.encode(record).decode()
        with self._told("call", ident, "over") as pipe:
            pipe.hdel(keys.calls(self._company), ident)
            pipe.hdel(keys.followed(self._company), ident)
            pipe.hdel(keys.waiting(self._company), ident)
            pipe.set(keys.over(self._company, ident), "1", ex=_OVER_SECONDS)
            pipe.xadd(keys.records(self._company), {"record": text}, maxlen=_RECORDS_LENGTH)

    def follow(self, known: Mapping[str, str]) -> None:
        """What a controller knows of live calls, by id, for whoever follows them after it."""
        if known:
            self._client.hset(keys.followed(self._company), mapping=dict(known))

    def followed(self) -> dict[str, str]:
        """The same, of all controllers."""
        return dict(self._client.hgetall(keys.followed(self._company)))

    def calls(self) -> dict[str, dict[str, object]]:
        """Live calls by id."""
        found = self._client.hgetall(keys.calls(self._company))
        return {ident: msgspec.json.decode(text) for ident, text in found.items()}

    def forget_followed(self, *calls: str) -> None:
        """Nobody needs to follow these."""
        self._client.hdel(keys.followed(self._company), *calls)

    def repaired(self, kind: str, who: str, wrong: str) -> None:
        """A sweep put something right: what kind of thing, whose, what was wrong."""
        line = {"kind": kind, "who": who, "wrong": wrong}
        self._client.xadd(keys.repairs(self._company), line, maxlen=_FEED_LENGTH)

    @contextmanager
    def _told(self, what: str, who: str, how: str) -> Iterator[Any]:
        """A transaction to add to; its line of the feed ends it, or nothing of it happens."""
        pipe = self._client.pipeline(transaction=True)
        yield pipe
        pipe.xadd(keys.feed(self._company), {"what": what, "who": who, "how": how}, maxlen=_FEED_LENGTH)
        pipe.execute()
