"""Calls that only the fail-safe served: no worker of ours was asked, so no step tells of them. Their end does, and leaves a record."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from msgspec.structs import replace

from controller import reading
from controller.esl import Event
from controller.presence_writer import PresenceWriter
from controller.published import Published
from presence.agents import AgentStore
from presence.clock import Clock
from routing.ended_call import EndedCall, EndedLeg

RULE = "failsafe"
_LEGS_KEPT = 10_000
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
        self._legs: OrderedDict[str, EndedLeg] = OrderedDict()
        """Phones that the fail-safe rang, by uuid: the end of a call says with which it talked."""

    def on_leg(self, event: Event) -> None:
        """A phone rings, or is answered."""
        past = reading.leg_of(event, self._clock.unix(event.variable("relais_company")))
        if past is None or event.variable("relais_call"):
            return
        known = self._legs.get(event.unique_id) or EndedLeg(
            leg=past.leg, owner=past.owner, rule=RULE, began=past.began
        )
        answered = past.began if event.name == "CHANNEL_ANSWER" else known.answered
        self._keep(event.unique_id, replace(known, answered=answered))

    def _keep(self, uuid: str, leg: EndedLeg) -> None:
        self._legs[uuid] = leg
        if len(self._legs) > _LEGS_KEPT:
            self._legs.popitem(last=False)

    def on_hangup(self, event: Event) -> None:
        """One that is over."""
        leg = self._legs.get(event.unique_id)
        if leg is not None:
            now = self._clock.unix(event.variable("relais_company"))
            self._keep(event.unique_id, replace(leg, ended=now, cause=event.hangup_cause))
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
        now, talked = self._clock.unix(company), event.variable("last_bridge_to")
        lasted = max(0.0, event.fired_at - reading.began_at(event))
        legs = {uuid: self._legs.pop(uuid, None) for uuid in {*reading.causes_of(event), talked}}
        rang = sorted((leg for leg in legs.values() if leg is not None), key=lambda leg: leg.began)
        by = legs.get(talked)
        became = "answered" if talked else _DISPOSITIONS.get(event.hangup_cause, "completed")
        return EndedCall(
            call=event.unique_id, company=company, node=self._node, entry=entry, rule=RULE, began=now - lasted,
            ended=now, caller=event.get("Caller-Caller-ID-Number"), cause=event.hangup_cause, disposition=became,
            answered_by=by.leg if by is not None else reading.partner_device(event),
            answered_at=by.answered if by is not None else 0.0,
            legs=tuple(leg if leg.ended else replace(leg, ended=now) for leg in rang),
        )  # fmt: skip
