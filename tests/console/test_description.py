"""The API's own description is true: it is well formed, and what the API answers is what it says.

Judged with the JSON Schema validator we have: a validator of OpenAPI would bring 19 packages for this one file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import gevent
import jsonschema_rs
import pytest
from msgspec.structs import asdict, replace

from console.api import OPERATIONS
from console.api.description import codes_of
from console.api.operation import Events, Sound
from console.api.serving import ROOT
from console.refusals import WORDINGS
from presence import keys
from presence.agents import LegActivity
from presence.committing import Cause
from presence.connection import waiting
from presence.orders import OrderBook, Reply
from presence.outside_calls import Tally
from routing.company import CompanyDocument, Number
from routing.ended_call import EndedLeg, WholeCall
from routing.outside_calls import COMPANY, Hold, OutsideCalls
from routing.recording import file_name
from routing.trace import segments
from schemas.settings import redis_url
from tests.console.conftest import Console
from tests.console.test_records import CALL, first_step, over

OPENAPI = f"{ROOT}/openapi.json"


@pytest.fixture
def described(console: Console) -> dict[str, Any]:
    found: dict[str, Any] = console.app.test_client().get(OPENAPI).json
    return found


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for each in part.values():
            yield from _references(each)
    elif isinstance(part, list):
        for each in part:
            yield from _references(each)


def _validator(described: dict[str, Any], schema: dict[str, Any]) -> Any:
    return jsonschema_rs.Draft202012Validator({**schema, "components": described["components"]})


def test_given_the_description_then_it_is_well_formed_and_every_reference_leads_somewhere(
    described: dict[str, Any],
) -> None:
    assert described["openapi"] == "3.1.0"
    schemas = described["components"]["schemas"]
    for name, schema in schemas.items():
        assert re.fullmatch(r"[A-Za-z0-9._-]+", name)
        assert jsonschema_rs.meta.is_valid(
            {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
        ), name
    for reference in _references(described):
        assert reference.removeprefix("#/components/schemas/") in schemas


def test_given_the_operations_then_each_is_described_once_with_its_parameters_and_answers(
    described: dict[str, Any],
) -> None:
    found = {
        each["operationId"]: (path, method, each)
        for path, methods in described["paths"].items()
        for method, each in methods.items()
    }
    assert set(found) == {each.name for each in OPERATIONS}
    for operation in OPERATIONS:
        path, method, each = found[operation.name]
        assert (path, method) == (ROOT + operation.path, operation.method.lower())
        in_path = {p["name"] for p in each["parameters"] if p["in"] == "path"}
        assert in_path == set(re.findall(r"\{(\w+)\}", path))
        statuses = {str(operation.status), *(str(WORDINGS[code].status) for code in codes_of(operation))}
        assert set(each["responses"]) == statuses
        assert all(answer["description"] for answer in each["responses"].values())


@contextmanager
def _controlled(console: Console, reply: Reply = Reply()) -> Iterator[None]:
    """A controller accepts one order."""
    book = OrderBook(waiting(redis_url(console.settings), 3), keys.orders(console.settings.node))

    def accept() -> None:
        order = book.take(2.0)
        if order is not None:
            book.reply(order, reply)

    accepting = gevent.spawn(accept)
    yield
    accepting.join()


def _with_new_number(console: Console) -> CompanyDocument:
    newest = console.doors.documents.load("boreal")
    assert newest is not None
    ready = Number(number="+15145550177", make_calls=True, status="ready")
    return replace(newest[1], numbers={**newest[1].numbers, "N-NEW": ready})


def _plain_requests(console: Console) -> Iterator[tuple[str, str, Any]]:
    """A request of every operation: its name, its path, its body."""
    ident = console.doors.tokens.create(
        "x", role="admin", company="", created_by="test", now=console.doors.clock.now()
    )[0].id
    company = f"{ROOT}/companies/boreal"
    document = console.app.test_client().get(f"{company}/document", headers=console.token()).json
    yield "read_me", f"{ROOT}/me", None
    yield "read_own_agent", f"{ROOT}/me/agent", None
    yield "list_companies", f"{ROOT}/companies", None
    yield "list_agents", f"{company}/agents", None
    yield "read_agent", f"{company}/agents/1001", None
    yield "read_history", f"{company}/agents/1001/history", None
    yield "set_intent", f"{company}/agents/1001/intent", {"kind": "break", "reason": "lunch"}
    yield "set_queue_membership", f"{company}/agents/1007/queues/Q-SUP", {"takes_calls": False}
    with _controlled(console):
        yield "place_call", f"{company}/agents/1001/calls", {"to": "1004"}
    with _controlled(console, Reply("", {"state": "masked"})):
        yield "control_recording", f"{company}/calls/c1/recording", {"deed": "mask"}
    kept = console.settings.recordings / "boreal" / file_name(CALL, 1, console.doors.clock.now())
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"RIFF")
    yield "read_recording", f"{company}/recordings/{kept.name}", None
    yield "list_holds", f"{company}/holds", None
    held = OutsideCalls(held=Hold("unusual_cost", 1.0, 9))
    reservations = console.agents().reservations
    known = list(reservations.read(["1001"], 1.0).values())
    reservations.count(
        known, Tally({"1001": held, COMPANY: held}), Cause(how="calls_out", source="test", now=1.0)
    )
    yield "lift_hold", f"{company}/agents/1001/hold", None
    yield "lift_company_hold", f"{company}/holds", None
    with _controlled(console):
        yield "step_in", f"{company}/calls/c1/supervision", {"mode": "listen"}
    with _controlled(console):
        yield "leave", f"{company}/calls/c1/supervision", None
    yield "list_calls", f"{company}/calls", None
    yield "read_call", f"{company}/calls/c1", None
    yield "list_records", f"{company}/records?agent=1001&limit=10", None
    yield "read_statistics", f"{company}/statistics?since=2026-10-13T00:00:00Z", None
    yield "read_record", f"{company}/records/{CALL}", None
    yield "read_document", f"{company}/document", None
    yield "replace_document", f"{company}/document", document
    yield "change_document", f"{company}/document", {"users": {"1001": {"name": "Another"}}}
    yield "list_numbers", f"{company}/numbers", None
    yield "read_outbound_setup", f"{company}/outbound-setup", None
    console.save(_with_new_number(console))
    yield "assign_number", f"{company}/numbers/N-NEW/owner", {"extension": "1004"}
    yield "take_number_back", f"{company}/numbers/N-NEW/owner", None
    yield "list_revisions", f"{company}/revisions", None
    yield "read_revision", f"{company}/revisions/1", None
    yield "restore_revision", f"{company}/revisions/1/restore", None
    yield "explain_call", f"{company}/explain?to=%2B15145550100&at=2026-12-25T10:00", None
    yield "read_dial_matrix", f"{company}/users/1004/dial-matrix?to=911", None
    yield "list_trunks", f"{company}/trunks", None
    yield "list_tokens", f"{ROOT}/tokens", None
    yield "create_token", f"{ROOT}/tokens", {"name": "y", "role": "supervisor"}
    yield "revoke_token", f"{ROOT}/tokens/{ident}", None


def test_given_a_request_of_every_operation_then_its_answer_is_the_one_described(
    console: Console, described: dict[str, Any]
) -> None:
    console.agents().register("1001a", console.doors.clock.unix("boreal") + 60)
    console.agents().leg(
        "l1", LegActivity(owner="1001", state="answered", call="c1", node="node-1", since=1.0, other="1")
    )
    steps = segments("boreal", [first_step()])
    console.doors.records.keep(
        [WholeCall(**asdict(over(legs=(EndedLeg(leg="1001a", owner="1001"),))), segments=steps)]
    )
    console.agents().call("c1", {"state": "bridged", "since": 1.0, "from": "1", "with": "1001a"})
    operations = {each.name: each for each in OPERATIONS}
    client, token, asked = console.app.test_client(), console.token(), set()
    for name, path, body in _plain_requests(console):
        operation = operations[name]
        newest = console.doors.documents.load("boreal")
        assert newest is not None
        whose = console.token("agent", "boreal", "1001") if name == "read_own_agent" else token
        headers = {**whose, **({"If-Match": f'"{newest[0]}"'} if operation.if_match else {})}
        answer = client.open(path, method=operation.method, json=body, headers=headers)
        _conforms(described, operation, answer)
        assert answer.status_code == operation.status, answer.text
        for wrong in ({}, {**token, "If-Match": '"99"'}):
            _conforms(
                described, operation, client.open(path + "x", method=operation.method, json=[], headers=wrong)
            )
        asked.add(name)
    people_and_feeds = {"sign_in", "sign_out", "change_me", "change_password", "follow_feed"}
    assert asked == set(operations) - people_and_feeds


def _conforms(described: dict[str, Any], operation: Any, answer: Any) -> None:
    each = described["paths"][ROOT + operation.path][operation.method.lower()]
    if answer.json is not None and answer.json.get("code") in ("no_such_address", "method_not_allowed"):
        return
    assert str(answer.status_code) in each["responses"], (operation.name, answer.text)
    said = each["responses"][str(answer.status_code)].get("content")
    if said is None:
        assert answer.data == b""
        return
    assert answer.mimetype in said
    if operation.answers not in (Events, Sound):
        _validator(described, said[answer.mimetype]["schema"]).validate(answer.json)


def test_given_a_refusal_then_its_code_is_one_the_operation_names(console: Console) -> None:
    client, token = console.app.test_client(), console.token()
    for operation in OPERATIONS:
        path = ROOT + re.sub(r"\{\w+\}", "nowhere", operation.path)
        answer = client.open(path, method=operation.method, json={"x": 1}, headers=token)
        if answer.status_code >= 400:
            assert answer.json["code"] in codes_of(operation), (operation.name, answer.json)
