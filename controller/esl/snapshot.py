"""What a switch says of itself at one moment: its run, its channels, its registrations."""

from __future__ import annotations

import msgspec

from controller.esl.commands import Commands
from controller.esl.errors import ProtocolError
from controller.esl.event import object_of_json

CORE_UUID = "global_getvar core_uuid"
CHANNELS = "show channels as json"
REGISTRATIONS = "show registrations as json"

Row = dict[str, str]


class Snapshot(msgspec.Struct, frozen=True):
    """The switch fills `channels` some milliseconds late: a channel that seems to be gone may just be
    new. `restarted`: this is not the run of the switch which the link knew, so all older calls are gone."""

    core_uuid: str
    channels: tuple[Row, ...]
    registrations: tuple[Row, ...]
    taken_at: float
    restarted: bool = False


def take_snapshot(commands: Commands, known_core: str, now: float, deadline: float) -> Snapshot:
    """Ask on one connection, `deadline` seconds for each of three questions."""
    core_uuid = commands.api(CORE_UUID, deadline).strip()
    return Snapshot(
        core_uuid=core_uuid,
        channels=rows_of(commands.api(CHANNELS, deadline)),
        registrations=rows_of(commands.api(REGISTRATIONS, deadline)),
        taken_at=now,
        restarted=known_core not in ("", core_uuid),
    )


def rows_of(output: str) -> tuple[Row, ...]:
    """The rows of a `show … as json`. With no row the switch leaves `rows` out."""
    try:
        rows = object_of_json(output).get("rows", [])
    except ValueError as error:
        raise ProtocolError("a list of the switch is not JSON") from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ProtocolError("a list of the switch has no rows of columns")
    return tuple({str(name): str(value) for name, value in row.items()} for row in rows)
