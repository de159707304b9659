"""Transfers that are completed while whoever was asked still rings (REFER with `Replaces` of an early dialog).

FreeSWITCH alone lets the partner wait with music until the phones that ring answer, and gives him the rest of the question's
dialplan when they do not. With a controller he hears ringing, and what follows is decided for him: the question's phones stop, and
he dials what was dialled (`routing.transfers`), as after a blind transfer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import gevent
import gevent.event
import structlog

from controller import reading
from controller.calls import LiveCalls
from controller.esl import ESLError, Event, NodeLink
from controller.presence_writer import PresenceWriter
from controller.published import Published
from controller.reading import EarlyTransfer
from routing.transfers import sends_to
from schemas.dial_strings import dialled

EVENT = "sofia::replaced"
_COMMAND_SECONDS = 2.0
_OVER_SECONDS = 1.0
"""In which the question's end is written down: whoever rang for it would be busy for the partner's call."""
_LOG = structlog.get_logger()


class EarlyTransfers:
    """Of one switch. `dialplans`: the list that every transfer names, the fail-safe file last."""

    def __init__(
        self,
        *,
        link: NodeLink,
        published: Published,
        calls: LiveCalls,
        writer: PresenceWriter,
        dialplans: str,
    ) -> None:
        self._link, self._published, self._calls = link, published, calls
        self._writer, self._dialplans = writer, dialplans
        self._over: dict[str, gevent.event.Event] = {}

    @property
    def concerned(self) -> Mapping[str, Callable[[Event], None]]:
        """The events that it needs (`NodeWatch.also`)."""
        return {EVENT: self.on_replaced, "CHANNEL_HANGUP_COMPLETE": self.on_hangup}

    def on_replaced(self, event: Event) -> None:
        """Somebody's question is replaced; only that of an early one is told of here."""
        transfer = reading.early_transfer_of(event)
        company = self._published.companies.get(transfer.company) if transfer is not None else None
        if transfer is None or company is None:
            return
        to = sends_to(company, transfer.kind, transfer.entry)
        known = self._calls.of_call(transfer.call)
        if to and known is not None:
            ringing = [uuid for uuid, leg in known.legs.items() if not leg.ended]
            over = self._over[transfer.question] = gevent.event.Event()
            gevent.spawn(self._perform, transfer, to, ringing, over)

    def on_hangup(self, event: Event) -> None:
        """The question is over: known to everybody once what was written before is."""
        over = self._over.get(event.unique_id)
        if over is not None:
            self._writer.put(over.set)

    def _perform(
        self, transfer: EarlyTransfer, to: str, ringing: list[str], over: gevent.event.Event
    ) -> None:
        question, partner = transfer.question, transfer.partner
        # Unset first: else the end of its phones would give the partner the rest of the question's dialplan, and its variables.
        self._command(partner, f"uuid_setvar {question} holding_uuid")
        for leg in ringing:
            self._command(partner, f"uuid_kill {leg} ORIGINATOR_CANCEL")
        over.wait(_OVER_SECONDS)
        self._over.pop(question, None)
        self._command(partner, f"uuid_setvar {partner} transfer_to")
        self._command(partner, f"uuid_transfer {partner} {dialled(to)} {self._dialplans} relais-transfer")

    def _command(self, partner: str, line: str) -> None:
        """Each may find nobody any more; the next is needed all the same."""
        try:
            self._link.commands(partner, [line], deadline=_COMMAND_SECONDS)
        except ESLError as error:
            what = line.partition(" ")[0]
            _LOG.warning(
                "an early transfer met somebody who had gone", command=what, leg=partner, why=str(error)
            )
