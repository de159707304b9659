"""What a supervisor must not miss: emergency calls of the last hour, ways to the outside that are down or full (P21), outside
calls of the company that are held, switches that nobody follows, and breaks that last longer than they should (4.3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

import msgspec

from presence.agents import AgentRecord
from presence.emergencies import EmergencyCall, latest
from presence.gateways import Gateway, state_of
from presence.lines import Line
from routing.company import CompanyDocument
from routing.outside_calls import OutsideCalls
from routing.snapshot import AgentState
from routing.trunks import apart, ways

_MINUTE = 60

AlertKind = Literal[
    "emergency", "trunk_down", "trunk_full", "lines_full", "company_held", "switch_not_followed", "break_long"
]


class AlertRow(msgspec.Struct, frozen=True, kw_only=True):
    """`id` is unique in the company. Of an emergency call: who called (`who`, his name or extension), from which site, what he
    `dialled`, and the number that was `shown`. Of a trunk: its name (`who`) and the state of its gateway (`MISSING`: the switch has
    none of that name); of a full one, and of the company's lines, how many are in use of how many. Of the company's hold: why (`state`,
    a `routing.outside_calls.HoldWhy`). Of a switch: its node (`who`). Of a break: whose (`who`, `extension`), since when it is too long,
    and how long it may be (`state`: `30 min`, `45 s`)."""

    id: str
    kind: AlertKind
    since: float
    who: str
    extension: str = ""
    dialled: str = ""
    site: str = ""
    shown: str = ""
    state: str = ""


def alerts(
    client: Any, company: str, document: CompanyDocument, gateways: Mapping[str, Gateway], now: float
) -> dict[str, AlertRow]:
    """Everything that calls for attention, the newest emergency first. Raises when Redis is away."""
    calls = sorted(latest(client, company, now).items(), key=lambda each: -each[1].at)
    rows = [_emergency(document, call, each) for call, each in calls]
    return {row.id: row for row in (*rows, *_down(document, gateways))}


def held(calls: OutsideCalls) -> dict[str, AlertRow]:
    """The fraud guard's hold of the whole company, where there is one."""
    if calls.held is None:
        return {}
    row = AlertRow(id="held", kind="company_held", since=calls.held.since, who="", state=calls.held.why)
    return {row.id: row}


def not_followed(nodes: Mapping[str, bool]) -> dict[str, AlertRow]:
    """Of several switches those that no controller follows (False). Of one alone the board's presence says it."""
    if len(nodes) < 2:
        return {}
    rows = (
        AlertRow(id=f"switch.{node}", kind="switch_not_followed", since=0.0, who=node)
        for node, is_so in nodes.items()
        if not is_so
    )
    return {row.id: row for row in rows}


def long_breaks(
    document: CompanyDocument, agents: Mapping[str, AgentRecord], now: float
) -> dict[str, AlertRow]:
    """Who has been on a break for longer than the company wants, and still is."""
    longest = document.account.longest_break
    over = {
        extension: record.intent.since + longest
        for extension, record in agents.items()
        if longest and record.derived.state is AgentState.BREAK and now >= record.intent.since + longest
    }
    allowed = f"{longest // 60} min" if longest >= _MINUTE and not longest % _MINUTE else f"{longest} s"
    rows = (
        AlertRow(
            id=f"break.{extension}", kind="break_long", since=since, who=document.users[extension].name or extension,
            extension=extension, state=allowed,
        )
        for extension, since in over.items()
    )  # fmt: skip
    return {row.id: row for row in rows}


def full(document: CompanyDocument, lines: Iterable[Line]) -> dict[str, AlertRow]:
    """The company's lines, and each trunk's, when no further call fits; since its last one began."""
    lines, others = list(lines), apart(document)
    own = [line for line in lines if line.trunk not in others]
    rows = [_full("lines", "lines_full", "", own, document.account.trunk_channels)]
    for key, trunk in document.trunks.items():
        its = [line for line in lines if line.trunk == key]
        rows.append(_full(f"full.{key}", "trunk_full", trunk.name or key, its, trunk.channels))
    return {row.id: row for row in rows if row is not None}


def _full(ident: str, kind: AlertKind, who: str, lines: Sequence[Line], most: int) -> AlertRow | None:
    if not most or len(lines) < most:
        return None
    since = max(line.at for line in lines)
    return AlertRow(id=ident, kind=kind, since=since, who=who, state=f"{len(lines)}/{most}")


def _emergency(document: CompanyDocument, call: str, told: EmergencyCall) -> AlertRow:
    user, site = document.users.get(told.extension), document.sites.get(told.site)
    return AlertRow(
        id=f"emergency.{call}", kind="emergency", since=told.at, who=user.name if user is not None else told.extension,
        extension=told.extension, dialled=told.dialled, site=site.name if site is not None else "", shown=told.shown,
    )  # fmt: skip


def _down(document: CompanyDocument, gateways: Mapping[str, Gateway]) -> Iterator[AlertRow]:
    for key, trunk in ways(document).items():
        gateway, called = state_of(gateways, trunk.gateway), trunk.name or key or trunk.gateway
        if not trunk.enabled:
            continue
        if gateway is not None and not gateway.up:
            yield AlertRow(
                id=f"trunk.{key}", kind="trunk_down", since=gateway.since, who=called, state=gateway.state
            )
