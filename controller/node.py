"""One switch, followed: its events become agents' activity, calls' moves and records."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import structlog
from gevent.queue import Queue

from controller import following, reading
from controller.esl import ESLError, Event, NodeLink, Snapshot
from controller.following import Following, LegPast, Move
from controller.reading import LiveLeg
from presence.agents import AgentStore, LegActivity
from presence.clock import Clock
from presence.connection import Away
from routing.outcomes import is_known

_LOG = structlog.get_logger()
_NEW_CHANNEL_SECONDS = 5.0

EVENTS = (
    "CHANNEL_CREATE",
    "CHANNEL_ANSWER",
    "CHANNEL_BRIDGE",
    "CHANNEL_HANGUP_COMPLETE",
)
CUSTOM = (
    "relais::step",
    "relais::key",
    "sofia::register",
    "sofia::unregister",
    "sofia::expire",
    "vm::maintenance",
)


class Domains:
    """Which company a SIP domain belongs to, and whose a device is; filled from what is published."""

    def __init__(self) -> None:
        self.company: dict[str, str] = {}
        self.owners: dict[str, Mapping[str, str]] = {}


class NodeWatch:
    """The handler of one link. Redis writes happen in `write`'s own greenlet, in order, never inline.
    `switch_time`: Unix seconds as the switch counts them (the demonstration switch keeps the system's clock,
    FreeSWITCH the machine's)."""

    def __init__(
        self, *, node: str, clock: Clock, domains: Domains, stores: Callable[[str], AgentStore], failsafe: str,
        switch_time: Callable[[], float] = time.time,
    ) -> None:  # fmt: skip
        self.node, self._clock, self._domains, self._stores = node, clock, domains, stores
        self._failsafe, self._switch_time = failsafe, switch_time
        self.calls: dict[str, Following] = {}
        self._legs: dict[str, tuple[str, str]] = {}
        self._writes: Queue[Callable[[], object]] = Queue()
        self.link: NodeLink | None = None
        self.moves = self.lost_writes = 0

    # --- the link's side -----------------------------------------------------------------------------

    def on_snapshot(self, snapshot: Snapshot) -> None:
        """Everything that is true now: registrations and live channels replace what Redis believes."""
        live = {row.get("uuid", "") for row in snapshot.channels}
        registered: dict[str, dict[str, float]] = {company: {} for company in self._domains.owners}
        for row in snapshot.registrations:
            company = self._domains.company.get(row.get("realm", ""))
            if company is not None:
                left = float(row.get("expires") or 0) - self._switch_time()
                registered[company][row.get("reg_user", "")] = self._clock.unix(company) + left
        for company, devices in registered.items():
            self._write(partial(self._replace_devices, company, devices))
        self.calls = {uuid: call for uuid, call in self.calls.items() if uuid in live}
        self.sweep(snapshot.channels)

    def _replace_devices(self, company: str, devices: Mapping[str, float]) -> None:
        self._stores(company).replace_devices(devices)

    def on_down(self, reason: ESLError) -> None:
        """Nothing is known of the switch from here on; the heartbeat stops by itself."""
        _LOG.warning("link to the switch is down", node=self.node, why=str(reason))

    def on_event(self, event: Event) -> None:
        """One thing that happened."""
        handle = self._HANDLERS.get(event.subclass or event.name)
        if handle is not None:
            handle(self, event)

    # --- steps ---------------------------------------------------------------------------------------

    def _on_step(self, event: Event) -> None:
        step = reading.step_of(event)
        if step is None:
            return
        now = self._clock.unix(step.company)
        if event.get("relais_phase") == "begin":
            known = following.begin_step(self.calls.get(step.uuid), step, now)
            self.calls[step.uuid] = known
            self._show(known, "in progress")
            return
        found = self.calls.get(step.uuid)
        if found is None or found.step.number != step.number:
            found = following.begin_step(found, step, now)
        age = max(0.0, self._switch_time() - event.fired_at) if event.fired_at else 0.0
        self.calls[step.uuid], move = following.end_step(found, step.number, reading.causes_of(event), age)
        if move is not None:
            self._perform(move)

    def _perform(self, move: Move) -> None:
        if self.link is None:
            return
        lines = [
            f"uuid_setvar {move.uuid} relais_outcome {move.outcome}",
            f"uuid_transfer {move.uuid} next-{move.step} {self._failsafe} relais",
        ]
        try:
            self.link.commands(move.uuid, lines, deadline=following.LATEST_MOVE_SECONDS)
            self.moves += 1
        except ESLError as error:
            _LOG.warning("call not moved, its own plan does it", call=move.uuid, why=str(error))

    # --- legs ----------------------------------------------------------------------------------------

    def _on_create(self, event: Event) -> None:
        company, owner = event.variable("relais_company"), event.variable("relais_owner")
        device, call = event.variable("relais_device"), event.variable("relais_call")
        if not company or not owner:
            return
        now = self._clock.unix(company)
        leg = event.variable("relais_leg")
        if device or leg:
            self._legs[event.unique_id] = (company, owner)
        if device:
            activity = LegActivity(
                owner=owner, state="ringing" if leg else "answered", call=call, node=self.node, since=now,
                device=device, other=event.get("Caller-Caller-ID-Number"),
            )  # fmt: skip
            self._write(lambda: self._stores(company).leg(event.unique_id, activity))
        if leg:
            past = LegPast(
                leg=leg, owner=owner, step=reading.integer(event.variable("relais_step")),
                rule=event.variable("relais_rule"), began=now,
            )  # fmt: skip
            self._change(event, lambda known: following.leg_began(known, event.unique_id, past))

    def _on_answer(self, event: Event) -> None:
        company, owner = self._legs.get(event.unique_id, ("", ""))
        if not company:
            return
        now = self._clock.unix(company)
        self._change(event, lambda known: following.leg_answered(known, event.unique_id, now))
        if event.variable("relais_device"):
            activity = LegActivity(
                owner=owner, state="answered", call=event.variable("relais_call"), node=self.node, since=now,
                device=event.variable("relais_device"), other=event.get("Caller-Caller-ID-Number"),
            )  # fmt: skip
            self._write(lambda: self._stores(company).leg(event.unique_id, activity))

    def _on_bridge(self, event: Event) -> None:
        caller, other = event.get("Bridge-A-Unique-ID"), event.get("Bridge-B-Unique-ID")
        known = self.calls.get(caller)
        if known is None:
            return
        now = self._clock.unix(known.step.company)
        self.calls[caller] = following.bridged(known, other, now)
        self._show(self.calls[caller], "bridged")

    def _on_hangup(self, event: Event) -> None:
        uuid, cause = event.unique_id, event.hangup_cause
        company, owner = self._legs.pop(uuid, ("", ""))
        if company:
            now = self._clock.unix(company)
            if not is_known(cause):
                _LOG.warning("hangup cause nobody knows, taken as failed", cause=cause)
            self._change(event, lambda known: following.leg_ended(known, uuid, cause, now))
            self._write(lambda: self._stores(company).leg_over(uuid, owner, now))
        known = self.calls.pop(uuid, None)
        if known is not None:
            self._finish(known, cause)

    def _change(self, event: Event, change: Callable[[Following], Following]) -> None:
        """The call a leg belongs to is the one whose id it carries."""
        call = event.variable("relais_call")
        for uuid, known in self.calls.items():
            if known.step.call == call:
                self.calls[uuid] = change(known)
                return

    def _finish(self, known: Following, cause: str) -> None:
        company, call = known.step.company, known.step.call
        record = following.record(known, cause, self._clock.unix(company))
        self._write(lambda: self._stores(company).call_over(call, record))

    def _show(self, known: Following, state: str) -> None:
        step = known.step
        facts = {
            "uuid": step.uuid, "state": state, "entry": step.entry, "from": step.caller, "place": step.place,
            "rule": step.rule, "since": known.began, "with": known.answered_by, "node": self.node,
            "ringing": [leg.id for leg in step.legs] if state != "bridged" else [],
        }  # fmt: skip
        self._write(lambda: self._stores(step.company).call(step.call, facts))

    # --- registrations -------------------------------------------------------------------------------

    def _on_register(self, event: Event) -> None:
        company = self._domains.company.get(event.get("realm") or event.get("from-host"))
        if company is not None:
            device = event.get("username") or event.get("from-user")
            until = self._clock.unix(company) + float(event.get("expires") or 0)
            self._write(lambda: self._stores(company).register(device, until))

    def _on_unregister(self, event: Event) -> None:
        host = event.get("realm") or event.get("from-host") or event.get("host")
        company = self._domains.company.get(host)
        if company is not None:
            device = event.get("username") or event.get("from-user") or event.get("user")
            self._write(lambda: self._stores(company).unregister(device))

    # --- what Redis believes ---------------------------------------------------------------------------

    def sweep(self, channels: Sequence[Mapping[str, str]]) -> None:
        """Redis is made to agree with the switch's live channels, and each repair is said."""
        live = {row.get("uuid", "") for row in channels}
        legs = [leg for leg in map(reading.live_leg_of, channels) if leg is not None]
        for company in self._domains.owners:
            self._write(partial(self._sweep, company, live, legs))

    def _sweep(self, company: str, live: set[str], legs: Sequence[LiveLeg]) -> None:
        store, now = self._stores(company), self._clock.unix(company)
        believed = store.leg_uuids()
        for leg in legs:
            if self._domains.company.get(leg.domain) == company:
                self._correct(company, leg, believed.get(leg.uuid))
        for uuid, known in believed.items():
            if known.node == self.node and uuid not in live and now - known.since > _NEW_CHANNEL_SECONDS:
                _LOG.warning("agent freed: his leg is no more", company=company, agent=known.owner, leg=uuid)
                store.leg_over(uuid, known.owner, now)
        for ident, facts in store.calls().items():
            old = now - float(str(facts.get("since") or 0)) > _NEW_CHANNEL_SECONDS
            if facts.get("node") == self.node and facts.get("uuid") not in live and old:
                _LOG.warning("call closed: it is no more", company=company, call=ident)
                store.call_over(
                    ident, {**facts, "call": ident, "company": company, "disposition": "lost", "ended": now}
                )

    def _correct(self, company: str, leg: LiveLeg, known: LegActivity | None) -> None:
        """A leg that was answered, or began, while nobody followed the switch."""
        owner = self._domains.owners[company].get(leg.device)
        if owner is None or (known is not None and (known.state == "answered" or not leg.answered)):
            return
        state = "answered" if leg.answered else "ringing"
        now = self._clock.unix(company)
        corrected = LegActivity(
            owner=owner, state=state, call=known.call if known else leg.call, node=self.node,
            since=known.since if known else now, device=leg.device, other=known.other if known else "",
        )  # fmt: skip
        _LOG.warning(
            "agent corrected: his leg was missed", company=company, agent=owner, leg=leg.uuid, is_=state
        )
        self._stores(company).leg(leg.uuid, corrected)
        self._legs.setdefault(leg.uuid, (company, owner))

    def _write(self, work: Callable[[], object]) -> None:
        self._writes.put(work)

    def write(self) -> None:
        """The greenlet that writes to Redis, in order. A write that fails is counted; the sweep repairs it."""
        for work in self._writes:
            try:
                work()
            except Away as error:
                self.lost_writes += 1
                _LOG.warning("presence not written", why=str(error))
            except Exception:  # noqa: BLE001 - one bad event must not end the writing of all others
                _LOG.exception("presence not written")

    _HANDLERS: Mapping[str, Callable[[Any, Event], None]] = {
        "relais::step": _on_step,
        "CHANNEL_CREATE": _on_create,
        "CHANNEL_ANSWER": _on_answer,
        "CHANNEL_BRIDGE": _on_bridge,
        "CHANNEL_HANGUP_COMPLETE": _on_hangup,
        "sofia::register": _on_register,
        "sofia::unregister": _on_unregister,
        "sofia::expire": _on_unregister,
    }
