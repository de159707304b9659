"""Figures of calls that are over: inbound and outbound apart, by profile, by queue, by agent."""

from __future__ import annotations

from typing import Any

import pytest

from routing.ended_call import EndedCall, EndedLeg
from routing.statistics import Figures, direction_of, figures, statistics

INSIDE = ("1003", "1003a", "1004")


def call(**said: Any) -> EndedCall:
    known = {"call": "c", "company": "boreal", "began": 100.0, "ended": 160.0, "disposition": "abandoned"}
    return EndedCall(**{**known, **said})


LEFT = call(
    entry="extension.+14505550166", caller="1003a", path=("o.14505550166.r.r0@OP-COL",), rule="OP-COL",
    answered_by="x14505550166", answered_at=110.0, disposition="answered",
    legs=(EndedLeg(leg="x14505550166", owner="1003", answered=110.0),),
)  # fmt: skip
CAME = call(
    entry="number.N-MAIN", caller="+14505550199", answered_by="1004a", answered_at=130.0, disposition="answered",
    legs=(EndedLeg(leg="1003a", owner="1003"), EndedLeg(leg="1004a", owner="1004", answered=130.0)),
)  # fmt: skip


@pytest.mark.parametrize(
    ("ended", "direction"),
    [
        (LEFT, "outbound"),
        (CAME, "inbound"),
        (call(entry="number.N-MAIN", caller=""), "inbound"),
        (call(entry="number.N-MAIN", caller="1003a"), "internal"),
        (call(entry="extension.1004", caller="1003a"), "internal"),
        (call(entry="extension.1004", caller="1003", placed="click"), "internal"),
    ],
    ids=["it left", "it came", "withheld", "our own number", "a colleague", "asked for by a program"],
)
def test_the_direction_of_a_call(ended: EndedCall, direction: str) -> None:
    assert direction_of(ended, INSIDE) == direction


def test_figures_of_some_calls() -> None:
    assert figures([CAME, call(), call(disposition="busy")]) == Figures(
        calls=3, answered=1, talk_seconds=30.0, mean_wait_seconds=30.0, longest_wait_seconds=30.0,
        dispositions={"abandoned": 1, "answered": 1, "busy": 1},
    )  # fmt: skip
    assert figures([]) == Figures()


def test_each_direction_profile_queue_and_agent_has_its_own() -> None:
    found = statistics(
        [LEFT, CAME, call(entry="extension.1004", caller="1003a")], INSIDE, {"OP-COL": "Q-COL"}
    )
    assert (found.inbound.calls, found.outbound.calls, found.internal.calls) == (1, 1, 1)
    assert found.outbound_profiles.keys() == {"OP-COL"}
    assert found.outbound_queues["Q-COL"] == found.outbound_profiles["OP-COL"]
    assert found.agents_outbound.keys() == {"1003"}
    assert found.agents_inbound.keys() == {"1004"}
    assert found.outbound.talk_seconds == 50.0
