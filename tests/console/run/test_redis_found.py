"""Which Redis is run: one of PATH that is new enough, Debian's under another name, the wheel; never the wheel in production."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.run import redis_server


def server(file: Path, version: str) -> Path:
    file.parent.mkdir(exist_ok=True)
    file.write_text(f'#!/bin/sh\necho "Redis server v={version} sha=00000000:0 malloc=libc bits=64"\n')
    file.chmod(0o755)
    return file


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine that has nothing, and whose packages cannot be installed."""
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    monkeypatch.setattr(redis_server, "_CHECKER", tmp_path / "debian" / "redis-check-rdb")
    monkeypatch.setattr(redis_server, "_from_wheel", lambda: None)
    return tmp_path


def test_given_each_in_turn_then_the_first_that_is_new_enough(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = server(machine / "wheel" / "redis-server", "9.1.2")
    monkeypatch.setattr(redis_server, "_from_wheel", lambda: wheel)
    assert redis_server.find_server(machine) == wheel

    server(machine / "debian" / "redis-check-rdb", "7.0.15")
    linked = redis_server.find_server(machine)
    assert linked == machine / "bin" / "redis-server"
    assert linked.readlink() == machine / "debian" / "redis-check-rdb"

    server(machine / "path" / "redis-server", "6.2.14")
    assert redis_server.find_server(machine) == linked
    own = server(machine / "path" / "valkey-server", "8.1.0")
    assert redis_server.find_server(machine) == own


def test_given_only_the_wheel_then_production_refuses_and_says_what_was_tried(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = server(machine / "wheel" / "redis-server", "9.1.2")
    monkeypatch.setattr(redis_server, "_from_wheel", lambda: wheel)
    with pytest.raises(redis_server.NoRedis, match="REDIS_URL"):
        redis_server.find_server(machine, production=True)


def test_given_nothing_then_it_is_said(machine: Path) -> None:
    with pytest.raises(redis_server.NoRedis, match="install redis-server"):
        redis_server.find_server(machine)
