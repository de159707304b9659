"""One ring step of a play: what each phone does, who wins, and when."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec.structs import replace

from routing.legs import RungLeg
from routing.members import rotation_key
from routing.offers import Offer as MadeOffer
from routing.outcomes import leg_outcome, ring_outcome
from routing.route import LegOutcome, Outcome, OutcomeKind, Place
from routing.steps import Leg, Ring
from routing.teams_phones import number_of
from routing.trunk_dialing import dialled, shown
from routing.what_if_plan import Offer
from routing.what_if_supervision import Conversation
from routing.what_if_talks import Side, Talk, music_of
from routing.what_if_world import Spell

if TYPE_CHECKING:
    from routing.what_if_call import Playing

_REFUSALS = {
    302: "sip:302", 486: "USER_BUSY", 603: "CALL_REJECTED", 403: "sip:403", 404: "UNALLOCATED_NUMBER", 480: "NO_USER_RESPONSE",
    500: "NORMAL_TEMPORARY_FAILURE", 503: "NORMAL_TEMPORARY_FAILURE",
}  # fmt: skip
"""SIP statuses as the causes that the switch makes of them."""


class Ringing:
    """The step `ring` of the call `run`, at `place` of its flow: None where no flow began. Times are those of the call."""

    def __init__(self, run: Playing, ring: Ring, made: MadeOffer | None, place: Place | None = None) -> None:
        self.run, self.ring, self.made, self.place, self.began = run, ring, made, place, run.at
        self.offers = {leg.id: run.world.offer(_name(leg), leg.trunk) for leg in self._created()}

    def outcome(self) -> Outcome | None:
        """None when somebody talked, or the caller gave up."""
        run = self.run
        ends = {leg.id: self._end(leg) for leg in self.ring.legs}
        winner = min(
            (leg for leg in self.ring.legs if ends[leg.id][1] is LegOutcome.ANSWERED),
            key=lambda leg: ends[leg.id][0], default=None,
        )  # fmt: skip
        done_at = ends[winner.id][0] if winner else max(end for end, _ in ends.values())
        for leg in self._created():
            self._ring(leg)
        key = self._zero(min(done_at, run.hang_up_at)) if self.ring.key_0 else ""
        done_at = run.at if key else min(done_at, run.hang_up_at)
        for leg in self._created():
            if leg is not winner or done_at < ends[leg.id][0]:
                ended = min(done_at, ends[leg.id][0])
                run.say("stops", _name(leg), ended)
                declined = ends[leg.id] == (ended, LegOutcome.DECLINED)
                self._occupy(leg, math.inf, ended, declined=declined)
        run.at = done_at
        if key:
            run.answered = True
            return Outcome(OutcomeKind.KEYED, keys=key)
        if done_at >= run.hang_up_at:
            return None
        if winner is None:
            return self._lost(ends)
        self._talk(winner)
        return None

    def _created(self) -> list[Leg]:
        """A leg through a trunk that is down never comes to be."""
        return [
            leg
            for leg in self.ring.legs
            if not ((leg.number or leg.trunk) and self.run.world.is_down(leg.trunk))
        ]

    def _ring(self, leg: Leg) -> None:
        document = self.run.company.document
        self.run.say(
            "rings", _name(leg), through=leg.trunk,
            shows=shown(document, leg.trunk, leg.caller_id) or self.run.call.caller_number,
            dialled=dialled(document, leg.trunk, number_of(document, leg)),
        )  # fmt: skip

    def _zero(self, until: float) -> str:
        """The caller's 0 (R46); other keys mean nothing while phones ring."""
        while key := self.run.next_key(until):
            if key == "0":
                return key
        return ""

    def _end(self, leg: Leg) -> tuple[float, LegOutcome]:
        """When the leg is over, or wins, and how."""
        offer = self.offers.get(leg.id)
        if offer is None:
            return self.began, LegOutcome.TRUNK_FAILED
        if offer.refuse and offer.refuse_after < leg.seconds:
            return self.began + offer.refuse_after, leg_outcome(_REFUSALS.get(offer.refuse, ""), leg.id)
        if offer.answer_after is None or offer.refuse or offer.answer_after >= leg.seconds:
            return self.began + leg.seconds, LegOutcome.NO_ANSWER
        answered = self.began + offer.answer_after
        if leg.confirm is None or leg.confirm.by == "caller":
            return answered, LegOutcome.ANSWERED
        return _confirmed(answered, offer, leg.confirm.seconds)

    def _occupy(self, leg: Leg, answered: float, ended: float, *, declined: bool = False) -> Spell:
        """Phones of ours, and his own number outside, make their owner busy; whatever is outside takes a line."""
        shift = self.run.began
        spell = Spell(
            "",
            shift + self.began,
            shift + answered,
            shift + ended,
            line=bool(leg.number or leg.trunk),
            trunk=leg.trunk,
        )
        if leg.device or leg.own_number:
            wrap_up, offered = self.made.wrap_up if self.made else 0, self.made is not None
            spell = replace(spell, owner=leg.owner, wrap_up=wrap_up, offered=offered, declined=declined)
        self.run.world.busy(spell)
        self.run.rung_now.append((_name(leg), spell))
        return spell

    def _talk(self, winner: Leg) -> None:
        run, offer = self.run, self.offers[winner.id]
        run.answered = True
        run.world.is_answered(run.ident, run.began + run.at)
        run.world.leaves(run.ident, run.began + run.at)
        if self.place is not None and self.made is not None and not self.made.made_by_them:
            run.world.serves(rotation_key(self.place), winner.owner, run.began + run.at)
        run.say("talks", _name(winner))
        if self.ring.recording:
            run.say("records", "call")
        answered, leaves = run.at, math.inf
        if offer.hang_up_after is not None and offer.answer_after is not None:
            leaves = self.began + offer.answer_after + offer.hang_up_after
        conversation = Conversation(run, winner.owner, min(run.hang_up_at, leaves))
        conversation.play()
        over = conversation.agent_over
        if conversation.over < run.hang_up_at:
            run.at = conversation.over
            run.say("clears", "normal")
        rung = Side(
            name=_name(winner), device=winner.device, owner=winner.owner, spell=self._occupy(winner, answered, over),
            music=music_of(run.company.document, winner.owner, self.ring.hold_music), leaves=run.began + leaves,
            apart=winner.apart,
        )  # fmt: skip
        run.talks.add(Talk(run, run.lead, rung, run.began + answered, run.began + over))

    def _lost(self, ends: Mapping[str, tuple[float, LegOutcome]]) -> Outcome:
        legs = [RungLeg(leg.id, leg.owner) for leg in self.ring.legs]
        return ring_outcome(legs, {ident: how for ident, (_, how) in ends.items()})


def _confirmed(answered: float, offer: Offer, seconds: int) -> tuple[float, LegOutcome]:
    """He presses 1 in time, or the leg is lost when he gives up or is given up."""
    pressed = next((after for after, keys in offer.press if keys.startswith("1")), math.inf)
    given_up = min(seconds, math.inf if offer.hang_up_after is None else offer.hang_up_after)
    if pressed < given_up:
        return answered + pressed, LegOutcome.ANSWERED
    return answered + given_up, LegOutcome.NO_ANSWER


def _name(leg: Leg) -> str:
    return leg.device or leg.number
