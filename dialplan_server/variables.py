"""The relais_* variables of the caller's leg: how they are written into a step and read back (docs/contract.md, 2)."""

from __future__ import annotations

from collections.abc import Mapping

from dialplan_server.form import Form
from routing import carried
from routing.call import Call
from routing.decision import Decision


def token(form: Form, name: str) -> str:
    """An identifier, empty for anything else."""
    return carried.token(form.variable(name))


def integer(form: Form, name: str, default: int) -> int:
    """A whole number that is not negative, the default for anything else."""
    text = form.variable(name)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else default


def of_step(
    call: Call, decision: Decision, *, revision: int, step: int, started_ms: int
) -> Mapping[str, str]:
    """What a step writes on the caller's leg, but for its route, mover, legs and rule."""
    return {
        "relais_call": call.id,
        "relais_company": call.company,
        "relais_revision": str(revision),
        "relais_entry": carried.encode_entry(call),
        "relais_segment": str(call.segment),
        "relais_hops": str(call.hops + decision.hops),
        "relais_step": str(step),
        "relais_place": carried.encode_place(decision.place),
        "relais_started": str(started_ms),
        "relais_owner": call.owner,
    }
