"""A real Redis of one's own, for tests and benchmarks: on a unix socket in a folder that goes with it."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from console.run import redis_server

_START_SECONDS = 10.0


@contextmanager
def private_redis() -> Iterator[str]:
    """Its URL, while it runs; AssertionError when it does not start."""
    with tempfile.TemporaryDirectory(prefix="relais-test-") as folder:
        home = Path(folder)
        path = home / "redis.sock"
        line = redis_server.command(redis_server.find_server(home), path, home, persistent=False)
        server = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            deadline = time.monotonic() + _START_SECONDS
            while not redis_server.answers(path):
                assert time.monotonic() < deadline, "the private Redis did not start"
                time.sleep(0.01)  # polling another process; nothing is decided by the length
            yield f"unix://{path}"
        finally:
            server.terminate()
            server.wait(5)
