"""Scenarios on the demonstration switch: real HTTP, Redis and event socket, the clock sped up."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from console.scenarios import companies
from console.scenarios.agenda import Backstage, kills, perform
from console.scenarios.api_door import ApiDoor
from console.scenarios.demo_door import DemoDoor
from console.scenarios.demo_rows import DemoRows
from console.scenarios.happened import Happened
from console.scenarios.kept_records import happened_in
from console.scenarios.stack import Stack
from console.scenarios.trunk_world import TrunkWorld, gateway_of
from presence.clock import Clock
from routing.call_backs import placed_id
from routing.what_if_plan import Offer, Row
from schemas.scenario import CallPlan, Scenario
from schemas.settings import from_environ

_SPEED = 3.0
_AT_ONCE = 12
_LONGEST = 240.0
"""Seconds of the scenario's clock after which the caller hangs up whatever happens."""
_QUIET_SECONDS = 3.0
_LATE_SECONDS = 30.0
_LOOK_SECONDS = 0.2
_LOOKS = 10
_GATEWAY = '<include><gateway name="{name}"/></include>\n'


def play_on_demo(scenarios: Sequence[Scenario]) -> dict[Path, Happened]:
    """What happened in each; they run side by side, those that kill processes one by one after the others."""
    known = companies.own_companies(scenarios)
    with TemporaryDirectory(prefix="relais-demo-") as folder:
        root = Path(folder)
        clock = companies.ClockFile(root / "clock.json", _SPEED)
        stack = Stack(root=root / "var", clock=clock.path, extra={"RELAIS_DEMO_REGISTER": "none"})
        write_gateways(stack.root / "gateways", known)
        with stack:
            return _play(stack, clock, known)


