"""A whole Relais of its own, started as `relais run` starts it, on private ports and private data.

For scenario runs and for the tests that kill things: what is proven here is what people run.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from store.snapshot import stamp_of

_READY_SECONDS = 60.0
_STOP_SECONDS = 15.0
_WORKERS = 2
_PUBLISHED = re.compile(r"^published (\d+)$", re.MULTILINE)
_TRIES = 200
_ROW, _LOWEST, _ROWS = 16, 10000, 375
"""Below the switch's RTP ports (from 16384) and those of outgoing connections (from 32768)."""


class StackFailed(Exception):
    """It did not start or stop in time; the message ends with the last lines it printed."""


class Ports:
    """Up to 15 ports of loopback in a row that nobody uses, for UDP and TCP alike, where no connection of anybody gets one
    by itself. The port before them is held as long as this object lives: of two that look at the same time, in any
    process, one looks elsewhere."""

    def __init__(self, count: int) -> None:
        self._guard, self._first = _free_row(count)

    def __getitem__(self, number: int) -> int:
        return self._first + number


def free_ports(count: int) -> list[int]:
    """Ports that nobody uses now, for somebody who listens on them at once."""
    found = Ports(count)
    return [found[number] for number in range(count)]


def _free_row(count: int) -> tuple[socket.socket, int]:
    for _ in range(_TRIES):
        guard = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        before = _LOWEST + _ROW * secrets.randbelow(_ROWS)
        try:
            guard.bind(("127.0.0.1", before))
            if all(_is_free(before + number) for number in range(1, count + 1)):
                return guard, before + 1
        except OSError:
            pass
        guard.close()
    raise StackFailed("no free ports")


def _is_free(port: int) -> bool:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
    ):
        try:
            tcp.bind(("127.0.0.1", port))
            udp.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@dataclass
class Stack:
    """One installation under `root`. `switch` is the program to run as FreeSWITCH, or empty for the
    demonstration switch. Use as a context manager; `start` returns when every process is ready."""

    root: Path
    switch: str = ""
    clock: Path | None = None
    extra: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        names = (
            "dialplan",
            "console",
            "event_socket",
            "phones",
            "trunks",
            "peer",
            "demo",
            "controller",
        )
        self._row = Ports(len(names) + _WORKERS)
        self.ports = {name: self._row[number] for number, name in enumerate((*names, "workers"))}

    @property
    def environment(self) -> dict[str, str]:
        """What the processes are told; everything of the caller's own RELAIS_* is left out."""
        kept = {
            k: v for k, v in os.environ.items() if not k.startswith(("RELAIS_", "REDIS_URL", "FREESWITCH_"))
        }
        port = self.ports
        ours = {
            "RELAIS_VAR": str(self.root),
            "RELAIS_DIALPLAN_LISTEN": f"127.0.0.1:{port['dialplan']}",
            "RELAIS_DIALPLAN_WORKER_PORTS": str(port["workers"]),
            "RELAIS_DIALPLAN_WORKERS": str(_WORKERS),
            "RELAIS_CONSOLE_LISTEN": f"127.0.0.1:{port['console']}",
            "RELAIS_CONTROLLER_LISTEN": f"127.0.0.1:{port['controller']}",
            "RELAIS_EVENT_SOCKET": f"127.0.0.1:{port['event_socket']}",
            "RELAIS_SIP_PHONES": f"127.0.0.1:{port['phones']}",
            "RELAIS_SIP_TRUNKS": f"127.0.0.1:{port['trunks']}",
            "RELAIS_TRUNK_PROXY": f"127.0.0.1:{port['peer']}",
            "RELAIS_DEMO_CONTROL": f"127.0.0.1:{port['demo']}",
            "RELAIS_SWITCH": "freeswitch" if self.switch else "demo",
            "RELAIS_CHECK_XML": "1",
        }
        if self.switch:
            ours["FREESWITCH_BIN"] = self.switch
        if self.clock:
            ours["RELAIS_CLOCK"] = str(self.clock)
        return {**kept, **ours, **self.extra}

    def start(self) -> Stack:
        """Start everything and wait until it is ready; StackFailed after a minute."""
        self.root.mkdir(parents=True, exist_ok=True)
        log = (self.root / "stack.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "console.command_line", "run"],
            env=self.environment, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        log.close()
        self.wait_ready()
        return self

    def wait_ready(self) -> None:
        """Until every process says that it is ready; StackFailed after a minute."""
        deadline = time.monotonic() + _READY_SECONDS
        while not self.ready():
            if self.process is None or self.process.poll() is not None or time.monotonic() > deadline:
                raise StackFailed(self._failure())
            time.sleep(0.1)  # polling another process; nothing is decided by the length

    def ready(self) -> bool:
        """True when the dialplan server, the console and the controller say so."""
        names = ("dialplan", "console", "controller")
        return all(self._answers(self.ports[name], "/health/ready") for name in names)

    def wait_published(self) -> None:
        """Until every worker and the controller obey what is published now, or something newer; those that are dead
        read it when they start. StackFailed after a minute."""
        stamp = stamp_of(self.root / "snapshots")
        ports = [self.ports["controller"], *(self.ports["workers"] + k for k in range(_WORKERS))]
        deadline = time.monotonic() + _READY_SECONDS
        while any(self._is_behind(port, stamp) for port in ports):
            if time.monotonic() > deadline:
                raise StackFailed(f"not every process reads what is published: {stamp}")
            time.sleep(0.05)  # polling other processes; nothing is decided by the length

    def children(self) -> dict[str, int]:
        """Process ids by name, as the supervisor wrote them down."""
        table = json.loads((self.root / "run" / "processes.json").read_text())
        return {str(name): int(pid) for name, pid in table.items()}

    def stop(self) -> float:
        """Ctrl-C; how many seconds it took. StackFailed when it did not end."""
        if self.process is None or self.process.poll() is not None:
            return 0.0
        began = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired as error:
            os.killpg(self.process.pid, signal.SIGKILL)
            raise StackFailed("it did not stop") from error
        return time.monotonic() - began

    def __enter__(self) -> Stack:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @staticmethod
    def _answers(port: int, path: str) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=1) as answer:
                return int(answer.status) == 200
        except (urllib.error.URLError, OSError):
            return False

    @staticmethod
    def _is_behind(port: int, stamp: int) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=5) as answer:
                told = answer.read().decode()
        except urllib.error.HTTPError as refused:
            told = refused.read().decode()
        except (urllib.error.URLError, OSError) as error:
            return not isinstance(getattr(error, "reason", error), ConnectionRefusedError)
        found = _PUBLISHED.search(told)
        return found is None or int(found[1]) < stamp

    def _failure(self) -> str:
        lines = (self.root / "stack.log").read_text(errors="replace").splitlines()[-20:]
        return "not ready:\n" + "\n".join(lines)
