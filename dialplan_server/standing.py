"""Where a call stands when it comes back: its history with the outcome of the step in force. Pure.

The outcome is the controller's word (`relais_outcome`), else the caller's keys, else the causes that the switch counted
(`originate_causes`, by leg uuid). Variables that our answers did not write make the call start again at its number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec

from dialplan_server import variables
from dialplan_server.form import Form
from routing import carried
from routing.legs import RungLeg, decode_legs, leg_uuid
from routing.outcomes import all_told, decode_outcome, leg_outcome, ring_outcome
from routing.route import (
    Attempt,
    History,
    LegOutcome,
    Outcome,
    OutcomeKind,
    Place,
    RouteRefused,
    decode_route,
)
from routing.turn import reads_keys

_DIGITS = re.compile(r"[0-9*#]{1,8}")
_SILENCE = Outcome(OutcomeKind.NO_INPUT)
_FINAL = (LegOutcome.ANSWERED, LegOutcome.BUSY, LegOutcome.DECLINED)


class Resume(msgspec.Struct, frozen=True):
    """The step at `place` goes on with the time it has left since `started_ms`, with the `legs` it rang; `otherwise`
    is how it ended when it has none."""

    place: Place
    started_ms: int
    legs: frozenset[str]
    otherwise: Outcome


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """History, and the number of the step to decide."""

    history: History
    step: int
    reasons: tuple[str, ...] = ()
    resume: Resume | None = None


def read(form: Form, call_id: str, *, key: str, asked: int) -> Standing:
    """A hand-over out of step `asked`, by `key` when one was pressed while phones rang."""
    step = variables.integer(form, "relais_step", 0)
    place = carried.decode_place(form.variable("relais_place"))
    route = form.variable("relais_route").removeprefix(carried.NONE)
    try:
        history = decode_route(route)
    except RouteRefused:
        place, history = None, ()
    if place is None or step == 0:
        return Standing(history=(), step=max(step, asked) + 1, reasons=("restarted",))
    return _of_step(
        form, call_id, Standing(history=history, step=step), place, key if asked == step else None
    )


def _of_step(form: Form, call_id: str, now: Standing, place: Place, key: str | None) -> Standing:
    """`key` is None in a request that left an older step: the present one goes on."""
    following = msgspec.structs.replace(now, step=now.step + 1)
    if key:
        pressed = Outcome(OutcomeKind.KEYED, keys=key.replace("s", "*").replace("p", "#"))
        return _after(following, place, pressed)
    told = decode_outcome(form.variable("relais_outcome"))
    if key is not None and told is not None:
        return _after(following, place, told)
    outcome, interrupted = outcome_of(form, call_id, now.step, place)
    if key is not None and not interrupted:
        return _after(following, place, outcome)
    rung = frozenset(leg.id for leg in decode_legs(form.variable("relais_legs")))
    resume = Resume(place, variables.integer(form, "relais_started", 0), rung, outcome)
    return msgspec.structs.replace(following, reasons=("resumed",), resume=resume)


def _after(standing: Standing, place: Place, outcome: Outcome) -> Standing:
    return msgspec.structs.replace(standing, history=(*standing.history, Attempt(place, outcome)))


def outcome_of(form: Form, call_id: str, step: int, place: Place) -> tuple[Outcome, bool]:
    """How the present step ended by what the channel says, and whether it was interrupted rather than over."""
    legs = decode_legs(form.variable("relais_legs"))
    if legs:
        started = variables.integer(form, "relais_started", 0)
        return _of_ring(legs, _ended(form, legs, call_id, (step, started)))
    if not reads_keys(place):
        return Outcome(OutcomeKind.DONE), False
    digits = form.variable("relais_digits")
    return (Outcome(OutcomeKind.KEYED, keys=digits) if _DIGITS.fullmatch(digits) else _SILENCE), False


def _of_ring(legs: Sequence[RungLeg], ended: Mapping[str, LegOutcome]) -> tuple[Outcome, bool]:
    """Legs end ORIGINATOR_CANCEL when their caller was moved away: nobody has answered or refused yet."""
    hows = set(ended.values())
    interrupted = LegOutcome.CANCELLED in hows and not hows.intersection(_FINAL)
    return ring_outcome(legs, ended), interrupted


def _ended(
    form: Form, legs: Sequence[RungLeg], call_id: str, begun: tuple[int, int]
) -> dict[str, LegOutcome]:
    causes = all_told(
        _causes(form.variable("originate_causes")), form.variable("last_bridge_proto_specific_hangup_cause")
    )
    uuids = {leg.id: leg_uuid(call_id, *begun, leg.id) for leg in legs}
    return {ident: leg_outcome(causes[uuid], ident) for ident, uuid in uuids.items() if uuid in causes}


def _causes(text: str) -> dict[str, str]:
    parts = text.removeprefix("ARRAY::").split("|:") if text else []
    return {uuid: cause for uuid, _, cause in (part.partition(";") for part in parts)}