def write_gateways(folder: Path, known: Mapping[str, Scenario]) -> None:
    """Gateways of each company, so that each has an outside world of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    for ident, scenario in known.items():
        for gateway in TrunkWorld(ident, scenario).gateways().values():
            (folder / f"{gateway}.xml").write_text(_GATEWAY.format(name=gateway))


def _play(stack: Stack, clock: companies.ClockFile, known: dict[str, Scenario]) -> dict[Path, Happened]:
    companies.publish(from_environ(stack.environment), known)
    door = DemoDoor(stack.ports["demo"])
    stack.wait_published()
    cases = {ident: DemoCase(ident, scenario, stack, clock, door) for ident, scenario in known.items()}
    alone = [case for case in cases.values() if kills(case.scenario)]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(DemoCase.play, [case for case in cases.values() if case not in alone]))
    for case in alone:
        stack.wait_ready()
        case.play()
    return happened_in(cases, stack, time.sleep)


class DemoCase:
    """One scenario: its phones, its calls, and `rows`, what happened."""

    def __init__(
        self, ident: str, scenario: Scenario, stack: Stack, clock: companies.ClockFile, door: DemoDoor
    ) -> None:
        self.ident, self.scenario, self.rows = ident, scenario, tuple[Row, ...]()
        self._clock_file, self._clock, self._door = clock, Clock(str(clock.path)), door
        self._settings = from_environ(stack.environment)
        self._backstage = Backstage(self._settings, stack, ident, self)
        self._start = scenario.start.timestamp()
        self._calls: dict[str, str] = {}
        self._notes: list[Row] = []
        self._refused: dict[str, str] = {}
        self._api = ApiDoor(self._settings)
        self._world = TrunkWorld(ident, scenario)

    def play(self) -> None:
        """Everything from the beginning to the end of the last call."""
        self.set_up()
        self.perform()

    def perform(self) -> None:
        """The same, once it is set up."""
        perform(self._backstage.acts(self.scenario), self)
        deadline = time.monotonic() + self._longest() / self._clock.speed
        while True:
            going_on = self.going_on()
            self.rows = tuple(row for name in (*self._refused, *self._calls) for row in self._rows_of(name))
            if not going_on or time.monotonic() > deadline or self._settled():
                break
            self.sleep(_LOOK_SECONDS)
        for call in self._calls.values():
            self._end(call)

    def _end(self, call: str) -> None:
        """Its caller leaves, and whoever still talks without him: then it has a record."""
        self._door.hang_up(call)
        for leg in self._told(call)["legs"]:
            self._door.hang_up(call, who=leg)

    def set_up(self) -> None:
        """Phones registered and scripted, agents as supposed, the clock at the beginning."""
        self._clock_file.reach({self.ident: self._start})
        registered = companies.registered_devices(self.scenario)
        for device in registered:
            if not self._world.teams_number(device):
                self._door.register(self._address(device))
        for phone in {**dict.fromkeys(registered, ()), **self.scenario.phones}:
            for address in self._addresses(phone):
                self._door.script(address, self.scenario.phones.get(phone) or (Offer(),))
        for trunk, offers in self.scenario.trunks.items():
            if offers:
                self._door.script(f"{gateway_of(self.ident, trunk)}/*", offers)
        companies.suppose(self._settings, self.ident, self.scenario, self.sleep)
        self._clock_file.reach({self.ident: self._start})

    def _address(self, device: str) -> str:
        """How the switch calls a device."""
        return f"{device}@{self.ident}.example"

    def _addresses(self, phone: str) -> list[str]:
        """How the switch calls a device, and an outside number of this company's world by each trunk that does not speak for
        it."""
        number = self._world.teams_number(phone) or phone
        if not number.startswith("+"):
            return [self._address(phone)]
        return [
            f"{gateway_of(self.ident, trunk)}/{self._world.written(trunk, number)}"
            for trunk in self._world.ways_to(phone)
            if trunk not in self.scenario.trunks
        ]

    # --- the stage ---------------------------------------------------------------------------------

    def seconds(self) -> float:
        """Seconds of the play."""
        return self._clock.unix(self.ident) - self._start

    def going_on(self) -> bool:
        """True while a call is not over."""
        return any(not self._told(call)["over"] for call in self._calls.values())

    def sleep(self, real_seconds: float) -> None:
        """Other threads go on."""
        time.sleep(real_seconds)  # polling the clock and another process; nothing is decided by the length

    def set_clock(self, seconds: float) -> None:
        """It is that second of the play."""
        self._clock_file.reach({self.ident: self._start + seconds})

    def place(self, name: str) -> None:
        """A call begins."""
        plan, domain = self.scenario.calls[name], f"{self.ident}.example"
        if plan.call_back:
            self._calls[name] = placed_id(self._calls[plan.call_back])
            return
        if plan.click:
            self._ask_for(name, plan)
            return
        number = self._world.teams_number(plan.device) or plan.number
        registered = plan.device and number == plan.number
        who = {"device": f"{plan.device}@{domain}"} if registered else {"number": number}
        until = _LONGEST if plan.hang_up_at is None else plan.hang_up_at
        self._calls[name] = self._door.call(
            to=plan.to, press=plan.press, hang_up_at=until, request_host=domain, **who
        )

    def _ask_for(self, name: str, plan: CallPlan) -> None:
        """A program asks for a call; a refusal is a call too, of one row."""
        answer = self._api.place(self.ident, plan.click, plan.to, force=plan.force)
        if answer.isdigit():
            self._refused[name] = answer
            return
        for _ in range(_LOOKS):
            if self._door.knows(answer):
                break
            self.sleep(_LOOK_SECONDS)
        self._calls[name] = answer

    def leave(self, name: str) -> None:
        """Whoever a program placed this call for hangs up."""
        if name in self._calls:
            for device in self._own(name):
                self._door.hang_up(self._calls[name], who=self._address(device))

    def _told(self, call: str) -> dict[str, Any]:
        """Nothing yet of one that is still to come."""
        nothing: dict[str, Any] = {"call": call, "over": False, "rows": [], "legs": {}}
        return self._door.told(call) if self._door.knows(call) else nothing

    def _own(self, name: str) -> tuple[str, ...]:
        """The phones of whom a program placed a call for."""
        plan, users = self.scenario.calls[name], self.scenario.document.users
        if plan.call_back:
            return tuple(device for each in users.values() for device in each.devices)
        user = users.get(plan.click)
        return tuple(user.devices) if user is not None else ()

    def connect(self, device: str, *, registered: bool) -> None:
        """A phone comes or goes."""
        (self._door.register if registered else self._door.unregister)(self._address(device))

    def hold(self, device: str, *, on: bool) -> None:
        """A phone holds its conversation, or takes it back."""
        self._door.handle(self._address(device), "hold" if on else "resume")

    def transfer(self, device: str, to: str) -> None:
        """A phone sends its conversation elsewhere; to nowhere: it joins its two conversations."""
        self._door.handle(self._address(device), "transfer" if to else "join", to)

    def call_id(self, name: str) -> str:
        """The id of a call that was placed."""
        return self._calls[self._named(name)]

    def refused(self, name: str, code: str) -> None:
        """A supervisor was refused in a call."""
        told = self._door.told(self.call_id(name))
        self._notes.append(Row(told["now"] - told["started"], "refuses", code, self._named(name)))

    def _named(self, name: str) -> str:
        return name or next(iter(self._calls))

    def placed(self) -> list[str]:
        """The switch's ids of the calls that were placed."""
        return list(self._calls.values())

    def recorded(self) -> dict[str, str]:
        """The ids of the calls of which there must be a record, by their names."""
        return {name: ident for name, ident in self._calls.items() if self.scenario.leaves_record(name)}

    # --- what happened -----------------------------------------------------------------------------

    def _rows_of(self, name: str) -> tuple[Row, ...]:
        if name in self._refused:
            return (Row(0.0, "clears", self._refused[name], name),)
        until = self.scenario.calls[name].hang_up_at
        told = self._told(self._calls[name])
        rows = DemoRows(self.ident, self.scenario.document, name, until, self._world, self._own(name)).of(
            told
        )
        return (*rows, *(note for note in self._notes if note.call == name))

    def _longest(self) -> float:
        """Seconds from the last act until everything expected must have happened."""
        ends = [plan.hang_up_at or 0.0 for plan in self.scenario.calls.values()]
        rows = [row.at or 0.0 for row in self.scenario.timeline]
        return max([*ends, *rows]) + _LATE_SECONDS

    def _settled(self) -> bool:
        """As many rows as expected, and nothing more for a while (what must not happen gets its chance)."""
        if len(self.rows) < len(self.scenario.timeline) or len(self._calls) != 1:
            return False
        told = self._door.told(next(iter(self._calls.values())))
        newest = max((row["seconds"] for row in told["rows"]), default=0.0)
        return bool(told.get("now", 0.0) - told["started"] - newest > _QUIET_SECONDS)
