"""How long an agent was in each state of a day, from what was told of him."""

from __future__ import annotations

import pytest

from routing.agent_history import Changed, seconds_by_state


@pytest.mark.parametrize(
    ("first", "changes", "seconds"),
    [
        ("", [], {}),
        ("break", [], {"break": 100.0}),
        ("", [Changed(130.0, "available", "ringing")], {"available": 30.0, "ringing": 70.0}),
        ("offline", [Changed(130.0, "available", "ringing")], {"offline": 30.0, "ringing": 70.0}),
        (
            "available",
            [Changed(110.0, "available", "break"), Changed(150.0, "break", "available")],
            {"available": 60.0, "break": 40.0},
        ),
        ("available", [Changed(250.0, "available", "break")], {"available": 100.0}),
        ("available", [Changed(140.0, "available", "acw"), Changed(120.0, "acw", "away")], {"available": 40.0, "away": 60.0}),
    ],
    ids=["nothing is known", "all day", "told in it", "told before it", "there and back", "told later", "told late"],
)  # fmt: skip
def test_given_what_was_told_then_each_second_counts_once(
    first: str, changes: list[Changed], seconds: dict[str, float]
) -> None:
    assert seconds_by_state(100.0, 200.0, first, changes) == seconds
