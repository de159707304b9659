"""The beginning of a call that a program placed, in a play: its caller's own phones ring (routing.placing)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from routing.placing import RING_SECONDS, Placing
from routing.steps import Leg, Ring
from routing.what_if_ringing import Ringing
from routing.what_if_world import Spell

if TYPE_CHECKING:
    from routing.what_if_call import Playing


class OwnPhones(Ringing):
    """All of them together. `taken` is his leg once he has answered, None when he has not."""

    def __init__(self, run: Playing, placing: Placing) -> None:
        legs = tuple(
            Leg(id=key, owner=placing.extension, seconds=RING_SECONDS, device=key, caller_id=placing.shown)
            for key in placing.devices
        )
        super().__init__(run, Ring(legs=legs, seconds=RING_SECONDS), None)
        self.taken: Spell | None = None

    def answered(self) -> Spell | None:
        """Until one of them is answered; None: the call is over."""
        self.outcome()
        return self.taken

    def _talk(self, winner: Leg) -> None:
        run = self.run
        run.answered = True
        self.taken = Spell(winner.owner, run.began + self.began, run.began + run.at, math.inf)
        run.world.busy(self.taken)
