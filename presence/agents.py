"""Agents in Redis: what is stored of each, and what is derived from it. The derived state is never stored."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec

from presence import keys
from routing.agents import Activity, Intent, derive_state, idle_clock, intent_at
from routing.snapshot import Agent


class LegActivity(msgspec.Struct, frozen=True, kw_only=True):
    """One leg of an agent's phone: ringing or answered, of which call, since when, on which node."""

    owner: str
    state: str
    call: str
    node: str
    since: float
    device: str = ""
    other: str = ""


_DECODE_LEG = msgspec.json.Decoder(LegActivity).decode
_DECODE_INTENT = msgspec.json.Decoder(Intent).decode
_NONE = Intent()


class AgentRecord(msgspec.Struct, frozen=True, kw_only=True):
    """An agent as the board shows him."""

    agent: Agent
    reason: str
    since: float
    intent: Intent
    legs: tuple[LegActivity, ...] = ()


def records_from(
    devices: Mapping[str, str],
    idle: Mapping[str, str],
    hashes: Sequence[Mapping[str, str]],
    owners: Mapping[str, Collection[str]],
    now: float,
) -> dict[str, AgentRecord]:
    """What `presence.gathering` read of these agents; `hashes` are theirs, in the order of `owners`."""
    return {
        extension: _record(stored, (owned, devices), float(idle.get(extension, 0)), now)
        for (extension, owned), stored in zip(owners.items(), hashes, strict=True)
    }


def _record(
    stored: Mapping[str, str],
    connectivity: tuple[Collection[str], Mapping[str, str]],
    idle_since: float,
    now: float,
) -> AgentRecord:
    owned, devices = connectivity
    registered = frozenset(device for device in owned if float(devices.get(device, 0)) > now)
    intent = _DECODE_INTENT(stored["intent"]) if "intent" in stored else _NONE
    legs = [_DECODE_LEG(text) for name, text in stored.items() if name.startswith(keys.LEG)]
    answered = [leg for leg in legs if leg.state == "answered"]
    ringing = [leg for leg in legs if leg.state == "ringing"]
    activity = Activity(
        answered=len(answered), ringing=len(ringing), wrap_up_until=float(stored.get("wrap_up_until", 0))
    )
    state, reason = derive_state(reachable=bool(registered), intent=intent, activity=activity, now=now)
    since = min((leg.since for leg in answered or ringing), default=0.0) or max(idle_since, intent.since)
    agent = Agent(
        state=state, registered=registered, legs=len(answered), ringing=len(ringing), intent=intent_at(intent, now),
        idle_since=idle_clock(idle_since, activity, intent),
    )  # fmt: skip
    return AgentRecord(agent=agent, reason=reason, since=since, intent=intent, legs=tuple(legs))


class AgentStore:
    """Writes of one company's agents. Each is one atomic command or transaction, and each may be repeated."""

    def __init__(self, client: Any, company: str) -> None:
        self._client, self._company = client, company

    def register(self, device: str, until: float) -> None:
        """A device registered, until a Unix second."""
        self._client.hset(keys.devices(self._company), device, f"{until:.0f}")
        self._tell("device", device, "registered")

    def unregister(self, device: str) -> None:
        """A device is gone."""
        if self._client.hdel(keys.devices(self._company), device):
            self._tell("device", device, "unregistered")

    def replace_devices(self, registered: Mapping[str, float]) -> None:
        """The switch's own list, after a reconnection."""
        pipe = self._client.pipeline(transaction=True)
        pipe.delete(keys.devices(self._company))
        if registered:
            pipe.hset(
                keys.devices(self._company), mapping={d: f"{until:.0f}" for d, until in registered.items()}
            )
        pipe.execute()
        self._tell("device", "*", "resynchronised")

    def leg(self, uuid: str, activity: LegActivity) -> None:
        """A leg rings or is answered; an answered leg never goes back to ringing."""
        text = msgspec.json.encode(activity).decode()
        pipe = self._client.pipeline(transaction=True)
        write = pipe.hsetnx if activity.state == "ringing" else pipe.hset
        # Twice: a decision reads those of its agents and must not read all; a sweep reads all.
        write(keys.legs(self._company), uuid, text)
        write(keys.agent(self._company, activity.owner), keys.LEG + uuid, text)
        pipe.execute()
        self._tell("agent", activity.owner, activity.state)

    def leg_over(self, uuid: str, owner: str, now: float) -> None:
        """A leg ended; when it was answered its agent's idle clock starts (C17)."""
        text = self._client.hget(keys.legs(self._company), uuid)
        pipe = self._client.pipeline(transaction=True)
        pipe.hdel(keys.legs(self._company), uuid)
        pipe.hdel(keys.agent(self._company, owner), keys.LEG + uuid)
        if text and _DECODE_LEG(text).state == "answered":
            pipe.hset(keys.idle(self._company), owner, f"{now:.3f}")
        pipe.execute()
        self._tell("agent", owner, "leg_over")

    def leg_uuids(self) -> dict[str, LegActivity]:
        """Every leg that Redis believes in."""
        found = self._client.hgetall(keys.legs(self._company))
        return {uuid: _DECODE_LEG(text) for uuid, text in found.items()}

    def declare(self, extension: str, intent: Intent) -> None:
        """An intent, by the agent, a supervisor or the system."""
        self._client.hset(
            keys.agent(self._company, extension), "intent", msgspec.json.encode(intent).decode()
        )
        self._tell("agent", extension, intent.kind)

    def call(self, ident: str, facts: Mapping[str, object]) -> None:
        """A live call, as the board shows it."""
        self._client.hset(keys.calls(self._company), ident, msgspec.json.encode(facts).decode())
        self._tell("call", ident, str(facts.get("state", "")))

    def call_over(self, ident: str, record: Mapping[str, object]) -> None:
        """The call ended: its record is written in the same transaction that forgets it."""
        pipe = self._client.pipeline(transaction=True)
        pipe.hdel(keys.calls(self._company), ident)
        pipe.xadd(
            keys.records(self._company), {"record": msgspec.json.encode(record).decode()}, maxlen=100_000
        )
        pipe.execute()
        self._tell("call", ident, "over")

    def calls(self) -> dict[str, dict[str, object]]:
        """Live calls by id."""
        found = self._client.hgetall(keys.calls(self._company))
        return {ident: msgspec.json.decode(text) for ident, text in found.items()}

    def _tell(self, what: str, who: str, how: str) -> None:
        self._client.xadd(keys.feed(self._company), {"what": what, "who": who, "how": how}, maxlen=1000)
