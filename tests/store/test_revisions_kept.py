"""A revision that a live call may name stays a file (design 2.4)."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from store import snapshot
from store.snapshot import Snapshot, SnapshotReader, write_snapshot
from tests.sample import document

DAY = 24 * 3600.0


def publish(root: Path, revision: int) -> None:
    made = Snapshot(
        company="boreal", revision=revision, published_at="", document=document(), a1_hashes={}, pins={}
    )
    write_snapshot(root, made)


def aged(root: Path, revisions: range, seconds: float) -> None:
    """They were written that long ago."""
    then = time.time() - seconds
    for revision in revisions:
        os.utime(root / "boreal" / f"{revision}.json", (then, then))


def kept(root: Path) -> list[int]:
    return sorted(int(file.stem) for file in (root / "boreal").glob("*.json"))


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Thirty revisions."""
    monkeypatch.setattr(snapshot, "_MOST_KEPT", 40)
    for revision in range(1, 31):
        publish(tmp_path, revision)
    return tmp_path


def test_given_many_revisions_in_an_hour_then_all_of_them_stay(root: Path) -> None:
    assert kept(root) == list(range(1, 31))
    reader = SnapshotReader(root)
    assert reader.poll()
    assert (reader.at("boreal", 1) or pytest.fail("gone")).revision == 1


def test_given_revisions_that_another_followed_a_day_ago_then_they_go_but_for_the_last_twenty(
    root: Path,
) -> None:
    aged(root, range(1, 31), DAY + 60)
    publish(root, 31)
    assert kept(root) == list(range(12, 32))


def test_given_one_that_was_in_force_until_an_hour_ago_then_it_stays_however_old_it_is(root: Path) -> None:
    aged(root, range(1, 6), 30 * DAY)
    publish(root, 31)
    assert kept(root)[0] == 5


def test_given_more_than_anybody_needs_then_the_oldest_go(root: Path) -> None:
    for revision in range(31, 46):
        publish(root, revision)
    assert kept(root) == list(range(6, 46))
