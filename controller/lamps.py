"""Lamps of phones for queues, shared lines, parked calls and what people declared (`routing.lamps`): a phone that subscribes is
told, and again whenever it changes, by `PRESENCE_IN`, of which the switch makes the NOTIFY (sofia_presence.c). That a person rings or
talks is the switch's own lamp."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import structlog
from gevent.queue import Full, Queue

from controller.esl import ESLError, Event, NodeLink
from controller.published import Published
from presence.connection import Away
from presence.lamps import LampStore
from routing.compiled import Company
from routing.lamps import Lamp, State, lamp_of, state_of
from routing.snapshot import Snapshot

_LOG = structlog.get_logger()
PROBE, _PRESENCE = "PRESENCE_PROBE", "PRESENCE_IN"
_DIALLED = re.compile(r"[*0-9]{3,24}")
_DOMAIN = re.compile(r"[A-Za-z0-9._-]{1,64}")
_MOST_WAITING = 1000
_LAMPS = uuid.UUID("6f1c8a52-5f0e-4c52-9b54-0f2d5c7c3a10")
"""Under which each lamp has its id."""


class Lamps:
    """Of one switch. `now`: of a company. `is_ours` may be set: False while another controller may have our place."""

    def __init__(
        self, link: NodeLink, published: Published, stores: Callable[[str], LampStore], now: Callable[[str], datetime]
    ) -> None:  # fmt: skip
        self._link, self._published, self._stores, self._now = link, published, stores, now
        self._probes: Queue[tuple[str, str]] = Queue(_MOST_WAITING)
        self.is_ours: Callable[[], bool] = lambda: True

    @property
    def concerned(self) -> Mapping[str, Callable[[Event], None]]:
        """Its events, by name."""
        return {PROBE: self._on_probe}

    def _on_probe(self, event: Event) -> None:
        """A phone subscribes, or does so again. It sees lamps of its own company only."""
        dialled, _, domain = event.get("to").rpartition("@")
        own = event.get("from").rpartition("@")[2]
        if own != domain or not _DIALLED.fullmatch(dialled) or not _DOMAIN.fullmatch(domain):
            return
        try:
            self._probes.put_nowait((dialled, domain))
        except Full:
            _LOG.warning("a phone's lamp waits for its next subscription", lamp=dialled)

    def run(self) -> None:
        """Answer phones that subscribe, for ever."""
        while True:
            dialled, domain = self._probes.get()
            try:
                if self.is_ours():
                    self._answer(dialled, domain)
            except (ESLError, *Away) as error:
                _LOG.warning("a lamp is told later", lamp=dialled, why=str(error))
            except Exception:  # noqa: BLE001 - one bad lamp must not end all others
                _LOG.exception("a lamp", lamp=dialled)

    def _answer(self, dialled: str, domain: str) -> None:
        company = self._published.companies.get(self._published.company(domain) or "")
        lamp = lamp_of(company, dialled) if company is not None else None
        if company is not None and lamp is not None:
            self._tell(company, dialled, state_of(company, lamp, self._snapshot(company, [lamp])))

    def look(self) -> None:
        """Each lamp that shows something else than what it was told last is told."""
        for company in list(self._published.companies.values()):
            told = self._stores(company.id).told()
            lamps = {dialled: lamp_of(company, dialled) for dialled in told}
            snapshot = self._snapshot(company, [lamp for lamp in lamps.values() if lamp]) if told else None
            for dialled, before in told.items():
                self._renew(company, dialled, before, lamps[dialled], snapshot)

    def _renew(
        self, company: Company, dialled: str, before: str, lamp: Lamp | None, snapshot: Snapshot | None
    ) -> None:  # fmt: skip
        if lamp is None or snapshot is None:
            self._stores(company.id).forget(dialled)
            return
        now = state_of(company, lamp, snapshot)
        if now != before:
            self._tell(company, dialled, now)

    def _tell(self, company: Company, dialled: str, state: State) -> None:
        self._link.sendevent(
            dialled, _PRESENCE, presence_of(f"{dialled}@{company.document.account.domain}", state)
        )
        self._stores(company.id).tell(dialled, state)

    def _snapshot(self, company: Company, lamps: Sequence[Lamp]) -> Snapshot:
        people = sorted({lamp.id for lamp in lamps if lamp.kind == "person"})
        return self._stores(company.id).snapshot(self._now(company.id), people)


def presence_of(address: str, state: State) -> dict[str, str]:
    """The headers of the event that lights a lamp, or puts it out. Without an id the NOTIFY names no dialog; of a channel that is not
    there the switch takes `answer-state` as it is (sofia_presence.c)."""
    return {
        "proto": "sip", "login": "phones", "from": address, "rpid": "unknown",
        "status": "Available" if state == "terminated" else "Active", "event_type": "presence",
        "alt_event_type": "dialog", "presence-call-direction": "inbound", "answer-state": state,
        "unique-id": str(uuid.uuid5(_LAMPS, address)),
    }  # fmt: skip
