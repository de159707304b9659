"""Press 1: what whoever answers an outside number is told, by the way the call came (Z17)."""

from __future__ import annotations

from typing import Any

import pytest

from routing.legs import RungLeg
from routing.outbound_numbers import national_digits
from routing.outcomes import leg_outcome, ring_outcome
from routing.route import LegOutcome, Outcome, OutcomeKind
from routing.snapshot import AgentState
from routing.steps import Confirm, Leg, Ring
from tests.routing.following import Following

CLAIRE, SALES, LYON = "+15145550110", "+15145550102", "+33199000103"
ALONE = {"users": {"1001": {"open": {"ring": {"order": ["mobile"]}}}}}
FORWARD = {"action": "external", "number": "+14385550122", "country": "CA", "press_1": True}


def named(kind: str, key: str) -> dict[str, Any]:
    return {kind: {key: {"spoken_name": "G-FR-EN"}}}


def outside(call: Following) -> Leg:
    """The outside number that rings."""
    assert isinstance(call.decision.step, Ring)
    return next(leg for leg in call.decision.step.legs if leg.number)


def test_given_a_users_own_number_then_his_extension_and_the_caller_as_he_would_dial_him() -> None:
    assert outside(Following(CLAIRE, change=ALONE)).confirm == Confirm(
        by="callee", seconds=10, language="fr", extension="1001", called="5145550110", caller="4505550199"
    )


def test_given_his_recorded_name_and_his_language_then_those() -> None:
    told = outside(
        Following(
            CLAIRE,
            change={
                "users": {"1001": {**ALONE["users"]["1001"], "spoken_name": "G-FR-EN", "language": "en"}}
            },
        )
    ).confirm
    assert told is not None
    assert (told.name, told.language) == ("G-FR-EN", "en")


@pytest.mark.parametrize(
    ("number", "change", "name", "extension"),
    [
        (SALES, {"handlings": {"sales": {"open": [FORWARD]}}}, "", ""),
        (
            CLAIRE,
            {"users": {"1001": {"forward": {"to": FORWARD}, "forward_vs_schedule": "forward_first"}}},
            "",
            "1001",
        ),
        (
            SALES,
            {
                "handlings": {"sales": {"open": [{"action": "queue", "queue": "Q-SUP"}]}},
                "queues": {
                    "Q-SUP": {
                        "spoken_name": "G-FR-EN",
                        "respect_queue_time": False,
                        "overflow": [{"reason": "nobody", "to": FORWARD}],
                    }
                },
            },
            "G-FR-EN",
            "7000",
        ),
        (
            SALES,
            {
                "handlings": {"sales": {"open": [{"action": "shared_line", "shared_line": "L"}]}},
                "shared_lines": {"L": {"extension": "7900", "members": ["1003"], "unanswered": FORWARD}},
            },
            "",
            "7900",
        ),
    ],
    ids=["a number", "a forward", "a queue's overflow", "a shared line"],
)
def test_given_another_way_to_an_outside_number_then_what_the_call_was_for(
    number: str, change: dict[str, Any], name: str, extension: str
) -> None:
    states = {f"u{who}": AgentState.OFFLINE for who in ("1003", "1007", "1008", "1012")}
    call = Following(number, change=change, **states)
    told = outside(call).confirm
    assert told is not None
    assert (told.name, told.extension, told.caller) == (name, extension, "4505550199")


def test_given_a_withheld_number_then_nothing_of_it() -> None:
    told = outside(Following(CLAIRE, change=ALONE, caller="")).confirm
    assert told is not None
    assert told.caller == ""


@pytest.mark.parametrize(
    ("number", "country", "digits"),
    [
        ("+14505550199", "CA", "4505550199"),
        ("+14505550199", "US", "4505550199"),
        ("+33199000103", "CA", "33199000103"),
        ("+33199000103", "FR", "0199000103"),
        ("1004", "CA", "1004"),
        ("", "CA", ""),
    ],
)
def test_given_a_number_then_as_it_is_read_to_somebody_of_a_country(
    number: str, country: str, digits: str
) -> None:
    assert national_digits(number, country) == digits


def test_given_who_answers_outside_and_hangs_up_unconfirmed_then_he_did_not_take_the_call() -> None:
    assert leg_outcome("NORMAL_CLEARING", "x14385550111") is LegOutcome.NO_ANSWER
    assert leg_outcome("NORMAL_CLEARING", "1001a") is LegOutcome.ANSWERED
    legs = (RungLeg("x14385550111", "1001"),)
    assert ring_outcome(legs, {"x14385550111": leg_outcome("NORMAL_CLEARING", "x14385550111")}) == Outcome(
        OutcomeKind.NO_ANSWER, members=(("1001", LegOutcome.NO_ANSWER),)
    )
