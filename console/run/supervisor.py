"""Starts the programs in order, replaces what ends or freezes, stops everything in the opposite order."""

from __future__ import annotations

import json
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from console.run.log_watch import LogWatch
from console.run.processes import Child, GaveUp, Program
from console.run.stopping import end_all

_LOOK_SECONDS = 0.25
_READY_POLL_SECONDS = 0.03


class NotReady(Exception):
    """A program did not become ready in time; the message names it and its log."""


class Stopped(Exception):
    """Ctrl-C while starting."""


class Supervisor:
    """The children of one installation. `say` prints one calm line."""

    def __init__(self, var: Path, environment: Mapping[str, str], say: Callable[[str], None]) -> None:
        self._var, self._environment, self._say = var, environment, say
        self.children: list[Child] = []
        self._logs: list[LogWatch] = []
        self._stop = threading.Event()
        self._signals = 0
        self._stopped_at: float | None = None
        self._interruptible = False

    def listen_to_signals(self) -> None:
        """SIGINT and SIGTERM stop; a second one kills at once."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)

    @contextmanager
    def interruptible(self) -> Iterator[None]:
        """For work of our own that takes its time, such as a download: a signal ends it with Stopped."""
        self._interruptible = True
        try:
            if self._stop.is_set():
                raise Stopped
            yield
        finally:
            self._interruptible = False

    def start(self, *programs: Program) -> None:
        """Start some that do not need each other and wait until all are ready; NotReady when one is not in
        time, Stopped when we are to stop."""
        before = len(self.children)
        for program in programs:
            log = self._var / "log" / f"{program.name}.log"
            self._logs.append(LogWatch(program.name, log, self._say))
            self.children.append(Child(program, log, self._environment))
            self.children[-1].start()
        self._write_table()
        for child in self.children[before:]:
            self._await(child)

    def run_once(self, program: Program) -> None:
        """Run one to its end; NotReady with its last words when it fails."""
        child = Child(program, self._var / "log" / f"{program.name}.log", self._environment)
        child.start()
        deadline = time.monotonic() + program.ready_seconds
        while child.running():
            if self._stop.wait(_READY_POLL_SECONDS) or time.monotonic() > deadline:
                child.kill()
                raise Stopped if self._stop.is_set() else _not_ready(child)
        if child.process is None or child.process.returncode != 0:
            raise _not_ready(child)

    def watch(self) -> None:
        """Until a signal comes: replace what ended or froze. One that cannot be kept up stays down and the
        rest goes on, since calls do; GaveUp only when it was essential."""
        while not self._stop.wait(_LOOK_SECONDS):
            for child in self.children:
                if self._stop.is_set():
                    return
                self._keep_up(child)
            self._show_errors()

    def end(self) -> None:
        """Stop everything, in the time counted from the signal; a second one meanwhile kills what is left."""
        began = time.monotonic() if self._stopped_at is None else self._stopped_at
        end_all(self.children, hurried=lambda: self._signals > 1, began=began)
        self._show_errors()
        (self._var / "run" / "processes.json").unlink(missing_ok=True)

    def _await(self, child: Child) -> None:
        deadline = time.monotonic() + child.program.ready_seconds
        # Asked in this order: what answers must be the child, and not somebody else at its address.
        while not (child.program.ready() and child.running()):
            if self._stop.wait(_READY_POLL_SECONDS):
                raise Stopped
            if not child.running() or time.monotonic() > deadline:
                raise _not_ready(child)
        child.became_ready()

    def _keep_up(self, child: Child) -> None:
        try:
            self._look_after(child)
        except GaveUp as loudly:
            if child.program.essential:
                raise
            self._say(str(loudly))

    def _look_after(self, child: Child) -> None:
        if child.given_up:
            return
        if child.frozen():
            self._say(f"{child.program.name} does not answer; replacing it")
            self._replace(child)
        elif not child.running():
            if not child.waits_to_restart():
                self._say(f"{child.program.name} ended ({child.how_it_ended()}); starting it again")
            if child.due():
                self._replace(child)

    def _replace(self, child: Child) -> None:
        child.kill()
        child.start()
        self._write_table()

    def _show_errors(self) -> None:
        for log in self._logs:
            log.look()

    def _write_table(self) -> None:
        folder = self._var / "run"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        table = {c.program.name: c.process.pid for c in self.children if c.process is not None}
        draft = folder / "processes.json.new"
        draft.write_text(json.dumps(table))
        draft.rename(folder / "processes.json")

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        # Only noted here: waiting for a child inside a handler could meet the wait it interrupted.
        self._signals += 1
        self._stopped_at = time.monotonic() if self._stopped_at is None else self._stopped_at
        self._stop.set()
        if self._interruptible:
            self._interruptible = False
            raise Stopped


def _not_ready(child: Child) -> NotReady:
    lines = child.log.read_text(errors="replace").splitlines() if child.log.exists() else []
    words = "\n".join(f"  | {line[:300]}" for line in lines[-8:])
    return NotReady(f"{child.program.name} failed to start; its log is {child.log}\n{words}")
