"""The schema and the structs of the core say the same, object by object, so neither can drift."""

from __future__ import annotations

import json
import types
import typing
from typing import Any, Literal, Union, get_args, get_origin

import jsonschema_rs
import msgspec
import pytest

import routing.company as company
from routing.company import Action, AnyAction, CompanyDocument, Shape
from schemas.company import SCHEMA
from schemas.times import clock_text

DOCUMENT: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
STRUCTS = [
    found
    for found in vars(company).values()
    if isinstance(found, type) and issubclass(found, Shape) and found not in (Shape, Action)
]


def of(struct: type[Shape]) -> dict[str, Any]:
    """The part of the schema for a struct."""
    return DOCUMENT if struct is CompanyDocument else DOCUMENT["$defs"][struct.__name__]


def resolved(part: dict[str, Any]) -> dict[str, Any]:
    """A property with its reference followed."""
    reference = part.get("$ref", part.get("then", {}).get("$ref", ""))
    return {**DOCUMENT["$defs"][reference.rpartition("/")[2]], **part} if reference else part


def hints(struct: type[Shape]) -> dict[str, Any]:
    return typing.get_type_hints(struct)


def literals(hint: Any) -> set[Any]:
    """The values of a Literal, of an optional one, or of a list of them."""
    if get_origin(hint) is Literal:
        return set(get_args(hint))
    inner = get_args(hint) if get_origin(hint) in (Union, types.UnionType, tuple) else ()
    return set().union(*(literals(one) for one in inner)) if inner else set()


def test_given_the_schema_then_it_is_a_schema_of_2020_12() -> None:
    assert DOCUMENT["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema_rs.meta.validate(DOCUMENT)


@pytest.mark.parametrize("struct", STRUCTS, ids=lambda struct: struct.__name__)
def test_given_a_struct_then_the_schema_has_its_fields_and_no_other(struct: type[Shape]) -> None:
    part = of(struct)
    tag = struct.__struct_config__.tag
    fields = msgspec.structs.fields(struct)
    action = {"action"} if tag else set()
    assert set(part["properties"]) == {field.encode_name for field in fields} | action
    assert set(part.get("required", ())) == {field.encode_name for field in fields if field.required} | action
    assert part["additionalProperties"] is False
    if tag:
        assert part["properties"]["action"] == {"const": tag}


@pytest.mark.parametrize("struct", STRUCTS, ids=lambda struct: struct.__name__)
def test_given_a_field_then_its_type_words_and_default_agree(struct: type[Shape]) -> None:
    for field in msgspec.structs.fields(struct):
        written = of(struct)["properties"][field.encode_name]
        hint = hints(struct)[field.name]
        kind = resolved(written).get("type")
        if hint is bool:
            assert kind == "boolean", field.name
        if hint is int and kind != "string":  # times of day are text
            assert kind == "integer" or "enum" in resolved(written) or "const" in written, field.name
        if literals(hint):
            const = [written["const"]] if "const" in written else None
            listed = const or written.get("enum") or written["items"].get("enum")
            assert set(listed) - {None} == literals(hint), field.name
        if isinstance(field.default, str | int | bool):
            default: Any = field.default
            if kind == "string" and isinstance(default, int):
                default = clock_text(default)
            assert written["default"] == default, field.name


def test_given_an_optional_field_then_nothing_may_be_written() -> None:
    optional = [
        (struct, field.encode_name)
        for struct in STRUCTS
        for field in msgspec.structs.fields(struct)
        if type(None) in get_args(hints(struct)[field.name])
    ]
    assert optional
    for struct, name in optional:
        written = resolved(of(struct)["properties"][name])
        assert "null" in written.get("type", ()) or None in written.get("enum", ()), (struct.__name__, name)


def test_given_the_actions_then_the_schema_tells_each_by_its_word() -> None:
    words = {action.__struct_config__.tag: action.__name__ for action in get_args(AnyAction)}
    part = DOCUMENT["$defs"]["action"]
    assert set(part["properties"]["action"]["enum"]) == words.keys()
    chosen = {
        one["if"]["properties"]["action"]["const"]: one["then"]["$ref"].rpartition("/")[2]
        for one in part["allOf"]
    }
    assert chosen == words
