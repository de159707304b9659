"""What phones saw and the event socket told becomes rows of the right call."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.scenarios.sip_script import Observation
from console.scenarios.switch_rows import SwitchNotes
from console.scenarios.trunk_world import TrunkWorld
from schemas.scenario import Scenario, load_scenario

SCENARIO = Path(__file__).parents[2] / "scenarios" / "trunk_failover.yaml"


def event(name: str, *, sip: str, call: str, uuid: str, **more: str) -> dict[str, str]:
    found = {"variable_sip_call_id": sip, "variable_relais_call": call, "Unique-ID": uuid, "Event-Name": name}
    return found | more


def two_calls(*, lights: bool = False) -> SwitchNotes:
    scenario = load_scenario(SCENARIO)
    assert isinstance(scenario, Scenario), scenario
    notes = SwitchNotes("s1", scenario.document, TrunkWorld("s1", scenario), lights=lights)
    notes.dialogs = {"dialog-1": "first", "dialog-2": "second"}
    for n in ("1", "2"):
        notes.hear(event("CUSTOM", sip=f"dialog-{n}", call=f"uuid-{n}", uuid=f"uuid-{n}"), 10.0)
    return notes


def rows(notes: SwitchNotes, dialog: str) -> list[tuple[float, str, str]]:
    return [(row.at, row.what, row.who) for row in notes.rows(dialog, began=10.0)]


def test_given_two_calls_then_a_phone_rings_for_the_one_that_its_channel_names() -> None:
    notes = two_calls()
    notes.observe(Observation(11.0, "1004a", "offered", "leg-1"))
    assert rows(notes, "dialog-1") == rows(notes, "dialog-2") == []
    notes.hear(event("CHANNEL_PROGRESS", sip="leg-1", call="uuid-2", uuid="leg-uuid"), 11.1)
    assert rows(notes, "dialog-1") == []
    assert rows(notes, "dialog-2") == [(1.0, "rings", "1004a")]


def test_given_a_prompt_played_again_then_it_is_heard_once() -> None:
    notes = two_calls()
    for at in (12.0, 14.0):
        path = {"Playback-File-Path": "/data/prompts/s1/g-fr-en.wav"}
        notes.hear(event("PLAYBACK_START", sip="dialog-1", call="uuid-1", uuid="uuid-1", **path), at)
    assert rows(notes, "dialog-1") == [(2.0, "hears", "G-FR-EN")]


def test_given_we_end_a_call_then_it_is_cleared_and_not_when_its_caller_does() -> None:
    notes = two_calls()
    notes.observe(Observation(15.0, "trunk", "ended", "dialog-1", "remote"))
    notes.observe(Observation(15.0, "trunk", "ended", "dialog-2", "local"))
    assert rows(notes, "dialog-1") == [(5.0, "clears", "normal")]
    assert rows(notes, "dialog-2") == []


def test_given_a_number_in_a_trunks_form_then_its_row_names_both() -> None:
    notes = two_calls()
    notes.hear(event("CHANNEL_CREATE", sip="leg", call="uuid-1", uuid="leg"), 11.0)
    notes.observe(Observation(11.0, "8801114505550166", "offered", "leg", "<sip:1@x>"), trunk="T-B")
    (row,) = notes.rows("dialog-1", began=10.0)
    assert (row.who, row.through, row.dialled) == ("+14505550166", "T-B", "8801114505550166")


@pytest.mark.parametrize("looked_at", [True, False])
def test_given_message_lights_then_the_newest_call_lit_each_once_and_only_where_somebody_looks(
    looked_at: bool,
) -> None:
    notes = two_calls(lights=looked_at)
    for at, phone, told in (
        (12.0, "1001a", "no"),
        (13.0, "1001a", "yes"),
        (13.5, "1001b", "yes"),
        (14.0, "1001a", "yes"),
    ):
        notes.observe(Observation(at, phone, "notified", f"notify-{at}", f"Messages-Waiting: {told}"))
    assert rows(notes, "dialog-1") == []
    assert rows(notes, "dialog-2") == (
        [(3.0, "lights", "1001a"), (3.5, "lights", "1001b")] if looked_at else []
    )
