"""The supervisor keeps its children: started in order, replaced, ended with nothing left behind."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from console.run.processes import Child, GaveUp, Program
from console.run.programs import taken_ports
from console.run.supervisor import NotReady, Supervisor
from schemas.settings import from_environ

WAITS = [sys.executable, "-c", "import time; time.sleep(60)"]
ENDS = [sys.executable, "-c", "print('no such door')"]


def until(holds: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.01)


def supervisor(tmp_path: Path, said: list[str]) -> Supervisor:
    return Supervisor(tmp_path, dict(os.environ), said.append)


def test_given_a_child_that_is_killed_then_another_takes_its_place(tmp_path: Path) -> None:
    said: list[str] = []
    watched = supervisor(tmp_path, said)
    watched.start(Program("sleeper", WAITS, ready=lambda: True))
    child = watched.children[0]
    assert child.process is not None
    first = child.process.pid
    thread = threading.Thread(target=watched.watch)
    thread.start()
    os.kill(first, signal.SIGKILL)
    until(lambda: child.process is not None and child.process.pid != first and child.running())
    watched._on_signal(signal.SIGTERM, None)
    thread.join(5)
    watched.end()
    assert not child.running()
    assert said == ["sleeper ended; starting it again"]


def test_given_a_child_that_does_not_answer_then_it_is_replaced(tmp_path: Path) -> None:
    watched = supervisor(tmp_path, [])
    frozen = Program("frozen", WAITS, ready=lambda: True, alive=lambda: False, frozen_seconds=0.1)
    watched.start(frozen)
    child = watched.children[0]
    assert child.process is not None
    first = child.process.pid
    until(lambda: (watched._look_after(child), child.process is not None and child.process.pid != first)[1])
    watched.end()


def test_given_a_program_that_ends_at_once_then_its_last_words_are_told(tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="no such door"):
        supervisor(tmp_path, []).start(Program("broken", ENDS, ready=lambda: False, ready_seconds=5))


def test_given_five_ends_in_half_a_minute_then_it_gives_up_loudly(tmp_path: Path) -> None:
    child = Child(Program("broken", ENDS, ready=lambda: True), tmp_path / "log", dict(os.environ))
    with pytest.raises(GaveUp, match="broken"):
        for _ in range(6):
            child.start()
            assert child.process is not None
            child.process.wait(10)


def test_given_a_child_that_ignores_sigterm_then_it_is_killed_in_time(tmp_path: Path) -> None:
    deaf = "import signal,time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up',flush=True); time.sleep(60)"
    log = tmp_path / "deaf.log"
    program = Program("deaf", [sys.executable, "-c", deaf], ready=lambda: True, stop_seconds=0.3)
    child = Child(program, log, dict(os.environ))
    child.start()
    until(lambda: log.exists() and "up" in log.read_text())
    began = time.monotonic()
    child.end()
    assert time.monotonic() - began < 3
    assert not child.running()


def test_given_a_port_in_use_then_the_sentence_names_it_and_its_setting() -> None:
    import socket

    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        sentences = taken_ports(from_environ({"RELAIS_CONSOLE_LISTEN": f"127.0.0.1:{port}"}))
    assert any(f"127.0.0.1:{port}" in s and "RELAIS_CONSOLE_LISTEN" in s for s in sentences)
