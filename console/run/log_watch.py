"""Reads what the children add to their logs and shows the errors: the rest stays in the files."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path

_SHOWN = {"error", "critical"}
_MOST_LINES, _PER_SECONDS = 10, 10.0
_LARGEST = 20_000_000
_LONGEST_LINE = 300
_NOT_FACTS = {"event", "level", "timestamp", "process", "exception"}
_CRASH = re.compile(r"[\w.]+(?::|$)")


class LogWatch:
    """One child's log from where it ends now. `say` prints one line."""

    def __init__(self, name: str, log: Path, say: Callable[[str], None]) -> None:
        self._name, self._log, self._say = name, log, say
        self._offset = log.stat().st_size if log.exists() else 0
        self._in_traceback = False
        self._window, self._lines = 0.0, 0

    def look(self) -> None:
        """Show what is new; a log that has grown large starts anew, its past kept beside it as `.1`."""
        size = self._log.stat().st_size if self._log.exists() else 0
        if size < self._offset:
            self._offset = 0
        if size > self._offset:
            for line in self._new_lines():
                self._judge(line)
        if self._offset > _LARGEST:
            self._roll()

    def _new_lines(self) -> list[str]:
        with self._log.open("rb") as file:
            file.seek(self._offset)
            added = file.read()
        whole = added[: added.rfind(b"\n") + 1]
        self._offset += len(whole)
        return whole.decode(errors="replace").splitlines()

    def _judge(self, line: str) -> None:
        if line.startswith("{"):
            self._in_traceback = False
            shown = _error_of(line)
            if shown:
                self._show(shown)
        elif line.startswith("Traceback "):
            self._in_traceback = True
        elif self._in_traceback and _CRASH.match(line):
            self._in_traceback = False
            self._show(line)

    def _show(self, text: str) -> None:
        now = time.monotonic()
        if now - self._window > _PER_SECONDS:
            self._window, self._lines = now, 0
        self._lines += 1
        if self._lines <= _MOST_LINES:
            self._say(f"{self._name}: {_harmless(text[:_LONGEST_LINE])}")
        elif self._lines == _MOST_LINES + 1:
            self._say(f"{self._name}: more of this in {self._log}")

    def _roll(self) -> None:
        # The child holds the file open for appending: copied and emptied, not renamed.
        self._log.with_name(self._log.name + ".1").write_bytes(self._log.read_bytes())
        with self._log.open("r+b") as file:
            file.truncate(0)
        self._offset = 0


def _harmless(text: str) -> str:
    """What strangers wrote may be in a log: no sign that a terminal obeys."""
    return "".join(sign if sign.isprintable() else "�" for sign in text)


def _error_of(line: str) -> str:
    try:
        entry = json.loads(line)
    except ValueError:
        return ""
    if not isinstance(entry, dict) or str(entry.get("level", "")).lower() not in _SHOWN:
        return ""
    facts = [f"{name}={value}" for name, value in entry.items() if name not in _NOT_FACTS]
    return " ".join([str(entry.get("event", "")), *facts])
