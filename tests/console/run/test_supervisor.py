"""The supervisor keeps its children: started in order, replaced, ended with nothing left behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from console.run import processes
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


@contextmanager
def watching(watched: Supervisor) -> Iterator[None]:
    """`watch` in a thread of its own, ended as a signal ends it."""
    thread = threading.Thread(target=watched.watch)
    thread.start()
    try:
        yield
    finally:
        watched._on_signal(signal.SIGTERM, None)
        thread.join(5)
        watched.end()


def test_given_two_programs_then_the_second_starts_when_the_first_is_ready(tmp_path: Path) -> None:
    asked: list[bool] = []

    def ready_the_third_time() -> bool:
        asked.append(len(watched.children) == 1)
        return len(asked) == 3

    watched = supervisor(tmp_path, [])
    watched.start(Program("first", WAITS, ready=ready_the_third_time))
    watched.start(Program("second", WAITS, ready=lambda: True))
    assert asked == [True] * 3
    assert json.loads((tmp_path / "run" / "processes.json").read_text()) == {
        child.program.name: pid_of(child) for child in watched.children
    }
    watched.end()


def test_given_a_child_that_is_killed_then_another_takes_its_place(tmp_path: Path) -> None:
    said: list[str] = []
    watched = supervisor(tmp_path, said)
    watched.start(Program("sleeper", WAITS, ready=lambda: True))
    child = watched.children[0]
    first = pid_of(child)
    with watching(watched):
        os.kill(first, signal.SIGKILL)
        until(lambda: pid_of(child) != first and child.running())
    assert not child.running()
    assert said == ["sleeper ended (signal 9); starting it again"]


def test_given_a_child_that_fails_then_its_error_is_on_the_screen(tmp_path: Path) -> None:
    said: list[str] = []
    watched = supervisor(tmp_path, said)
    code = "import sys, time; time.sleep(0.05); sys.exit({}['no such door'])"
    watched.start(Program("broken", [sys.executable, "-c", code], ready=lambda: True))
    with watching(watched):
        until(lambda: "broken: KeyError: 'no such door'" in said)


def test_given_ends_in_a_row_then_each_start_waits_longer_but_never_over_5_seconds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr(processes, "time", SimpleNamespace(monotonic=lambda: now[0]))
    child = Child(Program("broken", ENDS, ready=lambda: True), tmp_path / "log", dict(os.environ))
    waits = []
    for _ in range(5):
        child.start()
        assert child.process is not None
        child.process.wait(10)
        began = now[0]
        while not child.due():
            now[0] += 0.05
        waits.append(round(now[0] - began, 1))
    assert waits == [0.2, 0.4, 0.8, 1.6, 3.2]
    now[0] = child.starts[0] + 31
    child.start()  # not the sixth within half a minute
    assert not child.given_up


@pytest.mark.parametrize("answered_before", [True, False])
def test_given_a_child_that_answers_no_more_then_it_is_replaced(
    tmp_path: Path, answered_before: bool
) -> None:
    # Not even once after it was ready: it may freeze before anybody has asked.
    answers = iter([True] if answered_before else [])
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


def test_given_one_late_answer_then_the_child_is_not_taken_for_frozen(tmp_path: Path) -> None:
    answers = iter([False, True, False, False])
    slow = Program("slow", WAITS, ready=lambda: True, alive=lambda: next(answers), frozen_seconds=0.0)
    watched = supervisor(tmp_path, [])
    watched.start(slow)
    assert [watched.children[0].frozen() for _ in range(4)] == [False] * 4
    watched.end()


def test_given_a_child_started_again_then_it_has_its_time_to_become_ready(tmp_path: Path) -> None:
    slow = Program("slow", WAITS, ready=lambda: True, alive=lambda: False, frozen_seconds=0.0)
    watched = supervisor(tmp_path, [])
    watched.start(slow)
    watched._replace(watched.children[0])
    assert [watched.children[0].frozen() for _ in range(5)] == [False] * 5
    watched.end()


def test_given_a_signal_while_starting_then_nothing_more_is_started(tmp_path: Path) -> None:
    watched = supervisor(tmp_path, [])
    watched._on_signal(signal.SIGINT, None)
    with pytest.raises(Stopped):
        watched.start(Program("never", WAITS, ready=lambda: False))
    watched.end()
    assert not watched.children[0].running()


def test_given_a_signal_during_work_of_our_own_then_it_is_broken_off(tmp_path: Path) -> None:
    watched = supervisor(tmp_path, [])
    with pytest.raises(Stopped), watched.interruptible():
        watched._on_signal(signal.SIGTERM, None)
    with pytest.raises(Stopped), watched.interruptible():
        pytest.fail("nothing is begun after a signal")


def test_given_a_helper_that_fails_then_its_words_are_told(tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="no such door"):
        supervisor(tmp_path, []).run_once(Program("once", FAILS, ready=lambda: True))


def test_given_a_program_that_ends_at_once_then_its_last_words_are_told(tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="no such door"):
        supervisor(tmp_path, []).start(Program("broken", ENDS, ready=lambda: False, ready_seconds=5))


def test_given_a_program_that_ends_while_another_answers_for_it_then_it_is_not_ready(tmp_path: Path) -> None:
    watched = supervisor(tmp_path, [])

    def answers_once_it_has_ended() -> bool:
        return not watched.children[0].running()

    with pytest.raises(NotReady, match="no such door"):
        watched.start(Program("broken", ENDS, ready=answers_once_it_has_ended))


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
        with watching(watched):
            until(lambda: len(said) == 1)
        assert "stays down" in said[0]


def test_given_a_port_that_two_settings_ask_for_then_both_are_named() -> None:
    same = {"RELAIS_CONSOLE_LISTEN": "127.0.0.1:48123", "RELAIS_EVENT_SOCKET": "127.0.0.1:48123"}
    sentences = taken_ports(from_environ(same))
    assert any(all(name in sentence for name in same) for sentence in sentences)


def test_given_a_port_in_use_then_the_sentence_names_it_and_its_setting() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        sentences = taken_ports(from_environ({"RELAIS_CONSOLE_LISTEN": f"127.0.0.1:{port}"}))
    assert any(f"127.0.0.1:{port}" in s and "RELAIS_CONSOLE_LISTEN" in s for s in sentences)
