"""A company's ways to the outside as they are now."""

from __future__ import annotations

import msgspec

from console.api.operation import Asked, operation
from console.permissions import Permission
from console.refusals import Refusal
from presence.connection import Away
from presence.gateways import Gateway, state_of
from routing.company import Trunk
from routing.trunks import apart, ways


class TrunkRow(msgspec.Struct, frozen=True, kw_only=True):
    """A trunk, in the order of the document; `id` empty: the account's own gateway. `in_use` of `channels` (0: the company's
    limit). `up` is null while nothing is known of its gateway, `state` that of its registration in FreeSWITCH's words
    (`MISSING`: the switch has no such gateway), `since` when it went up or down."""

    id: str
    name: str
    gateway: str
    enabled: bool
    rank: int
    weight: int
    channels: int
    in_use: int
    up: bool | None
    state: str = ""
    since: float = 0.0


class Trunks(msgspec.Struct, frozen=True):
    """Every trunk of a company; lines in use to and from outside, of as many as it may have."""

    trunks: tuple[TrunkRow, ...]
    in_use: int
    channels: int


@operation(
    "GET", "/companies/{company}/trunks", answers=Trunks, permission=Permission.SEE_LIVE, refusals=("no_presence",)
)  # fmt: skip
def list_trunks(asked: Asked, company: str) -> Trunks | Refusal:
    """Which trunks are up, and how many of their channels are in use."""
    document = asked.doors.board.document(company)
    if document is None:
        return Refusal("unknown_company", {"company": company})
    try:
        used, gateways = asked.doors.board.lines(company)
    except Away:
        return Refusal("no_presence")
    rows = tuple(
        _row(key, trunk, used.get(key, 0), state_of(gateways, trunk.gateway))
        for key, trunk in ways(document).items()
    )
    return Trunks(
        rows, used.total() - sum(used[key] for key in apart(document)), document.account.trunk_channels
    )


def _row(key: str, trunk: Trunk, used: int, gateway: Gateway | None) -> TrunkRow:
    known = (gateway.state, gateway.since) if gateway is not None else ("", 0.0)
    return TrunkRow(
        id=key, name=trunk.name or key or trunk.gateway, gateway=trunk.gateway, enabled=trunk.enabled, rank=trunk.rank,
        weight=trunk.weight, channels=trunk.channels, in_use=used, up=gateway.up if gateway is not None else None,
        state=known[0], since=known[1],
    )  # fmt: skip


OPERATIONS = (list_trunks,)
