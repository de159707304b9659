"""Agents in Redis: what is stored of each, and what is derived from it. The derived state is never stored."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
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
    call: str = "",
) -> dict[str, AgentRecord]:
    """What `presence.gathering` read of these agents; `hashes` are theirs, in the order of `owners`. `call`: the one
    that asks, whose own ringing legs do not count: the step that made them is over when the next is decided."""
    return {
        extension: _record(stored, (owned, devices), _legs(stored, call), float(idle.get(extension, 0)), now)
        for (extension, owned), stored in zip(owners.items(), hashes, strict=True)
    }


def _legs(stored: Mapping[str, str], call: str) -> list[LegActivity]:
    legs = (_DECODE_LEG(text) for name, text in stored.items() if name.startswith(keys.LEG))
    return [leg for leg in legs if not (call and leg.call == call and leg.state == "ringing")]


def _record(
    stored: Mapping[str, str],
    connectivity: tuple[Collection[str], Mapping[str, str]],
    legs: Sequence[LegActivity],
    idle_since: float,
    now: float,
) -> AgentRecord:
    owned, devices = connectivity
    registered = frozenset(device for device in owned if float(devices.get(device, 0)) > now)
    intent = _DECODE_INTENT(stored["intent"]) if "intent" in stored else _NONE
    answered = [leg for leg in legs if leg.state == "answered"]
    ringing = [leg for leg in legs if leg.state == "ringing"]
    activity = Activity(
        answered=len(answered), ringing=len(ringing), wrap_up_until=float(stored.get("wrap_up_until", 0))
    )
    state, reason = derive_state(
        reachable=bool(registered), intent=intent, activity=activity, now=now, call_ended=idle_since
    )  # fmt: skip
    since = min((leg.since for leg in answered or ringing), default=0.0) or max(idle_since, intent.since)
    agent = Agent(
        state=state, registered=registered, legs=len(answered), ringing=len(ringing), intent=intent_at(intent, now, idle_since),
        idle_since=idle_clock(idle_since, activity, intent),
    )  # fmt: skip
    return AgentRecord(agent=agent, reason=reason, since=since, intent=intent, legs=tuple(legs))


# Two hashes hold each leg: a decision reads those of its agents and must not read all; a sweep reads all. A ringing leg that
# is known already is old news: it may be answered by now, and never goes back.
_LEG = """
if ARGV[3] == 'ringing' and redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('HSET', KEYS[2], ARGV[5] .. ARGV[1], ARGV[2])
redis.call('XADD', KEYS[3], 'MAXLEN', 1000, '*', 'what', 'agent', 'who', ARGV[4], 'how', ARGV[3])
return 1
"""
_LEG_OVER = """
local text = redis.call('HGET', KEYS[1], ARGV[1])
local gone = redis.call('HDEL', KEYS[1], ARGV[1]) + redis.call('HDEL', KEYS[2], ARGV[4] .. ARGV[1])
if gone == 0 then return 0 end
if text and cjson.decode(text)['state'] == 'answered' then redis.call('HSET', KEYS[4], ARGV[2], ARGV[3]) end
redis.call('XADD', KEYS[3], 'MAXLEN', 1000, '*', 'what', 'agent', 'who', ARGV[2], 'how', 'leg_over')
return 1
"""
_FEED_LENGTH = 1000
_RECORDS_LENGTH = 100_000


class AgentStore:
    """Writes of one company's agents and calls. Each is one atomic script or transaction, its line of the feed included,
    and each may be repeated."""

    def __init__(self, client: Any, company: str) -> None:
        self._client, self._company = client, company
        self._leg, self._leg_over = client.register_script(_LEG), client.register_script(_LEG_OVER)

    def register(self, device: str, until: float) -> None:
        """A device registered, until a Unix second."""
        with self._told("device", device, "registered") as pipe:
            pipe.hset(keys.devices(self._company), device, f"{until:.0f}")

    def unregister(self, device: str) -> None:
        """A device is gone."""
        with self._told("device", device, "unregistered") as pipe:
            pipe.hdel(keys.devices(self._company), device)

    def replace_devices(self, registered: Mapping[str, float]) -> None:
        """The switch's own list, after a reconnection."""
        with self._told("device", "*", "resynchronised") as pipe:
            pipe.delete(keys.devices(self._company))
            if registered:
                until = {device: f"{second:.0f}" for device, second in registered.items()}
                pipe.hset(keys.devices(self._company), mapping=until)

    def leg(self, uuid: str, activity: LegActivity) -> None:
        """A leg rings or is answered; an answered leg never goes back to ringing."""
        found = (
            keys.legs(self._company),
            keys.agent(self._company, activity.owner),
            keys.feed(self._company),
        )
        text = msgspec.json.encode(activity).decode()
        self._leg(keys=found, args=[uuid, text, activity.state, activity.owner, keys.LEG])

    def leg_over(self, uuid: str, owner: str, now: float) -> None:
        """A leg ended; when it was answered its agent's idle clock starts (C17)."""
        found = (
            keys.legs(self._company),
            keys.agent(self._company, owner),
            keys.feed(self._company),
            keys.idle(self._company),
        )
        self._leg_over(keys=found, args=[uuid, owner, f"{now:.3f}", keys.LEG])

    def leg_uuids(self) -> dict[str, LegActivity]:
        """Every leg that Redis believes in."""
        found = self._client.hgetall(keys.legs(self._company))
        return {uuid: _DECODE_LEG(text) for uuid, text in found.items()}

    def declare(self, extension: str, intent: Intent) -> None:
        """An intent, by the agent, a supervisor or the system."""
        text = msgspec.json.encode(intent).decode()
        with self._told("agent", extension, intent.kind) as pipe:
            pipe.hset(keys.agent(self._company, extension), "intent", text)

    def served(self, rotation: str, extension: str) -> None:
        """A member of a group that rotates answered: the next call begins after him (Z50)."""
        self._client.hset(keys.rotation(self._company), rotation, extension)

    def line(self, uuid: str, node: str) -> None:
        """A channel to or from outside."""
        self._client.hset(keys.lines(self._company), uuid, node)

    def lines_over(self, *uuids: str) -> None:
        """Channels to or from outside are no more."""
        self._client.hdel(keys.lines(self._company), *uuids)

    def lines(self) -> dict[str, str]:
        """Every such channel that Redis believes in, and its node."""
        return dict(self._client.hgetall(keys.lines(self._company)))

    def call(self, ident: str, facts: Mapping[str, object]) -> None:
        """A live call, as the board shows it."""
        with self._told("call", ident, str(facts.get("state", ""))) as pipe:
            pipe.hset(keys.calls(self._company), ident, msgspec.json.encode(facts).decode())

    def call_over(self, ident: str, record: Mapping[str, object]) -> None:
        """The call ended: its record is written in the same transaction that forgets it."""
        text = msgspec.json.encode(record).decode()
        with self._told("call", ident, "over") as pipe:
            pipe.hdel(keys.calls(self._company), ident)
            pipe.xadd(keys.records(self._company), {"record": text}, maxlen=_RECORDS_LENGTH)

    def calls(self) -> dict[str, dict[str, object]]:
        """Live calls by id."""
        found = self._client.hgetall(keys.calls(self._company))
        return {ident: msgspec.json.decode(text) for ident, text in found.items()}

    @contextmanager
    def _told(self, what: str, who: str, how: str) -> Iterator[Any]:
        """A transaction to add to; its line of the feed ends it, or nothing of it happens."""
        pipe = self._client.pipeline(transaction=True)
        yield pipe
        pipe.xadd(keys.feed(self._company), {"what": what, "who": who, "how": how}, maxlen=_FEED_LENGTH)
        pipe.execute()
