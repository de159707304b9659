"""What a call carries of itself in its variables, as text and back (docs/contract.md, 2): where its segment began, and the
place where it stands."""

from __future__ import annotations

import re
from typing import Literal

from routing.call import Call
from routing.route import Place

EntryKind = Literal["number", "extension", "transfer"]
NONE = "-"
"""Written where a variable has nothing to say: an empty one would be unset."""
_TOKEN = re.compile(r"[A-Za-z0-9-]{1,64}")
# What people dial and a variable cannot hold.
_ENTRY_OUT = {"+": ":x", "*": ":s", "#": ":p", "_": ":u"}
_WRITTEN = str.maketrans(_ENTRY_OUT)
_ENTRY_IN = {written: sign for sign, written in _ENTRY_OUT.items()}


def token(text: str) -> str:
    """An identifier, empty for anything else."""
    return text if _TOKEN.fullmatch(text) else ""


def encode_entry(call: Call) -> str:
    """`number.DID-1001`, `extension.1001`, `transfer.:x15145550100`."""
    return f"{call.entry_kind}.{call.entry.translate(_WRITTEN)}"


def decode_entry(text: str) -> tuple[EntryKind, str] | None:
    """Where a segment began; None for what `encode_entry` did not write."""
    kind, _, written = text.partition(".")
    entry = re.sub(":.", lambda found: _ENTRY_IN.get(found[0], ":"), written)
    if not entry or ":" in entry:
        return None
    match kind:
        case "number" | "extension" | "transfer":
            return kind, entry
        case _:
            return None


def encode_place(place: Place) -> str:
    """The text of `relais_place`."""
    return ".".join((place.kind, place.id, place.branch, place.stage))


def decode_place(text: str) -> Place | None:
    """A place, None for anything else."""
    words = text.split(".")
    return Place(*words) if len(words) == 4 and all(_TOKEN.fullmatch(word) for word in words) else None
