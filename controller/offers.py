"""An offer under way: phones that a controller rings for a caller of a queue, and what becomes of each. Pure.

rings -> parked (answered, and confirmed where a key is asked) -> joined | over
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from routing.legs import RungLeg
from routing.outcomes import leg_outcome, ring_outcome
from routing.route import LegOutcome, Outcome, Place

TALKS = "SUCCESS"
_UNJOINED = "NO_ANSWER"
"""How a leg ended that was answered and hung up before its caller was there."""


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """`legs` by uuid. `until`: the Unix second by which all of it is over, whatever the switch says or does not say."""

    place: Place
    until: float
    legs: Mapping[str, RungLeg]
    parked: tuple[str, ...] = ()
    ended: Mapping[str, str] = {}
    """Hangup causes by uuid."""
    joining: str = ""
    """The leg that the switch was told to join with the caller."""


def with_legs(offer: Offer, legs: Mapping[str, RungLeg]) -> Offer:
    """Phones that ring from now on too."""
    return msgspec.structs.replace(offer, legs={**offer.legs, **legs})


def parked(offer: Offer, uuid: str) -> Offer:
    """A leg waits to be joined."""
    if uuid not in offer.legs or uuid in offer.parked:
        return offer
    return msgspec.structs.replace(offer, parked=(*offer.parked, uuid))


def over(offer: Offer, uuid: str, cause: str) -> Offer:
    """A leg is no more, or never came to be."""
    if uuid not in offer.legs or uuid in offer.ended:
        return offer
    known = _UNJOINED if leg_outcome(cause) is LegOutcome.ANSWERED else cause
    joining = "" if offer.joining == uuid else offer.joining
    return msgspec.structs.replace(offer, ended={**offer.ended, uuid: known}, joining=joining)


def joined(offer: Offer, uuid: str) -> Offer:
    """It talks with the caller."""
    return msgspec.structs.replace(offer, ended={**offer.ended, uuid: TALKS})


def to_join(offer: Offer) -> str:
    """The leg that is to be joined now: the first that is parked and still there; empty for none, or while one is."""
    if offer.joining:
        return ""
    return next((uuid for uuid in offer.parked if uuid not in offer.ended), "")


def joins(offer: Offer, uuid: str) -> Offer:
    """The switch is told to join it."""
    return msgspec.structs.replace(offer, joining=uuid)


def left(offer: Offer) -> tuple[str, ...]:
    """Legs that are not over."""
    return tuple(uuid for uuid in offer.legs if uuid not in offer.ended)


def outcome(offer: Offer) -> Outcome | None:
    """What the offer came to; None while one of its legs is there."""
    if left(offer):
        return None
    rung = ((offer.legs[uuid].id, cause) for uuid, cause in offer.ended.items())
    causes = {leg: leg_outcome(cause, leg) for leg, cause in rung}
    return ring_outcome(tuple(offer.legs.values()), causes)
