"""How long media plays (seconds), without playing it: files by their header, streams by their name.

`local_stream://` and `silence_stream://-1` never end. A file that is not there fails to play, loudly.
"""

from __future__ import annotations

import math
import re
import wave
from pathlib import Path

import msgspec

from demo_switch.refusals import Refusals

_TONE = re.compile(r"%\(([^)]*)\)")
_LOOPS = re.compile(r"loops=(-?\d+)", re.IGNORECASE)


class Durations:
    """`table` maps a name, or its end, to seconds and goes before everything else (RELAIS_DEMO_DURATIONS)."""

    def __init__(self, refusals: Refusals, table: dict[str, float] | None = None, sounds: str = "") -> None:
        self._refusals = refusals
        self._table = table or {}
        self._sounds = sounds

    def of(self, name: str) -> float | None:
        """Seconds, infinity for what never ends, None for what cannot be played."""
        for key, seconds in self._table.items():
            if name == key or name.endswith("/" + key):
                return seconds
        scheme, marker, rest = name.partition("://")
        if not marker:
            return self._file(name)
        match scheme:
            case "silence_stream":
                milliseconds = rest.split(",")[0]
                return math.inf if milliseconds == "-1" else int(milliseconds) / 1000
            case "tone_stream":
                return _tone_seconds(rest)
            case "local_stream":
                return math.inf
            case "file_string":
                return self._sum(rest.split("!"))
            case _:
                self._missing(name)
                return None

    def _sum(self, names: list[str]) -> float | None:
        """The parts one after another; a missing one is skipped, as the switch does."""
        parts = [seconds for seconds in map(self.of, names) if seconds is not None]
        return sum(parts) if parts else None

    def _file(self, name: str) -> float | None:
        path = Path(name) if name.startswith("/") else Path(self._sounds) / name
        try:
            with wave.open(str(path), "rb") as file:
                return file.getnframes() / file.getframerate()
        except (OSError, wave.Error, EOFError):
            self._missing(name)
            return None

    def _missing(self, name: str) -> None:
        self._refusals.add("missing_file", name)


def read_table(path: str) -> dict[str, float]:
    """The table of a JSON file, name to seconds; none when the path is empty."""
    text = Path(path).read_bytes() if path else b"{}"
    return msgspec.json.decode(text, type=dict[str, float])


def _tone_seconds(text: str) -> float:
    """`%(on,off,hertz...)` repeated `loops` times (-1: for ever; none: once)."""
    once = sum(sum(float(part) for part in tone.split(",")[:2]) for tone in _TONE.findall(text)) / 1000
    loops = _LOOPS.search(text)
    if loops is None:
        return once
    return math.inf if int(loops[1]) < 0 else once * max(1, int(loops[1]))
