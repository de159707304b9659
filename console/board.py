"""What a supervisor sees of a company: every agent with state, reason and since, every call in progress.

Read as a whole from Redis and the published document; nothing here is kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Literal

import msgspec
import structlog

from console.alerts import AlertRow, alerts, full, held, long_breaks, not_followed
from presence.agents import AgentRecord, AgentStore
from presence.clock import Clock
from presence.connection import Away
from presence.deciding import snapshot_of
from presence.gateways import Gateway, GatewayStore
from presence.gathering import everybody
from presence.nodes import heartbeat_of
from routing.agent_terms import People
from routing.agents import NO_TERMS, Terms
from routing.capacity import Units
from routing.company import CompanyDocument, User
from routing.compiled import Company, compile_company
from routing.queue_rights import queues_of
from routing.recording import State as RecordingState
from routing.snapshot import Snapshot as Facts
from routing.supervision import Mode, Monitor
from store.snapshot import Snapshot, SnapshotReader

_LOG = structlog.get_logger()

Presence = Literal["live", "no_switch", "no_redis"]
"""Whether states can be trusted: `no_switch` when no controller follows one of the switches, `no_redis` when nothing is known."""


class DeviceRow(msgspec.Struct, frozen=True):
    """A phone of an agent. `registered` is null while nothing is known."""

    id: str
    kind: str
    registered: bool | None


class AgentRow(msgspec.Struct, frozen=True, kw_only=True):
    """An agent. `state` is `unknown` without Redis, `shown` the label to show for it (what capacity makes of it, where the
    company wants that); `since` and `until` in Unix seconds, 0 for never; `intent` is what he declared, `declared_by` who did,
    `declared_at` when, `declared_why` for a break or by the system; `capacity` his units by profile; `queues` those he is a member
    of, `opted_out` those whose calls he does not take; `talking_to`: the numbers at the other end of his legs."""

    extension: str
    name: str
    state: str
    reason: str
    since: float
    devices: tuple[DeviceRow, ...]
    talking_to: tuple[str, ...] = ()
    shown: str = ""
    until: float = 0.0
    intent: str = ""
    declared_by: str = ""
    declared_at: float = 0.0
    declared_why: str = ""
    capacity: dict[str, Units] = {}
    queues: tuple[str, ...] = ()
    opted_out: tuple[str, ...] = ()
    held: str = ""
    """Why his outside calls are held (routing.outside_calls.HoldWhy); empty: they are not."""


class MonitorRow(msgspec.Struct, frozen=True):
    """A supervisor in a call: who, how, beside which agent, and whether he has answered yet."""

    supervisor: str
    mode: Mode
    agent: str
    answered: bool


class CallRow(msgspec.Struct, frozen=True, kw_only=True):
    """A call in progress. `caller` is empty when withheld; `entry` is `number.<id>` or `extension.<extension>`, `dialled`
    the number or extension itself; `ringing` and `answered_by` name devices or outside numbers of the document."""

    id: str
    state: str
    since: float
    caller: str = ""
    entry: str = ""
    dialled: str = ""
    rule: str = ""
    ringing: tuple[str, ...] = ()
    answered_by: str = ""
    monitor: MonitorRow | None = None
    recording: RecordingState = ""
    """What is kept of what is said; empty: it is not recorded."""


class BoardState(msgspec.Struct, frozen=True):
    """A company at the Unix second `now`."""

    company: str
    name: str
    presence: Presence
    now: float
    agents: dict[str, AgentRow]
    calls: dict[str, CallRow]
    alerts: dict[str, AlertRow] = {}


class _Facts(msgspec.Struct, frozen=True, kw_only=True):
    """A live call as the controller writes it."""

    state: str
    since: float = 0.0
    entry: str = ""
    caller: str = msgspec.field(name="from", default="")
    rule: str = ""
    ringing: tuple[str, ...] = ()
    answered_by: str = msgspec.field(name="with", default="")
    recording: RecordingState = ""


class Board:
    """Reads the boards of all published companies. `nodes`: the installation's switches, its own first."""

    def __init__(self, client: Any, reader: SnapshotReader, clock: Clock, nodes: Sequence[str]) -> None:
        self._client, self._reader, self._clock, self._nodes = client, reader, clock, nodes
        self._known: dict[str, tuple[int, People]] = {}
        self._gateways = GatewayStore(client, nodes[0])

    def companies(self) -> dict[str, str]:
        """Names of the published companies by id."""
        self._reader.poll()
        found = {ident: self._reader.current(ident) for ident in self._reader.companies()}
        return {ident: each.document.account.name for ident, each in found.items() if each is not None}

    def document(self, company: str) -> CompanyDocument | None:
        """The published document; None when there is none."""
        self._reader.poll()
        snapshot = self._reader.current(company)
        return snapshot.document if snapshot is not None else None

    def terms(self, company: str, extension: str, now: float) -> Terms:
        """What the published document says of an agent at a Unix second."""
        self._reader.poll()
        snapshot = self._reader.current(company)
        return self._people(snapshot).at(extension, now) if snapshot is not None else NO_TERMS

    def _people(self, snapshot: Snapshot) -> People:
        known = self._known.get(snapshot.company)
        if known is None or known[0] != snapshot.revision:
            people = People(compile_company(snapshot.document, snapshot.revision))
            known = self._known[snapshot.company] = (snapshot.revision, people)
        return known[1]

    def compiled(self, company: str) -> Company | None:
        """The published company, as calls are decided by; None when there is none."""
        self._reader.poll()
        snapshot = self._reader.current(company)
        return self._people(snapshot).company if snapshot is not None else None

    def lines(self, company: str) -> tuple[Counter[str], dict[str, Gateway]]:
        """Lines in use by trunk, and the switch's gateways. Raises when Redis is away."""
        lines = AgentStore(self._client, company).lines.all().values()
        return Counter(line.trunk for line in lines), self._gateways.all()

    def facts(self, company: Company, extensions: Iterable[str]) -> Facts:
        """What a decision may look at now: these agents, and the lines in use. Raises when Redis is away."""
        return snapshot_of(self._client, company, extensions, self._clock.now(company.id))

    def read(self, company: str) -> BoardState | None:
        """A company now; None when it is not published."""
        self._reader.poll()
        snapshot = self._reader.current(company)
        if snapshot is None:
            return None
        document, now = snapshot.document, self._clock.unix(company)
        people = self._people(snapshot)
        terms = {extension: people.at(extension, now) for extension in document.users}
        try:
            records = everybody(self._client, company, terms, now)
            store = AgentStore(self._client, company)
            calls, monitors = store.calls(), store.monitors.all()
            followed = {node: heartbeat_of(self._client, node) for node in self._nodes}
            told = {
                **alerts(self._client, company, document, self._gateways.all(), now), **held(store.company_calls()),
                **full(document, store.lines.all().values()), **not_followed(followed),
                **long_breaks(document, records, now),
            }  # fmt: skip
        except Away:
            agents = {extension: _unknown(extension, user) for extension, user in document.users.items()}
            return BoardState(company, document.account.name, "no_redis", now, agents, {})
        queues = queues_of(document)
        rows = {
            extension: _agent(document, extension, record, queues.get(extension, ()))
            for extension, record in records.items()
        }
        found = (_call(document, ident, facts, monitors.get(ident)) for ident, facts in calls.items())
        return BoardState(
            company, document.account.name, "live" if all(followed.values()) else "no_switch", now, rows,
            {row.id: row for row in found if row is not None}, told,
        )  # fmt: skip


