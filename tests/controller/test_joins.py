"""Whom a phone may bring together with an outside party that a profile keeps apart: told to that party's leg as it becomes true."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import msgspec
import pytest

from controller.esl import Event
from controller.joins import Joins
from controller.moving import Mover
from controller.node import NodeWatch
from controller.published import Published
from routing.compiled import Company, compile_company
from routing.legs import leg_uuid
from tests.controller.test_node import COMPANY, STARTED, call_id, leg_event, step, written
from tests.controller.test_records_of_calls import client, controller, hang_up, live
from tests.sample import company, document

__all__ = ["client"]
pytestmark = pytest.mark.timeout(30)
OUT, QUESTION, CALLER = call_id(1), call_id(2), call_id(3)
CUSTOMER = leg_uuid(OUT, 3, STARTED, "x14505550166")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []

    def tell(_: Mover, uuid: str, variables: Mapping[str, str]) -> None:
        found.extend((uuid, value) for name, value in variables.items() if name == "deny_refer_requests")

    monkeypatch.setattr(Mover, "tell", tell)
    return found


def joins(client: Any, found: Company) -> NodeWatch:
    watch = controller(client)
    published = Published(cast(Any, None))
    published.companies[COMPANY] = found
    found_joins = Joins(published, watch.calls, watch.mover)
    watch.also(found_joins.concerned, lambda *_: None)
    watch.also_listed(found_joins.listed)
    return watch


def talks(watch: NodeWatch, call: str, leg: str, owner: str, *, by: str = "") -> None:
    """A call with one leg, that talks; `by`: the user whose phone made it."""
    own = {"Unique-ID": leg_uuid(call, 3, STARTED, leg), "variable_relais_leg": leg, "variable_relais_owner": owner,
           "variable_relais_rule": "OP-DEF"}  # fmt: skip
    watch.on_event(step("begin", call, variable_relais_legs=f"{leg}:{owner}"))
    for name in ("CHANNEL_CREATE", "CHANNEL_ANSWER"):
        watch.on_event(leg_event(name, call, **own))
    mine = {"variable_relais_device": f"{by}a", "variable_presence_id": f"{by}@c-node.example"} if by else {}
    ids = {"Bridge-A-Unique-ID": call, "Bridge-B-Unique-ID": own["Unique-ID"]}
    watch.on_event(Event({"Event-Name": "CHANNEL_BRIDGE", "Unique-ID": call, "variable_relais_company": COMPANY,
                          **ids, **mine}))  # fmt: skip


def strict() -> Company:
    sample = document()
    profile = msgspec.structs.replace(sample.outbound_profiles["OP-DEF"], transfer_to_external=False)
    profiles = {**sample.outbound_profiles, "OP-DEF": profile}
    return compile_company(msgspec.structs.replace(sample, outbound_profiles=profiles), 1)


def test_given_a_colleague_who_is_asked_then_the_customer_may_be_sent_to_him_until_he_has_left(
    client: Any, told: list[tuple[str, str]]
) -> None:
    watch = joins(client, strict())
    talks(watch, OUT, "x14505550166", "1004", by="1004")
    assert told == []
    talks(watch, QUESTION, "1006a", "1006", by="1004")
    assert told == [(CUSTOMER, "false")]
    hang_up(watch, QUESTION, variable_relais_call=QUESTION)
    assert told == [(CUSTOMER, "false"), (CUSTOMER, "true")]


def test_given_a_caller_meanwhile_then_nobody_may_be_joined_with_the_customer(
    client: Any, told: list[tuple[str, str]]
) -> None:
    watch = joins(client, strict())
    talks(watch, OUT, "x14505550166", "1004", by="1004")
    talks(watch, CALLER, "1004a", "1004")
    talks(watch, QUESTION, "1006a", "1006", by="1004")
    assert told == []


def test_given_a_company_that_keeps_nobody_apart_then_nothing_is_told(
    client: Any, told: list[tuple[str, str]]
) -> None:
    watch = joins(client, company())
    talks(watch, OUT, "x14505550166", "1004", by="1004")
    talks(watch, QUESTION, "1006a", "1006", by="1004")
    assert told == []


def test_given_a_colleague_whose_end_nobody_told_then_two_lists_of_the_switch_say_it(
    client: Any, told: list[tuple[str, str]]
) -> None:
    watch = joins(client, strict())
    talks(watch, OUT, "x14505550166", "1004", by="1004")
    talks(watch, QUESTION, "1006a", "1006", by="1004")
    for _ in range(2):
        watch.sweep(live(OUT, CUSTOMER))
    written(watch)  # nothing of it is left for the next test
    assert told == [(CUSTOMER, "false"), (CUSTOMER, "true")]
