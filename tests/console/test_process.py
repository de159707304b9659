"""The console as a process: it starts from its environment and ends when it is told to, whoever looks on."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from console.scenarios.stack import free_ports
from tests.console.conftest import Console


def _ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def test_given_an_open_feed_and_an_idle_connection_when_told_to_end_then_it_ends_within_three_seconds(
    console: Console,
) -> None:
    (port,) = free_ports(1)
    environment = {
        "PATH": os.environ["PATH"], "RELAIS_VAR": str(console.settings.var), "REDIS_URL": console.settings.redis_url,
        "RELAIS_CONSOLE_LISTEN": f"127.0.0.1:{port}",
    }  # fmt: skip
    root = Path(__file__).parents[2]
    process = subprocess.Popen([sys.executable, "-m", "console"], env=environment, cwd=root)
    try:
        deadline = time.monotonic() + 20
        while not _ready(port):
            assert time.monotonic() < deadline
            time.sleep(0.05)  # polling another process; nothing is decided by the length
        asked = urllib.request.Request(
            f"http://127.0.0.1:{port}/api/v1/companies/boreal/feed", headers=console.token()
        )
        feed = urllib.request.urlopen(asked, timeout=10)
        assert feed.readline() == b"event: board\n"
        idle = socket.create_connection(("127.0.0.1", port))
        began = time.monotonic()
        process.terminate()
        rest = feed.read()
        assert process.wait(5) == 0
        assert time.monotonic() - began < 3
        assert rest.startswith(b"data: ")
        assert rest.endswith(b"\n\n")
        idle.close()
    finally:
        process.kill()


def test_given_settings_that_cannot_be_used_then_it_says_which_and_does_not_start(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "RELAIS_VAR": str(tmp_path), "RELAIS_CONSOLE_LISTEN": "8801"}
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-m", "console"],
        env=environment,
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "RELAIS_CONSOLE_LISTEN='8801' cannot be used" in done.stderr
