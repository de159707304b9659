"""One fault on one switch, in all phases at the same instant, in a folder that goes again."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory

from console.faults import on_demo, on_freeswitch
from console.faults.cells import Cell
from console.faults.injecting import FAULTS
from console.faults.phases import PHASES
from console.run import freeswitch


def play(switch: str, fault: str) -> tuple[tuple[Cell, ...], float]:
    """A cell for each phase, and for how many seconds no controller followed the node."""
    (wanted,) = (each for each in FAULTS if each.name == fault)
    with TemporaryDirectory(prefix="relais-faults-") as folder:
        if switch == "demo":
            return on_demo.play(wanted, PHASES, Path(folder))
        return on_freeswitch.play(wanted, PHASES, Path(folder), str(freeswitch.find(os.environ)))
