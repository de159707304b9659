"""Scenarios on an installed FreeSWITCH: SIP phones and a SIP trunk for each company, in real time, side by side."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import gevent
import msgspec
from gevent.pool import Pool

from console.scenarios import companies, sip_phone
from console.scenarios.event_feed import Event, EventFeed
from console.scenarios.sip_phone import Observation, Phone
from console.scenarios.stack import Stack
from routing.legs import leg_uuid
from routing.what_if import Row
from schemas.scenario import Scenario
from schemas.secrets import read_secret
from schemas.settings import from_environ
from store.secrets import device_password

_REGISTER_AT_ONCE = 20
_STAGGER_SECONDS = 0.15
_QUIET_SECONDS = 3.0
_LATE_SECONDS = 25.0
_GATEWAY = """<include>
  <gateway name="{name}">
    <param name="proxy" value="127.0.0.1:{port}"/>
    <param name="register" value="false"/>
    <param name="caller-id-in-from" value="true"/>
    <param name="username" value="relais"/>
    <param name="password" value="unused"/>
    <param name="context" value="relais-trunk"/>
  </gateway>
</include>
"""
_BOX = re.compile(r"/([0-9]+)/msg_[^/]*$")


def play_on_freeswitch(scenarios: Sequence[Scenario], program: str) -> dict[Path, tuple[Row, ...]]:
    """What happened in each; all of them run at once."""
    known = companies.own_companies(scenarios, gateways=True)
    with TemporaryDirectory(prefix="relais-live-") as folder:
        root = Path(folder)
        clock = companies.ClockFile(root / "clock.json", 1.0, gevent.sleep)
        stack = Stack(root=root / "var", switch=program, clock=clock.path)
        cases = {ident: _Case(ident, scenario, stack) for ident, scenario in known.items()}
        try:
            for case in cases.values():
                case.write_gateway()
            with stack:
                return _play(cases, stack, clock)
        finally:
            for case in cases.values():
                case.close()


def _play(cases: dict[str, _Case], stack: Stack, clock: companies.ClockFile) -> dict[Path, tuple[Row, ...]]:
    settings = from_environ(stack.environment)
    companies.publish(settings, {ident: case.scenario for ident, case in cases.items()})
    gevent.sleep(2.0)  # every worker and the controller look at least once a second
    key = read_secret(settings.var, "device_key")
    pool = Pool(_REGISTER_AT_ONCE)
    for case in cases.values():
        for device in companies.registered_devices(case.scenario):
            pool.spawn(case.register, device, key)
    pool.join(raise_error=True)
    feed = EventFeed(
        ("127.0.0.1", stack.ports["event_socket"]), read_secret(settings.var, "event_socket"),
        lambda event: _heard(cases, event),
    )  # fmt: skip
    runs = []
    for ident, case in cases.items():
        start = companies.start_of(case.scenario)
        companies.suppose(settings, ident, case.scenario, start)
        runs.append(gevent.spawn(case.play, clock, start))
        gevent.sleep(_STAGGER_SECONDS)
    gevent.joinall(runs, raise_error=True)
    feed.close()
    return {case.scenario.path: tuple(sorted(case.rows, key=lambda row: row.at)) for case in cases.values()}


def _heard(cases: dict[str, _Case], event: Event) -> None:
    case = cases.get(event.get("variable_relais_company", ""))
    if case is not None and event.get("variable_relais_call") == event.get("Unique-ID"):
        case.on_event(event)


class _Case:
    """One scenario with its phones and its outside world; `rows` is what happened."""

    def __init__(self, ident: str, scenario: Scenario, stack: Stack) -> None:
        self.ident, self.scenario, self._stack = ident, scenario, stack
        self.rows: list[Row] = []
        self.finished = False
        self._began = self._latest = 0.0
        self._phones: dict[str, Phone] = {}
        self._talking: set[str] = set()
        self._key = ""
        self._outside = self._phone("trunk", "trunks")
        for phone, offers in scenario.phones.items():
            if phone.startswith("+"):
                self._outside.script(*map(_offer, offers), number=phone)

    def _phone(self, name: str, profile: str) -> Phone:
        return Phone(
            name, proxy=("127.0.0.1", self._stack.ports[profile]), domain=f"{self.ident}.example",
            observe=self._observe,
        )  # fmt: skip

    def write_gateway(self) -> None:
        """The trunk that leads to this case's outside world."""
        folder = self._stack.root / "gateways"
        folder.mkdir(parents=True, exist_ok=True)
        text = _GATEWAY.format(name=self.ident, port=self._outside.port)
        (folder / f"{self.ident}.xml").write_text(text)

    def register(self, device: str, key: str) -> None:
        """A phone of the company, registered and with its script."""
        self._key = key
        phone = self._phones[device] = self._phone(device, "phones")
        script = self.scenario.phones.get(device)
        if script:
            phone.script(*map(_offer, script))
        status = phone.register(self._password(device))
        if status != 200:
            raise RuntimeError(f"{self.scenario.path.stem}: {device} cannot register: {status}")

    def _password(self, device: str) -> str:
        users = self.scenario.document.users.values()
        generation = next(u.devices[device].secret_generation for u in users if device in u.devices)
        return device_password(self._key, self.ident, device, generation)

    def play(self, clock: companies.ClockFile, start: float) -> None:
        """The call, until as much has happened as was expected, and nothing more for a while."""
        clock.reach(self.ident, start)
        plan = self.scenario.call
        self._began = self._latest = time.time()
        caller = self._phones[plan.device] if plan.device else self._outside
        password = self._password(plan.device) if plan.device else ""
        call = caller.call(plan.to, number="" if plan.device else plan.number, password=password)
        acts = [gevent.spawn_later(at, self._press, caller, call, keys) for at, keys in plan.press]
        if plan.hang_up_at is not None:
            acts.append(gevent.spawn_later(plan.hang_up_at, caller.hang_up, call))
        last = max([at for at, _ in plan.press] + [row.at or 0.0 for row in self.scenario.timeline])
        while not self._done(last):
            gevent.sleep(0.1)
        gevent.killall(acts)
        self.finished = True
        caller.hang_up(call)

    @staticmethod
    def _press(caller: Phone, call: str, keys: str) -> None:
        if call in caller.dialogs:
            caller.press(call, keys)

    def _done(self, last: float) -> bool:
        now = time.time()
        enough = len(self.rows) >= len(self.scenario.timeline) and now - self._began > last
        return (enough and now - self._latest > _QUIET_SECONDS) or now - self._began > last + _LATE_SECONDS

    def _say(self, what: str, who: str, at: float) -> None:
        if not self.finished:
            self._latest = time.time()
            self.rows.append(
                msgspec.convert({"at": round(at - self._began, 2), "what": what, "who": who}, Row)
            )

    def _observe(self, seen: Observation) -> None:
        caller = seen.phone in ("trunk", self.scenario.call.device)
        match seen.what:
            case "offered":
                self._say("rings", seen.phone, seen.at)
            case "failed" if seen.detail != "487":  # the caller gave up
                self._say("clears", seen.detail, seen.at)
            case "ended" if caller and seen.detail == "remote":
                self._say("clears", "normal", seen.at)
            case "cancelled" | "refused" | "ended" if not caller and seen.phone not in self._talking:
                self._say("stops", seen.phone, seen.at)

    def on_event(self, event: Event) -> None:
        """Something the switch did on the caller's leg."""
        now = time.time()
        match event.get("Event-Name"):
            case "PLAYBACK_START":
                played = event.get("Playback-File-Path", "")
                heard = companies.prompt_names(played, self.ident, self.scenario.document)
                last = self.rows[-1] if self.rows else None
                if heard and (last is None or (last.what, last.who) != ("hears", heard)):
                    self._say("hears", heard, now)
            case "RECORD_START":
                box = _BOX.search(event.get("Record-File-Path", ""))
                self._say("records", box[1] if box else event.get("Record-File-Path", ""), now)
            case "CHANNEL_BRIDGE":
                name = _leg_name(event)
                self._talking.add(name)
                self._say("talks", name, now)

    def close(self) -> None:
        """End every phone."""
        for phone in (self._outside, *self._phones.values()):
            phone.close()


def _leg_name(event: Event) -> str:
    """Which leg a caller was bridged to: its uuid says it (routing.legs)."""
    call, step = event.get("variable_relais_call", ""), int(event.get("variable_relais_step", "0"))
    started = int(event.get("variable_relais_started", "0"))
    for part in event.get("variable_relais_legs", "").split("."):
        leg = part.partition(":")[0]
        if leg_uuid(call, step, started, leg) == event.get("Bridge-B-Unique-ID"):
            return f"+{leg[1:]}" if leg.startswith("x") else leg
    return event.get("Bridge-B-Unique-ID", "")


def _offer(offer: object) -> sip_phone.Offer:
    plain = msgspec.to_builtins(offer)
    return sip_phone.Offer(**{**plain, "press": tuple(map(tuple, plain.get("press", ())))})
