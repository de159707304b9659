"""How long a queue says one will wait, whom it sends elsewhere for that, and when it says nothing (D50, AC14)."""

from __future__ import annotations

from typing import Any

import pytest

from routing.snapshot import Connect, Waiting
from routing.steps import Voicemail, Wait
from tests.routing.following import OVER, Following
from tests.routing.test_waiting_line import IDLE, NOW, QUEUE, caller, prompts, queue, support

BOX, OTHER = {"action": "voicemail", "box": "8200"}, {"action": "voicemail", "box": "8300"}
TOO_SLOW = {"reason": "predicted_wait", "over": 60, "to": BOX}


def answered(*ago_and_waited: tuple[float, float]) -> dict[str, tuple[Connect, ...]]:
    return {"Q-SUP": tuple(Connect(NOW - ago, waited) for ago, waited in ago_and_waited)}


def comes(
    connects: dict[str, tuple[Connect, ...]] | None = None, *others: Waiting, free: tuple[str, ...] = (), **more: Any
) -> Following:  # fmt: skip
    return Following(
        QUEUE, change=queue(**{"overflow": [TOO_SLOW], **more}), waiting=others, connects=connects, **support(*free)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("connects", "waits"),
    [
        (answered((0, 61)), 61),
        (answered((0, 60)), None),
        (answered((0, 100), (0, 50)), 75),
        (answered((0, 100), (300, 25)), 75),  # five minutes ago counts half
        (answered((1, 10), (599, 6000)), None),
        (answered((601, 6000)), None),
        (answered((-1, 6000)), None),
        ({"Q-COL": (Connect(NOW, 6000),)}, None),
        ({}, None),
    ],
    ids=["over", "just as long", "the mean", "the newest count most", "the oldest hardly", "too long ago", "not yet", "of another queue",
         "nobody knows"],
)  # fmt: skip
def test_whoever_would_wait_too_long_by_those_of_the_last_ten_minutes_is_sent_elsewhere(
    connects: dict[str, tuple[Connect, ...]], waits: int | None
) -> None:
    call = comes(connects)
    told = call.facts("queue_too_slow")
    assert told == ([{"queue": "Q-SUP", "seconds": str(waits), "most": "60"}] if waits else [])
    assert call.decision.step == Voicemail(box="8200") if waits else isinstance(call.decision.step, Wait)


def test_nobody_is_told_less_than_somebody_waits_already() -> None:
    assert comes({}, caller("a", 61)).decision.step == Voicemail(box="8200")
    assert comes(answered((0, 5)), caller("a", 61)).facts("queue_too_slow")[0]["seconds"] == "61"
    assert not comes({}, caller("a", 61, queue="Q-COL")).facts("queue_too_slow")


def test_whoever_is_first_while_somebody_is_free_does_not_wait() -> None:
    assert comes(answered((0, 500)), free=("1007",)).rings == {"1007a"}
    assert comes(answered((0, 500)), caller("a", 5), free=("1007",)).decision.step == Voicemail(box="8200")


def test_the_queue_that_another_one_overflows_into_takes_him_all_the_same() -> None:
    first = {"reason": "nobody", "to": {"action": "queue", "queue": "Q-SUP"}}
    there = queue(overflow=[TOO_SLOW])
    there["queues"]["Q-NEW"] = {"name": "New", "extension": "7900", "overflow": [first]}
    call = Following("7900", change=there, waiting=(), connects=answered((0, 500)), **support())
    assert call.facts("queue_too_slow") == []
    assert call.decision.place.id == "Q-SUP"


def test_of_several_that_hold_the_first_of_the_list_counts() -> None:
    full = {"reason": "full", "over": 1, "to": OTHER}
    for overflow, box in ([TOO_SLOW, full], "8200"), ([full, TOO_SLOW], "8300"):
        call = comes(answered((0, 90)), caller("a", 5), overflow=overflow)
        assert call.decision.step == Voicemail(box=box)


@pytest.mark.parametrize(
    ("seconds", "minutes"), [(1, 2), (119, 2), (120, 3), (539, 9), (600, 12), (1210, 22), (0, 0)]
)
def test_the_wait_is_told_in_minutes_that_it_will_not_last(seconds: int, minutes: int) -> None:
    call = comes(answered((0, seconds)), announce_wait=True, overflow=[])
    assert isinstance(call.decision.step, Wait)
    assert {each.number for each in call.decision.step.prompts} - {0} == ({minutes} if minutes else set())
    assert prompts(call) == (("wait_before", "wait_after") if minutes else ())


def test_what_is_left_is_told_with_each_message_and_nothing_once_it_took_longer() -> None:
    messages = {"periodic_prompt": "ABS-RETOUR", "periodic_seconds": 100, "max_wait": None}
    call = comes(answered((0, 190)), announce_wait=True, announce_position=True, overflow=[], **messages)
    heard = [prompts(call)]
    told = call.facts("queue_tells_wait")
    for _ in range(2):
        heard.append(prompts(call.then(OVER, 100)))
        told += call.facts("queue_tells_wait")
    wait = ("wait_before", "wait_after")
    assert heard == [
        ("position_next", *wait),
        ("ABS-RETOUR", "position_next", *wait),
        ("ABS-RETOUR", "position_next"),
    ]
    assert [each["minutes"] for each in told] == ["4", "2"]


def test_somebody_free_again_hears_no_wait() -> None:
    call = comes(answered((0, 190)), announce_wait=True, overflow=[])
    call.set("1007", IDLE)
    assert call.then(OVER, 5).rings == {"1007a"}
