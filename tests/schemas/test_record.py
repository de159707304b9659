"""Call records: written, read back, refused with what is wrong."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from routing.record import CallRecord, RecordedCall, RecordedReason, RecordedStep
from routing.route import Place
from routing.snapshot import Snapshot
from schemas.record import SCHEMA, load_record

GOOD: dict[str, Any] = {
    "company": "boreal", "revision": 1, "steps": [],
    "call": {"id": "c", "kind": "number", "to": "+15145550100", "from": "", "received_at": "2026-10-13T10:00:00-04:00"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("struct", "name"),
    [
        (CallRecord, ""),
        (RecordedCall, "call"),
        (RecordedStep, "step"),
        (RecordedReason, "reason"),
        (Place, "place"),
    ],
)
def test_the_schema_names_the_fields_of_the_types(struct: type[msgspec.Struct], name: str) -> None:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    described = {"": schema, "place": schema["$defs"]["step"]["properties"]["place"]}.get(name) or schema[
        "$defs"
    ][name]
    fields = msgspec.structs.fields(struct)
    assert set(described["properties"]) == {field.encode_name for field in fields}
    assert set(described["required"]) == {field.encode_name for field in fields if field.required}


def test_a_step_records_everything_that_a_decision_may_look_at() -> None:
    recorded = {field.name for field in msgspec.structs.fields(RecordedStep)}
    assert {field.name for field in msgspec.structs.fields(Snapshot)} - {"now"} <= recorded


def test_given_a_record_then_it_is_read() -> None:
    assert isinstance(load_record(json.dumps(GOOD)), CallRecord)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"revision": "1"}, "revision"),
        ({"other": 1}, "other"),
        ({"call": {**GOOD["call"], "kind": "mail"}}, "call.kind"),
        ({"steps": [{"at": "2026-10-13T10:00:00-04:00"}]}, "steps[0]"),
    ],
)
def test_given_a_broken_record_then_where_it_is(change: dict[str, Any], path: str) -> None:
    found = load_record(json.dumps({**GOOD, **change}))
    assert not isinstance(found, CallRecord)
    assert path in [problem.path for problem in found]


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"steps": {}}', "\xff"])
def test_given_no_record_then_it_is_said(text: str) -> None:
    found = load_record(text)
    assert isinstance(found, list)
    assert found
