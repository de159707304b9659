"""What every test gets: a clean environment and, on demand, a real Redis of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgresql import PostgreSQL
from tests.private_redis import private_redis

# What these start are real processes, switches and browsers, with timers of their own on a machine that may be laden.
_OF_PROCESSES = {"live", "controller", "console", "test_scenarios.py", "test_faults.py"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A failure of a test that starts processes is played once more, and the summary names it (`RERUN`); all others, of pure
    code or of one store, have one try."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here) and item.path.relative_to(here).parts[0] in _OF_PROCESSES:
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of whoever runs the tests reaches the code under test."""
    for name in list(os.environ):
        if name.startswith("RELAIS_") or name in ("REDIS_URL", "FREESWITCH_BIN"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A private Redis for the session."""
    with private_redis() as url:
        yield url


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
