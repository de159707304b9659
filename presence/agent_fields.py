"""An agent's hash in Redis: how what is kept of him is written there and read back. What is at its default is not there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from routing.agents import Inputs, Intent, LegActivity, Reservation, Today, Told, WrapUp
from routing.outside_calls import OutsideCalls

LEG, CLAIM, MARK = "leg:", "claim:", "mark"
"""`leg:<uuid>` and `claim:<call>`; the mark is the id of the last line about him (`lua/commit.lua`)."""

_TEXTS = {
    "intent": Intent, "former": Intent, "wrap_up": WrapUp, "today": Today, "told": Told, "outside_calls": OutsideCalls,
    "opted_out": tuple[str, ...], "missed": int,
}  # fmt: skip
_INSTANTS = ("lost_at", "call_ended", "queue_call_ended", "released_at", "available_at", "penalty_until")
_DECODE: Mapping[str, Callable[[str], Any]] = {
    **{name: msgspec.json.Decoder(kind).decode for name, kind in _TEXTS.items()},
    **dict.fromkeys(_INSTANTS, float),
}
_DEFAULT = Inputs()
decode_leg = msgspec.json.Decoder(LegActivity).decode
_decode_claim = msgspec.json.Decoder(Reservation).decode


def encode(inputs: Inputs) -> dict[str, str]:
    """Every field of the hash but the mark. Registrations have a hash of their own."""
    found = {name: _text(getattr(inputs, name)) for name in _TEXTS if _differs(inputs, name)}
    found |= {name: f"{getattr(inputs, name):.3f}" for name in _INSTANTS if _differs(inputs, name)}
    found |= {LEG + uuid: _text(leg) for uuid, leg in inputs.legs.items()}
    return found | {CLAIM + call: _text(claim) for call, claim in inputs.reservations.items()}


def decode(stored: Mapping[str, str], registered: Mapping[str, float]) -> Inputs:
    """What is kept of him; `registered`: those of his devices that Redis has."""
    if not stored:
        return Inputs(registered=registered)
    values: dict[str, Any] = {}
    legs, claims = {}, {}
    for name, text in stored.items():
        decode_field = _DECODE.get(name)
        if decode_field is not None:
            values[name] = decode_field(text)
        elif name.startswith(LEG):
            legs[name.removeprefix(LEG)] = decode_leg(text)
        elif name.startswith(CLAIM):
            claims[name.removeprefix(CLAIM)] = _decode_claim(text)
    return Inputs(registered=registered, legs=legs, reservations=claims, **values)


def _differs(inputs: Inputs, name: str) -> bool:
    return bool(getattr(inputs, name) != getattr(_DEFAULT, name))


def _text(value: msgspec.Struct | tuple[str, ...] | int) -> str:
    return msgspec.json.encode(value).decode()
