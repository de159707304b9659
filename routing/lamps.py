"""Lamps of phones that are nobody's line (BLF): a queue's, a shared line's, a place to park, the night switch, what somebody
declared. Which they are, and whether they are lit. A key of a phone shows what it would dial. That a person rings or talks is the
switch's own lamp. Pure."""

from __future__ import annotations

from typing import Literal

import msgspec

from routing import star_codes
from routing.agents import IntentKind
from routing.compiled import Company
from routing.night_switch import is_closed, number_of
from routing.snapshot import LiveCall, Snapshot
from routing.star_codes import StarCall

State = Literal["terminated", "early", "confirmed"]
"""Dark, blinking, lit: as dialog-info has it (RFC 4235)."""


class Lamp(msgspec.Struct, frozen=True):
    """`queue`: lit while callers wait; `line` (R39): blinks while it rings, lit while it is in use; `park`: lit while somebody waits
    there; `night`: lit while a number is closed by hand; `person`: lit while somebody has said that nothing is to ring at his phones,
    blinks while only calls of teams and queues pass him over. `id` is the queue's, the shared line's, the number's, or the extension
    of whoever it is, or at which one parks."""

    kind: Literal["queue", "line", "park", "night", "person"]
    id: str


RINGS_NOBODY: frozenset[IntentKind] = frozenset({"dnd", "break", "offline"})
"""What somebody declares so that direct calls do not ring either (catalogue 4.2)."""
_RINGS_ALONE: frozenset[IntentKind] = frozenset({"dnd_queues", "away", "busy"})


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
    if starred.meaning == "dnd_on":
        return Lamp("person", starred.argument) if starred.argument in company.document.users else None
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
        case "person":
            return _of_person(snapshot, lamp.id)
        case "park":
            parked = f"k.68.{lamp.id}."
            return _of_calls([call for call in snapshot.calls or () if call.place.startswith(parked)])


def _of_person(snapshot: Snapshot, extension: str) -> State:
    agent = (snapshot.agents or {}).get(extension)
    if agent is None:
        return "terminated"
    if agent.intent in RINGS_NOBODY:
        return "confirmed"
    return "early" if agent.intent in _RINGS_ALONE else "terminated"


def _of_calls(calls: list[LiveCall]) -> State:
    if not calls:
        return "terminated"
    return "early" if all(call.ringing for call in calls) else "confirmed"
