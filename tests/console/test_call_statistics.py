"""The figures of a company's calls by the API: inbound and outbound apart, of the time that is asked for (D11)."""

from __future__ import annotations

from typing import Any

import pytest

from routing.ended_call import EndedCall, EndedLeg, whole
from tests.console.conftest import Console

STATISTICS = "/api/v1/companies/boreal/statistics"


def over(call: str, began: float, **said: Any) -> EndedCall:
    known = {"disposition": "abandoned", "entry": "number.N-MAIN", "caller": "+14505550199", **said}
    return EndedCall(call=call, company="boreal", began=began, ended=began + 60.0, **known)


def out(call: str, began: float) -> EndedCall:
    return over(
        call, began, entry="extension.+14505550166", caller="1003", path=("o.14505550166.r.r0@OP-COL",), rule="OP-COL",
        answered_by="x14505550166", answered_at=began + 10, disposition="answered",
        legs=(EndedLeg(leg="x14505550166", owner="1003", answered=began + 10),),
    )  # fmt: skip


@pytest.fixture
def told(console: Console) -> Console:
    """Two calls that came, one to a colleague, and two that left, the second of them an hour later."""
    colleague = over("c3", 1_000.0, entry="extension.1004", caller="1003")
    for call in (over("c1", 1_000.0), over("c2", 1_010.0), colleague, out("o1", 1_020.0), out("o2", 4_600.0)):
        console.doors.records.keep([whole(call, ())])
    return console


def read(console: Console, query: str = "") -> Any:
    return console.app.test_client().get(STATISTICS + query, headers=console.token("supervisor"))


def test_given_calls_in_both_directions_then_their_figures_are_apart(told: Console) -> None:
    answer = read(told).json
    assert answer["complete"] is True
    found = answer["statistics"]
    assert [found[each]["calls"] for each in ("inbound", "outbound", "internal")] == [2, 2, 1]
    assert (found["inbound"]["answered"], found["outbound"]["answered"]) == (0, 2)
    assert (found["outbound"]["talk_seconds"], found["outbound"]["mean_wait_seconds"]) == (100.0, 10.0)
    assert found["outbound_profiles"]["OP-COL"] == found["outbound_queues"]["Q-COL"] == found["outbound"]
    assert found["agents_outbound"]["1003"]["calls"] == 2
    assert found["agents_inbound"] == {}


def test_given_a_time_then_only_calls_that_began_in_it_count(told: Console) -> None:
    found = read(told, "?since=1970-01-01T00:17:00Z&until=1970-01-01T00:17:01Z").json["statistics"]
    assert (found["inbound"]["calls"], found["outbound"]["calls"]) == (0, 1)
    nobody = read(told, "?since=1971-01-01T00:00:00Z").json["statistics"]
    assert [nobody[each]["calls"] for each in ("inbound", "outbound", "internal")] == [0, 0, 0]


def test_given_a_time_that_is_none_then_it_is_refused(told: Console) -> None:
    assert (read(told, "?since=yesterday").status_code, read(told, "?since=yesterday").json["code"]) == (
        400,
        "bad_question",
    )
