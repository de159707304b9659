"""The API's description, OpenAPI 3.1, made from the operations themselves and from the company's own schema."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec

from console.api.operation import Document, Events, Nothing, Operation, Patch, Sound
from console.api.serving import ROOT
from console.refusals import WORDINGS, ProblemDetails
from schemas.company import SCHEMA

_REFERENCE = "#/components/schemas/"
_STANDINS = (Document, Patch, Events, Sound, Nothing)
_NAMES = re.compile(r"\{(\w+)\}")
_COMPANY = {"$ref": f"{_REFERENCE}Company"}
_BEARER_OR_COOKIE: list[dict[str, list[str]]] = [{"token": []}, {"session": []}]


def describe(operations: tuple[Operation, ...], version: str) -> dict[str, Any]:
    """The whole description."""
    paths: dict[str, dict[str, Any]] = {}
    for each in operations:
        paths.setdefault(ROOT + each.path, {})[each.method.lower()] = _operation(each)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Relais", "version": version, "license": {"name": "MIT", "identifier": "MIT"}},
        "servers": [{"url": "/"}],
        "security": _BEARER_OR_COOKIE,
        "paths": paths,
        "components": {
            "schemas": _schemas(operations),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "relais_session"},
            },
        },
    }


def codes_of(operation: Operation) -> list[str]:
    """Every refusal that an operation may answer with."""
    codes = list(operation.refusals)
    if not operation.public:
        codes.append("not_signed_in")
        codes += ["other_origin"] if operation.method != "GET" else []
    codes += ["not_allowed"] if operation.permission else []
    codes += ["unknown_company"] if "{company}" in operation.path else []
    codes += ["unreadable", "too_large", "mistakes"] if operation.body else []
    codes += (
        ["if_match_required", "conflict", "change_refused", "saved_not_published"]
        if operation.if_match
        else []
    )
    return sorted({*codes, "bad_request"})


def _operation(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": _parameters(operation),
        "responses": {str(operation.status): _answer(operation), **_refusals(operation)},
    }
    if operation.public:
        described["security"] = []
    if operation.body is not None:
        described["requestBody"] = {"required": True, "content": _content(operation.body)}
    return described


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    text = {"type": "string"}
    found = [
        {"name": name, "in": "path", "required": True, "schema": {**text, "minLength": 1}}
        for name in _NAMES.findall(operation.path)
    ]
    found += [
        {"name": name, "in": "query", "schema": text, "description": what} for name, what in operation.query
    ]
    if operation.if_match:
        found.append(
            {"name": "If-Match", "in": "header", "schema": text, "description": "The revision changed."}
        )
        found.append({"name": "note", "in": "query", "schema": text, "description": "Why, for the history."})
    return found


def _answer(operation: Operation) -> dict[str, Any]:
    if operation.answers is Nothing:
        return {"description": "Done."}
    return {"description": operation.summary, "content": _content(operation.answers)}


def _content(kind: type[msgspec.Struct]) -> dict[str, Any]:
    if kind is Document:
        return {"application/json": {"schema": _COMPANY}}
    if kind is Patch:
        return {"application/merge-patch+json": {"schema": {"type": "object"}}}
    if kind is Sound:
        return {"audio/wav": {"schema": {"type": "string", "format": "binary"}}}
    if kind is Events:
        return {"text/event-stream": {"schema": {"type": "string"}}}
    return {"application/json": {"schema": {"$ref": f"{_REFERENCE}{kind.__name__}"}}}


def _refusals(operation: Operation) -> dict[str, Any]:
    by_status: dict[int, list[str]] = {}
    for code in codes_of(operation):
        by_status.setdefault(WORDINGS[code].status, []).append(code)
    problem = {"application/problem+json": {"schema": {"$ref": f"{_REFERENCE}ProblemDetails"}}}
    return {
        str(status): {"description": "Code: " + ", ".join(codes) + ".", "content": problem}
        for status, codes in sorted(by_status.items())
    }


def _schemas(operations: tuple[Operation, ...]) -> dict[str, Any]:
    named = [kind for each in operations for kind in (each.answers, each.body) if kind is not None]
    kinds = [kind for kind in dict.fromkeys(named) if kind not in _STANDINS]
    _, found = msgspec.json.schema_components([*kinds, ProblemDetails], ref_template=_REFERENCE + "{name}")
    return {**found, **_company_schemas()}


def _company_schemas() -> dict[str, Any]:
    """The company's schema with each of its definitions as a component of its own."""
    text = SCHEMA.read_text(encoding="utf-8").replace("#/$defs/", f"{_REFERENCE}Company.")
    schema: dict[str, Any] = json.loads(text)
    definitions = schema.pop("$defs", {})
    for word in ("$schema", "$id"):
        schema.pop(word, None)
    return {"Company": schema, **{f"Company.{name}": each for name, each in definitions.items()}}
