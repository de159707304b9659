"""Agents' activity, from the legs of their phones: ringing, answered, over. And what was missed, put right."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

import structlog
from msgspec.structs import replace

from controller import reading
from controller.esl import Event
from controller.presence_writer import PresenceWriter
from controller.published import Published
from controller.reading import LiveLeg, other_end
from controller.repairs import Repairs
from controller.unlisted import Unlisted
from presence.agents import AgentStore, LegActivity
from presence.clock import Clock
from routing.outcomes import is_known, leg_outcome

_LOG = structlog.get_logger()
_OLD_LIST_SECONDS = 60.0
"""A list of channels is compared sooner than this after it was asked for."""


class AgentLegs:
    """The legs of one switch that are some agent's."""

    def __init__(
        self, node: str, clock: Clock, published: Published, stores: Callable[[str], AgentStore],
        writer: PresenceWriter, repairs: Repairs,
    ) -> None:  # fmt: skip
        self._repairs = repairs
        self._node, self._clock, self._published = node, clock, published
        self._stores, self._writer = stores, writer
        self._owners: dict[str, tuple[str, str]] = {}
        self._others: dict[str, str] = {}
        self._working: dict[str, str] = {}
        self._outside: dict[str, tuple[str, LegActivity]] = {}
        """Legs to agents' own numbers outside, with their company, until they talk."""
        self._ended: dict[str, float] = {}
        self._unlisted = Unlisted()

    def on_create(self, event: Event) -> None:
        """One of our legs rings, or an agent's own phone calls."""
        company, owner = event.variable("relais_company"), event.variable("relais_owner")
        device, leg = event.variable("relais_device"), event.variable("relais_leg")
        if company and owner and (device or leg):
            self._owners[event.unique_id] = (company, owner)
            self._others[event.unique_id] = other_end(event)
            self._tell(event, company, owner, "ringing" if leg else "answered")

    def on_step(self, event: Event) -> None:
        """What the call of an agent's own phone does: one to the outside takes a unit of his capacity while it lasts."""
        uuid, profile = event.unique_id, event.variable("relais_capacity")
        if event.variable("relais_leg") or not event.variable("relais_device") or uuid in self._ended:
            return
        company, owner = self._whose(event)
        if company and uuid not in self._owners:
            # A phone in Teams: its leg was a stranger's when it began.
            self._owners[uuid], self._others[uuid] = (company, owner), other_end(event)
            self._tell(event, company, owner, "answered")
        if company and profile != self._working.get(uuid, ""):
            self._working[uuid] = profile
            now, call = self._clock.unix(company), event.variable("relais_call")
            store = self._stores(company)
            self._writer.put(lambda: store.works(uuid, owner, now, call=call, profile=profile))

    def on_answer(self, event: Event) -> None:
        """The agent talks. Who answers outside may be a voicemail: there he talks when he is joined, having pressed the key."""
        company, owner = self._whose(event)
        if company and not event.variable("relais_mobile"):
            self._tell(event, company, owner, "answered")

    def on_bridge(self, event: Event) -> None:
        """Two legs talk; one may be an agent's outside."""
        for uuid in (event.get("Bridge-A-Unique-ID"), event.get("Bridge-B-Unique-ID")):
            company, leg = self._outside.pop(uuid, ("", None))
            if leg is not None:
                self._put(company, uuid, replace(leg, state="answered", since=self._clock.unix(company)))

    def on_hangup(self, event: Event) -> None:
        """The leg is over."""
        uuid, cause = event.unique_id, reading.ended_by(event)
        company, owner = self._whose(event)
        self._forget(uuid)
        self._ended[uuid] = self._clock.unix()
        if company:
            if not is_known(cause):
                _LOG.warning("hangup cause nobody knows, taken as failed", cause=cause)
            now = self._clock.unix(company)
            how = leg_outcome(cause, event.variable("relais_leg"))
            self._writer.put(lambda: self._stores(company).leg_over(uuid, owner, now, how))

    def listed(self, live: Collection[str]) -> None:
        """Legs whose end was missed are remembered no longer; Redis is compared by `sweep`."""
        for uuid in self._unlisted.gone({*self._owners, *self._working, *self._outside}, live):
            self._forget(uuid)

    def _forget(self, uuid: str) -> None:
        for known in (self._owners, self._others, self._working, self._outside):
            known.pop(uuid, None)

    def _whose(self, event: Event) -> tuple[str, str]:
        """Company and owner; of a leg whose beginning was missed, what it says itself. A caller's leg may carry the
        owner of the phone that answered (`import`), but never a device."""
        known = self._owners.get(event.unique_id)
        company, device = event.variable("relais_company"), event.variable("relais_device")
        if known is None and device:
            owner = self._published.owners.get(company, {}).get(device)
            known = (company, owner) if owner is not None else None
        return known or ("", "")

    def _tell(self, event: Event, company: str, owner: str, state: str) -> None:
        """Only a phone of his and his own number outside keep an agent busy: any other number is nobody's, nor is a door phone
        his. Who is at the other end is known best when the leg begins: later the dialplan may have moved the call on."""
        uuid, device = event.unique_id, event.variable("relais_device")
        his = device in self._published.owners.get(company, {}) if device else event.variable("relais_mobile")
        if not his:
            return
        activity = LegActivity(
            owner=owner, state=state, call=event.variable("relais_call"), node=self._node,
            since=self._clock.unix(company), device=device, other=self._others.get(uuid) or other_end(event),
        )  # fmt: skip
        if not device:
            self._outside[uuid] = (company, activity)
        self._put(company, uuid, activity)

    def _put(self, company: str, uuid: str, activity: LegActivity) -> None:
        self._writer.put(lambda: self._stores(company).leg(uuid, activity))

    def sweep(self, company: str, live: set[str], legs: Sequence[LiveLeg], grace: float) -> bool:
        """Make Redis agree with the switch's live channels, and say each repair; True when a leg is too young to tell, no
        older than `grace` seconds. Blocks on Redis."""
        believed = self._stores(company).leg_uuids()
        for uuid, known in believed.items():
            if uuid in live and known.state == "ringing" and not known.device and uuid not in self._ended:
                self._outside.setdefault(uuid, (company, known))
        for leg in legs:
            # The list may be older than the end of a leg that it has: that one would come back to life.
            if self._published.company_of.get(leg.domain) == company and leg.uuid not in self._ended:
                self._correct(company, leg, believed.get(leg.uuid))
        young = self._free(company, live, believed, grace)
        now = self._clock.unix()
        self._ended = {uuid: at for uuid, at in self._ended.items() if now - at < _OLD_LIST_SECONDS}
        return young

    def _free(self, company: str, live: set[str], believed: Mapping[str, LegActivity], grace: float) -> bool:
        now, young = self._clock.unix(company), False
        for uuid, known in believed.items():
            if known.node != self._node or uuid in live:
                continue
            if now - known.since <= grace:
                young = True
            else:
                self._stores(company).leg_over(uuid, known.owner, now, source="sweep")
                self._repairs.tell(
                    company, "agent_freed", known.owner, f"{known.state} by leg {uuid}, which is no more"
                )
        return young

    def _correct(self, company: str, leg: LiveLeg, known: LegActivity | None) -> None:
        """A leg that was answered, or began, while nobody followed the switch."""
        owner = self._published.owners[company].get(leg.device)
        if owner is None or (known is not None and (known.state == "answered" or not leg.answered)):
            return
        state = "answered" if leg.answered else "ringing"
        corrected = LegActivity(
            owner=owner, state=state, call=known.call if known else leg.call, node=self._node,
            since=known.since if known else self._clock.unix(company), device=leg.device,
            other=known.other if known else "",
        )  # fmt: skip
        self._stores(company).leg(leg.uuid, corrected)
        self._repairs.tell(company, "agent_corrected", owner, f"leg {leg.uuid} was missed: it is {state}")
        self._owners.setdefault(leg.uuid, (company, owner))
