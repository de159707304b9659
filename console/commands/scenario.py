"""`relais scenario`: play cases of call handling and compare what happens with what was expected."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from routing.what_if_plan import Row
    from schemas.scenario import Scenario

_TOLERANCE = {"simulator": 0.05, "demo": 1.5, "freeswitch": 1.5}


@click.command("scenario")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--on", "where", type=click.Choice(list(_TOLERANCE)), default="simulator", show_default=True)
@click.option("-v", "--verbose", is_flag=True, help="Print the timeline of every case.")
def command(paths: tuple[Path, ...], where: str, *, verbose: bool) -> None:
    """Play the scenario files in PATHS (folders too); exit status 1 when one is not as expected."""
    from schemas.timeline import differences

    failed = waiting = passed = 0
    for scenario, rows in _played(_load(paths), where):
        if rows is None:
            waiting += 1
            click.echo(f"waiting  {scenario.path.stem}: {_why(scenario)}")
            continue
        told = differences(scenario.timeline, rows, _TOLERANCE[where])
        failed, passed = failed + bool(told), passed + (not told)
        click.echo(f"{'FAILED ' if told else 'passed '}  {scenario.path.stem}: {scenario.title}")
        for line in told:
            click.echo(f"         {line}")
        if verbose or told:
            for row in rows:
                click.echo(f"         {row.call:8} {row.at:7.2f} s  {row.what} {row.who}")
    click.echo(f"{passed} passed, {failed} failed, {waiting} waiting, on {where}")
    sys.exit(1 if failed else 0)


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


def _played(scenarios: list[Scenario], where: str) -> Iterator[tuple[Scenario, tuple[Row, ...] | None]]:
    from console.scenarios.simulated import simulate
    from schemas.settings import from_environ

    runs = [each for each in scenarios if each.plays_on(where)]
    if where == "simulator":
        sounds = from_environ().sounds
        results = {each.path: simulate(each, sounds) for each in runs}
    elif where == "demo":
        from console.scenarios.on_demo import play_on_demo

        results = play_on_demo(runs)
    else:
        from console.scenarios.on_freeswitch import play_on_freeswitch

        results = play_on_freeswitch(runs, _freeswitch())
    for each in scenarios:
        yield each, results.get(each.path)


def _freeswitch() -> str:
    import os

    from console.run import freeswitch

    found = freeswitch.find(os.environ)
    if found is None:
        raise click.ClickException("no FreeSWITCH is installed here (FREESWITCH_BIN names the program)")
    return str(found)
