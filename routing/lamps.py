"""Lamps of phones that are nobody's line (BLF): a queue's, a shared line's, a place to park, the night switch. Which they are, and
whether they are lit. A key of a phone shows what it would dial. Lamps of people are the switch's own. Pure."""

from __future__ import annotations

from typing import Literal

import msgspec

from routing import star_codes
from routing.compiled import Company
from routing.night_switch import is_closed, number_of
from routing.snapshot import LiveCall, Snapshot
from routing.star_codes import StarCall

State = Literal["terminated", "early", "confirmed"]
"""Dark, blinking, lit: as dialog-info has it (RFC 4235)."""


class Lamp(msgspec.Struct, frozen=True):
    """`queue`: lit while callers wait; `line` (R39): blinks while it rings, lit while it is in use; `park`: lit while somebody waits
    there; `night`: lit while a number is closed by hand. `id` is the queue's, the shared line's, the number's, or the extension at which
    one parks."""

    kind: Literal["queue", "line", "park", "night"]
    id: str


def lamp_of(company: Company, dialled: str) -> Lamp | None:
    """Whose lamp a key is that dials this; None for a person's, and for what nobody has."""
    starred = star_codes.read(dialled)
    if starred is not None:
        return _of_code(company, starred)
    found = company.extensions.get(dialled)
    match found.kind if found is not None else "":
        case "queue":
            return Lamp("queue", found.id)  # type: ignore[union-attr]
        case "shared_line":
            return Lamp("line", found.id)  # type: ignore[union-attr]
        case _:
            return None


def _of_code(company: Company, starred: StarCall) -> Lamp | None:
    if starred.meaning == "night_switch":
        number = number_of(company.document, starred.argument)
        return Lamp("night", number) if number else None
    parked = starred.meaning == "take_back" and starred.argument in company.extensions
    return Lamp("park", starred.argument) if parked else None


def state_of(company: Company, lamp: Lamp, snapshot: Snapshot) -> State:
    """What it shows: of the callers who wait, of the calls under way, and of what is saved."""
    match lamp.kind:
        case "queue":
            now = snapshot.now.timestamp()
            waits = any(each.queue == lamp.id and each.until > now for each in snapshot.waiting or ())
            return "confirmed" if waits else "terminated"
        case "line":
            return _of_calls(
                [call for call in snapshot.calls or () if call.place.startswith(f"l.{lamp.id}.")]
            )
        case "night":
            return "confirmed" if is_closed(company.document, lamp.id) else "terminated"
        case "park":
            parked = f"k.68.{lamp.id}."
            return _of_calls([call for call in snapshot.calls or () if call.place.startswith(parked)])


def _of_calls(calls: list[LiveCall]) -> State:
    if not calls:
        return "terminated"
    return "early" if all(call.ringing for call in calls) else "confirmed"
