"""Recordings that a company keeps no longer are deleted, and nothing else ever is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import gevent
import msgspec
import pytest

from console import recordings_kept
from console.doors import inline
from console.recordings_kept import RecordingsKept
from routing.recording import file_name, is_over
from tests.sample import document

CALL = "00000000-0000-4000-8000-000000000001"
NOON = datetime(2026, 10, 13, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("began", "now", "over"),
    [
        (NOON, NOON + timedelta(days=30), False),
        (NOON, datetime(2026, 11, 12, 23, 59, 59, tzinfo=UTC), False),
        (NOON, datetime(2026, 11, 13, 0, 0, tzinfo=UTC), True),
        (NOON, datetime(2026, 11, 12, 20, 0, tzinfo=UTC).astimezone(None), False),
        (NOON + timedelta(days=400), NOON, False),
    ],
)
def test_given_thirty_days_then_a_recording_is_over_when_as_many_whole_days_are(
    began: datetime, now: datetime, over: bool
) -> None:
    assert is_over(file_name(CALL, 1, began), 30, now) is over
    assert is_over(file_name(CALL, 1, began, part=2), 30, now) is over


@pytest.mark.parametrize(
    "name",
    ["notes.txt", f"20200101-{CALL}-1.wav.part", f"99999999-{CALL}-1.wav", f"../20200101-{CALL}-1.wav", ""],
)
def test_given_a_name_that_no_recording_has_then_it_is_never_over(name: str) -> None:
    assert not is_over(name, 1, NOON)


def kept(folder: Path, days: int) -> RecordingsKept:
    account = msgspec.structs.replace(document().account, recordings_days=days)
    there = msgspec.structs.replace(document(), account=account)
    known = {"boreal": there}
    return RecordingsKept(folder, known.keys, known.get, lambda _: NOON, inline)


def filled(folder: Path) -> tuple[Path, Path, Path]:
    """An old recording, a new one, and something else, of a company and of one that is not published."""
    for company in ("boreal", "another"):
        (folder / company).mkdir()
        (folder / company / file_name(CALL, 1, NOON - timedelta(days=90))).touch()
    old = folder / "boreal" / file_name(CALL, 1, NOON - timedelta(days=90))
    new = folder / "boreal" / file_name(CALL, 2, NOON - timedelta(days=3))
    other = folder / "boreal" / "20200101.txt"
    new.touch()
    other.touch()
    return old, new, other


def test_given_a_company_that_keeps_them_for_a_time_then_older_ones_are_deleted_once(tmp_path: Path) -> None:
    old, new, other = filled(tmp_path)
    keeping = kept(tmp_path, 30)
    assert keeping.sweep("boreal") == [old.name]
    assert (old.exists(), new.exists(), other.exists()) == (False, True, True)
    assert keeping.sweep("boreal") == []
    assert keeping.sweep("another") == [], (
        "nobody says how long a company that is not published keeps its own"
    )
    assert (tmp_path / "another" / old.name).exists()


def test_given_no_time_then_everything_is_kept(tmp_path: Path) -> None:
    old, *_ = filled(tmp_path)
    assert kept(tmp_path, 0).sweep("boreal") == []
    assert old.exists()


def test_given_a_file_that_cannot_be_deleted_then_the_others_are(tmp_path: Path) -> None:
    old, *_ = filled(tmp_path)
    stubborn = tmp_path / "boreal" / file_name(CALL, 1, NOON - timedelta(days=91))
    stubborn.mkdir()
    assert kept(tmp_path, 30).sweep("boreal") == [old.name]
    assert stubborn.is_dir()


def test_given_companies_that_cannot_be_read_now_then_they_are_looked_at_the_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, *_ = filled(tmp_path)
    keeping, readings = kept(tmp_path, 30), iter([OSError("the index"), ["boreal"]])

    def companies() -> list[str]:
        found = next(readings)
        if isinstance(found, OSError):
            raise found
        return found

    monkeypatch.setattr(keeping, "_companies", companies)
    monkeypatch.setattr(recordings_kept, "_EVERY_SECONDS", 0.01)
    runs = gevent.spawn(keeping.run)
    with gevent.Timeout(10):
        while old.exists():
            gevent.sleep(0.01)  # polling; nothing is decided by the length
    runs.kill()
