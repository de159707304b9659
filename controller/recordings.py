"""Files that are played to people in mid-call: a prompt of the company, or one of the built-in ones."""

from __future__ import annotations

import re
from pathlib import Path

from routing.compiled import Company

_FILE = re.compile(r"/[A-Za-z0-9._/@+-]+")
_BEEPS = "tone_stream://%(300,100,440);loops=2"


class Recordings:
    """`sounds` has the built-in prompts by language, `prompts` those of companies."""

    def __init__(self, sounds: Path, prompts: Path) -> None:
        self._sounds, self._prompts = sounds, prompts

    def of(self, company: Company, prompt: str, otherwise: str = "") -> str:
        """The file of a prompt, of the built-in one named `otherwise` when there is none, beeps when neither is there."""
        document = company.document
        known = document.prompts.get(prompt)
        builtin = known.builtin if known is not None and known.builtin else otherwise
        found = [self._prompts / company.id / known.file] if known is not None and known.file else []
        found += [self._sounds / document.account.languages[0] / f"{builtin}.wav"] if builtin else []
        return next((str(file) for file in found if _is_playable(file)), _BEEPS)


def _is_playable(file: Path) -> bool:
    """Nothing that a command would read as more than a file."""
    return bool(_FILE.fullmatch(str(file))) and ".." not in file.parts and file.is_file()
