"""Pauses recordings of live calls and goes on with them, by order (presence.orders)."""

from __future__ import annotations

from pathlib import Path

from controller.calls import LiveCalls
from controller.esl import NodeLink
from presence.orders import Order, Reply
from routing.recording import NAME, Deed, after, next_part

_SECONDS = 2.0
_DEEDS: dict[str, Deed] = {"start": "start", "stop": "stop", "mask": "mask", "unmask": "unmask"}


class Recorder:
    """Of one switch; `recordings` has a folder for each company."""

    def __init__(self, link: NodeLink, calls: LiveCalls, recordings: Path) -> None:
        self._link, self._calls, self._recordings = link, calls, recordings

    def control(self, order: Order) -> Reply:
        """`words`: `call`, and the `deed` (routing.recording.Deed)."""
        known, deed = self._calls.of_call(order.words["call"]), _DEEDS.get(order.words["deed"])
        if known is None or known.step.company != order.company:
            return Reply("unknown_call")
        state = after(known.recording, deed) if deed is not None else None
        if deed is None or state is None:
            return Reply("not_recorded")
        name = (
            known.recordings[-1] if deed != "start" else next_part(known.recordings[0], len(known.recordings))
        )
        if not NAME.fullmatch(name):
            return Reply("not_recorded")
        file = self._recordings / order.company / name
        self._link.command(known.step.uuid, f"uuid_record {known.step.uuid} {deed} {file}", deadline=_SECONDS)
        self._calls.recorded(known.step.uuid, state, name)
        return Reply("", {"state": state})
