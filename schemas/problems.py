"""A mistake in a document: where it is, what was written, what is allowed, in both languages."""

from __future__ import annotations

from typing import Literal

import msgspec

from routing.company import Language
from schemas.problem_sentences import SENTENCES

Steps = tuple[str | int, ...]
"""The way to a value: keys of objects and places in lists."""

_LONGEST = 60


class Problem(msgspec.Struct, frozen=True):
    """One mistake. `path` is written `handlings.main.open[0].prompt`; `code` is for programs, `lint` the
    catalogue's number of it (3.4) where it has one; `line` is 0 when the source has no lines."""

    path: str
    value: str
    code: str
    fr: str
    en: str
    allowed: tuple[str, ...] = ()
    lint: str = ""
    line: int = 0
    level: Literal["error"] = "error"
    objects: tuple[str, ...] = ()
    """What it is about, as a finding of the lint names it: `numbers.N-MAIN`."""

    def written(self, file: str, language: Language) -> str:
        """`boreal.yaml:12: numbers.N-MAIN.number: …`, as editors and compilers write where something is."""
        where = [
            f"{file}:{self.line}" if self.line else file,
            self.path,
            self.lint,
            self.fr if language == "fr" else self.en,
        ]
        return ": ".join(part for part in where if part)


class Found(msgspec.Struct, frozen=True):
    """A mistake before it is put into words: `facts` fill the sentence of `code`."""

    code: str
    steps: Steps
    value: object = ""
    facts: dict[str, str | tuple[str, str]] = {}
    """A pair is the French and the English wording."""
    allowed: tuple[str, ...] = ()


def path_text(steps: Steps) -> str:
    """`("open", 0, "prompt")` as `open[0].prompt`."""
    words = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps]
    return "".join(words).removeprefix(".")


def in_words(found: Found, line: int = 0) -> Problem:
    """The problem as people read it."""
    sentence = SENTENCES[found.code]
    value = value_text(found.value)
    listed = ", ".join(found.allowed)
    french = {key: _one(fact, 0) for key, fact in found.facts.items()}
    english = {key: _one(fact, 1) for key, fact in found.facts.items()}
    return Problem(
        path=path_text(found.steps),
        value=value,
        code=found.code,
        fr=sentence.fr.format(value=value, allowed=listed, **french),
        en=sentence.en.format(value=value, allowed=listed, **english),
        allowed=found.allowed,
        lint=sentence.lint,
        line=line,
        objects=(path_text(found.steps[:2]),) if found.steps else (),
    )


def value_text(value: object) -> str:
    """What was written, shortened; booleans and nothing as a document writes them."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, dict | list | tuple):
        return "{…}" if isinstance(value, dict) else "[…]"
    text = str(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _one(fact: str | tuple[str, str], language: int) -> str:
    return fact if isinstance(fact, str) else fact[language]
