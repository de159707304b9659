"""Recordings of calls: pausing one while the call lives, and the sound of those that are kept (D31)."""

from __future__ import annotations

from typing import Literal

import msgspec
from flask import Response, send_file

from console.api.operation import Asked, Sound, operation
from console.permissions import Permission
from console.refusals import Refusal
from presence.connection import Away
from routing.recording import NAME, Deed


class NewDeed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`mask` keeps silence in place of what is said, `unmask` ends that; `stop` keeps nothing, `start` goes on in another
    file."""

    deed: Deed


class LiveRecording(msgspec.Struct, frozen=True):
    """What is kept of the call from now on: sound, silence in its place, or nothing."""

    call: str
    state: Literal["on", "masked", "stopped"]


@operation(
    "POST", "/companies/{company}/calls/{call}/recording", answers=LiveRecording,
    permission=Permission.PAUSE_RECORDINGS, body=NewDeed,
    refusals=("unknown_call", "not_recorded", "no_presence", "no_controller", "unconfirmed"),
)  # fmt: skip
def control_recording(asked: Asked, company: str, call: str) -> LiveRecording | Refusal:
    """Pause the recording of a call, or go on with it."""
    try:
        reply = asked.doors.orders.about_call(company, call, "control_recording", {"deed": asked.body.deed})
    except Away:
        return Refusal("no_presence")
    if reply.code:
        return Refusal(reply.code, {"call": call, "company": company})
    return msgspec.convert({"call": call, **reply.facts}, LiveRecording)


@operation(
    "GET", "/companies/{company}/recordings/{name}", answers=Sound, permission=Permission.HEAR_RECORDINGS,
    refusals=("unknown_recording",),
)  # fmt: skip
def read_recording(asked: Asked, company: str, name: str) -> Response | Refusal:
    """The sound of a recording; the call's record has its name."""
    file = asked.doors.recordings / company / name
    if not NAME.fullmatch(name) or not file.is_file():
        return Refusal("unknown_recording", {"name": name})
    return send_file(file, mimetype="audio/wav")


OPERATIONS = (control_recording, read_recording)
