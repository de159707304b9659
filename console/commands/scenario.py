"""`relais scenario`: play cases of call handling and compare what happens with what was expected."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from types import FrameType

    from console.scenarios.twice import Played
    from schemas.scenario import Scenario

_WHERE = ("simulator", "demo", "freeswitch")


@click.command("scenario")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--on", "where", type=click.Choice(_WHERE), default="simulator", show_default=True)
@click.option("-v", "--verbose", is_flag=True, help="Print the timeline of every case.")
def command(paths: tuple[Path, ...], where: str, *, verbose: bool) -> None:
    """Play the scenario files in PATHS (folders too); exit status 1 when one is not as expected."""
    signal.signal(signal.SIGTERM, _stopped)
    failed = waiting = passed = 0
    for scenario, played in _played(_load(paths), where):
        if played is None:
            waiting += 1
            click.echo(f"waiting  {scenario.path.stem}: {_why(scenario)}")
            continue
        failed, passed = failed + bool(played.told), passed + (not played.told)
        _print(scenario, played, verbose=verbose)
    click.echo(f"{passed} passed, {failed} failed, {waiting} waiting, on {where}")
    sys.exit(1 if failed else 0)


def _stopped(number: int, _frame: FrameType | None) -> None:
    """As Ctrl-C does: whatever the run started is stopped on the way out."""
    sys.exit(128 + number)


def _print(scenario: Scenario, played: Played, *, verbose: bool) -> None:
    click.echo(f"{'FAILED ' if played.told else 'passed '}  {scenario.path.stem}: {scenario.title}")
    for line in played.told:
        click.echo(f"         {line}")
    for line in played.at_first:
        click.echo(f"         at the first attempt: {line}")
    if verbose or played.told:
        for row in played.rows:
            click.echo(f"         {row.call:8} {row.at:7.2f} s  {row.what} {row.who}")


def _why(scenario: Scenario) -> str:
    if scenario.waiting:
        return scenario.waiting
    return f"needs {', '.join(scenario.needs)}" if scenario.needs else f"only on {', '.join(scenario.only)}"


def _load(paths: tuple[Path, ...]) -> list[Scenario]:
    from schemas.scenario import load_scenario

    found: list[Scenario] = []
    for path in paths:
        for file in sorted(path.rglob("*.yaml")) if path.is_dir() else [path]:
            loaded = load_scenario(file)
            if isinstance(loaded, list):
                raise click.ClickException("\n".join(problem.written(str(file), "en") for problem in loaded))
            found.append(loaded)
    if not found:
        raise click.ClickException(f"no scenario (*.yaml) in {', '.join(map(str, paths))}")
    return found


def _played(scenarios: list[Scenario], where: str) -> Iterator[tuple[Scenario, Played | None]]:
    runs = [each for each in scenarios if each.plays_on(where)]
    results = _on_simulator(runs) if where == "simulator" else _on_switch(runs, where)
    for each in scenarios:
        yield each, results.get(each.path)


def _on_simulator(runs: list[Scenario]) -> dict[Path, Played]:
    from console.scenarios.happened import not_as_expected
    from console.scenarios.simulated import simulate
    from console.scenarios.twice import Played
    from schemas.settings import from_environ
    from schemas.timeline import IDEAL_TOLERANCE

    sounds, results = from_environ().sounds, {}
    for each in runs:
        happened = simulate(each, sounds)
        results[each.path] = Played(happened.rows, not_as_expected(each, happened, IDEAL_TOLERANCE), [])
    return results


def _on_switch(runs: list[Scenario], where: str) -> dict[Path, Played]:
    from console.scenarios.twice import play_twice

    if where == "demo":
        from console.scenarios.on_demo import play_on_demo

        return play_twice(play_on_demo, runs)
    from console.scenarios.on_freeswitch import play_on_freeswitch

    program = _freeswitch()
    return play_twice(lambda cases: play_on_freeswitch(cases, program), runs)


def _freeswitch() -> str:
    import os

    from console.run import freeswitch

    found = freeswitch.find(os.environ)
    if found is None:
        raise click.ClickException("no FreeSWITCH is installed here (FREESWITCH_BIN names the program)")
    return str(found)
