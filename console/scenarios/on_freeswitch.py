"""Scenarios on an installed FreeSWITCH: SIP phones and a SIP trunk for each company, in real time, side by side."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import gevent
from gevent.pool import Pool

from console.scenarios import companies
from console.scenarios.agenda import kills
from console.scenarios.event_feed import Event, EventFeed
from console.scenarios.happened import Happened
from console.scenarios.kept_records import happened_in
from console.scenarios.stack import Stack
from console.scenarios.switch_case import SwitchCase
from schemas.scenario import Scenario
from schemas.secrets import read_secret
from schemas.settings import from_environ

_SET_UPS_AT_ONCE = 8
_CASES_AT_ONCE = 80
"""All phones of all cases live in this process, which is to be on time."""
_STAGGER_SECONDS = 0.15


def play_on_freeswitch(scenarios: Sequence[Scenario], program: str) -> dict[Path, Happened]:
    """What happened in each; they run side by side, those that kill processes one by one after the others."""
    known = companies.own_companies(scenarios)
    with TemporaryDirectory(prefix="relais-live-") as folder:
        root = Path(folder)
        clock = companies.ClockFile(root / "clock.json", 1.0, gevent.sleep)
        stack = Stack(root=root / "var", switch=program, clock=clock.path)
        cases = {ident: SwitchCase(ident, scenario, stack, clock) for ident, scenario in known.items()}
        try:
            for case in cases.values():
                case.write_gateways()
            with stack:
                _play(cases, stack, clock)
                return happened_in(cases, stack, gevent.sleep)
        finally:
            for case in cases.values():
                case.close()


def _play(cases: dict[str, SwitchCase], stack: Stack, clock: companies.ClockFile) -> None:
    settings = from_environ(stack.environment)
    companies.publish(settings, {ident: case.scenario for ident, case in cases.items()})
    stack.wait_published()
    clock.reach({ident: case.start for ident, case in cases.items()})
    pool = Pool(_SET_UPS_AT_ONCE)
    for case in cases.values():
        pool.spawn(case.register_all)
    pool.join(raise_error=True)
    feed = EventFeed(
        ("127.0.0.1", stack.ports["event_socket"]), read_secret(settings.var, "event_socket"),
        lambda event: _heard(cases, event),
    )  # fmt: skip
    alone = [case for case in cases.values() if kills(case.scenario)]
    stage = Pool(_CASES_AT_ONCE)
    for case in (each for each in cases.values() if each not in alone):
        stage.spawn(case.play)
        gevent.sleep(_STAGGER_SECONDS)
    stage.join(raise_error=True)
    for case in alone:
        stack.wait_ready()
        case.register_all()
        case.play()
    feed.close()


def _heard(cases: dict[str, SwitchCase], event: Event) -> None:
    case = cases.get(event.get("variable_relais_company", "")) or _supervising(cases, event)
    if case is not None:
        case.notes.hear(event, time.time())


def _supervising(cases: dict[str, SwitchCase], event: Event) -> SwitchCase | None:
    """The events of keys carry no variables: whose leg it is was told before."""
    return next((case for case in cases.values() if case.notes.supervises(event)), None)
