"""In which phase of a call a fault comes: a scenario file for each, and how many seconds into it that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from schemas.scenario import Scenario, load_scenario

FILES = Path(__file__).resolve().parents[2] / "tests" / "faults"


@dataclass(frozen=True)
class Phase:
    """`lead`: seconds of the play before the fault."""

    name: str
    lead: float


PHASES = (
    Phase("idle", 3.5), Phase("greeting", 3.0), Phase("ringing", 3.0), Phase("confirming", 4.0), Phase("bridged", 4.0),
    Phase("queued", 7.0), Phase("voicemail", 19.0), Phase("wrap_up", 8.0),
)  # fmt: skip


def scenario_of(phase: Phase) -> Scenario:
    """Its play, with only the phones that it names: the others would have to register for nothing. ValueError for a file
    that is not one."""
    found = load_scenario(FILES / f"{phase.name}.yaml")
    if isinstance(found, list):
        raise ValueError("\n".join(f"{each.path}: {each.en}" for each in found))
    named: Mapping[str, object] = found.phones
    devices = {device for user in found.document.users.values() for device in user.devices}
    return replace(found, unregistered=frozenset(devices - named.keys()))
