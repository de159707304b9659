"""Which phones of a ring step ring: as many as the call can carry; and those it rang already, when it goes on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import accumulate

import msgspec

from routing.decision import Decision
from routing.legs import written
from routing.reasons import Reason
from routing.route import LONGEST
from routing.steps import AnyStep, Leg, Ring, Wait

MOST_LEGS = 128
"""What the switch rings at once (MAX_PEERS, switch_ivr_originate.c)."""
_FEW_LEGS = 7
"""Device and owner have 64 characters each at most: so many fit always."""


def as_carried(decision: Decision) -> Decision:
    """The decision with at most as many phones as the call can name in `relais_legs`, and a reason for those left out."""
    step = decision.step
    if not isinstance(step, Ring) or len(step.legs) <= _FEW_LEGS:
        return decision
    fitting = step.legs[: _fitting(step.legs)]
    if len(fitting) == len(step.legs):
        return decision
    left_out = Reason(code="phones_left_out", facts={"count": str(len(step.legs) - len(fitting))})
    return msgspec.structs.replace(
        decision,
        step=msgspec.structs.replace(step, legs=fitting),
        reasons=(*decision.reasons, left_out),
    )


def _fitting(legs: Sequence[Leg]) -> int:
    ends = accumulate(len(written(leg)) + 1 for leg in legs[:MOST_LEGS])
    return sum(end - 1 <= LONGEST for end in ends)


def left_of(step: AnyStep, elapsed_ms: int, rung: Collection[str]) -> AnyStep | None:
    """The step for as long as it has left; None when that is less than a second.

    It rings the phones it rang (`rung`, leg ids; empty when they are not known): one that would ring in addition by now waits
    for the next step. Steps without a time begin again."""
    gone = max(0, elapsed_ms) // 1000
    if isinstance(step, Wait):
        left = msgspec.structs.replace(step, seconds=step.seconds - gone, prompts=())
        return left if step.seconds > gone else None
    if not isinstance(step, Ring):
        return step
    legs = tuple(
        msgspec.structs.replace(leg, seconds=leg.seconds - gone)
        for leg in step.legs
        if leg.seconds > gone and (not rung or leg.id in rung)
    )
    return msgspec.structs.replace(step, legs=legs) if legs else None
