"""The phones that a controller rings for callers of queues, from the claim to the conversation, or until the last one is over.

An answered phone that nobody joins ends by itself (`controller.phones`), a reservation runs out: all of this may be lost.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import gevent
import msgspec
import structlog

from controller import claiming, offers
from controller.offers import Offer
from controller.phones import PARK_SECONDS, originate
from controller.queue_tools import Tools
from controller.waiting_callers import WaitingCallers
from presence.gathering import Gathered
from routing import dispatching
from routing.dispatching import Caller, Turned
from routing.legs import RungLeg, leg_uuid
from routing.members import rotation_key
from routing.route import Outcome
from routing.steps import Leg, Ring

_LOG = structlog.get_logger()
_LATE_EVENT_SECONDS = 0.3
"""A leg that never came to be sends no event: how long one is waited for after the command has failed."""
_SLACK_SECONDS = 10.0


class Offering:
    """The offers under way, by the uuid of the caller's leg. `wake`: told of a company when somebody may be free again."""

    def __init__(self, tools: Tools, callers: WaitingCallers, wake: Callable[[str], None]) -> None:
        self._tools, self._callers, self._wake = tools, callers, wake
        self._offers: dict[str, Offer] = {}
        self._rung_for: dict[str, str] = {}
        """Leg of a phone -> leg of the caller it rings for."""

    def rings(self, leg: str) -> bool:
        """It is a phone that rings for somebody."""
        return leg in self._rung_for

    def down(self) -> None:
        """Nothing is known of the switch any more."""
        self._offers.clear()
        self._rung_for.clear()

    # --- beginning ----------------------------------------------------------------------------------

    def begin(self, turned: Turned, gathered: Gathered, now: float) -> bool:
        """False when one of the members had just been taken, or the caller is gone meanwhile."""
        caller, step = turned.caller, turned.decision.step
        assert isinstance(step, Ring)
        legs = {leg_uuid(caller.call.id, caller.step, int(now * 1000), leg.id): leg for leg in step.legs}
        if not claiming.claim(self._tools, turned, gathered, legs, now):
            return False
        if self._callers.get(caller.leg) is not caller:
            self._free(caller, {leg.owner for leg in step.legs})
            claiming.give_back(self._tools, caller, legs)
            return False
        self._ring(caller, turned, legs, now)
        return True

    def _ring(self, caller: Caller, turned: Turned, legs: Mapping[str, Leg], now: float) -> None:
        step = turned.decision.step
        assert isinstance(step, Ring)
        caller = dispatching.offered(caller, (leg.owner for leg in legs.values()), now + step.seconds)
        rung = {uuid: RungLeg(leg.id, leg.owner) for uuid, leg in legs.items()}
        known = self._offers.get(caller.leg)
        until = now + _longest(step)
        offer = (
            Offer(place=turned.decision.place, until=until, legs=rung)
            if known is None
            else offers.with_legs(known, rung)
        )
        self._callers.keep(caller)
        self._offers[caller.leg] = offer
        self._callers.tell(caller, tuple(sorted(caller.rung)))
        for uuid, leg in legs.items():
            self._rung_for[uuid] = caller.leg
            gevent.spawn(self._follow, uuid, self._command(caller, uuid, leg, step), offer.until - now)

    def _command(self, caller: Caller, uuid: str, leg: Leg, step: Ring) -> str:
        own = {"origination_uuid": uuid, "relais_call": caller.call.id, "relais_step": str(caller.step)}
        if not leg.rule and caller.rule:
            leg = msgspec.structs.replace(leg, rule=caller.rule)
        text = self._tools.phone_text(caller.company, leg, step.hold_music)
        return originate(leg, text, own, caller=self._callers.shown(caller.leg))

    # --- following ----------------------------------------------------------------------------------

    def _follow(self, uuid: str, command: str, seconds: float) -> None:
        """One phone from its INVITE until it is parked or over."""
        cause = self._tools.phones.ring(command, self._tools.clock.real_seconds(seconds))
        if cause == "":
            self._parked(uuid)
        elif cause is not None:
            gevent.sleep(_LATE_EVENT_SECONDS)
            if self.rings(uuid):
                self.end(uuid, cause)  # a command that was not answered may have been obeyed
            self.over(uuid, cause)

    def _parked(self, uuid: str) -> None:
        caller = self._rung_for.get(uuid)
        if caller is None:
            self.end(uuid, "LOSE_RACE")  # its caller is gone, or talks
            return
        self._offers[caller] = offers.parked(self._offers[caller], uuid)
        self._join(caller)

    def _join(self, caller: str) -> None:
        offer = self._offers[caller]
        leg = offers.to_join(offer)
        if leg:
            self._offers[caller] = offers.joins(offer, leg)
            gevent.spawn(self._do_join, caller, leg, offer.legs[leg].owner)

    def _do_join(self, caller: str, leg: str, owner: str) -> None:
        if not self._tools.phones.join(caller, leg, owner):
            self.end(leg, "LOSE_RACE")

    def joined(self, caller: Caller, other: str) -> None:
        """He talks to one of the phones: whoever has it answered for the group, and is its rotation's last."""
        offer = self._offers.get(caller.leg)
        if offer is None or other not in offer.legs:
            return
        rotation, owner = rotation_key(offer.place), offer.legs[other].owner
        self._rung_for.pop(other, None)
        self._tools.write(caller.call.company, lambda store, _: store.served(rotation, owner))
        self._offers[caller.leg] = offers.joined(offer, other)

    def over(self, uuid: str, cause: str) -> None:
        """A phone stopped; when it was the last one, the caller is offered to the next at once."""
        caller = self._rung_for.pop(uuid, None)
        if caller is None:
            return
        offer = self._offers[caller] = offers.over(self._offers[caller], uuid, cause)
        found = offers.outcome(offer)
        if found is None:
            self._join(caller)
        else:
            del self._offers[caller]
            self._in_vain(caller, offer, found)

    def _in_vain(self, leg: str, offer: Offer, found: Outcome) -> None:
        known = self._callers.get(leg)
        assert known is not None
        caller = self._callers.keep(dispatching.offer_over(known, offer.place, found))
        _LOG.info("offer over", call=caller.call.id, outcome=found.kind.name.lower())
        self._release(caller, offer)
        self._callers.tell(caller, ())
        self._callers.carry(caller)
        self._tools.writer.put(lambda: self._wake(caller.call.company))

    def tick(self) -> None:
        """Offers whose time is over, whatever the switch says or does not say."""
        for caller, offer in list(self._offers.items()):
            known = self._callers.get(caller)
            if known is not None and self._tools.now(known.call.company) > offer.until:
                for leg in offers.left(offer):
                    self.end(leg, "NO_ANSWER")
                    self.over(leg, "NO_ANSWER")

    # --- ending -------------------------------------------------------------------------------------

    def withdraw(self, caller: Caller, cause: str) -> None:
        """He needs no phone any more; those that ring for him stop."""
        offer = self._offers.pop(caller.leg, None)
        if offer is not None:
            for uuid in offers.left(offer):
                self._rung_for.pop(uuid, None)
                self.end(uuid, cause)
            self._release(caller, offer)
        self._tools.writer.put(lambda: self._wake(caller.call.company))

    def end(self, leg: str, cause: str) -> None:
        """End a phone's leg; nobody waits for it."""
        gevent.spawn(self._tools.phones.end, leg, cause)

    def _release(self, caller: Caller, offer: Offer) -> None:
        """Whoever was kept and does not talk is free."""
        talks = {offer.legs[uuid].owner for uuid, cause in offer.ended.items() if cause == offers.TALKS}
        self._free(caller, {leg.owner for leg in offer.legs.values()} - talks)

    def _free(self, caller: Caller, members: Collection[str]) -> None:
        """After what the phones' ends have written: a refusal is told from a reservation."""
        call, node = caller.call.id, self._tools.node
        self._tools.write(
            caller.call.company, lambda store, now: store.reservations.release(members, call, node, now)
        )


def _longest(step: Ring) -> float:
    """Seconds by which all of its phones are over: ring time, a confirmation begun in it, and until somebody joins them."""
    confirming = max((leg.confirm.seconds for leg in step.legs if leg.confirm), default=0)
    return step.seconds + confirming + PARK_SECONDS + _SLACK_SECONDS
