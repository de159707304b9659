"""Whom a ring step keeps for its call: the members of a team, queue or line that it rings, and of who calls outside the
unit of capacity (design 2.3). Who is called directly is kept for nobody: his own call waiting decides."""

from __future__ import annotations

import msgspec

from routing.agents import Reservation
from routing.company import CompanyDocument
from routing.decision import Decision
from routing.stages import parse_stage
from routing.steps import Ring

_SLACK_SECONDS = 5
"""For phones that stop a little later, and events that come late."""


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """Members who ring, and what their conversation will use and be followed by: the queue's capacity profile, its wrap-up in
    seconds, and for how many of them the unit is not free."""

    members: tuple[str, ...]
    seconds: int
    profile: str = ""
    wrap_up: int = 0
    blocks: int | None = None
    made_by_them: bool = False
    """The call is one that they make themselves."""

    def reservation(self, call: str, step: int, holder: str, now: float) -> Reservation:
        """What is to be claimed of each, at a Unix second."""
        return Reservation(
            call=call, holder=holder, since=now, until=now + self.seconds + _SLACK_SECONDS, profile=self.profile,
            wrap_up=self.wrap_up, blocks=self.blocks, step=step, offered=not self.made_by_them,
        )  # fmt: skip


def offer_of(document: CompanyDocument, decision: Decision) -> Offer | None:
    """The offer that a decision makes; None when it keeps nobody."""
    step, place = decision.step, decision.place
    if isinstance(step, Ring) and step.uses:
        # Until the controller has seen that the step began: from then on the live call itself is the unit.
        owners = tuple(leg.owner for leg in step.legs)
        return Offer(members=owners, seconds=0, profile=step.uses, made_by_them=True)
    if not isinstance(step, Ring) or place.kind == "u" or parse_stage(place.stage).part != "r":
        return None
    members = tuple(dict.fromkeys(leg.owner for leg in step.legs if leg.device or leg.own_number))
    queue = document.queues.get(place.id) if place.kind == "q" else None
    if queue is None:
        return Offer(members=members, seconds=step.seconds)
    return Offer(
        members=members,
        seconds=step.seconds,
        profile=queue.capacity,
        wrap_up=queue.wrap_up,
        blocks=queue.wrap_up_blocks,
    )
