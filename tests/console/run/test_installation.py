"""`relais run` as people use it, on the demonstration switch: up, repaired, down, up again with its data."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from console.scenarios.stack import Stack, StackFailed

pytestmark = pytest.mark.timeout(120)


def until(holds: Callable[[], bool], seconds: float = 15.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.05)  # polling other processes; nothing is decided by the length


def living(root: Path) -> list[str]:
    """Command lines of the processes of the installation under `root`."""
    mark = f"RELAIS_VAR={root}\0".encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (entry / "environ").read_bytes() + b"\0" and (entry / "cmdline").read_bytes():
                found.append((entry / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


def printed(stack: Stack) -> str:
    return (stack.root / "stack.log").read_text()


def test_given_a_first_run_when_things_break_then_they_are_mended_and_ctrl_c_leaves_nothing(
    tmp_path: Path,
) -> None:
    root = tmp_path / "var"
    with Stack(root=root) as stack:
        until(lambda: "Ctrl-C stops everything" in printed(stack))
        password = (root / "secrets" / "admin_password").read_text()
        assert f"admin / {password}" in printed(stack)
        assert all(each.stat().st_mode & 0o777 == 0o600 for each in (root / "secrets").iterdir())

        before = stack.children()
        os.kill(before["dialplan-0"], signal.SIGSTOP)
        os.kill(before["console"], signal.SIGKILL)
        until(lambda: all(stack.children()[name] != before[name] for name in ("dialplan-0", "console")))
        until(stack.ready)
        assert stack.children()["controller"] == before["controller"]

        assert stack.stop() < 5.0
    assert living(root) == []


def test_given_a_killed_run_then_nothing_is_left_and_the_next_one_keeps_the_data(tmp_path: Path) -> None:
    root = tmp_path / "var"
    first = Stack(root=root).start()
    assert first.process is not None
    secrets = {each.name: each.read_text() for each in (root / "secrets").iterdir()}
    first.process.kill()
    first.process.wait()
    until(lambda: living(root) == [])

    with Stack(root=root) as second:
        until(lambda: "admin, password in" in printed(second))
        assert {each.name: each.read_text() for each in (root / "secrets").iterdir()} == secrets

        with pytest.raises(StackFailed, match="in use by another"):
            Stack(root=root).start()


def test_given_ctrl_c_while_starting_then_it_stops_at_once(tmp_path: Path) -> None:
    root = tmp_path / "var"
    stack = Stack(root=root)
    stack.ready = lambda: (root / "log" / "redis.log").exists()  # type: ignore[method-assign]
    stack.start()
    assert stack.stop() < 5.0
    assert living(root) == []
