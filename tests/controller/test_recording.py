"""Pausing the recording of a live call: what the switch is told, and what means nothing."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from controller.following import Following, Step, recorded
from controller.recording import Recorder
from presence.orders import Order, Reply
from routing.compiled import compile_company
from routing.recording import NAME, Deed, State, after, file_name, next_part
from tests.sample import at, document

CALL = "0b1f0f0e-0000-4000-8000-000000000001"
FIRST = file_name(CALL, 1, at("2026-10-13T10:00"))


class Switch:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def command(self, uuid: str, command: str, *, deadline: float) -> str:
        self.told.append(command)
        return "+OK Success"


def published(*, may: bool = True) -> Any:
    """The sample company, whose collections may pause their recordings or not."""
    profiles = document().outbound_profiles
    own = msgspec.structs.replace(profiles["OP-COL"], recording_pause=may)
    there = msgspec.structs.replace(document(), outbound_profiles={**profiles, "OP-COL": own})
    return SimpleNamespace(companies={"boreal": compile_company(there, 1)})


class Calls:
    """One call, recorded or not."""

    def __init__(self, state: State) -> None:
        step = Step(
            uuid="u", call=CALL, company="boreal", number=1, place="o.1.r.r0", mover="controller", started_ms=1, legs=(), rule="OP-COL",
        )  # fmt: skip
        known = Following(step=step, began=1.0)
        self.known = recorded(known, state, FIRST) if state else known

    def recorded_of(self, company: str, owner: str) -> Following | None:
        return self.known if (company, owner) == ("boreal", "1003") and self.known.recording else None

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
    reply = Recorder(switch, kept, Path("/var/recordings"), published()).control(order)  # type: ignore[arg-type]
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


@pytest.mark.parametrize(
    ("state", "extension", "deed", "may", "expected"),
    [
        ("on", "1003", "mask", True, Reply("", {"state": "masked"})),
        ("masked", "1003", "unmask", True, Reply("", {"state": "on"})),
        ("masked", "1003", "mask", True, Reply("not_recorded")),
        ("on", "1003", "mask", False, Reply("pause_not_allowed")),
        ("on", "1004", "mask", True, Reply("not_recorded")),
        ("", "1003", "mask", True, Reply("not_recorded")),
        ("on", "1003", "erase", True, Reply("not_recorded")),
    ],
)
def test_given_an_agents_own_word_then_his_own_call_is_paused_where_his_profile_lets_him(
    state: State, extension: str, deed: str, may: bool, expected: Reply
) -> None:
    switch, calls = Switch(), Calls(state)
    kept: Any = calls
    words = {"extension": extension, "deed": deed}
    order = Order(id="1", company="boreal", does="control_own_recording", words=words)
    recorder = Recorder(switch, kept, Path("/var/recordings"), published(may=may))  # type: ignore[arg-type]
    assert recorder.control_own(order) == expected
    assert bool(switch.told) is not bool(expected.code)
