"""Fixtures of the demonstration switch's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.demo_switch.lab import Lab


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    """A switch twenty times as fast as the world; nothing may have been refused when the test ends."""
    lab = Lab(tmp_path)
    yield lab
    lab.close()
    assert lab.switch.refusals.last == []
