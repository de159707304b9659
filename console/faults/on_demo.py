"""One fault on the demonstration switch, in all phases at the same instant."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from console.faults.aftermath import Recovery, freed, records
from console.faults.cells import SWEEP_SECONDS, Cell
from console.faults.frozen_link import FrozenLink
from console.faults.injecting import FROZEN_SECONDS, Fault, Scene
from console.faults.phases import Phase, scenario_of
from console.scenarios import companies
from console.scenarios.demo_door import DemoDoor
from console.scenarios.on_demo import DemoCase, write_gateways
from console.scenarios.stack import Stack, free_ports
from schemas.settings import from_environ

_REACH_SECONDS = 0.5
_MARGIN_SECONDS = 2.0


class PatientDoor(DemoDoor):
    """A door that may be gone: what was told last stays told, and the call is over."""

    def __init__(self, port: int) -> None:
        super().__init__(port)
        self._last: dict[str, dict[str, Any]] = {}

    def told(self, call: str) -> dict[str, Any]:
        """What happened in it so far."""
        try:
            self._last[call] = super().told(call)
        except (RuntimeError, OSError):
            empty = {"rows": [], "legs": {}, "call": call, "started": 0.0}
            self._last[call] = {**self._last.get(call, empty), "over": True}
        return self._last[call]

    def ask(self, method: str, path: str, body: object = None, *, strict: bool = True) -> Any:
        """One request; a call that cannot be placed is one that nothing happens in."""
        try:
            return super().ask(method, path, body, strict=strict)
        except OSError:
            if path == "/calls" and method == "POST":
                return {"call": "nowhere"}
            if not strict:
                return {}
            raise


class LastingCase(DemoCase):
    """A case whose callers stay until they meant to hang up, whatever has happened by then."""

    def _settled(self) -> bool:
        return False


def play(fault: Fault, phases: Sequence[Phase], root: Path) -> tuple[tuple[Cell, ...], float]:
    """A cell for each phase, and how many seconds the node was not followed."""
    scenarios = companies.own_companies([scenario_of(each) for each in phases])
    by_ident = dict(zip(scenarios, phases, strict=True))
    clock = companies.ClockFile(root / "clock.json", 1.0)
    (proxy,) = free_ports(1)
    own = {"RELAIS_DEMO_REGISTER": "none", "RELAIS_MORE_NODES": f"node-1=127.0.0.1:{proxy}"}
    stack = Stack(root=root / "var", clock=clock.path, extra=own)
    write_gateways(stack.root / "gateways", scenarios)
    with FrozenLink(proxy, stack.ports["event_socket"]) as link, stack:
        companies.publish(from_environ(stack.environment), scenarios)
        stack.wait_published()
        door = PatientDoor(stack.ports["demo"])
        cases = {ident: LastingCase(ident, each, stack, clock, door) for ident, each in scenarios.items()}
        return _play(fault, Scene(stack, link), [(cases[ident], phase) for ident, phase in by_ident.items()])


def _play(
    fault: Fault, scene: Scene, cases: Sequence[tuple[DemoCase, Phase]]
) -> tuple[tuple[Cell, ...], float]:
    with ThreadPoolExecutor(len(cases) + 1) as pool:
        list(pool.map(DemoCase.set_up, [case for case, _ in cases]))
        at = time.monotonic() + max(phase.lead for _, phase in cases) + _REACH_SECONDS + _MARGIN_SECONDS
        runs = [pool.submit(_cell, fault, phase, case, scene.stack, at - phase.lead) for case, phase in cases]
        recovery = Recovery(scene)
        _sleep_until(at)
        fault.begin(scene)
        recovery.begin()
        _sleep_until(at + FROZEN_SECONDS)
        fault.end(scene)
        return tuple(run.result() for run in runs), recovery.end()


def _sleep_until(at: float) -> None:
    time.sleep(max(0.0, at - time.monotonic()))


def _cell(fault: Fault, phase: Phase, case: DemoCase, stack: Stack, at: float) -> Cell:
    """The case played from an instant on, and what is left of it."""
    _sleep_until(at - _REACH_SECONDS)
    case.set_clock(0.0)
    case.perform()
    settings, sleep = from_environ(stack.environment), time.sleep
    calls = sum(1 for call in case.placed() if call != "nowhere")
    return Cell(
        switch="demo", fault=fault.name, phase=phase.name, expected=case.scenario.timeline, rows=case.rows, calls=calls,
        silence=None, freed=freed(settings, case.ident, 2 * SWEEP_SECONDS, sleep),
        records=records(settings, case.ident, calls, 2 * SWEEP_SECONDS, sleep), kills_switch=fault.kills_switch,
    )  # fmt: skip
