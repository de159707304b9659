"""An offer of a queue's call: which phone is joined, and what comes of it when none is."""

from __future__ import annotations

import pytest

from controller import offers
from controller.offers import Offer
from routing.legs import RungLeg
from routing.route import Outcome, OutcomeKind, Place

PLACE = Place("q", "Q-SUP", "o", "s0r0-6ad")


def offer(*ids: str) -> Offer:
    return Offer(place=PLACE, until=0.0, legs={f"leg-{each}": RungLeg(f"{each}a", each) for each in ids})


def ended(ids: str, **causes: str) -> Outcome | None:
    known = offer(*ids)
    for who, cause in causes.items():
        known = offers.over(known, f"leg-{who}", cause)
    return offers.outcome(known)


@pytest.mark.parametrize(
    ("causes", "kind"),
    [
        ({"a": "ALLOTTED_TIMEOUT"}, OutcomeKind.NO_ANSWER),
        ({"a": "USER_BUSY"}, OutcomeKind.BUSY),
        ({"a": "CALL_REJECTED"}, OutcomeKind.DECLINED),
        ({"a": "USER_NOT_REGISTERED"}, OutcomeKind.UNREACHABLE),
        # He answered and had hung up before he was joined: nobody talked.
        ({"a": "NORMAL_CLEARING"}, OutcomeKind.NO_ANSWER),
        ({"a": "USER_BUSY", "b": "ALLOTTED_TIMEOUT"}, OutcomeKind.NO_ANSWER),
    ],
)
def test_an_offer_is_over_with_its_last_phone(causes: dict[str, str], kind: OutcomeKind) -> None:
    found = ended("".join(causes), **causes)
    assert found is not None
    assert found.kind is kind


@pytest.mark.parametrize(
    ("cause", "kind"),
    [("NORMAL_TEMPORARY_FAILURE", OutcomeKind.TRUNK_FAILED), ("NORMAL_CLEARING", OutcomeKind.NO_ANSWER)],
)
def test_of_a_number_outside_a_cause_says_what_it_says_of_a_trunk(cause: str, kind: OutcomeKind) -> None:
    known = Offer(place=PLACE, until=0.0, legs={"leg": RungLeg("x14385550144", "1007")})
    found = offers.outcome(offers.over(known, "leg", cause))
    assert found is not None
    assert (found.kind, [owner for owner, _ in found.members]) == (kind, ["1007"])


def test_while_a_phone_rings_nothing_is_over() -> None:
    assert ended("ab", a="USER_BUSY") is None


def test_the_first_who_answers_is_joined_and_the_second_waits_whether_it_succeeds() -> None:
    known = offers.parked(offers.parked(offer("a", "b"), "leg-b"), "leg-a")
    assert offers.to_join(known) == "leg-b"
    joining = offers.joins(known, "leg-b")
    assert offers.to_join(joining) == ""
    assert offers.to_join(offers.over(joining, "leg-b", "NORMAL_CLEARING")) == "leg-a"


def test_a_phone_nobody_rang_changes_nothing() -> None:
    known = offer("a")
    assert offers.parked(known, "leg-x") is known
    assert offers.over(known, "leg-x", "USER_BUSY") is known


def test_a_phone_added_later_belongs_to_the_offer() -> None:
    known = offers.with_legs(offers.over(offer("a"), "leg-a", "USER_BUSY"), {"leg-c": RungLeg("ca", "c")})
    assert offers.left(known) == ("leg-c",)
    assert offers.outcome(known) is None
