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
from console.run.supervisor import NotReady, Stopped, Supervisor
from schemas.settings import from_environ

WAITS = [sys.executable, "-c", "import time; time.sleep(60)"]
ENDS = [sys.executable, "-c", "print('no such door')"]
FAILS = [sys.executable, "-c", "raise SystemExit('no such door')"]


def until(holds: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.01)


def pid_of(child: Child) -> int:
    assert child.process is not None
    return child.process.pid


def start_until_given_up(child: Child) -> None:
    for _ in range(6):
        child.start()
        assert child.process is not None
        child.process.wait(10)


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


def test_given_a_child_that_answers_no_more_then_it_is_replaced(tmp_path: Path) -> None:
    answers = iter([True])
    frozen = Program(
        "frozen", WAITS, ready=lambda: True, alive=lambda: next(answers, False), frozen_seconds=0.1
    )
    said: list[str] = []
    watched = supervisor(tmp_path, said)
    watched.start(frozen)
    child = watched.children[0]
    first = pid_of(child)
    until(lambda: (watched._look_after(child), pid_of(child) != first)[1])
    watched.end()
    assert said == ["frozen does not answer; replacing it"]


def test_given_a_child_that_has_not_answered_yet_then_it_has_its_time_to_become_ready(tmp_path: Path) -> None:
    slow = Program("slow", WAITS, ready=lambda: True, alive=lambda: False, frozen_seconds=0.0)
    watched = supervisor(tmp_path, [])
    watched.start(slow)
    assert not watched.children[0].frozen()
    watched.end()


def test_given_a_signal_while_starting_then_nothing_more_is_started(tmp_path: Path) -> None:
    watched = supervisor(tmp_path, [])
    watched._on_signal(signal.SIGINT, None)
    with pytest.raises(Stopped):
        watched.start(Program("never", WAITS, ready=lambda: False))
    watched.end()
    assert not watched.children[0].running()


def test_given_a_helper_that_fails_then_its_words_are_told(tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="no such door"):
        supervisor(tmp_path, []).run_once(Program("once", FAILS, ready=lambda: True))


def test_given_a_program_that_ends_at_once_then_its_last_words_are_told(tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="no such door"):
        supervisor(tmp_path, []).start(Program("broken", ENDS, ready=lambda: False, ready_seconds=5))


def test_given_five_ends_in_half_a_minute_then_it_gives_up_loudly(tmp_path: Path) -> None:
    child = Child(Program("broken", ENDS, ready=lambda: True), tmp_path / "log", dict(os.environ))
    with pytest.raises(GaveUp, match="broken"):
        start_until_given_up(child)


@pytest.mark.parametrize("essential", [True, False])
def test_given_one_that_stays_down_then_only_an_essential_one_ends_the_rest(
    tmp_path: Path, essential: bool
) -> None:
    said: list[str] = []
    watched = supervisor(tmp_path, said)
    watched.start(Program("broken", ENDS, ready=lambda: True, essential=essential))
    child = watched.children[0]
    child.starts.extend([time.monotonic()] * 5)
    child._not_before = 0.0
    until(lambda: not child.running())
    if essential:
        with pytest.raises(GaveUp):
            watched.watch()
    else:
        thread = threading.Thread(target=watched.watch)
        thread.start()
        until(lambda: len(said) == 1)
        watched._on_signal(signal.SIGTERM, None)
        thread.join(5)
        assert "stays down" in said[0]


def test_given_a_port_that_two_settings_ask_for_then_both_are_named() -> None:
    same = {"RELAIS_CONSOLE_LISTEN": "127.0.0.1:48123", "RELAIS_EVENT_SOCKET": "127.0.0.1:48123"}
    sentences = taken_ports(from_environ(same))
    assert any(all(name in sentence for name in same) for sentence in sentences)


def test_given_a_port_in_use_then_the_sentence_names_it_and_its_setting() -> None:
    import socket

    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        sentences = taken_ports(from_environ({"RELAIS_CONSOLE_LISTEN": f"127.0.0.1:{port}"}))
    assert any(f"127.0.0.1:{port}" in s and "RELAIS_CONSOLE_LISTEN" in s for s in sentences)
