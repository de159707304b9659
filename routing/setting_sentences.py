"""The answer to "why is this setting so?" as sentences, in French and in English (3.2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from routing.company import Language
from routing.lint_sentences import Sentence, level_text
from routing.resolution import DEFAULT, Effective, Level

_TIMES = ("start", "end")
"""Minutes since midnight in the typed document."""

_NONE = Sentence("rien", "nothing")
_FROM = Sentence("{path} : {value}. Réglé par {level}.", "{path}: {value}. Set by {level}.")
_DEFAULT = Sentence(
    "{path} : {value}. C'est la valeur d'origine.", "{path}: {value}. That is the built-in default."
)
_LOCKED = Sentence("Verrouillé par {level}.", "Locked by {level}.")
_FORBIDDEN = Sentence(
    "« {value} » n'est pas permis : verrouillé par {level}.", "“{value}” is not allowed: locked by {level}."
)
_UNUSED = Sentence(
    "{value}, réglé par {level}, n'est pas en vigueur : verrouillé par {by}.",
    "{value}, set by {level}, is not in force: locked by {by}.",
)


def setting_text(answer: Effective, language: Language) -> Iterator[str]:
    """The value and its origin, then its locks, then what is stored and not in force."""
    value = value_text(answer.value, language)
    came = _DEFAULT if answer.origin == DEFAULT else _FROM
    yield _said(came, language, path=answer.path, value=value, level=_level(answer.origin, language))
    if answer.locked_by is not None:
        yield _said(_LOCKED, language, level=_level(answer.locked_by, language))
    for forbidden, by in answer.forbidden.items():
        yield _said(_FORBIDDEN, language, value=forbidden, level=_level(by, language))
    for one in answer.unused:
        value = value_text(one.value, language)
        yield _said(
            _UNUSED, language, value=value, level=_level(one.level, language), by=_level(one.by, language)
        )


def value_text(value: Any, language: Language) -> str:
    """A value as a document writes it, on one line."""
    if value is None or value in ("", (), {}):
        return _NONE.fr if language == "fr" else _NONE.en
    if isinstance(value, msgspec.Struct | dict | tuple | bool):
        return msgspec.json.encode(_as_written(msgspec.to_builtins(value))).decode()
    return str(value)


def _as_written(value: Any, key: str = "") -> Any:
    """Times of day as `08:30`, wherever they are; whatever else as it is."""
    if isinstance(value, dict):
        return {name: _as_written(inner, name) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_as_written(inner) for inner in value]
    if key in _TIMES and isinstance(value, int):
        return f"{value // 60:02}:{value % 60:02}"
    return value


def _level(level: Level, language: Language) -> str:
    return level_text(level.name, level.id, language)


def _said(sentence: Sentence, language: Language, **facts: str) -> str:
    return (sentence.fr if language == "fr" else sentence.en).format(**facts)
