"""`relais run` leaves nothing running, whatever ends it, and says what is wrong with a data folder that cannot be used."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.run import start
from console.run.processes import Program
from console.run.supervisor import Supervisor
from schemas.settings import Settings, from_environ


@pytest.fixture
def signals() -> Iterator[None]:
    """What a run does with the signals of this process is undone."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("signals")
def test_given_a_fault_of_ours_while_starting_then_what_was_started_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[int] = []

    def fails(supervisor: Supervisor, _: Settings) -> None:
        deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
        supervisor.start(Program("deaf", [sys.executable, "-c", deaf], ready=lambda: True))
        started.extend(child.process.pid for child in supervisor.children if child.process is not None)
        raise OSError("no room for the next one's log")

    monkeypatch.setattr(start, "_start", fails)
    with pytest.raises(OSError, match="no room"):
        start._supervise(from_environ({"RELAIS_VAR": str(tmp_path)}))
    with pytest.raises(ProcessLookupError):
        os.kill(started[0], 0)


def test_given_a_data_folder_that_cannot_be_used_then_a_sentence_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("RELAIS_VAR", str(tmp_path / "file"))
    before = os.umask(0o077)
    try:
        assert start.run() == 1
    finally:
        os.umask(before)
    said = capsys.readouterr().out
    for words in (str(tmp_path / "file"), "Not a directory", "RELAIS_VAR names another"):
        assert words in said
