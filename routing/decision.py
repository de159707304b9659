"""What `next_step` returns: a step, where it stands, and every reason for it and against others."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from routing.route import Place
from routing.steps import AnyStep


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why something was chosen or passed over: an enumerated code with its facts, never prose.
    `routing.explain` turns it into a sentence, the same everywhere."""

    code: str
    facts: Mapping[str, str] = {}


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """`place` goes into the route with the outcome of `step`. `rule` names what won (6.3: the
    record's reason). `moved` counts moves to another target, added to the call's hops."""

    step: AnyStep
    place: Place
    rule: str
    reasons: tuple[Reason, ...]
    hops: int = 0
