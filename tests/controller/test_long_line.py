"""A line of 200 callers, 500 agents and three controllers: it moves, nobody is offered twice, and everybody in turn."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.controller.long_line import drain


@pytest.mark.timeout(180)
def test_given_three_controllers_then_a_long_line_drains_in_turn_and_nobody_is_offered_twice(
    redis_url: str, tmp_path: Path
) -> None:
    found = drain(redis_url, tmp_path, callers=200, agents=500, controllers=3)
    assert (found.served, found.reserved) == (200, 200)
    assert (found.offered_twice, found.kept_twice, found.out_of_turn) == (0, 0, 0)
