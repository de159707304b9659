"""Which phones of a ring step ring, when there are very many and when the step goes on."""

from __future__ import annotations

import pytest

from routing.decision import Decision
from routing.legs import decode_legs, encode_legs
from routing.ringing import MOST_LEGS, as_carried, left_of
from routing.route import LONGEST, Place
from routing.steps import AnyStep, Hangup, Leg, Play, Ring, Wait


def leg(ident: str, seconds: int = 20) -> Leg:
    return Leg(id=ident, owner=ident[:-1] or "o", seconds=seconds, device=ident)


def ring(*legs: Leg) -> Ring:
    return Ring(legs=legs, seconds=20)


def decision(step: AnyStep) -> Decision:
    return Decision(step=step, place=Place("u", "1001", "o", "r0"), rule="o", reasons=())


@pytest.mark.parametrize(
    ("count", "width", "rings"),
    [
        (1, 4, 1),
        (128, 2, 128),
        (129, 2, 128),  # what the switch rings at once
        (200, 4, 113),  # `1001:100` and a dot are 9 characters: 113 are 1016, one more would be 1025
        (128, 64, 7),  # 64 + 1 + 63 and a dot: 7 are 902, the eighth would end at 1031
    ],
)
def test_given_many_phones_then_as_many_as_the_call_can_name(count: int, width: int, rings: int) -> None:
    step = ring(*[leg(f"{n:0{width}x}"[-width:]) for n in range(count)])
    found = as_carried(decision(step))
    assert isinstance(found.step, Ring)
    assert found.step.legs == step.legs[:rings]
    assert len(encode_legs(found.step.legs)) <= LONGEST
    assert len(found.step.legs) <= MOST_LEGS
    told = [(reason.code, dict(reason.facts)) for reason in found.reasons]
    assert told == ([("phones_left_out", {"count": str(count - rings)})] if rings < count else [])


def test_given_another_step_then_nothing_changes() -> None:
    for step in (Hangup(), Play(prompts=()), Wait(seconds=5)):
        assert as_carried(decision(step)) == decision(step)


A, B = leg("1001a"), leg("1001b", 5)


@pytest.mark.parametrize(
    ("step", "elapsed_ms", "rung", "left"),
    [
        (ring(A), 0, {"1001a"}, ring(leg("1001a", 20))),
        (ring(A), 999, {"1001a"}, ring(leg("1001a", 20))),
        (ring(A), 4_200, {"1001a"}, ring(leg("1001a", 16))),
        (ring(A), 19_000, {"1001a"}, ring(leg("1001a", 1))),
        (ring(A), 20_000, {"1001a"}, None),
        (ring(A), -5_000, {"1001a"}, ring(leg("1001a", 20))),  # a clock that was set back
        (ring(A, B), 6_000, {"1001a", "1001b"}, ring(leg("1001a", 14))),  # the other's time is over
        (ring(A, B), 1_000, {"1001a"}, ring(leg("1001a", 19))),  # registered since: waits for the next step
        (ring(A, B), 1_000, set(), ring(leg("1001a", 19), leg("1001b", 4))),
        (ring(A), 1_000, {"1009z"}, None),
        (Wait(seconds=10), 3_500, set(), Wait(seconds=7)),
        (Wait(seconds=10), 10_000, set(), None),
        (Play(prompts=()), 60_000, set(), Play(prompts=())),
    ],
)
def test_given_a_step_that_goes_on_then_the_time_and_the_phones_it_has_left(
    step: AnyStep, elapsed_ms: int, rung: set[str], left: AnyStep | None
) -> None:
    assert left_of(step, elapsed_ms, rung) == left


def test_given_legs_then_they_come_back_from_the_call() -> None:
    assert [(each.id, each.owner) for each in decode_legs(encode_legs([A, B]))] == [
        ("1001a", "1001"), ("1001b", "1001")
    ]  # fmt: skip
    assert decode_legs("") == decode_legs("-") == decode_legs("a.b") == ()
