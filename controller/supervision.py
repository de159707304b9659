"""Supervisors step into conversations: listen, whisper, barge, take over, end (catalogue 5). Who may is `routing.supervision`'s;
here it is performed on the switch.

A supervisor's phones ring, and the one that he answers eavesdrops on the agent's leg. How he is heard changes by the keys that
`eavesdrop` reads (0 by nobody, 2 by the agent, 3 by both), pressed here or on his phone.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import partial

import gevent
import msgspec
import structlog

from controller import supervision_commands
from controller.contacts import contact
from controller.esl import BackgroundJob, ESLError, Event, JobLost, NodeLink
from controller.presence_writer import PresenceWriter
from controller.published import Published
from controller.recordings import Recordings
from presence.agents import AgentStore, LegActivity
from presence.clock import Clock
from presence.connection import Away
from presence.monitors import Monitors
from presence.orders import Order, Reply
from routing.compiled import Company
from routing.placing import phones_of
from routing.rights import Person, Role
from routing.shown_names import shown_name
from routing.snapshot import Snapshot
from routing.supervision import Mode, Monitor, Refused, Stepping, judge, judge_leaving

_LOG = structlog.get_logger()
_RING_SECONDS = 25
_COMMAND_SECONDS = 2.0
_JOB_SECONDS = _RING_SECONDS + 15.0
_NEW_SECONDS = 5.0
"""A list of channels may be older than the leg of who has just answered."""
_UNSET = "_undef_"
_NEVER = Snapshot(now=datetime.fromtimestamp(0, UTC), agents=None)


class Supervision:
    """Of one switch."""

    def __init__(
        self, *, link: NodeLink, clock: Clock, published: Published, stores: Callable[[str], AgentStore],
        recordings: Recordings, writer: PresenceWriter,
    ) -> None:  # fmt: skip
        self._link, self._clock, self._published, self._stores = link, clock, published, stores
        self._recordings, self._writer, self._node = recordings, writer, link.address.name

        self._own: dict[str, tuple[str, str]] = {}
        """Company and call of each supervisor's leg: what the event of a key does not say."""

    # --- orders --------------------------------------------------------------------------------------

    def step_in(self, order: Order) -> Reply:
        """`words`: who (`role`, `extension`), which `call`, beside which `agent` (empty: the one he supervises), which `mode`."""
        company = self._published.companies.get(order.company)
        if company is None:
            return Reply("unknown_company")
        call, mode = order.words["call"], msgspec.convert(order.words["mode"], Mode)
        legs = self._legs(order.company, call)
        known = self._monitors(order.company).of(call)
        person = _person(order.words)
        found = judge(company.document, person, mode, legs, known, order.words.get("agent", ""))
        if isinstance(found, Refused):
            return Reply(found.code, {"who": found.who})
        if mode == "end":
            return self._end(company, found)
        wanted = Monitor(
            supervisor=person.extension, mode=mode, agent=found.agent, leg=found.leg,
            since=self._clock.unix(order.company), node=self._node,
        )  # fmt: skip
        return self._go_on(company, call, known, mode) if known else self._begin(company, call, wanted)

    def leave(self, order: Order) -> Reply:
        """`words`: who, and which `call`."""
        company = self._published.companies.get(order.company)
        if company is None:
            return Reply("unknown_company")
        monitors, call = self._monitors(order.company), order.words["call"]
        known = monitors.of(call)
        refused = judge_leaving(_person(order.words), known)
        if refused is not None or known is None:
            return Reply("not_monitoring" if refused is None else refused.code)
        self._stop((known.own,) if known.own else known.rings)
        if not known.own:
            self._release(order.company, call)
        return Reply()

    def _monitors(self, company: str) -> Monitors:
        return self._stores(company).monitors

    def _legs(self, company: str, call: str) -> dict[str, LegActivity]:
        """Of phones in a call; a supervisor's, who only listens, is in no conversation that another could step into."""
        listening = {each.own for each in self._monitors(company).all().values() if each.mode != "take_over"}
        found = self._stores(company).leg_uuids()
        return {uuid: leg for uuid, leg in found.items() if leg.call == call and uuid not in listening}

    # --- stepping in -----------------------------------------------------------------------------------

    def _begin(self, company: Company, call: str, wanted: Monitor) -> Reply:
        reached = self._phones(company, wanted.supervisor)
        if not reached:
            return self._unreached(company, wanted.supervisor)
        legs = {str(uuid.uuid4()): phone for phone in reached.items()}
        wanted = msgspec.structs.replace(wanted, rings=tuple(legs))
        monitors = self._monitors(company.id)
        if not monitors.claim(call, wanted):
            other = monitors.of(call)
            return Reply("already_monitored", {"who": other.supervisor if other else ""})
        line = supervision_commands.originate(
            company, call, wanted, legs, shown_name(company, wanted.agent), _RING_SECONDS
        )
        try:
            job = self._link.bgapi(line, job_deadline=self._clock.real_seconds(_JOB_SECONDS))
        except ESLError:
            gevent.spawn(self._stop, wanted.rings)  # the switch may have obeyed
            monitors.release(call)
            raise
        gevent.spawn(self._await, company, call, wanted, job)
        return Reply()

    def _unreached(self, company: Company, extension: str) -> Reply:
        """No phone of his is here: because none is connected, or because it is on another switch, which cannot hear this one's calls."""
        now = self._clock.unix(company.id)
        devices = phones_of(company, extension, _NEVER)
        other = self._stores(company.id).registered_elsewhere(devices, self._node, now)
        facts = {"extension": extension, "node": other, "own": self._node}
        return Reply("phone_elsewhere", facts) if other else Reply("no_phone", {"extension": extension})

    def _phones(self, company: Company, extension: str) -> dict[str, str]:
        """Where his phones are, by device."""
        found = {}
        for device in phones_of(company, extension, _NEVER):
            ask = partial(self._link.command, device, deadline=_COMMAND_SECONDS)
            where = contact(company, extension, device, ask)
            if where:
                found[device] = where
        return found

    def _await(self, company: Company, call: str, wanted: Monitor, job: BackgroundJob) -> None:
        """He answers, or does not."""
        own = ""
        try:
            own = job.output().removeprefix("+OK").strip()
            self._answered(company, call, wanted, own)
        except JobLost as error:  # he may answer yet, and listen: the sweep ends it
            _LOG.warning("nobody knows whether a supervisor steps in", call=call, why=str(error))
        except (ESLError, *Away) as error:
            _LOG.info("supervisor does not step in", call=call, supervisor=wanted.supervisor, why=str(error))
            if (
                own and wanted.mode != "take_over"
            ):  # nobody listens unseen; who waits to be joined ends by himself
                self._stop([own])
            self._release(company.id, call)

    def _stop(self, legs: Iterable[str]) -> None:
        for leg in legs:
            self._quietly(leg, f"uuid_kill {leg} NORMAL_CLEARING")

    def _answered(self, company: Company, call: str, wanted: Monitor, own: str) -> None:
        monitors = self._monitors(company.id)
        now = monitors.of(call)
        if now is None or now.supervisor != wanted.supervisor:
            self._stop([own])
            return
        now = msgspec.structs.replace(now, own=own, rings=())
        self._own[own] = (company.id, call)
        monitors.keep(call, now)
        if now.mode == "take_over":
            self._take_over(company, now)
        elif now.mode != wanted.mode:
            self._link.command(own, supervision_commands.switched(own, now.mode), deadline=_COMMAND_SECONDS)
        if now.mode != "take_over":
            self._tell_agent(company, now)

    def _go_on(self, company: Company, call: str, known: Monitor, mode: Mode) -> Reply:
        """He is in it already, or about to answer: in another way from now on."""
        changed = msgspec.structs.replace(known, mode=mode)
        if known.own and mode == "take_over":
            self._tell_no_more(company, known)
            self._take_over(company, changed)
        elif known.own:
            line = supervision_commands.switched(known.own, mode)
            self._link.command(known.own, line, deadline=_COMMAND_SECONDS)
        self._monitors(company.id).keep(call, changed)
        return Reply()

    def _take_over(self, company: Company, monitor: Monitor) -> None:
        """The other side talks to the supervisor; the agent's leg ends, and his work after the call begins."""
        other = self._variable(monitor.leg, "bridge_uuid")
        rung, device = self._variable(other, "relais_leg"), self._variable(other, "relais_device")
        user = company.device_owners.get(device, "")
        lines = supervision_commands.taken_over(monitor, other, rung=bool(rung), user=user)
        self._link.commands(other, lines, deadline=_COMMAND_SECONDS)
        self._quietly(monitor.leg, f"uuid_kill {monitor.leg} NORMAL_CLEARING")

    def _variable(self, leg: str, name: str) -> str:
        """Of a channel; empty when it has none."""
        told = self._link.command(leg, f"uuid_getvar {leg} {name}", deadline=_COMMAND_SECONDS).strip()
        return "" if told == _UNSET else told

    def _end(self, company: Company, found: Stepping) -> Reply:
        """Both sides are told, and hung up."""
        prompt = self._recordings.of(company, company.document.account.ended_prompt, "ended_by_supervisor")
        line = supervision_commands.ended(found.leg, prompt)
        self._link.command(found.leg, line, deadline=_COMMAND_SECONDS)
        return Reply()

    # --- what the agent hears of it ----------------------------------------------------------------------

    def _tell_agent(self, company: Company, monitor: Monitor) -> None:
        account = company.document.account
        notice = self._recordings.of(company, account.monitoring_notice) if account.monitoring_notice else ""
        for line in supervision_commands.told(monitor.leg, notice, tone=account.monitoring_tone):
            self._quietly(monitor.leg, line)

    def _tell_no_more(self, company: Company, monitor: Monitor) -> None:
        if company.document.account.monitoring_tone:
            self._quietly(monitor.leg, supervision_commands.told_no_more(monitor.leg))

    # --- what the switch tells -----------------------------------------------------------------------------

    @property
    def concerned(self) -> Mapping[str, Callable[[Event], None]]:
        """Events that concern supervisors' legs."""
        return {"DTMF": self.on_dtmf, "CHANNEL_HANGUP_COMPLETE": self.on_hangup}

    def on_dtmf(self, event: Event) -> None:
        """He changes how he is heard with the keys of his own phone."""
        uuid, key = event.unique_id, event.get("DTMF-Digit")
        mode = supervision_commands.mode_of_key(key)
        company, call = self._own.get(uuid, ("", ""))
        if call and key == supervision_commands.OTHER_SIDE_ALONE:
            gevent.spawn(self._undo, company, call, uuid)
        elif call and mode is not None:
            self._writer.put(lambda: self._changed(company, call, uuid, mode))

    def _undo(self, company: str, call: str, own: str) -> None:
        """A way to be heard that is none of ours: the board, and the agent, would not know of it."""
        known = self._monitors(company).of(call)
        if known is not None and known.own == own and known.mode != "take_over":
            self._quietly(own, supervision_commands.switched(own, known.mode))

    def _changed(self, company: str, call: str, own: str, mode: Mode) -> None:
        monitors = self._monitors(company)
        known = monitors.of(call)
        if known is not None and known.own == own and known.mode not in (mode, "take_over"):
            monitors.keep(call, msgspec.structs.replace(known, mode=mode))

    def on_hangup(self, event: Event) -> None:
        """His leg is over."""
        company, call = event.variable("relais_company"), event.variable("relais_supervises")
        self._own.pop(event.unique_id, None)
        if call:
            self._writer.put(lambda: self._over(company, call, event.unique_id))

    def _over(self, company: str, call: str, own: str) -> None:
        known = self._monitors(company).of(call)
        if known is not None and known.own == own:
            self._release(company, call)

    def sweep(self, company: str, live: set[str]) -> None:
        """Those whose end was missed: their leg is no more, or nobody waits for it to be answered. `live`: this switch's legs."""
        now, found = self._clock.unix(company), self._monitors(company).all()
        ours = {call: each for call, each in found.items() if each.node in ("", self._node)}
        for call, known in ours.items():
            if known.own:  # of a controller before this one
                self._own.setdefault(known.own, (company, call))
            waits = now - known.since < (_NEW_SECONDS if known.own else _JOB_SECONDS)
            if not waits and known.own not in live:
                _LOG.warning("monitor ended: his leg is no more", company=company, call=call)
                gevent.spawn(self._stop, live.intersection(known.rings))
                self._release(company, call)

    def _release(self, company: str, call: str) -> None:
        known, found = self._monitors(company).of(call), self._published.companies.get(company)
        self._monitors(company).release(call)
        if known is not None and known.own and found is not None and known.mode != "take_over":
            gevent.spawn(self._tell_no_more, found, known)

    def _quietly(self, leg: str, line: str) -> None:
        """What may come too late: the leg is gone, which is as well."""
        try:
            self._link.command(leg, line, deadline=_COMMAND_SECONDS)
        except ESLError as error:
            _LOG.info("not told to the switch", leg=leg, why=str(error))


def _person(words: Mapping[str, str]) -> Person:
    return Person(role=msgspec.convert(words["role"], Role), extension=words["extension"])
