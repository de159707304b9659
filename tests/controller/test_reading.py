"""Rows of the switch's tables become typed values."""

from __future__ import annotations

import pytest

from controller.esl import Event
from controller.reading import LiveLeg, live_leg_of, other_end, step_of

UUID = "5b9c1f4e-0000-4000-8000-000000000001"
ROW = {
    "uuid": UUID,
    "name": "sofia/phones/1001a@127.0.0.1:40001",
    "presence_id": "1001@boreal.example",
    "call_uuid": "c",
    "callstate": "ACTIVE",
}


def test_a_phone_that_talks_is_a_live_leg() -> None:
    assert live_leg_of(ROW) == LiveLeg(UUID, "1001a", "boreal.example", "c", True)


def test_a_phone_that_rings_is_not_answered() -> None:
    leg = live_leg_of({**ROW, "callstate": "RINGING"})
    assert leg is not None
    assert not leg.answered


@pytest.mark.parametrize(
    ("said", "other"),
    [
        ({"variable_relais_leg": "1004a"}, "1001"),
        ({}, "1004"),
        ({"Caller-Destination-Number": "next-2"}, ""),
        ({"Caller-Destination-Number": "key-s-1"}, ""),
    ],
    ids=["rung", "his own call", "moved on", "moved by a key"],
)
def test_who_is_at_the_other_end_of_an_agents_leg(said: dict[str, str], other: str) -> None:
    event = Event({"Caller-Caller-ID-Number": "1001", "Caller-Destination-Number": "1004", **said})
    assert other_end(event) == other


@pytest.mark.parametrize(
    "changed",
    [
        {"name": "sofia/trunks/+14505550199@127.0.0.1"},
        {"presence_id": ""},
        {"uuid": "x; hupall"},
        {"name": ""},
    ],
    ids=["a trunk", "nobody's", "no uuid", "no name"],
)
def test_anything_else_is_none_of_ours(changed: dict[str, str]) -> None:
    assert live_leg_of({**ROW, **changed}) is None


@pytest.mark.parametrize(
    ("channel", "said", "caller"),
    [
        ("sofia/trunks/+15145550175@52.114.75.24", {"variable_relais_device": "1005t"}, "1005"),  # in Teams
        ("sofia/trunks/+14505550199@192.0.2.1", {}, "+15145550175"),  # somebody outside
        ("sofia/phones/1005a@192.0.2.2", {"variable_relais_device": "1005a"}, "+15145550175"),
    ],
)  # fmt: skip
def test_who_calls_is_known_of_a_phone_in_teams_by_its_user(
    channel: str, said: dict[str, str], caller: str
) -> None:
    step = step_of(
        Event(
            {
                "Unique-ID": UUID,
                "Channel-Name": channel,
                "Caller-Caller-ID-Number": "+15145550175",
                "variable_relais_call": UUID,
                "variable_relais_company": "boreal",
                "variable_relais_step": "1",
                "variable_relais_started": "1000",
                "variable_presence_id": "1005@boreal.example",
                **said,
            }
        )
    )
    assert step is not None
    assert step.caller == caller
