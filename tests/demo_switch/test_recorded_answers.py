"""Recorded answers of API commands (tests/captures/api.*), beside those of the demo switch and read by the controller."""

from __future__ import annotations

import json
import re

import pytest

from controller.esl.snapshot import rows_of
from demo_switch.api import run_api
from tests.demo_switch.lab import Lab
from tests.demo_switch.recordings import CAPTURES, controller_reads
from tests.demo_switch.test_captures import CALLS

COMMANDS = {
    "api.show_calls_as_json.txt": "show calls as json",
    "api.show_channels_as_json.txt": "show channels as json",
    "api.show_registrations_as_json.txt": "show registrations as json",
    "api.status.txt": "status",
}
EVENTS = {*CALLS, "registration", "offered_by_controller"}
"""What test_captures and test_recorded_offer play again."""


def recorded(file: str) -> str:
    return (CAPTURES / file).read_text(encoding="utf-8")


def asked(lab: Lab, command: str) -> str:
    """What the demo switch answers."""
    name, _, arguments = command.partition(" ")
    return run_api(lab.switch, name, arguments)


def test_every_capture_is_read_by_a_test() -> None:
    there = {path.name for path in CAPTURES.iterdir()} - {"README.md"}
    forms = {path.name for path in CAPTURES.glob("*.form")}  # all of them in test_captures and test_http
    assert there == forms | {f"{name}.events.jsonl" for name in EVENTS} | COMMANDS.keys()


def test_every_capture_is_described() -> None:
    told = recorded("README.md")
    assert {name for name in EVENTS if not re.search(rf"^\|[^|]*\b{name}\b", told, re.MULTILINE)} == set()


@pytest.mark.parametrize("file", ["api.show_calls_as_json.txt", "api.show_channels_as_json.txt"])
def test_given_an_idle_switch_then_its_lists_are_those_recorded_and_empty_for_the_controller(
    lab: Lab, file: str
) -> None:
    assert json.loads(asked(lab, COMMANDS[file])) == json.loads(recorded(file))
    assert rows_of(recorded(file)) == ()


def test_given_a_registered_phone_then_the_list_has_the_recorded_columns_in_their_form(lab: Lab) -> None:
    user = lab.switch.directory.find("1001", "boreal.example", {})
    assert user is not None
    lab.switch.registrations.register(user)
    file = "api.show_registrations_as_json.txt"
    (here,), (there,) = rows_of(asked(lab, COMMANDS[file])), rows_of(recorded(file))
    assert list(here) == list(there)
    read = controller_reads() & there.keys()
    assert read >= {"realm", "reg_user", "expires"}
    assert {name: shape(here[name]) for name in read} == {name: shape(there[name]) for name in read}


def test_the_status_has_the_recorded_lines(lab: Lab) -> None:
    here, there = asked(lab, "status").splitlines(), recorded("api.status.txt").splitlines()
    assert [shape(line) for line in here] == [shape(line) for line in there]


def shape(text: str) -> str:
    """Each number as 9."""
    return re.sub(r"\d+", "9", text)
