"""A child process: started, asked how it is, started again with back-off, killed.

Children die with the supervisor (PR_SET_PDEATHSIG) and have a process group of their own, so that a Ctrl-C
of the terminal reaches only the supervisor, which stops them in order.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)
_TOO_MANY, _WITHIN_SECONDS = 5, 30.0
_LONGEST_PAUSE = 5.0
_LEAST_SILENCES = 3
"""A supervisor that was itself kept from running must not take one late answer for a long silence."""


@dataclass(frozen=True)
class Farewell:
    """One way to ask a process to end, and how long to wait for it before the next way."""

    ask: Callable[[int], None]
    seconds: float


def sigterm(pid: int) -> None:
    """What every process of ours obeys."""
    os.kill(pid, signal.SIGTERM)


@dataclass(frozen=True)
class Program:
    """What to run. `ready` is asked until it says True. `alive` is asked while it runs: False for
    `frozen_seconds` on end means frozen, and it is replaced. `essential`: nothing is worth running without it."""

    name: str
    command: list[str]
    ready: Callable[[], bool]
    ready_seconds: float = 20.0
    farewells: tuple[Farewell, ...] = (Farewell(sigterm, 3.0),)
    alive: Callable[[], bool] | None = None
    frozen_seconds: float = 2.0
    essential: bool = False


class GaveUp(Exception):
    """A program ends as often as it is started; the message names it and its log."""


@dataclass
class Child:
    """One program and the process that runs it now."""

    program: Program
    log: Path
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    starts: deque[float] = field(default_factory=lambda: deque(maxlen=_TOO_MANY))
    given_up: bool = False
    _not_before: float | None = None
    _last_alive: float | None = None
    _silences: int = 0
    _swept: bool = False

    def start(self) -> None:
        """Start it now; GaveUp when it was started too often lately."""
        now = time.monotonic()
        if len(self.starts) == _TOO_MANY and now - self.starts[0] < _WITHIN_SECONDS:
            self.given_up = True
            raise GaveUp(
                f"{self.program.name} ended {_TOO_MANY} times in {_WITHIN_SECONDS:.0f} s and stays down; "
                f"its log is {self.log}"
            )
        self.starts.append(now)
        self._not_before = self._last_alive = None
        self._silences, self._swept = 0, False
        self.log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.program.command, env=dict(self.environment), stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True, preexec_fn=_die_with(os.getpid()),  # noqa: PLW1509
            )  # fmt: skip

    def running(self) -> bool:
        """True while its process lives."""
        return self.process is not None and self.process.poll() is None

    def became_ready(self) -> None:
        """It answered for the first time: from now on its silence counts."""
        self._last_alive = time.monotonic()

    def frozen(self) -> bool:
        """True when it has not answered for its `frozen_seconds`; until its first answer it has the time it
        may take to become ready."""
        if self.program.alive is None or not self.running():
            return False
        if self.program.alive():
            self.became_ready()
            self._silences = 0
            return False
        self._silences += 1
        now = time.monotonic()
        if self._last_alive is None:
            return now - self.starts[-1] > self.program.ready_seconds
        return self._silences >= _LEAST_SILENCES and now - self._last_alive > self.program.frozen_seconds

    def due(self) -> bool:
        """True when an ended child may be started again: soon the first time, then later and later."""
        now = time.monotonic()
        if self._not_before is None:
            recent = sum(1 for start in self.starts if now - start < _WITHIN_SECONDS)
            self._not_before = now + min(_LONGEST_PAUSE, 0.1 * 2**recent)
        return now >= self._not_before

    def waits_to_restart(self) -> bool:
        """True when its end was noticed before."""
        return self._not_before is not None

    def how_it_ended(self) -> str:
        """`signal 9`, or `status 3`."""
        code = (self.process.returncode if self.process is not None else 0) or 0
        return f"signal {-code}" if code < 0 else f"status {code}"

    def kill(self) -> None:
        """SIGKILL to its whole group, also to what a dead leader left behind. Once a start: the number of a
        group that is gone may be somebody else's by then."""
        if self.process is None or self._swept:
            return
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass
        self.process.wait()
        self._swept = True


def _die_with(parent: int) -> Callable[[], None]:
    def in_the_child() -> None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before the line above
            os._exit(1)

    return in_the_child
