"""Calls in progress."""

from __future__ import annotations

import msgspec

from console.api.operation import Asked, operation
from console.board import CallRow, Presence
from console.permissions import Permission
from console.refusals import Refusal


class Calls(msgspec.Struct, frozen=True):
    """The calls of a company; `presence` says whether they can be trusted."""

    presence: Presence
    now: float
    calls: tuple[CallRow, ...]


@operation("GET", "/companies/{company}/calls", answers=Calls, permission=Permission.SEE_LIVE)
def list_calls(asked: Asked, company: str) -> Calls | Refusal:
    """Every call in progress."""
    state = asked.doors.board.read(company)
    if state is None:
        return Refusal("unknown_company", {"company": company})
    return Calls(state.presence, state.now, tuple(state.calls.values()))


@operation(
    "GET", "/companies/{company}/calls/{call}", answers=CallRow, permission=Permission.SEE_LIVE,
    refusals=("unknown_call",),
)  # fmt: skip
def read_call(asked: Asked, company: str, call: str) -> CallRow | Refusal:
    """One call in progress."""
    state = asked.doors.board.read(company)
    if state is None:
        return Refusal("unknown_company", {"company": company})
    found = state.calls.get(call)
    return Refusal("unknown_call", {"call": call}) if found is None else found


OPERATIONS = (list_calls, read_call)
