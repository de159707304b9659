"""The relais_* variables of the caller's leg: how they are written into a step and read back (docs/contract.md, 2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from dialplan_server.form import Form
from routing.call import Call
from routing.decision import Decision
from routing.route import Place

EntryKind = Literal["number", "extension", "transfer"]
NONE = "-"
_TOKEN = re.compile(r"[A-Za-z0-9-]{1,64}")
# What people dial and a variable cannot hold.
_ENTRY_OUT = {"+": ":x", "*": ":s", "#": ":p", "_": ":u"}
_ENTRY_IN = {written: sign for sign, written in _ENTRY_OUT.items()}


def token(form: Form, name: str) -> str:
    """An identifier, empty for anything else."""
    text = form.variable(name)
    return text if _TOKEN.fullmatch(text) else ""


def integer(form: Form, name: str, default: int) -> int:
    """A whole number that is not negative, the default for anything else."""
    text = form.variable(name)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else default


def encode_entry(call: Call) -> str:
    """`number.DID-1001`, `extension.1001`, `transfer.:x15145550100`."""
    return f"{call.entry_kind}.{''.join(_ENTRY_OUT.get(sign, sign) for sign in call.entry)}"


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


def of_step(
    call: Call, decision: Decision, *, revision: int, step: int, started_ms: int
) -> Mapping[str, str]:
    """What a step writes on the caller's leg, but for its route, mover, legs and rule."""
    return {
        "relais_call": call.id,
        "relais_company": call.company,
        "relais_revision": str(revision),
        "relais_entry": encode_entry(call),
        "relais_segment": str(call.segment),
        "relais_hops": str(call.hops + decision.hops),
        "relais_step": str(step),
        "relais_place": encode_place(decision.place),
        "relais_started": str(started_ms),
        "relais_owner": call.owner,
    }
