"""A JSON Schema's verdict on plain data, as mistakes that people can act on: all of them at once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import jsonschema_rs

from schemas.problems import Found, Steps

_TYPES = {
    "string": ("du texte", "text"),
    "integer": ("un nombre entier", "a whole number"),
    "number": ("un nombre", "a number"),
    "boolean": ("true ou false", "true or false"),
    "object": ("un objet (clé: valeur)", "an object (key: value)"),
    "array": ("une liste", "a list"),
    "null": ("rien", "nothing"),
}
_FORMS = {
    "id": ("lettres, chiffres et traits d'union, 32 au plus", "letters, digits and hyphens, at most 32"),
    "extension": ("3 à 6 chiffres", "3 to 6 digits"),
    "e164": ("un numéro E.164, avec son +", "an E.164 number with its +"),
    "callers": ("un numéro entier, ou son début suivi de *", "a whole number, or its beginning with a *"),
    "outsideNumbers": (
        "un numéro E.164 entier, avec son +, ou son début suivi de *",
        "a whole E.164 number with its +, or its beginning with a *",
    ),
    "country": ("deux lettres majuscules (ISO 3166)", "two capital letters (ISO 3166)"),
    "startTime": ("une heure HH:MM, de 00:00 à 23:59", "a time HH:MM from 00:00 to 23:59"),
    "endTime": ("une heure HH:MM, de 00:00 à 24:00", "a time HH:MM from 00:00 to 24:00"),
    "date": ("une date AAAA-MM-JJ qui existe", "a date YYYY-MM-DD which exists"),
    "moment": ("un instant AAAA-MM-JJTHH:MM[:SS][±HH:MM]", "a moment YYYY-MM-DDTHH:MM[:SS][±HH:MM]"),
    "case": ("un cas comme T01", "a case such as T01"),
    "text": ("une ligne de texte sans caractère de commande", "one line of text without control characters"),
    "path": ("un nom de fichier relatif, sans « .. »", "a relative file name without “..”"),
    "email": ("une adresse de courriel", "an e-mail address"),
    "timeZone": ("un fuseau horaire comme America/Toronto", "a time zone such as America/Toronto"),
    "name": ("une ligne de texte", "one line of text"),
    "builtin": ("le nom d'un message intégré", "the name of a built-in prompt"),
    "setting": ("le nom d'un réglage", "the name of a setting"),
    "domain": ("un domaine SIP en minuscules", "a SIP domain in small letters"),
}
_QUOTES = (" (entre guillemets)", " (in quotes)")
_COMPARED = 1000
"""Names beyond which none is suggested: looking for the nearest costs its length."""


class Shape:
    """A schema ready to judge: read once by whoever keeps it."""

    def __init__(self, schema: Path | dict[str, Any]) -> None:
        read = json.loads(schema.read_text(encoding="utf-8")) if isinstance(schema, Path) else schema
        self._schema: dict[str, Any] = read
        self._validator = jsonschema_rs.validator_for(self._schema, validate_formats=True)

    def mistakes(self, data: object) -> list[Found]:
        """Everything that is wrong with the shape of plain data; empty when nothing is."""
        try:
            errors = list(self._validator.iter_errors(data))
        except (ValueError, RecursionError) as error:  # not JSON at all, nested without end, or no UTF-8
            return [Found("shape", (), facts={"why": str(error).splitlines()[0]})]
        return [found for error in errors for found in self._mistakes(error, data)]

    def _mistakes(self, error: jsonschema_rs.ValidationError, data: object) -> Iterator[Found]:
        steps = real_steps(error.instance_path, data)
        kind = error.kind
        match kind:
            case jsonschema_rs.ValidationErrorKind.AdditionalProperties():
                allowed = tuple(self._around(error).get("properties", {}))
                yield from (_unknown_key((*steps, key), key, allowed) for key in kind.unexpected)
            case jsonschema_rs.ValidationErrorKind.Required():
                yield _missing(steps, str(kind.property), error.instance)
            case jsonschema_rs.ValidationErrorKind.PropertyNames():
                key = str(kind.error.instance)
                yield from (_key_form(found, (*steps, key), key) for found in self._mistakes(kind.error, key))
            case jsonschema_rs.ValidationErrorKind.Type():
                yield _wrong_type(steps, error.instance, tuple(kind.types))
            case jsonschema_rs.ValidationErrorKind.Enum():
                yield _not_allowed(steps, error.instance, kind.options)
            case jsonschema_rs.ValidationErrorKind.Constant():
                yield _not_allowed(steps, error.instance, [kind.expected_value])
            case jsonschema_rs.ValidationErrorKind.Minimum() | jsonschema_rs.ValidationErrorKind.Maximum():
                yield _out_of_range(steps, error.instance, self._around(error))
            case _:
                yield self._other(steps, error)

    def _other(self, steps: Steps, error: jsonschema_rs.ValidationError) -> Found:
        match error.kind.name:
            case "pattern" | "format":
                return Found("format", steps, error.instance, {"wanted": _form(error.schema_path)})
            case "maxLength":
                most = str(error.kind.as_dict().get("limit", "…"))
                return Found("too_long", steps, error.instance, {"most": most})
            case "minItems" | "minProperties" | "minLength":
                return Found("empty_list", steps, error.instance)
            case "uniqueItems":
                return Found("repeated", steps, error.instance)
            case _:
                return Found("shape", steps, error.instance, {"why": error.message})

    def _around(self, error: jsonschema_rs.ValidationError) -> dict[str, Any]:
        """The part of the schema that holds the keyword which failed."""
        part: Any = self._schema
        for word in error.schema_path[:-1]:
            part = part[int(word)] if isinstance(part, list) else part.get(str(word), {})
        return part if isinstance(part, dict) else {}


def real_steps(path: list[str | int], data: object) -> Steps:
    """The validator gives digits as numbers everywhere; keys of objects are text."""
    steps: list[str | int] = []
    for step in path:
        inside = isinstance(data, dict)
        steps.append(str(step) if inside else step)
        data = _inner(data, steps[-1])
    return tuple(steps)


def _inner(data: object, step: str | int) -> object:
    if isinstance(data, dict):
        return data.get(step)
    return data[step] if isinstance(data, list) and isinstance(step, int) else None


def _unknown_key(steps: Steps, key: str, allowed: tuple[str, ...]) -> Found:
    return Found("unknown_key", steps, key, {"hint": meant(key, allowed)}, allowed)


def _missing(steps: Steps, key: str, instance: object) -> Found:
    action = instance.get("action") if isinstance(instance, dict) else None
    if key != "action" and isinstance(action, str):
        return Found("complement_missing", (*steps, key), "", {"action": action, "key": key})
    return Found("missing_key", steps, "", {"key": key})


def _key_form(found: Found, steps: Steps, key: str) -> Found:
    code = "not_allowed" if found.code == "not_allowed" else "format"
    return Found(code, steps, key, found.facts, found.allowed)


def _wrong_type(steps: Steps, value: object, types: tuple[str, ...]) -> Found:
    named = [_TYPES[word] for word in types if word != "null" or len(types) == 1]
    wanted = (" ou ".join(fr for fr, _ in named), " or ".join(en for _, en in named))
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return Found(
        "type", steps, value, {"wanted": wanted, "hint": _QUOTES if number and "string" in types else ""}
    )


def _not_allowed(steps: Steps, value: object, options: Sequence[object]) -> Found:
    allowed = tuple(_option(option) for option in options if option not in ("", None))
    hint = meant(value, allowed) if isinstance(value, str) else ""
    return Found("not_allowed", steps, value, {"hint": hint}, allowed)


def _option(option: object) -> str:
    return json.dumps(option) if isinstance(option, bool) else str(option)


def _out_of_range(steps: Steps, value: object, part: dict[str, Any]) -> Found:
    low, high = str(part.get("minimum", "…")), str(part.get("maximum", "…"))
    return Found("out_of_range", steps, value, {"low": low, "high": high})


def _form(schema_path: list[str | int]) -> str | tuple[str, str]:
    for word in reversed(schema_path[:-1]):
        plain = str(word).removeprefix("optional")
        name = plain[:1].lower() + plain[1:] if plain != word else plain
        if name in _FORMS:
            return _FORMS[name]
    return ("une autre forme", "another form")


def meant(written: str, allowed: tuple[str, ...]) -> str | tuple[str, str]:
    """ "Did you mean …?", or nothing."""
    close = get_close_matches(written, allowed, n=1) if len(allowed) <= _COMPARED else []
    return (f" (vouliez-vous dire « {close[0]} » ?)", f" (did you mean “{close[0]}”?)") if close else ""
