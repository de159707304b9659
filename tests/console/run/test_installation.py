"""`relais run` as people use it, on the demonstration switch: up, repaired, down, up again with its data."""

from __future__ import annotations

import json
import os
import signal
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CONTENT_TYPE_LATEST

from console.scenarios.stack import Stack, StackFailed
from presence import connection
from schemas.settings import from_environ, private_redis_socket

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


def answer(port: int, path: str) -> tuple[str, str]:
    """Content type and text; anything but 200 raises."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as given:
        return str(given.headers["Content-Type"]), given.read().decode()


def test_given_a_first_run_when_things_break_then_they_are_mended_and_ctrl_c_leaves_nothing(
    tmp_path: Path,
) -> None:
    root = tmp_path / "var"
    with Stack(root=root) as stack:
        until(lambda: "Ctrl-C stops everything" in printed(stack))
        password = (root / "secrets" / "admin_password").read_text()
        assert f"admin / {password}" in printed(stack)
        assert all(each.stat().st_mode & 0o777 == 0o600 for each in (root / "secrets").iterdir())
        for name in ("dialplan", "console"):
            answers = {
                path: answer(stack.ports[name], path)
                for path in ("/health/live", "/health/ready", "/metrics")
            }
            assert answers["/health/live"] == ("text/plain; charset=utf-8", "alive\n")
            assert answers["/health/ready"][0] == "text/plain; charset=utf-8"
            assert answers["/health/ready"][1].startswith("ready\n")
            assert answers["/metrics"][0] == CONTENT_TYPE_LATEST
            assert f"# TYPE relais_{name}_" in answers["/metrics"][1]
        assert answer(stack.ports["console"], "/api/v1/openapi.json")[1].startswith('{"openapi":"3.1.')

        before = stack.children()
        os.kill(before["dialplan-0"], signal.SIGSTOP)
        os.kill(before["console"], signal.SIGKILL)
        until(lambda: all(stack.children()[name] != before[name] for name in ("dialplan-0", "console")))
        until(stack.ready)
        assert stack.children()["controller"] == before["controller"]

        assert stack.stop() < 5.0
    assert living(root) == []


def test_given_a_killed_run_then_nothing_is_left_and_the_next_one_is_quick_and_keeps_the_data(
    tmp_path: Path,
) -> None:
    root = tmp_path / "var"
    first = Stack(root=root).start()
    assert first.process is not None
    connection.waiting(own_redis(root)).set("relais:boreal:mark", "kept")
    kept = what_must_last(root)
    assert kept["snapshots/index.json"] == {"boreal": 1}
    first.process.kill()
    first.process.wait()
    until(lambda: living(root) == [])

    assert any(seconds_to_start(root) < 5.0 * crowded() for _ in range(3))
    second = Stack(root=root)
    try:
        second.start()
        until(lambda: "admin, password in" in printed(second))
        assert what_must_last(root) == kept
        assert connection.waiting(own_redis(root)).get("relais:boreal:mark") == "kept"

        with pytest.raises(StackFailed, match="in use by another"):
            Stack(root=root).start()
    finally:
        second.stop()


def seconds_to_start(root: Path) -> float:
    began = time.monotonic()
    with Stack(root=root):
        return time.monotonic() - began


def crowded() -> float:
    """How many times longer work takes because others want the same cores; 1 on a machine of our own."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def own_redis(root: Path) -> str:
    return f"unix://{private_redis_socket(from_environ({'RELAIS_VAR': str(root)}))}"


def what_must_last(root: Path) -> dict[str, object]:
    secrets: dict[str, object] = {each.name: each.read_text() for each in (root / "secrets").iterdir()}
    snapshots = {
        str(file.relative_to(root)): {
            name: value for name, value in json.loads(file.read_text()).items() if name != "published_at"
        }
        for file in (root / "snapshots").rglob("*.json")
    }
    return {**secrets, **snapshots}


def test_given_everything_frozen_when_ctrl_c_comes_then_it_still_stops_in_time(tmp_path: Path) -> None:
    root = tmp_path / "var"
    with Stack(root=root) as stack:
        frozen = stack.children()
        for pid in frozen.values():
            os.kill(pid, signal.SIGSTOP)
        assert stack.stop() < 5.0
    assert {"redis", "dialplan-0", "dialplan-1", "console", "controller", "switch"} == set(frozen)
    assert living(root) == []


def test_given_a_redis_of_somebody_else_then_it_is_used_and_neither_stopped_nor_emptied(
    tmp_path: Path, redis_url: str
) -> None:
    theirs = connection.waiting(redis_url)
    theirs.set("somebody:else", "kept")
    root = tmp_path / "var"
    before = settings_of(theirs)
    with Stack(root=root, extra={"REDIS_URL": redis_url}) as stack:
        assert "redis" not in stack.children()
        until(lambda: theirs.exists("relais:node:node-1:heartbeat"))
    assert theirs.get("somebody:else") == "kept"
    assert settings_of(theirs) == before
    theirs.delete(*theirs.keys("relais:*"), "somebody:else")


def settings_of(theirs: Any) -> dict[str, str]:
    return dict(theirs.config_get("*"))


def test_given_ctrl_c_while_starting_then_it_stops_at_once(tmp_path: Path) -> None:
    root = tmp_path / "var"
    stack = Stack(root=root)
    stack.ready = lambda: (root / "log" / "redis.log").exists()  # type: ignore[method-assign]
    stack.start()
    assert stack.stop() < 5.0
    assert living(root) == []
