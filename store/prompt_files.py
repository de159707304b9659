"""From a prompt's name to what the switch plays; a file that is missing is found here, before it is referenced.

A missing file would end a call (`group_confirm_file` hangs the leg up, freeswitch-facts 4.6) or leave silence of no length.
A recording that is not there becomes silence of its declared length, so that a call takes the time it is going to take.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from routing.company import CompanyDocument, Language
from routing.steps import Confirm, Leg, PromptRef
from schemas import dial_strings
from schemas.trunk_legs import way_of
from store import spoken_dates

_LOOK_AGAIN_SECONDS = 2.0
_UNKNOWN_MS = 500
_BEEPS = "tone_stream://%(300,100,440);loops=2"
_LONG_PARTS = 20
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
        # Text: several paths are made for each answer, and a Path takes ten times as long.
        self._sounds, self._recordings = str(sounds), str(recordings)
        self._missing, self._seconds = missing, seconds
        self._seen: dict[str, tuple[float, bool]] = {}

    def stream(self, prompts: Sequence[PromptRef], document: CompanyDocument) -> str:
        """One thing to play: a file, or several joined."""
        return dial_strings.playable([part for prompt in prompts for part in self._parts(prompt, document)])

    def file(self, prompt: PromptRef, document: CompanyDocument) -> str:
        """A plain file, or empty (the voicemail application and press 1 take nothing else)."""
        path = self._path(prompt, document)
        return path if path and not prompt.date and self._exists(path) else ""

    def confirmation(self, confirm: Confirm, document: CompanyDocument) -> str:
        """What asks the callee to press 1, of files that exist. The key counts while it is spoken: for whom, then the request,
        then who calls. What does not fit into a variable of the leg is left out, the caller first; silence when nothing was ever
        installed: he may still press."""
        language: Language = "fr" if confirm.language == "fr" else "en"
        press = self._spoken(language, "press_1_to_accept")
        whom = self._whom(confirm, language, document)
        caller = [*self._spoken(language, "call_from"), *self._digits(confirm.caller, language)]
        unknown = self._spoken(language, "call_from_unknown")
        for parts in ([*whom, *press, *(caller if confirm.caller else unknown)], [*whom, *press], press):
            if parts and dial_strings.is_leg_value(stream := dial_strings.playable(parts)):
                return stream
        return f"silence_stream://{_UNKNOWN_MS * 4}"

    def _whom(self, confirm: Confirm, language: Language, document: CompanyDocument) -> list[str]:
        said = self._spoken(language, "call_for")
        name = self._path(PromptRef(confirm.name, company=True), document) if confirm.name else ""
        if name and self._exists(name):
            return [*said, name]
        if name:
            self._missing(confirm.name)
        if confirm.extension:
            return [*said, *self._spoken(language, "extension"), *self._digits(confirm.extension, language)]
        return [*said, *self._digits(confirm.called, language)] if confirm.called else []

    def _spoken(self, language: Language, name: str) -> list[str]:
        path = f"{self._sounds}/{language}/{name}.wav"
        return [path] if self._exists(path) else []

    def _digits(self, digits: str, language: Language) -> list[str]:
        return self._words(list(digits), language)

    def phone(self, leg: Leg, document: CompanyDocument, hold_music: str) -> str:
        """The dial string's part of a leg that every call writes alike (`schemas.dial_strings.phone`). Music is chosen by who
        holds (switch_core_media.c): it goes on his leg; the profile has the default."""
        user, account = document.users.get(leg.owner), document.account
        asked = leg.confirm if leg.confirm is not None and leg.confirm.by == "callee" else None
        name = (user.hold_music if user else "") or hold_music
        return dial_strings.phone(
            leg, (account.id, account.domain), self.music(name, document),
            self.confirmation(asked, document) if asked else "", way_of(document, leg) if leg.number or leg.trunk else None,
        )  # fmt: skip

    def music(self, name: str, document: CompanyDocument) -> str:
        """What is heard on hold or while waiting: a company's files, else the switch's own music."""
        found = self._music(name, document)
        return dial_strings.playable(found) if found else _DEFAULT_MUSIC

    def long_music(self, name: str, document: CompanyDocument) -> str:
        """The same for whoever plays it once: short files come again and again."""
        found = self._music(name, document)
        again = math.ceil(_LONG_PARTS / len(found)) if found else 0
        return dial_strings.playable(found * again or [_DEFAULT_MUSIC])

    def _music(self, name: str, document: CompanyDocument) -> list[str]:
        music = document.music.get(name)
        if music is None or music.kind != "custom":
            return []
        paths = [f"{self._recordings}/{document.account.id}/{file}" for file in music.files]
        found = [path for path in paths if self._exists(path)]
        for path in paths:
            if path not in found:
                self._missing(path.rpartition("/")[2])
        return found

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
            language = prompt.language or document.account.languages[0]
            return f"{self._sounds}/{language}/{prompt.name}.wav"
        known = document.prompts.get(prompt.name)
        if known is not None and known.builtin:
            return f"{self._sounds}/{document.account.languages[0]}/{known.builtin}.wav"
        return f"{self._recordings}/{document.account.id}/{known.file}" if known and known.file else ""

    def _date(self, iso: str, language: Language) -> list[str]:
        return self._words(spoken_dates.words(date.fromisoformat(iso), language), language)

    def _number(self, number: int, language: str) -> list[str]:
        return self._words(spoken_dates.number(number, language), language)

    def _words(self, words: Sequence[str], language: str) -> list[str]:
        files = [f"{self._sounds}/{language}/digits/{word}.wav" for word in words]
        return [file for file in files if self._exists(file)]

    def _exists(self, path: str) -> bool:
        """Looked at once in two seconds: an upload is heard soon, a busy worker asks the disk seldom."""
        now = self._seconds()
        looked, there = self._seen.get(path, (-_LOOK_AGAIN_SECONDS, False))
        if now - looked < _LOOK_AGAIN_SECONDS:
            return there
        there = dial_strings.is_file(path) and ".." not in path and Path(path).is_file()
        if len(self._seen) > 10_000:
            self._seen.clear()
        self._seen[path] = (now, there)
        return there
