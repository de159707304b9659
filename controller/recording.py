"""Pauses recordings of live calls and goes on with them, by order (presence.orders)."""

from __future__ import annotations

from pathlib import Path

from controller.calls import LiveCalls
from controller.esl import NodeLink
from controller.following import Following
from controller.published import Published
from presence.orders import Order, Reply
from routing.recording import NAME, Deed, after, may_pause, next_part

_SECONDS = 2.0
_DEEDS: dict[str, Deed] = {"start": "start", "stop": "stop", "mask": "mask", "unmask": "unmask"}


class Recorder:
    """Of one switch; `recordings` has a folder for each company."""

    def __init__(self, link: NodeLink, calls: LiveCalls, recordings: Path, published: Published) -> None:
        self._link, self._calls, self._recordings, self._published = link, calls, recordings, published

    def control(self, order: Order) -> Reply:
        """`words`: `call`, and the `deed` (routing.recording.Deed)."""
        known = self._calls.of_call(order.words["call"])
        if known is None or known.step.company != order.company:
            return Reply("unknown_call")
        return self._do(order, known)

    def control_own(self, order: Order) -> Reply:
        """`words`: `extension` of who has made a call that is recorded, and the `deed`; refused where his profile does not let
        him."""
        company, owner = self._published.companies.get(order.company), order.words["extension"]
        known = self._calls.recorded_of(order.company, owner)
        if company is None or known is None:
            return Reply("not_recorded")
        return (
            self._do(order, known)
            if may_pause(company.document, known.step.rule)
            else Reply("pause_not_allowed")
        )

    def _do(self, order: Order, known: Following) -> Reply:
        deed = _DEEDS.get(order.words["deed"])
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
