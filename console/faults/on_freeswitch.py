"""One fault on an installed FreeSWITCH with SIP phones, in all phases at the same instant."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import gevent

from console.faults.aftermath import Recovery, freed, records
from console.faults.cells import SWEEP_SECONDS, Cell
from console.faults.frozen_link import FrozenLink
from console.faults.injecting import FROZEN_SECONDS, Fault, Scene
from console.faults.phases import Phase, scenario_of
from console.scenarios import companies
from console.scenarios.event_feed import Event, EventFeed
from console.scenarios.stack import Stack, free_ports
from console.scenarios.switch_case import SwitchCase
from schemas.secrets import read_secret
from schemas.settings import from_environ

_REACH_SECONDS = 0.5
_MARGIN_SECONDS = 2.0


class ListeningCase(SwitchCase):
    """A case whose callers listen from the beginning of their calls."""

    def place(self, name: str) -> None:
        """A call of the scenario begins."""
        super().place(name)
        self.listen(name)


def play(fault: Fault, phases: Sequence[Phase], root: Path, program: str) -> tuple[tuple[Cell, ...], float]:
    """A cell for each phase, and how many seconds the node was not followed."""
    scenarios = companies.own_companies([scenario_of(each) for each in phases])
    by_ident = dict(zip(scenarios, phases, strict=True))
    clock = companies.ClockFile(root / "clock.json", 1.0, gevent.sleep)
    (proxy,) = free_ports(1)
    own = {"RELAIS_MORE_NODES": f"node-1=127.0.0.1:{proxy}"}
    stack = Stack(root=root / "var", switch=program, clock=clock.path, extra=own)
    cases: dict[str, SwitchCase] = {
        ident: ListeningCase(ident, each, stack, clock) for ident, each in scenarios.items()
    }
    try:
        for case in cases.values():
            case.write_gateways()
        with FrozenLink(proxy, stack.ports["event_socket"]) as link, stack:
            _set_up(cases, stack, clock)
            return _play(fault, Scene(stack, link), cases, by_ident)
    finally:
        for case in cases.values():
            case.close()


def _set_up(cases: dict[str, SwitchCase], stack: Stack, clock: companies.ClockFile) -> None:
    settings = from_environ(stack.environment)
    companies.publish(settings, {ident: case.scenario for ident, case in cases.items()})
    stack.wait_published()
    clock.reach({ident: case.start for ident, case in cases.items()})
    for case in cases.values():
        case.register_all()


def _play(
    fault: Fault, scene: Scene, cases: dict[str, SwitchCase], phases: dict[str, Phase]
) -> tuple[tuple[Cell, ...], float]:
    feed = _feed(scene.stack, cases)
    at = time.monotonic() + max(each.lead for each in phases.values()) + _REACH_SECONDS + _MARGIN_SECONDS
    runs = [
        gevent.spawn_later(_until(at - phases[ident].lead - _REACH_SECONDS), _cell, fault, phases[ident], case, scene.stack)
        for ident, case in cases.items()
    ]  # fmt: skip
    recovery = Recovery(scene)
    gevent.sleep(_until(at))
    fault.begin(scene)
    recovery.begin()
    gevent.sleep(_until(at + FROZEN_SECONDS))
    fault.end(scene)
    gevent.joinall(runs, raise_error=True)
    feed.close()
    return tuple(run.value for run in runs), recovery.end()


def _until(at: float) -> float:
    return max(0.0, at - time.monotonic())


def _feed(stack: Stack, cases: dict[str, SwitchCase]) -> EventFeed:
    def heard(event: Event) -> None:
        case = cases.get(event.get("variable_relais_company", ""))
        if case is not None:
            case.notes.hear(event, time.time())

    address = ("127.0.0.1", stack.ports["event_socket"])
    return EventFeed(address, read_secret(stack.root, "event_socket"), heard)


def _cell(fault: Fault, phase: Phase, case: SwitchCase, stack: Stack) -> Cell:
    """The case played from now on, and what is left of it."""
    case.play()
    settings, sleep = from_environ(stack.environment), gevent.sleep
    # A switch that is only just starting refuses (503), and nobody of ours is asked.
    begun = {row.call for row in case.rows if row.what != "clears" or not fault.kills_switch}
    calls = len(begun)
    return Cell(
        switch="freeswitch", fault=fault.name, phase=phase.name, expected=case.scenario.timeline, rows=case.rows,
        calls=calls, silence=case.longest_silence(), freed=freed(settings, case.ident, 2 * SWEEP_SECONDS, sleep),
        records=records(settings, case.ident, calls, 2 * SWEEP_SECONDS, sleep), kills_switch=fault.kills_switch,
    )  # fmt: skip
