"""Star codes: what our phones dial to do something rather than to reach somebody. The one table of them; docs/star-codes.md
lists them for people, `routing.star_calls` says what each does. The numbers are those of most hosted switchboards.

To add one: its meaning and its row here, its deed in `routing.star_calls`, its line of docs/star-codes.md; a test compares the three.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

import msgspec

Meaning = Literal[
    "own_box", "dnd_on", "dnd_off", "forward", "forward_off", "forward_busy", "forward_busy_off", "forward_unanswered",
    "forward_unanswered_off", "park", "take_back", "pick_up", "pause_recording",
    "resume_recording", "night_switch",
]  # fmt: skip
"""What a code does; `routing.star_calls.DEEDS` has one deed for each."""
TAKING: frozenset[Meaning] = frozenset({"take_back", "pick_up"})
"""Those that look at the calls under way."""

_DIALLED = re.compile(r"\*([0-9]{2})(\+?[0-9]*)")
_ARGUMENTS = {
    "nothing": re.compile(""),
    "extension": re.compile("[0-9]{3,6}"),
    "number": re.compile(r"\+?[0-9]{2,20}"),
}


class StarCode(msgspec.Struct, frozen=True, kw_only=True):
    """`*` and two digits, then what it `takes`; `optional`: it may be dialled without."""

    meaning: Meaning
    takes: Literal["nothing", "extension", "number"] = "nothing"
    optional: bool = False


class StarCall(msgspec.Struct, frozen=True):
    """A star code as it was dialled, with its argument; empty for none."""

    meaning: Meaning
    argument: str


CODES: Mapping[str, StarCode] = {
    "28": StarCode(meaning="night_switch", takes="number", optional=True),
    "68": StarCode(meaning="park", takes="extension", optional=True),
    "72": StarCode(meaning="forward", takes="number", optional=True),
    "73": StarCode(meaning="forward_off"),
    "78": StarCode(meaning="dnd_on", takes="extension", optional=True),
    "79": StarCode(meaning="dnd_off"),
    "86": StarCode(meaning="own_box"),
    "88": StarCode(meaning="take_back", takes="extension", optional=True),
    "90": StarCode(meaning="forward_busy", takes="number", optional=True),
    "91": StarCode(meaning="forward_busy_off"),
    "92": StarCode(meaning="forward_unanswered", takes="number", optional=True),
    "93": StarCode(meaning="forward_unanswered_off"),
    "94": StarCode(meaning="pause_recording"),
    "95": StarCode(meaning="resume_recording"),
    "97": StarCode(meaning="pick_up", takes="extension", optional=True),
}


def read(dialled: str) -> StarCall | None:
    """None for what is no code of the table, or has an argument that its code does not take."""
    found = _DIALLED.fullmatch(dialled)
    code = CODES.get(found[1]) if found is not None else None
    if found is None or code is None:
        return None
    argument = found[2]
    fits = (code.optional and not argument) or _ARGUMENTS[code.takes].fullmatch(argument) is not None
    return StarCall(code.meaning, argument) if fits else None
