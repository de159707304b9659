"""Errors of the children reach the screen; everything else stays in their files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from console.run import log_watch
from console.run.log_watch import LogWatch


def a_line(level: str, event: str, **facts: str) -> str:
    return json.dumps({"event": event, "level": level, "timestamp": "t", "process": "p", **facts}) + "\n"


def watch(log: Path) -> tuple[LogWatch, list[str]]:
    said: list[str] = []
    return LogWatch("controller", log, said.append), said


@pytest.mark.parametrize(
    ("added", "shown"),
    [
        (a_line("info", "call begins"), []),
        (a_line("error", "link lost", node="node-1"), ["controller: link lost node=node-1"]),
        (a_line("error", "refused", path="/\x1b[2J\x07"), ["controller: refused path=/�[2J�"]),
        ("not json at all\n", []),
        ('Traceback (most recent call last):\n  File "x"\nValueError: no door\n', ["controller: ValueError: no door"]),
        ("Traceback (most recent call last):\n  File\nKeyboardInterrupt\n", ["controller: KeyboardInterrupt"]),
        (a_line("error", "half a line")[:-1], []),
    ],
)  # fmt: skip
def test_given_a_line_in_a_log_then_only_an_error_is_shown(
    tmp_path: Path, added: str, shown: list[str]
) -> None:
    log = tmp_path / "controller.log"
    log.write_text(a_line("error", "of the last run"))
    watched, said = watch(log)
    with log.open("a") as file:
        file.write(added)
    watched.look()
    assert said == shown


def test_given_a_flood_of_errors_then_it_is_cut_and_the_file_named(tmp_path: Path) -> None:
    log = tmp_path / "controller.log"
    watched, said = watch(log)
    log.write_text(a_line("error", "again") * 500)
    watched.look()
    assert len(said) == 11
    assert said[-1].endswith(str(log))


def test_given_a_log_that_has_grown_large_then_it_starts_anew_and_nothing_is_said_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_watch, "_LARGEST", 100)
    log = tmp_path / "controller.log"
    watched, said = watch(log)
    with log.open("a") as child:
        child.write(a_line("error", "first" * 30))
        child.flush()
        watched.look()
        child.write(a_line("error", "second"))
        child.flush()
        watched.look()
    assert log.read_text() == a_line("error", "second")
    assert "first" in (tmp_path / "controller.log.1").read_text()
    assert [line[:17] for line in said] == ["controller: first", "controller: secon"]
