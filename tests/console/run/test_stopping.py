"""Stopping: in order, asked kindly first, never longer than it may take, nothing left behind."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from console.run.processes import Child, Farewell, Program, sigterm
from console.run.stopping import end_all

OBEYS = "import time; print('up', flush=True); time.sleep(60)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + OBEYS
LEAVES_ONE = (
    "import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); "
    "print('up', p.pid, flush=True); import time; time.sleep(60)"
)


def a_child(tmp_path: Path, name: str, code: str, *farewells: Farewell) -> Child:
    program = Program(
        name, [sys.executable, "-c", code], ready=lambda: True,
        farewells=farewells or (Farewell(sigterm, 3.0),),
    )  # fmt: skip
    child = Child(program, tmp_path / f"{name}.log", dict(os.environ))
    child.start()
    while "up" not in child.log.read_text():
        time.sleep(0.01)  # polling another process; nothing is decided by the length
    return child


def never() -> bool:
    return False


def test_given_a_whole_installation_then_the_switch_goes_first_and_redis_last(tmp_path: Path) -> None:
    order: list[str] = []

    def noting(name: str) -> Farewell:
        return Farewell(lambda pid: (order.append(name), sigterm(pid))[1], 3.0)

    names = ["redis", "dialplan-0", "console", "controller", "switch"]
    end_all([a_child(tmp_path, name, OBEYS, noting(name)) for name in names], never, began=time.monotonic())
    assert order == ["switch", "controller", "dialplan-0", "console", "redis"]


def test_given_children_that_ignore_sigterm_then_all_are_gone_within_the_time_it_may_take(
    tmp_path: Path,
) -> None:
    children = [a_child(tmp_path, name, DEAF) for name in ("switch", "controller", "console", "redis")]
    began = time.monotonic()
    end_all(children, never, began=began, total=2.5)
    assert time.monotonic() - began < 3.5
    assert not any(child.running() for child in children)


def test_given_a_kind_word_that_is_not_heard_then_the_next_one_is_tried(tmp_path: Path) -> None:
    heard: list[str] = []
    elegant = Farewell(lambda _: heard.append("elegant"), 0.2)
    child = a_child(tmp_path, "switch", OBEYS, elegant, Farewell(sigterm, 3.0))
    end_all([child], never, began=time.monotonic())
    assert heard == ["elegant"]
    assert child.process is not None
    assert child.process.returncode == -15


def test_given_a_second_signal_then_nobody_is_waited_for(tmp_path: Path) -> None:
    children = [a_child(tmp_path, name, DEAF) for name in ("switch", "redis")]
    began = time.monotonic()
    end_all(children, lambda: True, began=began)
    assert time.monotonic() - began < 1
    assert not any(child.running() for child in children)


def test_given_a_child_with_a_child_of_its_own_then_neither_is_left(tmp_path: Path) -> None:
    child = a_child(tmp_path, "console", LEAVES_ONE)
    grandchild = int(child.log.read_text().split()[1])
    end_all([child], never, began=time.monotonic())
    with pytest.raises(ProcessLookupError):
        for _ in range(500):
            os.kill(grandchild, 0)
            time.sleep(0.01)  # polling another process; nothing is decided by the length
