"""Click to call: which phones of somebody ring before the number that he wants, and whether it may be called at all
(catalogue D03, D30; issue 5, part 9). Pure.

What is allowed is decided by the very step that the call will take once he has answered, so that a program can do nothing
that his phone could not.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

import msgspec

from routing.call import Call
from routing.compiled import Company
from routing.decision import Decision
from routing.device_kinds import is_talked_on
from routing.engine import needs, next_step
from routing.outbound_dialing import entry_of
from routing.reasons import Reason
from routing.snapshot import Snapshot
from routing.steps import AnyStep, Hangup, Ring

RING_SECONDS = 25
"""How long his own phones ring for a call that he asked for."""
FORCED = "forced"
"""Why such a call was placed (`relais_placed`) when a supervisor gave it whatever the capacity; else `click` or `callback`."""
_DIALLED = re.compile(r"[+*#0-9A-Za-z._-]{1,64}")
_NO_TIME = datetime.fromtimestamp(0, UTC)


class Placing(msgspec.Struct, frozen=True):
    """What is done: `devices` of `extension` ring together and show `shown`, the one that answers calls `to`."""

    extension: str
    to: str
    shown: str
    devices: tuple[str, ...]


class Unplaced(msgspec.Struct, frozen=True):
    """Why nothing is done: the code of `reason`, or `no_phone` when none of his can ring."""

    code: str
    reason: Reason | None = None


def place(
    company: Company, extension: str, to: str, snapshot: Snapshot, device: str = "", *, forced: bool = False
) -> Placing | Unplaced:
    """The call that somebody asks for; `device`: with this phone of his alone; `forced`: whatever his capacity, nothing else is
    forced (D13). The user exists."""
    if not _DIALLED.fullmatch(to):
        return Unplaced("outside_invalid", Reason(code="outside_invalid", facts={"dialled": to[:64]}))
    call = _dialled_by(company, extension, to, snapshot.now)
    decision = next_step(company, msgspec.structs.replace(call, forced=forced), snapshot)
    if isinstance(decision.step, Hangup):
        return Unplaced(decision.reasons[-1].code, decision.reasons[-1])
    devices = phones_of(company, extension, snapshot, device)
    if not devices:
        return Unplaced("no_phone")
    return Placing(extension, to, _shown(decision.step, to), devices)


def _shown(step: AnyStep, to: str) -> str:
    """The number that is called, written out; an extension as it is."""
    outside = [leg.number for leg in step.legs if leg.number] if isinstance(step, Ring) else []
    return outside[0] if len(outside) == 1 else re.sub("[^0-9+]", "", to)


def needed(company: Company, extension: str, to: str) -> frozenset[str]:
    """The agents whose state `place` may ask for."""
    return needs(company, _dialled_by(company, extension, to, _NO_TIME)).agents | {extension}


def first_step(company: Company, extension: str, to: str, snapshot: Snapshot) -> Decision:
    """What his phone would come to, now, if he dialled it himself."""
    return next_step(company, _dialled_by(company, extension, to, snapshot.now), snapshot)


def _dialled_by(company: Company, extension: str, to: str, now: datetime) -> Call:
    kind, entry = entry_of(company, extension, to)
    return Call(
        id="placed", company=company.id, entry_kind=kind, entry=entry, caller_number=extension,
        received_at=now, owner=extension,
    )  # fmt: skip


def phones_of(company: Company, extension: str, snapshot: Snapshot, device: str = "") -> tuple[str, ...]:
    """His enabled phones that are registered, of the kinds that people talk on; all of them when presence is unknown. What
    his plan silences rings all the same: he asks for it himself."""
    agent = snapshot.agents.get(extension) if snapshot.agents is not None else None
    return tuple(
        key
        for key, each in company.document.users[extension].devices.items()
        if each.enabled
        and is_talked_on(each)
        and device in ("", key)
        and (agent is None or key in agent.registered)
    )
