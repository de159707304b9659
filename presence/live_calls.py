"""Calls under way as the board shows them, for whoever would take one (`routing.taking`). The controller of their switch
writes them; whoever takes one says so before the switch can."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from presence import keys
from routing.snapshot import LiveCall

_TAKEN_MS = 2000
"""The switch joins the two some 40 ms after the decision (docs/freeswitch-notes.md), and tells of it by an event."""
_CHANNEL = re.compile(r"[0-9a-f-]{36}")


class _Shown(msgspec.Struct, frozen=True):
    uuid: str
    since: float
    node: str
    place: str = ""
    caller: str = msgspec.field(name="from", default="")
    ringing: tuple[str, ...] = ()


_decode = msgspec.json.Decoder(_Shown).decode


def asked(company: str) -> tuple[str, ...]:
    """The command whose reply `read` reads."""
    return ("HVALS", keys.calls(company))


def read(reply: Sequence[str], node: str) -> tuple[LiveCall, ...]:
    """Those of this switch (empty: of any): a call of another one cannot be taken here. What cannot be read is nobody's."""
    return tuple(call for text in reply for call in _call(text, node))


def take(client: Any, company: str, channel: str, call: str) -> bool:
    """Whether this call may take the channel: nobody else has just done so. Raises when Redis is away."""
    before = client.set(keys.taken(company, channel), call, px=_TAKEN_MS, nx=True, get=True)
    return before in (None, call)


def _call(text: str, node: str) -> tuple[LiveCall, ...]:
    try:
        shown = _decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError):
        return ()
    if (node and shown.node != node) or not _CHANNEL.fullmatch(shown.uuid):
        return ()
    return (
        LiveCall(
            channel=shown.uuid,
            place=shown.place,
            caller=shown.caller,
            ringing=shown.ringing,
            since=shown.since,
        ),
    )
