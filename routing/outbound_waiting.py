"""What the other side of a call hears while the colleague to whom it is transferred rings: the wait music of the outbound profile
of whoever transfers (D31). Pure."""

from __future__ import annotations

import msgspec

from routing.decision import Decision
from routing.outbound_rights import has_feature
from routing.outside_rights import profile_of
from routing.steps import Ring
from routing.turn import Turn


def with_wait_music(turn: Turn, decision: Decision) -> Decision:
    """Nothing changes for calls that are not transferred, for queues, which have music of their own, and without any set."""
    step, owner = decision.step, turn.call.owner
    transferred = turn.call.entry_kind == "transfer" and has_feature(turn.company, owner)
    if not transferred or not isinstance(step, Ring) or step.music is not None:
        return decision
    profile = profile_of(turn.company, owner)
    if profile is None or not profile.wait_music:
        return decision
    return msgspec.structs.replace(decision, step=msgspec.structs.replace(step, music=profile.wait_music))
