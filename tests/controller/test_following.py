"""What becomes of a call, event by event: each leg's outcome by its own kind, and who moves the call, once, in time."""

from __future__ import annotations

import msgspec
import pytest

from controller.following import (
    Following,
    LegPast,
    Step,
    begin_step,
    bridged,
    connect_of,
    disposition,
    end_step,
    leg_answered,
    leg_began,
    leg_ended,
)
from routing.legs import RungLeg, leg_uuid
from routing.snapshot import Connect

CALL, STARTED = "00000000-0000-4000-8000-000000000001", 1_791_900_000_000
LEGS = (RungLeg("1001a", "1001"), RungLeg("1001b", "1001"), RungLeg("1004a", "1004"))


def uuid(leg: str) -> str:
    return leg_uuid(CALL, 3, STARTED, leg)


def ringing(*legs: RungLeg, mover: str = "controller") -> Following:
    step = Step(
        uuid="caller", call=CALL, company="boreal", number=3, place="n.sales.o.r0", mover=mover, started_ms=STARTED,
        legs=legs,
    )  # fmt: skip
    return begin_step(None, step, 0.0)


def with_ends(known: Following, **causes: str) -> Following:
    """Legs that began, and ended for a cause."""
    for leg, cause in causes.items():
        owner = next(each.owner for each in LEGS if each.id == leg.lstrip("_"))
        past = LegPast(leg=leg.lstrip("_"), owner=owner, step=3, rule="", began=0.0)
        known = leg_ended(leg_began(known, uuid(leg.lstrip("_")), past), uuid(leg.lstrip("_")), cause, 1.0)
    return known


@pytest.mark.parametrize(
    ("legs", "seen", "counted", "outcome"),
    [
        (LEGS[:1], {"_1001a": "USER_BUSY"}, {}, "b.1001b"),
        (LEGS[:1], {"_1001a": "NO_ANSWER"}, {}, "n.1001n"),
        (LEGS[:1], {"_1001a": "ALLOTTED_TIMEOUT"}, {}, "n.1001n"),
        (LEGS[:1], {"_1001a": "CALL_REJECTED"}, {}, "d.1001d"),
        (LEGS[:1], {"_1001a": "RECOVERY_ON_TIMER_EXPIRE"}, {}, "u.1001u"),
        # A leg that was never created sends no event and is in no list.
        (LEGS[:1], {}, {}, "u.1001u"),
        (LEGS[:2], {"_1001a": "USER_BUSY"}, {}, "b.1001b"),
        (LEGS, {"_1001a": "USER_BUSY", "_1004a": "NO_ANSWER"}, {}, "n.1001b-1004n"),
        (LEGS, {"_1001a": "USER_BUSY", "_1004a": "USER_BUSY"}, {}, "b.1001b-1004b"),
        # What the caller's leg counted stands in for an event not seen yet, and never against one seen.
        (LEGS[:1], {}, {"1001a": "USER_BUSY"}, "b.1001b"),
        (LEGS[:1], {"_1001a": "CALL_REJECTED"}, {"1001a": "USER_BUSY"}, "d.1001d"),
        # Somebody else's leg in the list is nobody's.
        (LEGS[:1], {"_1001a": "USER_BUSY"}, {"1004a": "CALL_REJECTED"}, "b.1001b"),
    ],
)
def test_each_leg_ends_in_a_way_of_its_own(
    legs: tuple[RungLeg, ...], seen: dict[str, str], counted: dict[str, str], outcome: str
) -> None:
    known = with_ends(ringing(*legs), **seen)
    _, move = end_step(known, 3, {uuid(leg): cause for leg, cause in counted.items()}, 0.0)
    assert move is not None
    assert (move.uuid, move.step, move.outcome) == ("caller", 3, outcome)


