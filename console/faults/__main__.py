"""`python -m console.faults [--on demo|freeswitch] [--fault NAME] [--write FILE]`: plays the faults, several at a time, prints what
must not be, exit status 1 when something is."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from console.faults.cells import wrongs
from console.faults.injecting import FAULTS
from console.faults.playing import play
from console.faults.table import failures, page
from console.run import freeswitch

_ROOT = Path(__file__).resolve().parents[2]
_NAMES = [fault.name for fault in FAULTS]


@click.command(help=__doc__)
@click.option("--on", "switches", multiple=True, type=click.Choice(["demo", "freeswitch"]))
@click.option("--fault", "faults", multiple=True, type=click.Choice(_NAMES))
@click.option("--write", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--at-once", default=2, show_default=True)
def main(switches: tuple[str, ...], faults: tuple[str, ...], write: Path | None, at_once: int) -> None:
    """Play, tell, and write the page."""
    there = ("demo", "freeswitch") if freeswitch.find(os.environ) else ("demo",)
    measured = f"commit {_commit()}, {datetime.now(UTC):%d %B %Y}"
    wanted = [(switch, fault) for fault in faults or _NAMES for switch in switches or there]
    # A process for each: phones of one run must not wait for those of another.
    with multiprocessing.get_context("spawn").Pool(at_once, maxtasksperchild=1) as pool:
        played = pool.starmap(play, wanted, chunksize=1)
    cells = [cell for some, _ in played for cell in some]
    for cell in cells:
        click.echo(
            f"{cell.switch:10} {cell.fault:12} {cell.phase:10} {'; '.join(wrongs(cell)) or 'as it should be'}"
        )
    if write is not None:
        unfollowed = {name: seconds for name, (_, seconds) in zip(wanted, played, strict=True)}
        write.write_text(page(cells, unfollowed, measured))
    sys.exit(1 if failures(cells) else 0)


def _commit() -> str:
    """Of the code that runs, as git tells it; with a mark where files differ from it."""
    told = subprocess.run(
        ["git", "describe", "--always", "--abbrev=10", "--dirty", "--exclude=*"], cwd=_ROOT, capture_output=True, text=True, check=False
    )  # fmt: skip
    return told.stdout.strip() or "unknown"


if __name__ == "__main__":
    main()
