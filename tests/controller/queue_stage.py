"""A stage for queues: a company with one queue, a real Redis, and as many controllers as wanted, each with a switch that is
played here: what FreeSWITCH tells of originated, joined and ended legs, in its order (tests/captures, offered_by_controller)."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

import gevent
import msgspec

from controller.dispatch import Dispatch
from controller.esl import Event
from controller.node import NodeWatch
from controller.phones import Phones
from controller.published import Published
from controller.queue_tools import Tools
from presence import keys, waiting
from presence.agents import AgentStore
from presence.clock import Clock
from presence.connection import hot
from presence.pipelines import Pipelines
from presence.roster import Roster
from routing.company import CompanyDocument
from routing.compiled import Company
from routing.snapshot import Waiting
from routing.steps import Leg
from schemas import dial_strings
from schemas.company import load_company
from schemas.trunk_legs import way_of
from store.snapshot import Snapshot as PublishedSnapshot
from store.snapshot import SnapshotReader, write_snapshot

FAR = 4_000_000_000.0
QUEUE = "Q"
_VARIABLE = re.compile(r"(relais_\w+|origination_uuid)=([^,\]]*)")
Answers = Callable[[str], "str | float"]
"""Device -> after how many seconds it answers, or the cause with which it refuses at once; infinite: it only rings."""


def document(
    ident: str, agents: int, account: Mapping[str, Any] | None = None, **queue: Any
) -> CompanyDocument:
    """A company whose queue has so many members, 1000 and on, each with a number outside when `mobiles` is true."""
    names, mobiles = [str(1000 + n) for n in range(agents)], queue.pop("mobiles", False)
    found = load_company({
        "format": 1,
        "account": {
            "id": ident, "name": ident, "domain": f"{ident}.example", "time_zone": "UTC", "country": "CA", **(account or {}),
        },
        "users": {name: _member(name, mobile=mobiles) for name in names},
        "numbers": {"N": {"number": "+16045550100", "handling": "h", "make_calls": True}},
        "handlings": {"h": {"open": [{"action": "queue", "queue": QUEUE}]}},
        "teams": {"T": {"members": names}},
        "queues": {QUEUE: {"extension": "7000", "teams": ["T"], "strategy": "longest_idle", **queue}},
    })  # fmt: skip
    assert isinstance(found, CompanyDocument), found
    return found


def _member(name: str, *, mobile: bool) -> dict[str, Any]:
    own = {"mobile": {"number": f"+1438555{name}", "country": "CA", "confirm_seconds": 5}}
    return {
        "name": f"User {name}",
        "devices": {f"{name}a": {"kind": "sip"}},
        "external_numbers": own if mobile else {},
    }


class PlayedSwitch(Phones):
    """Phones of a switch that tells its events to `tell`. `talks`: seconds until the agent hangs up, infinite for never."""

    def __init__(self, answers: Answers, talks: float = float("inf")) -> None:
        super().__init__("XML,XML:/failsafe.xml")
        self.tell: Callable[[Event], None] = lambda event: None
        self.answers, self.talks = answers, talks
        self.rung: list[tuple[float, str, str]] = []
        """When, call, device of each originate."""
        self.joined: list[tuple[str, str]] = []
        """Caller's leg and device."""
        self.left: list[str] = []
        self.carried: dict[str, str] = {}
        self.dumps: dict[str, Event] = {}
        self.refuses_to_join = False
        self.legs: dict[str, Mapping[str, str]] = {}
        self._over: dict[str, gevent.event.AsyncResult[str]] = {}

    def ring(self, command: str, seconds: float) -> str | None:
        said = dict(_VARIABLE.findall(command))
        uuid, device = said.pop("origination_uuid"), said["relais_leg"]
        self.rung.append((time.perf_counter(), said["relais_call"], device))
        self.legs[uuid] = said
        over = self._over[uuid] = gevent.event.AsyncResult()
        self._event("CHANNEL_CREATE", uuid)
        answer = self.answers(device)
        if isinstance(answer, str):
            return self._ended(uuid, answer)
        with gevent.Timeout(min(answer, seconds), False):
            return self._ended(uuid, str(over.get()))
        if answer >= seconds:
            return self._ended(uuid, "ALLOTTED_TIMEOUT")
        self._event("CHANNEL_ANSWER", uuid)
        return ""

    def _ended(self, uuid: str, cause: str) -> str:
        if self._over.pop(uuid, None) is not None:
            self._event("CHANNEL_HANGUP_COMPLETE", uuid, **{"Hangup-Cause": cause})
        return cause

    def join(self, caller: str, leg: str, owner: str) -> bool:
        if self.refuses_to_join or leg not in self._over:
            return False
        self.joined.append((caller, self.legs[leg]["relais_leg"]))
        ids = {"Bridge-A-Unique-ID": caller, "Bridge-B-Unique-ID": leg}
        self.tell(Event({"Event-Name": "CHANNEL_BRIDGE", "Unique-ID": caller, **ids}))
        if self.talks < float("inf"):
            gevent.spawn_later(self.talks, self._part, caller, leg)
        return True

    def _part(self, caller: str, leg: str) -> None:
        self._ended(leg, "NORMAL_CLEARING")
        self.hang_up(caller)

    def hang_up(self, caller: str) -> None:
        """The caller's channel is over."""
        said = {
            "Event-Name": "CHANNEL_HANGUP_COMPLETE",
            "Unique-ID": caller,
            "Hangup-Cause": "NORMAL_CLEARING",
        }
        self.tell(Event(said))

    def end(self, leg: str, cause: str) -> bool:
        over = self._over.get(leg)
        if over is None:
            return False
        if not over.ready():
            over.set(cause)
        gevent.sleep(0)
        self._ended(leg, cause)
        return True

    def carry(self, caller: str, route: str) -> bool:
        self.carried[caller] = route
        return True

    def leave(self, caller: str, step: int) -> bool:
        self.left.append(caller)
        return True

    def data(self, leg: str) -> Event | None:
        return self.dumps.get(leg)

    def _event(self, name: str, uuid: str, **more: str) -> None:
        variables = {f"variable_{key}": value for key, value in self.legs[uuid].items()}
        self.tell(Event({"Event-Name": name, "Unique-ID": uuid, **variables, **more}))


