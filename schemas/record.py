"""Call records as JSON (`record.schema.json`): from text to typed values, or everything that is wrong."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import msgspec

from routing.record import CallRecord
from schemas.problems import Found, Problem, in_words
from schemas.shape import Shape

SCHEMA = Path(__file__).with_name("record.schema.json")


def load_record(text: str | bytes) -> CallRecord | list[Problem]:
    """The record of a text; else what is wrong with it, the shape first."""
    try:
        data = json.loads(text)
    except ValueError as error:
        return [in_words(Found("not_json", (), facts={"why": str(error)}))]
    mistakes = _shape().mistakes(data)
    if mistakes:
        return [in_words(found) for found in mistakes]
    try:
        return msgspec.convert(data, CallRecord)
    except msgspec.ValidationError as error:
        return [in_words(Found("shape", (), facts={"why": str(error)}))]


def dump_record(record: CallRecord) -> str:
    """The text that `load_record` takes back."""
    return json.dumps(msgspec.to_builtins(record, order="deterministic"), ensure_ascii=False, indent=1)


@cache
def _shape() -> Shape:
    return Shape(SCHEMA)
