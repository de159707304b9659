"""From a prompt's name to what the switch plays; a file that is missing is found here, before it is referenced."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from routing.company import CompanyDocument
from routing.steps import PromptRef


class PromptFiles:
    """The recordings of an installation. `missing` is told the name of each one that is not there."""

    def __init__(self, sounds: Path, prompts: Path, missing: Callable[[str], None] = lambda _: None) -> None:
        self._sounds, self._prompts, self._missing = sounds, prompts, missing

    def stream(self, prompts: Sequence[PromptRef], document: CompanyDocument) -> str:
        """One thing to play: a file, or several joined."""
        parts = [part for prompt in prompts for part in self._parts(prompt, document)]
        return parts[0] if len(parts) == 1 else "file_string://" + "!".join(parts)

    def file(self, prompt: PromptRef, document: CompanyDocument) -> str:
        """A plain file, or empty (the voicemail application takes nothing else)."""
        part = self._part(prompt, document)
        return "" if "://" in part else part

    def _parts(self, prompt: PromptRef, document: CompanyDocument) -> list[str]:
        dates = (
            [self._date(prompt.date, language) for language in document.account.languages]
            if prompt.date
            else []
        )
        return [self._part(prompt, document), *(part for spoken in dates for part in spoken)]

    def _part(self, prompt: PromptRef, document: CompanyDocument) -> str:
        if prompt.company:
            known = document.prompts.get(prompt.name)
            path = self._prompts / document.account.id / known.file if known and known.file else None
            if path is not None and path.exists() and _is_plain(path):
                return str(path)
            self._missing(prompt.name)
            return f"silence_stream://{(known.seconds if known else 0) * 1000 or 500}"
        path = self._sounds / (prompt.language or "en") / f"{prompt.name}.wav"
        if path.exists():
            return str(path)
        self._missing(prompt.name)
        return "tone_stream://%(300,100,440);loops=2"

    def _date(self, iso: str, language: str) -> list[str]:
        """Day, month, year, as each language says them (P70)."""
        day = date.fromisoformat(iso)
        month = f"mon-{day.month - 1}"
        spoken_day = _number(day.day) if language == "fr" else _ordinal(day.day)
        words = [*spoken_day, month] if language == "fr" else [month, *spoken_day]
        words += [*_number(day.year // 1000), "thousand", *_number(day.year % 1000)]
        files = [self._sounds / language / "digits" / f"{word}.wav" for word in words]
        return [str(file) for file in files if file.exists()]


def _number(value: int) -> list[str]:
    if value > 100:
        return _number(value % 100)
    if value <= 20 or value % 10 == 0:
        return [str(value)] if value else []
    return [str(value // 10 * 10), str(value % 10)]


def _ordinal(value: int) -> list[str]:
    if value <= 20 or value % 10 == 0:
        return [f"h-{value}"]
    return [str(value // 10 * 10), f"h-{value % 10}"]


def _is_plain(path: Path) -> bool:
    return not set(str(path)) & set("!$`'\"\\{}[]|,;\n\r")
