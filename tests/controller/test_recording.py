"""Pausing the recording of a live call: what the switch is told, and what means nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from controller.following import Following, Step, recorded
from controller.recording import Recorder
from presence.orders import Order, Reply
from routing.recording import NAME, Deed, State, after, file_name, next_part
from tests.sample import at

CALL = "0b1f0f0e-0000-4000-8000-000000000001"
FIRST = file_name(CALL, 1, at("2026-10-13T10:00"))


class Switch:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def command(self, uuid: str, command: str, *, deadline: float) -> str:
        self.told.append(command)
        return "+OK Success"


class Calls:
    """One call, recorded or not."""

    def __init__(self, state: State) -> None:
        step = Step(
            uuid="u", call=CALL, company="boreal", number=1, place="o.1.r.r0", mover="controller", started_ms=1, legs=()
        )  # fmt: skip
        known = Following(step=step, began=1.0)
        self.known = recorded(known, state, FIRST) if state else known

    def of_call(self, call: str) -> Following | None:
        return self.known if call == CALL else None

    def recorded(self, uuid: str, state: State, name: str) -> None:
        self.known = recorded(self.known, state, name)


def control(
    state: State, deed: str, call: str = CALL, company: str = "boreal"
) -> tuple[Reply, list[str], Calls]:
    switch, calls = Switch(), Calls(state)
    kept: Any = calls
    order = Order(id="1", company=company, does="control_recording", words={"call": call, "deed": deed})
    reply = Recorder(switch, kept, Path("/var/recordings")).control(order)  # type: ignore[arg-type]
    return reply, switch.told, calls


@pytest.mark.parametrize(
    ("state", "deed", "now"),
    [
        ("on", "mask", "masked"),
        ("masked", "unmask", "on"),
        ("on", "stop", "stopped"),
        ("masked", "stop", "stopped"),
    ],
)
def test_given_a_recorded_call_then_the_switch_is_told_of_its_file(
    state: State, deed: Deed, now: State
) -> None:
    reply, told, calls = control(state, deed)
    assert reply == Reply("", {"state": now})
    assert told == [f"uuid_record u {deed} /var/recordings/boreal/{FIRST}"]
    assert (calls.known.recording, calls.known.recordings) == (now, (FIRST,))


def test_given_a_stop_then_a_start_goes_on_in_another_file() -> None:
    reply, told, calls = control("stopped", "start")
    second = next_part(FIRST, 1)
    assert reply == Reply("", {"state": "on"})
    assert told == [f"uuid_record u start /var/recordings/boreal/{second}"]
    assert calls.known.recordings == (FIRST, second)


@pytest.mark.parametrize(
    ("state", "deed", "call", "company", "code"),
    [
        ("", "mask", CALL, "boreal", "not_recorded"),
        ("", "start", CALL, "boreal", "not_recorded"),
        ("on", "start", CALL, "boreal", "not_recorded"),
        ("stopped", "unmask", CALL, "boreal", "not_recorded"),
        ("on", "erase", CALL, "boreal", "not_recorded"),
        ("on", "mask", "another", "boreal", "unknown_call"),
        ("on", "mask", CALL, "acme", "unknown_call"),
    ],
)  # fmt: skip
def test_given_what_means_nothing_then_the_switch_is_told_nothing(
    state: State, deed: str, call: str, company: str, code: str
) -> None:
    reply, told, _ = control(state, deed, call, company)
    assert (reply.code, told) == (code, [])


def test_names_of_files_lead_nowhere_else() -> None:
    assert NAME.fullmatch(FIRST)
    assert NAME.fullmatch(next_part(FIRST, 2))
    for wrong in ("../x.wav", f"../{FIRST}", "x.wav", f"{FIRST} y", "20261013-a-1.wav", FIRST.upper()):
        assert not NAME.fullmatch(wrong)


def test_every_state_and_deed_has_an_answer() -> None:
    states: tuple[State, ...] = ("", "on", "masked", "stopped")
    deeds: tuple[Deed, ...] = ("start", "stop", "mask", "unmask")
    allowed = {(s, d) for s in states for d in deeds if after(s, d) is not None}
    assert allowed == {
        ("on", "mask"), ("on", "stop"), ("masked", "unmask"), ("masked", "stop"), ("stopped", "start"),
    }  # fmt: skip
