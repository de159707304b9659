"""The ids of legs: what a leg is called within its step, and its uuid everywhere (decision 0005); how a call names them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha1
from uuid import UUID

import msgspec

from routing.steps import Leg

_OUTSIDE = re.compile(r"x[0-9]{2,20}")
_NAMESPACE = UUID("6f2c1c1e-6d0f-5d55-9d0e-6a1f0c7f9a11").bytes


class RungLeg(msgspec.Struct, frozen=True):
    """A leg that a step intended to ring: its id within the step, and whose it is."""

    id: str
    owner: str


def is_outside(leg_id: str) -> bool:
    """The leg goes to an outside number."""
    return _OUTSIDE.fullmatch(leg_id) is not None


def leg_uuid(call_id: str, step: int, started_ms: int, leg_id: str) -> str:
    """The uuid under which the switch creates the leg; known to whoever knows the call's variables."""
    # `str(uuid5(…))` by RFC 4122 4.3; the standard library's way through three objects costs five times as much.
    name = f"{call_id}/{step}/{started_ms}/{leg_id}".encode()
    hashed = sha1(_NAMESPACE + name, usedforsecurity=False).hexdigest()
    variant = "89ab"[int(hashed[16], 16) & 3]
    return f"{hashed[:8]}-{hashed[8:12]}-5{hashed[13:16]}-{variant}{hashed[17:20]}-{hashed[20:32]}"


def written(leg: Leg) -> str:
    """`id:owner`, as one leg of `relais_legs`."""
    return f"{leg.id}:{leg.owner}"


def encode_legs(legs: Iterable[Leg]) -> str:
    """The legs of a step joined by dots, in dial-string order."""
    return ".".join([written(leg) for leg in legs])


def decode_legs(text: str) -> tuple[RungLeg, ...]:
    """The legs that a step intended to ring; what `encode_legs` did not write is left out."""
    pairs = [part.partition(":") for part in text.split(".")]
    return tuple(RungLeg(ident, owner) for ident, colon, owner in pairs if colon)