@pytest.mark.parametrize(
    ("known", "number", "age", "moves"),
    [
        (ringing(*LEGS), 3, 0.0, True),
        (ringing(*LEGS), 3, 0.7, True),
        (ringing(*LEGS), 3, 0.701, False),
        (ringing(*LEGS, mover="switch"), 3, 0.0, False),
        (ringing(*LEGS), 2, 0.0, False),
        (ringing(), 3, 0.0, False),
    ],
    ids=["at once", "just in time", "too late", "not ours to move", "a step of the past", "not a ring"],
)
def test_who_moves_the_call(known: Following, number: int, age: float, moves: bool) -> None:
    assert (end_step(known, number, {}, age)[1] is not None) is moves


def test_a_step_is_left_once() -> None:
    known, first = end_step(ringing(*LEGS), 3, {}, 0.0)
    _, second = end_step(known, 3, {}, 0.0)
    assert (first is not None, second) == (True, None)


def test_what_is_told_twice_or_too_late_changes_nothing() -> None:
    known = with_ends(ringing(*LEGS), _1001a="USER_BUSY")
    again = LegPast(leg="1001a", owner="1001", step=3, rule="", began=9.0)
    assert leg_began(known, uuid("1001a"), again) is known
    assert leg_ended(known, uuid("1001a"), "NO_ANSWER", 9.0) is known
    assert leg_answered(known, uuid("1001a"), 9.0) is known
    assert leg_answered(known, "a stranger", 9.0) is known
    assert bridged(known, "a stranger", 9.0) is known


def at_place(place: str) -> Following:
    """A call in a step in which no phone rings."""
    known = ringing(*LEGS)
    return msgspec.structs.replace(known, step=msgspec.structs.replace(known.step, place=place, legs=()))


@pytest.mark.parametrize(
    ("known", "cause", "word"),
    [
        (bridged(with_ends(ringing(*LEGS), _1001a="NORMAL_CLEARING"), uuid("1001a"), 1.0), "x", "answered"),
        (ringing(*LEGS), "ORIGINATOR_CANCEL", "abandoned"),
        (at_place("q.Q-SUP.o.s0w0-68ed0a20"), "NORMAL_CLEARING", "abandoned"),
        (at_place("q.Q-SUP.o.s0a2-68ed0a20"), "NORMAL_CLEARING", "abandoned"),
        (at_place("q.Q-SUP.o.s0h0-68ed0a20"), "NORMAL_CLEARING", "abandoned"),
        (at_place("q.Q-SUP.o.e0"), "NORMAL_CLEARING", "completed"),
        (at_place("q.Q-SUP.o.f0"), "NORMAL_CLEARING", "completed"),
        (ringing(*LEGS), "USER_BUSY", "busy"),
        (ringing(*LEGS), "NO_ANSWER", "no_answer"),
        (ringing(*LEGS), "CALL_REJECTED", "declined"),
        (ringing(*LEGS), "NORMAL_TEMPORARY_FAILURE", "completed"),
    ],
)
def test_what_became_of_the_call(known: Following, cause: str, word: str) -> None:
    assert disposition(known, cause) == word


@pytest.mark.parametrize(
    ("place", "answered_by", "connect"),
    [
        ("q.Q-SUP.o.s0r0-68ed0a20", "", ("Q-SUP", Connect(0x68ED0A20 + 7.5, 7.5))),
        ("q.Q-SUP.o.s0w2-68ed0a20", "", ("Q-SUP", Connect(0x68ED0A20 + 7.5, 7.5))),
        ("q.Q-SUP.o.s0w2-68ed0a20", "1007a", None),
        ("q.Q-SUP.o.e0r0", "", None),
        ("n.sales.o.s0r0-68ed0a20", "", None),
    ],
    ids=["his phone rang", "a controller rang it", "he talks already", "the overflow", "no queue"],
)
def test_whoever_of_a_line_is_answered_tells_how_long_he_waited(
    place: str, answered_by: str, connect: tuple[str, Connect] | None
) -> None:
    known = msgspec.structs.replace(at_place(place), answered_by=answered_by)
    assert connect_of(known, 0x68ED0A20 + 7.5) == connect
