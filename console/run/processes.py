"""A child process that is kept alive: started, watched, restarted with back-off, ended.

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


@dataclass(frozen=True)
class Program:
    """What to run. `ready` is asked until it says True; `ask_to_stop` may ask more nicely than SIGTERM;
    `alive` is asked while it runs: False for `frozen_seconds` on end means frozen, and it is replaced."""

    name: str
    command: list[str]
    ready: Callable[[], bool]
    ready_seconds: float = 20.0
    stop_seconds: float = 3.0
    ask_to_stop: Callable[[], None] | None = None
    alive: Callable[[], bool] | None = None
    frozen_seconds: float = 2.0


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
    not_before: float = 0.0
    last_alive: float = 0.0

    def start(self) -> None:
        """Start it now; GaveUp when it was started too often lately."""
        now = time.monotonic()
        if len(self.starts) == _TOO_MANY and now - self.starts[0] < _WITHIN_SECONDS:
            raise GaveUp(f"{self.program.name} ends as soon as it is started; its log is {self.log}")
        self.starts.append(now)
        self.last_alive = now
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.program.command, env=dict(self.environment), stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True, preexec_fn=_die_with_parent,  # noqa: PLW1509
            )  # fmt: skip

    def running(self) -> bool:
        """True while its process lives."""
        return self.process is not None and self.process.poll() is None

    def frozen(self, now: float) -> bool:
        """True when it has not answered for its `frozen_seconds`."""
        if self.program.alive is None or not self.running():
            return False
        if self.program.alive():
            self.last_alive = now
        return now - self.last_alive > self.program.frozen_seconds

    def plan_restart(self, now: float) -> None:
        """When it may be started again: at once the first time, then later and later."""
        recent = sum(1 for start in self.starts if now - start < _WITHIN_SECONDS)
        self.not_before = now + min(_LONGEST_PAUSE, 0.1 * 2**recent)

    def end(self, *, at_once: bool = False) -> None:
        """Ask it to stop, wait, then kill what is left of its group."""
        if not self.running() or self.process is None:
            return
        if not at_once:
            self._ask()
            try:
                self.process.wait(self.program.stop_seconds)
            except subprocess.TimeoutExpired:
                pass
        self.kill()

    def kill(self) -> None:
        """SIGKILL to its whole group."""
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()

    def _ask(self) -> None:
        if self.program.ask_to_stop is not None:
            self.program.ask_to_stop()
        elif self.process is not None:
            self.process.terminate()


def _die_with_parent() -> None:
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
