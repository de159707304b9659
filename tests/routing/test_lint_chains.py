"""Chains of destinations longer than the hop limit: what the lint tells is what becomes of a call, for each kind of move."""

from __future__ import annotations

from typing import Any

import pytest

from routing.lint import lint
from routing.lint_findings import Finding
from routing.steps import Hangup
from tests.routing.following import Following, changed

ON_SUNDAYS = {"openings": [{"days": ["sun"], "start": "08:00", "end": "17:00"}]}


def to(extension: str) -> dict[str, Any]:
    return {"action": "extension", "extension": extension}


def forwards(destination: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": "Somebody", "forward": {"to": destination}, **more}


def chain(*, last: str = "1033", limit: int = 5) -> dict[str, Any]:
    """1030, a number, a queue out of hours, 1031, 1032 by her number, perhaps 1033, 1034: six moves, or five."""
    return {
        "account": {"hop_limit": limit},
        "numbers": {
            "N-A": {"number": "+15145550180", "handling": "to-queue"},
            "N-B": {"number": "+15145550181", "extension": "1032"},
        },
        "handlings": {"to-queue": {"open": [{"action": "queue", "queue": "Q-A"}]}},
        "queues": {
            "Q-A": {
                "name": "Sundays", "extension": "6900", "members": ["1001"], "schedule": ON_SUNDAYS,
                "overflow": [{"reason": "out_of_hours", "to": to("1031")}],
            }
        },
        "users": {
            "1030": forwards({"action": "number", "number": "N-A"}),
            "1031": forwards({"action": "number", "number": "N-B"}),
            "1032": forwards(to(last)),
            "1033": forwards(to("1034")),
            "1034": {"name": "Last", "devices": {"1034a": {"kind": "sip"}}, "open": {"ring": {}}},
        },
    }  # fmt: skip


def told(change: dict[str, Any]) -> list[Finding]:
    return [each for each in lint(changed(change).document) if each.id == "chain_too_long"]


@pytest.mark.parametrize(
    ("last", "limit", "too_long"),
    [("1033", 5, True), ("1034", 5, False), ("1033", 6, False), ("1034", 4, True), ("1033", 4, True)],
)
def test_given_a_chain_then_it_is_told_exactly_when_a_call_on_it_is_ended(
    last: str, limit: int, too_long: bool
) -> None:
    change = chain(last=last, limit=limit)
    call = Following("1030", change=change)
    ended = isinstance(call.decision.step, Hangup) and call.decision.step.why == "loop"
    assert (ended, bool(told(change))) == (too_long, too_long)


def test_given_a_chain_then_its_objects_and_the_setting_of_the_move_too_many_are_named_once() -> None:
    (finding,) = told(chain())
    assert finding.objects == ("1030", "to-queue", "Q-A", "1031", "1032", "1033", "1034")
    assert (finding.path, finding.facts["limit"]) == ("users.1033.forward.to", "5")


def test_given_parts_of_the_week_without_a_moment_in_common_then_there_is_no_chain() -> None:
    monday = {"openings": [{"days": ["mon"], "start": "08:00", "end": "17:00"}]}
    change = chain()
    change["users"]["1032"] |= {
        "schedule": ON_SUNDAYS, "forward_vs_schedule": "schedule_first", "forward_in_open_hours": "apply",
    }  # fmt: skip
    assert told(change) == []
    change["queues"]["Q-A"]["schedule"] = monday
    assert len(told(change)) == 1


def test_given_a_move_that_only_a_busy_phone_makes_then_the_chain_is_left_to_chance() -> None:
    change = chain()
    change["users"]["1033"] = {"name": "Busy at times", "open": {"ring": {}, "busy": to("1034")}}
    assert told(change) == []
