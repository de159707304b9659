"""Whoever is transferred from an agent of an outbound profile hears its wait music while the next phone rings (D31)."""

from __future__ import annotations

from typing import Any

import pytest

from routing.steps import Ring
from tests.routing.test_outbound import changed, dial

MUSIC = {"outbound_profiles": {"OP-DEF": {"wait_music": "M-COL"}}}


@pytest.mark.parametrize(
    ("changes", "kind", "owner", "music"),
    [
        (MUSIC, "transfer", "1004", "M-COL"),
        (MUSIC, "extension", "1004", None),
        (MUSIC, "transfer", "1012", None),
        ({}, "transfer", "1004", None),
    ],
    ids=["transferred", "called", "by somebody without the profile", "none is set"],
)
def test_the_wait_music_of_a_profile(changes: Any, kind: str, owner: str, music: str | None) -> None:
    step = dial("1003", owner, changed(**changes), kind=kind).step
    assert isinstance(step, Ring)
    assert step.music == music
