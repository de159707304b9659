"""From a prompt's name to what the switch plays; a file that is missing is found here, before it is referenced.

A missing file would end a call (`group_confirm_file` hangs the leg up, freeswitch-facts 4.6) or leave silence of no length.
A recording that is not there becomes silence of its declared length, so that a call takes the time it is going to take.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from dialplan_server.rendering import encoders, spoken_dates
from routing.company import CompanyDocument, Language
from routing.steps import PromptRef

_LOOK_AGAIN_SECONDS = 2.0
_UNKNOWN_MS = 500
_BEEPS = "tone_stream://%(300,100,440);loops=2"
_DEFAULT_MUSIC = "local_stream://default"


class PromptFiles:
    """The recordings of an installation. `missing` is told the name of each one that is not there."""

    def __init__(
        self,
        sounds: Path,
        recordings: Path,
        missing: Callable[[str], None] = lambda _: None,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sounds, self._recordings, self._missing, self._seconds = sounds, recordings, missing, seconds
        self._seen: dict[str, tuple[float, bool]] = {}

    def stream(self, prompts: Sequence[PromptRef], document: CompanyDocument) -> str:
        """One thing to play: a file, or several joined."""
        return encoders.playable([part for prompt in prompts for part in self._parts(prompt, document)])

    def file(self, prompt: PromptRef, document: CompanyDocument) -> str:
        """A plain file, or empty (the voicemail application and press 1 take nothing else)."""
        path = self._path(prompt, document)
        return path if path and not prompt.date and self._exists(path) else ""

    def confirmation(self, language: Language) -> str:
        """What asks the callee to press 1; silence when it was never installed: he may still press."""
        path = str(self._sounds / language / "press_1_to_accept.wav")
        return path if self._exists(path) else f"silence_stream://{_UNKNOWN_MS * 4}"

    def music(self, name: str, document: CompanyDocument) -> str:
        """What is heard on hold or while waiting: a company's files, else the switch's own music."""
        music = document.music.get(name)
        folder = self._recordings / document.account.id
        paths = [str(folder / file) for file in music.files] if music and music.kind == "custom" else []
        found = [path for path in paths if self._exists(path)]
        for path in paths:
            if path not in found:
                self._missing(path.rpartition("/")[2])
        return encoders.playable(found or [_DEFAULT_MUSIC])

    def _parts(self, prompt: PromptRef, document: CompanyDocument) -> list[str]:
        spoken = document.account.languages if prompt.date else ()
        dates = [part for language in spoken for part in self._date(prompt.date, language)]
        numbers = self._number(prompt.number, prompt.language) if prompt.number else []
        return [self._part(prompt, document), *dates, *numbers]

    def _part(self, prompt: PromptRef, document: CompanyDocument) -> str:
        path = self._path(prompt, document)
        if path and self._exists(path):
            return path
        self._missing(prompt.name)
        if not prompt.company:
            return _BEEPS
        known = document.prompts.get(prompt.name)
        return f"silence_stream://{known.seconds * 1000 if known and known.seconds else _UNKNOWN_MS}"

    def _path(self, prompt: PromptRef, document: CompanyDocument) -> str:
        if not prompt.company:
            return str(
                self._sounds / (prompt.language or document.account.languages[0]) / f"{prompt.name}.wav"
            )
        known = document.prompts.get(prompt.name)
        if known is not None and known.builtin:
            return str(self._sounds / document.account.languages[0] / f"{known.builtin}.wav")
        return str(self._recordings / document.account.id / known.file) if known and known.file else ""

    def _date(self, iso: str, language: Language) -> list[str]:
        return self._words(spoken_dates.words(date.fromisoformat(iso), language), language)

    def _number(self, number: int, language: str) -> list[str]:
        return self._words(spoken_dates.number(number, language), language)

    def _words(self, words: Sequence[str], language: str) -> list[str]:
        folder = self._sounds / language / "digits"
        files = [str(folder / f"{word}.wav") for word in words]
        return [file for file in files if self._exists(file)]

    def _exists(self, path: str) -> bool:
        """Looked at once in two seconds: an upload is heard soon, a busy worker asks the disk seldom."""
        now = self._seconds()
        looked, there = self._seen.get(path, (-_LOOK_AGAIN_SECONDS, False))
        if now - looked < _LOOK_AGAIN_SECONDS:
            return there
        there = encoders.is_file(path) and ".." not in path and Path(path).is_file()
        if len(self._seen) > 10_000:
            self._seen.clear()
        self._seen[path] = (now, there)
        return there
