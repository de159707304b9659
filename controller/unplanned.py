"""Calls that only the fail-safe served: no worker of ours was asked, so no step tells of them. Their end does, and leaves a record."""

from __future__ import annotations

from collections.abc import Callable

from controller import reading
from controller.esl import Event
from controller.presence_writer import PresenceWriter
from controller.published import Published
from presence.agents import AgentStore
from presence.clock import Clock
from routing.ended_call import EndedCall

RULE = "failsafe"
_DISPOSITIONS = {
    "USER_BUSY": "busy",
    "NO_ANSWER": "no_answer",
    "CALL_REJECTED": "declined",
    "ORIGINATOR_CANCEL": "abandoned",
}


class UnplannedCalls:
    """Of one switch. A channel that came in, was never in a step, and dialled a company's number or is one of its phones'."""

    def __init__(
        self, node: str, clock: Clock, published: Published, stores: Callable[[str], AgentStore], writer: PresenceWriter,
    ) -> None:  # fmt: skip
        self._node, self._clock, self._published = node, clock, published
        self._stores, self._writer = stores, writer

    def on_hangup(self, event: Event) -> None:
        """One that is over."""
        ours = event.variable("relais_call") or event.variable("relais_leg")
        if ours or event.get("Call-Direction") != "inbound" or not reading.is_uuid(event.unique_id):
            return
        dialled = event.get("Caller-Destination-Number")
        company, entry = self._entry(event.variable("relais_company"), dialled)
        if company:
            record = self._record(event, company, entry)
            self._writer.must(lambda: self._stores(company).call_over(record.call, record))

    def _entry(self, company: str, dialled: str) -> tuple[str, str]:
        """Whose call it was, and where it came in; nobody's is no call of ours."""
        if company:
            return company, f"extension.{dialled}"
        number = f"+{dialled.lstrip('+')}"
        for ident, each in self._published.companies.items():
            if number in each.numbers_by_e164:
                return ident, f"number.{each.numbers_by_e164[number]}"
        return "", ""

    def _record(self, event: Event, company: str, entry: str) -> EndedCall:
        now, talked = self._clock.unix(company), bool(event.variable("last_bridge_to"))
        lasted = max(0.0, event.fired_at - reading.began_at(event))
        became = "answered" if talked else _DISPOSITIONS.get(event.hangup_cause, "completed")
        return EndedCall(
            call=event.unique_id, company=company, node=self._node, entry=entry, rule=RULE, began=now - lasted,
            ended=now, caller=event.get("Caller-Caller-ID-Number"), cause=event.hangup_cause, disposition=became,
        )  # fmt: skip
