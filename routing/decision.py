"""What `next_step` returns: a step, where it stands, and every reason for it and against others."""

from __future__ import annotations

import msgspec

from routing.reasons import Reason
from routing.route import Place
from routing.steps import AnyStep


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """`place` goes into the route with the outcome of `step`. `rule` names what won (6.3: the
    record's reason). `moved` counts moves to another target, added to the call's hops."""

    step: AnyStep
    place: Place
    rule: str
    reasons: tuple[Reason, ...]
    hops: int = 0
