"""Publishers wait for each other, never for ever, and never so that the one they wait for stands still."""

from __future__ import annotations

from pathlib import Path

import gevent
import pytest

from store import snapshot
from store.snapshot import publishing


def test_given_two_greenlets_of_one_process_then_the_second_publishes_after_the_first(tmp_path: Path) -> None:
    done: list[str] = []

    def publish(name: str) -> None:
        with publishing(tmp_path):
            done.append(f"{name} begins")
            gevent.sleep(0.05)  # as PostgreSQL's driver does while it reads the newest revision
            done.append(f"{name} ends")

    gevent.joinall([gevent.spawn(publish, name) for name in ("first", "second")], timeout=5, raise_error=True)
    assert done == ["first begins", "first ends", "second begins", "second ends"]


def test_given_a_publisher_that_never_ends_then_the_next_one_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "_PATIENCE", 0.1)
    with (
        publishing(tmp_path),
        pytest.raises(TimeoutError, match="another process is publishing"),
        publishing(tmp_path),
    ):
        pytest.fail("two at once")
    with publishing(tmp_path):
        pass
