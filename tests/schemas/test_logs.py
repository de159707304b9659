"""A log line: one JSON object, when, by whom, how bad."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import structlog

from schemas import logs


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    kept, libraries = structlog.get_config(), logging.root.handlers[:]
    stream = io.StringIO()
    logs.configure("dialplan-0", "info", stream)
    yield stream
    structlog.configure(**kept)
    logging.root.handlers[:] = libraries


def test_a_line_says_when_by_whom_and_how_bad(lines: io.StringIO) -> None:
    before = datetime.now(UTC)
    structlog.get_logger().warning("refused", why="number_unknown")
    said = json.loads(lines.getvalue())
    when = datetime.fromisoformat(said.pop("timestamp"))
    assert when.utcoffset() == timedelta(0)
    assert before - timedelta(microseconds=1) <= when <= datetime.now(UTC)
    assert said == {"why": "number_unknown", "event": "refused", "process": "dialplan-0", "level": "warning"}


@pytest.mark.parametrize(
    ("nanoseconds", "written"),
    [
        (1_791_900_000_000_000_000, "2026-10-13T14:00:00.000000Z"),
        (1_791_900_059_000_001_999, "2026-10-13T14:00:59.000001Z"),
        (1_791_900_059_999_999_999, "2026-10-13T14:00:59.999999Z"),
    ],
)
def test_an_instant_has_its_microseconds(
    lines: io.StringIO, monkeypatch: pytest.MonkeyPatch, nanoseconds: int, written: str
) -> None:
    monkeypatch.setattr("time.time_ns", lambda: nanoseconds)
    structlog.get_logger().info("now")
    assert json.loads(lines.getvalue())["timestamp"] == written


def test_an_exception_is_in_the_line_without_the_values_of_its_frames(lines: io.StringIO) -> None:
    secret = "hunter2"
    try:
        raise ValueError(len(secret))
    except ValueError:
        structlog.get_logger().exception("broken")
    said = json.loads(lines.getvalue())
    assert said["level"] == "error"
    assert said["exception"][0]["exc_type"] == "ValueError"
    assert secret not in lines.getvalue()
