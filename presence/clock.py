"""The one clock of the system: what every process takes its time and its timers from.

In production it is the machine's. A scenario runner sets it by a file named in `RELAIS_CLOCK`:
`{"speed": 4.0, "origin": 1760000000.0, "start": 1791900000.0, "offsets": {"company": 86400.0}}`.
At the real instant `origin` (Unix seconds) it is `start`; from then on it runs `speed` times as fast.
A company's own `offset` (seconds) is added for decisions about its calls, so that scenarios of
different days can run side by side. The file is read again when it changes, at most every 50 ms.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime

import msgspec

_REREAD_SECONDS = 0.05


class ClockSetting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The contents of a clock file. Offsets are ignored for companies it does not name."""

    speed: float = 1.0
    origin: float = 0.0
    start: float = 0.0
    offsets: dict[str, float] = {}


class Clock:
    """Now, and how long real waiting takes for a wait of the system."""

    def __init__(self, path: str = "", real: Callable[[], float] = time.time) -> None:
        self._path = path
        self._real = real
        self._setting = ClockSetting()
        self._mtime_ns = 0
        self._checked = 0.0
        if path:
            self._reread(real())

    @property
    def speed(self) -> float:
        """How many seconds of the system pass in a real one."""
        return self._setting.speed

    def unix(self, company: str = "") -> float:
        """Unix seconds of the system, with the company's offset."""
        real = self._real()
        if not self._path:
            return real
        if real - self._checked > _REREAD_SECONDS:
            self._reread(real)
        setting = self._setting
        return setting.start + (real - setting.origin) * setting.speed + setting.offsets.get(company, 0.0)

    def now(self, company: str = "") -> datetime:
        """The instant, aware, in UTC."""
        return datetime.fromtimestamp(self.unix(company), UTC)

    def real_seconds(self, seconds: float) -> float:
        """How long to wait in reality for `seconds` of the system to pass."""
        return seconds / self._setting.speed

    def _reread(self, real: float) -> None:
        self._checked = real
        stamp = os.stat(self._path).st_mtime_ns
        if stamp != self._mtime_ns:
            with open(self._path, "rb") as file:
                self._setting = msgspec.json.decode(file.read(), type=ClockSetting)
            self._mtime_ns = stamp
