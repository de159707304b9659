"""Transfers by people, as FreeSWITCH tells of them (measured order): one record a call, each with its whole path, and everybody
who left is free."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from controller.esl import Event
from controller.moving import Mover
from controller.node import NodeWatch
from presence.agents import AgentStore
from routing.ended_call import EndedCall
from routing.legs import leg_uuid
from tests.controller.test_node import COMPANY, STARTED, call_id, leg_event, step, written
from tests.controller.test_records_of_calls import client, controller, hang_up, records, talks

__all__ = ["client"]
pytestmark = pytest.mark.timeout(30)
ASKED = {"variable_relais_leg": "1004a", "variable_relais_owner": "1004", "variable_relais_device": "1004a"}
CALLER, QUESTION = call_id(1), call_id(2)
CLAIRE, OMAR = (leg_uuid(call, 3, STARTED, "1001a") for call in (CALLER, QUESTION))


def bridged(one: str, other: str, **variables: str) -> Event:
    named = {f"variable_{name}": value for name, value in variables.items()}
    ids = {"Bridge-A-Unique-ID": one, "Bridge-B-Unique-ID": other}
    return Event({"Event-Name": "CHANNEL_BRIDGE", "Unique-ID": one, **ids, **named})


def ended(client: Any, watch: NodeWatch) -> dict[str, EndedCall]:
    written(watch)
    return {record.call: record for record in records(client)}


def busy(client: Any) -> set[str]:
    return {leg.owner for leg in AgentStore(client, COMPANY).leg_uuids().values()}


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Mapping[str, str]]]:
    found: list[tuple[str, Mapping[str, str]]] = []
    monkeypatch.setattr(Mover, "tell", lambda _, uuid, variables: found.append((uuid, variables)))
    return found


def asks_omar(watch: NodeWatch) -> None:
    """Claire talks to the caller, and asks Omar in a call of her own."""
    talks(watch, CALLER)
    watch.on_event(step("begin", QUESTION, variable_relais_legs="1004a:1004"))
    for name in ("CHANNEL_CREATE", "CHANNEL_ANSWER"):
        watch.on_event(leg_event(name, QUESTION, **ASKED))
    watch.on_event(bridged(QUESTION, OMAR, relais_owner="1004"))


def joins_them(watch: NodeWatch) -> None:
    hang_up(watch, QUESTION, variable_relais_call=QUESTION, variable_relais_company=COMPANY)
    watch.on_event(leg_event("CHANNEL_HANGUP_COMPLETE", CALLER, "NORMAL_CLEARING"))
    watch.on_event(bridged(CALLER, OMAR, relais_owner="1001"))


def test_given_an_attended_transfer_then_the_question_is_over_and_the_call_goes_on_with_whom_was_asked(
    client: Any, told: list[tuple[str, Mapping[str, str]]]
) -> None:
    watch = controller(client)
    asks_omar(watch)
    joins_them(watch)
    assert set(ended(client, watch)) == {QUESTION}
    assert busy(client) == {"1004"}
    assert (CALLER, {"relais_owner": "1004"}) in told
    assert (OMAR, {"relais_call": CALLER, "relais_peer": ""}) in told
    watch.on_event(
        leg_event(
            "CHANNEL_HANGUP_COMPLETE", QUESTION, "NORMAL_CLEARING", **ASKED, variable_relais_call=CALLER
        )
    )
    hang_up(watch, CALLER, variable_relais_call=CALLER)
    record = ended(client, watch)[CALLER]
    assert record.path == ("n.x.o.r0@", "t.1004a.joined.z0@")
    assert [(leg.owner, leg.answered > 0, leg.ended > 0) for leg in record.legs] == [
        ("1001", True, True),
        ("1004", True, True),
    ]
    assert busy(client) == set()


def test_given_both_calls_were_made_by_who_joins_them_then_the_first_call_has_what_was_said(
    client: Any,
) -> None:
    """Claire had called both: nobody leads, the two whom she called talk on."""
    watch = controller(client)
    asks_omar(watch)
    hang_up(watch, QUESTION, variable_relais_call=QUESTION)
    hang_up(watch, CALLER, variable_relais_call=CALLER)
    assert ended(client, watch) == {}
    watch.on_event(bridged(CLAIRE, OMAR))
    assert set(ended(client, watch)) == {QUESTION}
    for leg, more in ((QUESTION, {**ASKED, "variable_relais_call": CALLER}), (CALLER, {})):
        watch.on_event(leg_event("CHANNEL_HANGUP_COMPLETE", leg, "NORMAL_CLEARING", **more))
    assert [leg.owner for leg in ended(client, watch)[CALLER].legs] == ["1001", "1004"]
    assert len(watch.calls) == 0


def test_given_a_caller_who_sends_on_whom_he_called_then_one_record_with_both_segments(client: Any) -> None:
    watch = controller(client)
    talks(watch, CALLER)
    own = {"Unique-ID": CLAIRE, "variable_relais_step": "4", "variable_relais_place": "u.1005.o.r0"}
    watch.on_event(step("begin", CALLER, **own))
    hang_up(watch, CALLER, variable_relais_call=CALLER)
    assert ended(client, watch) == {}
    assert watch.calls.get(CLAIRE) is not None
    watch.on_event(leg_event("CHANNEL_HANGUP_COMPLETE", CALLER, "NORMAL_CLEARING"))
    (record,) = ended(client, watch).values()
    assert record.path == ("n.x.o.r0@", "u.1005.o.r0@")


def test_given_a_caller_who_leaves_a_moment_before_whom_he_talked_to_then_the_record_waits_for_both(
    client: Any,
) -> None:
    watch = controller(client)
    talks(watch, CALLER)
    hang_up(watch, CALLER, variable_relais_call=CALLER)
    watch.on_event(leg_event("CHANNEL_HANGUP_COMPLETE", CALLER, "NORMAL_CLEARING"))
    (record,) = ended(client, watch).values()
    assert record.legs[0].ended > 0


def test_given_somebody_who_calls_to_take_a_ringing_call_then_it_is_his_and_its_record_has_him(
    client: Any, told: list[tuple[str, Mapping[str, str]]]
) -> None:
    """Omar picks up the call that rings Claire: his call is the first channel of the bridge (intercept, measured)."""
    watch = controller(client)
    watch.on_event(step("begin", CALLER))
    watch.on_event(leg_event("CHANNEL_CREATE", CALLER))
    watch.on_event(step("begin", QUESTION, variable_relais_legs="-", variable_relais_place="k.97.o.s0t0"))
    watch.on_event(leg_event("CHANNEL_HANGUP_COMPLETE", CALLER, "PICKED_OFF"))
    watch.on_event(bridged(QUESTION, CALLER, relais_device="1004a", presence_id="1004@c-node.example"))
    assert (CALLER, {"relais_owner": "1004"}) in told
    hang_up(watch, QUESTION, variable_relais_call=QUESTION)
    assert set(ended(client, watch)) == {QUESTION}
    hang_up(watch, CALLER, variable_relais_call=CALLER)
    record = ended(client, watch)[CALLER]
    assert (record.answered_by, record.disposition) == ("1004a", "answered")
    assert [(leg.owner, leg.ended > 0) for leg in record.legs] == [("1001", True), ("1004", True)]
