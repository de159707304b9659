"""Company documents: from YAML or JSON to typed values, or everything that is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from routing.company import CompanyDocument

_TIME = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])")
_LAST_MINUTE = 23 * 60 + 59


class Problem(msgspec.Struct, frozen=True):
    """One mistake: where, what was written, what is allowed, in both languages."""

    path: str
    value: str
    code: str
    fr: str
    en: str


def load_company(source: str | Path | Mapping[str, Any]) -> CompanyDocument | list[Problem]:
    """The document of a text, a file or parsed data; else its problems."""
    data: object = source
    if isinstance(source, Path):
        source = source.read_text()
    if isinstance(source, str):
        try:
            data = YAML(typ="safe", pure=True).load(source)
        except YAMLError as error:
            return [_problem("", "", "not_yaml", "Ce n'est pas du YAML", "This is not YAML", str(error))]
    return _typed(data)


def _typed(data: object) -> CompanyDocument | list[Problem]:
    try:
        document = msgspec.convert(_minutes(data), CompanyDocument, strict=True)
    except msgspec.ValidationError as error:
        text, _, path = str(error).partition(" - at `")
        return [_problem(path.rstrip("`"), "", "shape", "Valeur refusée", "Value refused", text)]
    return list(_references(document)) or document


def _minutes(value: object, key: str = "") -> Any:
    """Times of day as minutes; 23:59 as an end means the end of the day (P73)."""
    if isinstance(value, Mapping):
        return {str(name): _minutes(inner, str(name)) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_minutes(inner) for inner in value]
    if key in ("start", "end") and isinstance(value, str):
        found = _TIME.fullmatch(value)
        minute = int(found[1]) * 60 + int(found[2]) if found else -1
        if 0 <= minute <= 24 * 60:
            return 24 * 60 if key == "end" and minute == _LAST_MINUTE else minute
    return value


def _references(document: CompanyDocument) -> Iterator[Problem]:
    for key, number in document.numbers.items():
        if number.handling and number.handling not in document.handlings:
            yield _unknown(f"numbers.{key}.handling", number.handling)
        if number.extension and number.extension not in document.users:
            yield _unknown(f"numbers.{key}.extension", number.extension)
    for key, team in document.teams.items():
        for member in team.members:
            if member not in document.users:
                yield _unknown(f"teams.{key}.members", member)


def _unknown(path: str, value: str) -> Problem:
    return _problem(path, value, "unknown_reference", "N'existe pas", "Does not exist", value)


def _problem(path: str, value: str, code: str, fr: str, en: str, detail: str) -> Problem:
    return Problem(path, value, code, f"{fr} : {detail}", f"{en}: {detail}")