def _unknown(extension: str, user: User) -> AgentRow:
    devices = tuple(DeviceRow(ident, device.kind, None) for ident, device in user.devices.items())
    return AgentRow(
        extension=extension, name=user.name, state="unknown", reason="no_redis", since=0.0, devices=devices
    )


def _agent(
    document: CompanyDocument, extension: str, record: AgentRecord, queues: tuple[str, ...]
) -> AgentRow:
    user = document.users[extension]
    derived = record.derived
    registered = derived.agent.registered
    return AgentRow(
        extension=extension, name=user.name, state=derived.state.value, reason=derived.reason,
        since=derived.since, until=derived.until, shown=derived.shown.value, intent=record.intent.kind,
        declared_by=record.intent.source, declared_at=record.intent.since, declared_why=record.intent.reason, capacity=dict(derived.units),
        queues=queues, opted_out=tuple(sorted(derived.agent.opted_out)),
        held=record.outside_calls.held.why if record.outside_calls.held is not None else "",
        talking_to=tuple(leg.other for leg in record.legs if leg.other),
        devices=tuple(DeviceRow(ident, each.kind, ident in registered) for ident, each in user.devices.items()),
    )  # fmt: skip


def _call(
    document: CompanyDocument, ident: str, written: dict[str, object], monitor: Monitor | None
) -> CallRow | None:
    try:
        facts = msgspec.convert(written, _Facts, strict=False)
    except msgspec.ValidationError as error:
        _LOG.warning("a live call that cannot be read", call=ident, why=str(error))
        return None
    kind, _, name = facts.entry.partition(".")
    number = document.numbers.get(name) if kind == "number" else None
    return CallRow(
        id=ident, state=facts.state, since=facts.since, caller=facts.caller, entry=facts.entry,
        dialled=number.number if number is not None else name, rule=facts.rule, ringing=facts.ringing,
        answered_by=facts.answered_by, recording=facts.recording, monitor=_monitor(monitor) if monitor else None,
    )  # fmt: skip


def _monitor(monitor: Monitor) -> MonitorRow:
    return MonitorRow(monitor.supervisor, monitor.mode, monitor.agent, bool(monitor.own))