def _phone(company: Company, leg: Leg) -> str:
    way = way_of(company.document, leg) if leg.number else None
    return dial_strings.phone(leg, (company.id, "x.example"), "", "/press-1.wav", way)


class Node:
    """A controller and its switch."""

    def __init__(self, name: str, stage: Stage, switch: PlayedSwitch) -> None:
        self.switch = switch
        self.watch = NodeWatch(
            node=name, clock=stage.clock, published=stage.published, stores=stage.stores, dialplans="XML,XML:/failsafe.xml"
        )  # fmt: skip
        pipelines = Pipelines(stage.url)
        tools = Tools(
            node=name, clock=stage.clock, published=stage.published, stores=stage.stores, writer=self.watch.writer, phones=switch,
            roster=partial(Roster, pipelines), draw=lambda: 0,
            phone_text=lambda company, leg, _: _phone(company, leg),
        )  # fmt: skip
        self.dispatch = self.watch.dispatch = Dispatch(tools)
        switch.tell = self.watch.on_event
        stage.client.set(keys.heartbeat(name), "us", ex=600)
        self._greenlets = [
            gevent.spawn(self.watch.writer.run),
            gevent.spawn(self.dispatch.run),
            gevent.spawn(self._tick),
        ]

    def _tick(self) -> None:
        while True:
            gevent.sleep(0.1)
            self.dispatch.tick()

    def stop(self) -> None:
        """It is killed."""
        gevent.killall(self._greenlets)


class Stage:
    """The company `ident`, everybody registered and idle but for those made busy."""

    def __init__(self, url: str, folder: Path, ident: str, agents: int, **queue: Any) -> None:
        self.url, self.ident, self.client = url, ident, hot(url)
        for key in self.client.keys(f"relais:{ident}:*"):
            self.client.delete(key)
        self.document = document(ident, agents, **queue)
        self.members = list(self.document.users)
        snapshot = PublishedSnapshot(
            company=ident, revision=1, published_at="", document=self.document, a1_hashes={}, pins={}
        )
        write_snapshot(folder, snapshot)
        self.published = Published(SnapshotReader(folder))
        self.published.read()
        self.clock = Clock()
        self.stores = cache(
            lambda company: AgentStore(self.client, company, partial(self.published.terms, company))
        )
        self.store = self.stores(ident)
        self.nodes: list[Node] = []
        for name in self.members:
            self.store.register(f"{name}a", FAR, name, 1.0)

    def node(self, answers: Answers = lambda _: float("inf"), talks: float = float("inf")) -> Node:
        """One controller more."""
        self.nodes.append(Node(f"node-{self.ident}-{len(self.nodes)}", self, PlayedSwitch(answers, talks)))
        return self.nodes[-1]

    def close(self) -> None:
        """All of it ends."""
        for each in self.nodes:
            each.stop()

    # --- what happens -----------------------------------------------------------------------------

    def arrives(self, node: Node, call: str, *, since: float = 0.0, priority: int = 0, **more: str) -> None:
        """A caller's step in the line begins: its place in the line is written before, as by the dialplan server."""
        since = since or self.clock.unix()
        place = Waiting(call=call, queue=QUEUE, since=since, until=since + 3600, priority=priority)
        self.client.hset(keys.waiting(self.ident), call, msgspec.json.encode(place))
        node.watch.on_event(self.step(call, since, **more))

    def step(self, call: str, since: float, **more: str) -> Event:
        """A `relais::step` event of a caller in the line."""
        said = {
            "relais_call": call, "relais_company": self.ident, "relais_revision": "1", "relais_step": "2",
            "relais_place": f"q.{QUEUE}.o.s0w0-{int(since):x}", "relais_entry": "extension.7000", "relais_route": "-",
            "relais_started": "1", "relais_mover": "controller", "relais_legs": "-", **more,
        }  # fmt: skip
        return Event({
            "Event-Name": "CUSTOM", "Event-Subclass": "relais::step", "Unique-ID": call, "relais_phase": "begin",
            "Caller-Caller-ID-Number": "+14505550199", "Caller-Caller-ID-Name": "Garage Nord",
            **{f"variable_{name}": value for name, value in said.items()},
        })  # fmt: skip

    def reserved(self) -> list[tuple[str, str]]:
        """Call and agent of each reservation ever made, in order."""
        lines = self.client.xrange(keys.transitions(self.ident))
        return [(line["call"], line["who"]) for _, line in lines if line["how"] == "reserved"]

    def line(self) -> dict[str, Waiting]:
        """Who waits, by call."""
        return {each.call: each for each in waiting.read(self.client.hvals(keys.waiting(self.ident)))}


def call_id(number: int) -> str:
    """The id of a call."""
    return f"00000000-0000-4000-8000-{number:012}"


def until(holds: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait for what must become true."""
    with gevent.Timeout(seconds, AssertionError("it did not come true in time")):
        while not holds():
            gevent.sleep(0.005)
