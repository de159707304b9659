"""Starts the programs in order, replaces what ends or freezes, stops everything in the opposite order."""

from __future__ import annotations

import json
import signal
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType

from console.run.processes import Child, GaveUp, Program

_LOOK_SECONDS = 0.25


class NotReady(Exception):
    """A program did not become ready in time; the message names it and its log."""


class Supervisor:
    """The children of one installation. `say` prints one calm line."""

    def __init__(self, var: Path, environment: Mapping[str, str], say: Callable[[str], None]) -> None:
        self._var, self._environment, self._say = var, environment, say
        self.children: list[Child] = []
        self._stop = threading.Event()
        self._signals = 0

    def listen_to_signals(self) -> None:
        """SIGINT and SIGTERM stop; a second one kills at once."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)

    def start(self, program: Program) -> None:
        """Start one and wait until it is ready; NotReady when it is not in time, or we are to stop."""
        child = Child(program, self._var / "log" / f"{program.name}.log", self._environment)
        self.children.append(child)
        child.start()
        deadline = time.monotonic() + program.ready_seconds
        while not program.ready():
            if self._stop.is_set():
                raise NotReady("stopped while starting")
            if not child.running() or time.monotonic() > deadline:
                raise NotReady(f"{program.name} did not start; its log is {child.log}\n{_tail(child.log)}")
            self._stop.wait(0.03)
        self._write_table()

    def start_together(self, programs: list[Program]) -> None:
        """Start several that do not need each other, then wait for all."""
        before = len(self.children)
        for program in programs:
            child = Child(program, self._var / "log" / f"{program.name}.log", self._environment)
            self.children.append(child)
            child.start()
        for child in self.children[before:]:
            self._await(child)
        self._write_table()

    def watch(self) -> None:
        """Until a signal comes: replace what ended or froze. GaveUp when that does not help."""
        while not self._stop.wait(_LOOK_SECONDS):
            for child in self.children:
                self._look_after(child)

    def end(self) -> None:
        """Stop everything: the switch first, so that it asks nobody who is gone; Redis last."""
        for child in sorted(self.children, key=_stop_order):
            child.end(at_once=self._signals > 1)
        (self._var / "run" / "processes.json").unlink(missing_ok=True)

    def _await(self, child: Child) -> None:
        deadline = time.monotonic() + child.program.ready_seconds
        while not child.program.ready():
            if self._stop.is_set() or not child.running() or time.monotonic() > deadline:
                raise NotReady(
                    f"{child.program.name} did not start; its log is {child.log}\n{_tail(child.log)}"
                )
            self._stop.wait(0.03)

    def _look_after(self, child: Child) -> None:
        now = time.monotonic()
        if child.running():
            if child.frozen(now):
                self._say(f"{child.program.name} does not answer; replacing it")
                child.kill()
                child.start()
                self._write_table()
            return
        if child.not_before == 0.0:
            child.plan_restart(now)
            self._say(f"{child.program.name} ended; starting it again")
        elif now >= child.not_before:
            child.not_before = 0.0
            child.start()
            self._write_table()

    def _write_table(self) -> None:
        folder = self._var / "run"
        folder.mkdir(parents=True, exist_ok=True)
        table = {c.program.name: c.process.pid for c in self.children if c.process is not None}
        draft = folder / "processes.json.new"
        draft.write_text(json.dumps(table))
        draft.rename(folder / "processes.json")

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._signals += 1
        self._stop.set()
        if self._signals > 1:
            for child in self.children:
                child.kill()


def _stop_order(child: Child) -> int:
    name = child.program.name
    return {"switch": 0, "controller": 1, "console": 2, "redis": 9}.get(name, 3)


def _tail(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return "\n".join(f"  | {line[:300]}" for line in lines[-8:])


__all__ = ["GaveUp", "NotReady", "Supervisor"]
