"""What every test gets: a clean environment and, on demand, a real Redis of its own."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.run import redis_server
from tests.postgresql import PostgreSQL


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of whoever runs the tests reaches the code under test."""
    for name in list(os.environ):
        if name.startswith("RELAIS_") or name in ("REDIS_URL", "FREESWITCH_BIN"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A private Redis for the session, on a unix socket in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="relais-test-") as folder:
        home = Path(folder)
        path = home / "redis.sock"
        line = redis_server.command(redis_server.find_server(home), path, home, persistent=False)
        server = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while not redis_server.answers(path):
            assert time.monotonic() < deadline, "the test Redis did not start"
            time.sleep(0.01)  # polling another process; nothing is decided by the length
        yield f"unix://{path}"
        server.terminate()
        server.wait(5)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A private PostgreSQL for the session; tests that need it are left out where none is installed."""
    server = PostgreSQL.found()
    if server is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt install postgresql)")
    with server.running():
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind we know."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'relais.db'}"
    server: PostgreSQL = request.getfixturevalue("postgresql")
    return server.new_database()
