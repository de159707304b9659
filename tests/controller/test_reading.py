"""What the controller takes from an event's variables before it becomes part of a command."""

from __future__ import annotations

import pytest

from controller.reading import legs_of
from routing.legs import RungLeg


def test_given_the_legs_our_own_answer_wrote_then_each_with_its_owner() -> None:
    assert legs_of("1001a:1001.x14385550111:1001") == (
        RungLeg("1001a", "1001"),
        RungLeg("x14385550111", "1001"),
    )
    assert legs_of("-") == ()


@pytest.mark.parametrize("text", ["1001a:1 x", "1001a:1001\n\napi status", "a:b;c", "a:${x}", "a:'b'", "a:"])
def test_given_anything_that_a_command_could_read_as_more_then_it_is_no_leg(text: str) -> None:
    assert legs_of(text) == ()
