"""What the switch does not know ends the call and is counted, never guessed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import demo_switch
from demo_switch.contract import NAMES
from demo_switch.known_variables import ELSEWHERE, OBEYED
from tests.demo_switch.lab import Lab, directory


@pytest.mark.parametrize(
    ("actions", "kind"),
    [
        ([("import", "relais_owner")], "unknown_application"),
        ([("lua", "x.lua")], "unknown_application"),
        ([("set", "a=${system(touch /x)}")], "unknown_expansion"),
        ([("set", "a=${regex(x|y)}")], "unknown_expansion"),
        ([("bridge", "loopback/1001")], "unknown_endpoint"),
        ([("bridge", "sofia/nowhere/1001@x")], "unknown_endpoint"),
        ([("bridge", "[leg_delay_start=3]error/user_busy"), ("park", "")], "bad_variable"),
        ([("bridge", "[a=1sofia/internal/x@127.0.0.1:1")], "bad_dial_string"),
        ([("set", "relais_colour=blue")], "bad_variable"),
        ([("set", "continue_on_fial=true")], "bad_variable"),
        ([("multiset", "^^|hangup_after_bridge=true|ingore_early_media=true")], "bad_variable"),
        ([("export", "nolocal:leg_tiemout=3")], "bad_variable"),
        ([("bridge", "{call_timout=3}error/user_busy")], "bad_variable"),
        ([("bridge", "[leg_timout=3]error/user_busy")], "bad_variable"),
        ([("set", "relais_rule=deux mots")], "bad_variable"),
        ([("multiset", "^^|relais_step=1|relais_stop=2")], "bad_variable"),
        ([("bridge", "[relais_owner=a b]error/user_busy")], "bad_variable"),
        ([("transfer", "x XMLLE default")], "unknown_dialplan"),
        ([("hangup", "BORED")], "bad_argument"),
        ([("respond", "what")], "bad_argument"),
        ([("play_and_get_digits", "1 1")], "bad_argument"),
        ([("event", "Event-Name=HEARTBEAT")], "bad_argument"),
        ([("sleep", "long")], "bad_argument"),
    ],
)
def test_given_something_unknown_then_the_call_ends_502_and_it_is_counted(
    tmp_path: Path, actions: list[tuple[str, str]], kind: str
) -> None:
    lab = Lab(tmp_path)
    lab.answers["x"] = actions
    caller = lab.call("x")
    lab.finish()
    lab.close()
    assert caller.cause == "DESTINATION_OUT_OF_ORDER"
    assert dict(lab.switch.refusals.counts) == {kind: 1}


def test_given_a_user_with_a_misspelt_variable_then_it_is_counted_and_he_is_known(tmp_path: Path) -> None:
    mirror = tmp_path / "directory.xml"
    user = directory("boreal.example", {"1001": {"password": "x"}})
    mirror.write_text(user.replace('"user_context"', '"user_contxet"'))
    lab = Lab(tmp_path, mirror=str(mirror))
    lab.status = "503 Busy"
    found = lab.switch.directory.find("1001", "boreal.example", {})
    lab.close()
    assert found is not None
    assert lab.switch.refusals.counts == {"bad_variable": 1}
    assert "user_contxet" in lab.switch.refusals.last[0]


def test_given_a_prompt_that_is_not_there_then_it_is_counted_and_the_call_goes_on(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.answers["x"] = [("answer", ""), ("playback", "/nowhere/a.wav"), ("hangup", "USER_BUSY")]
    caller = lab.call("x")
    lab.finish()
    lab.close()
    assert caller.cause == "USER_BUSY"
    assert lab.switch.refusals.counts == {"missing_file": 1}


def test_given_a_mistake_of_ours_then_the_call_ends_and_says_so(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.switch.durations = None  # type: ignore[assignment]
    lab.answers["x"] = [("playback", "silence_stream://1")]
    caller = lab.call("x")
    lab.finish()
    lab.close()
    assert caller.cause == "DESTINATION_OUT_OF_ORDER"
    assert "AttributeError" in lab.switch.refusals.last[0]


def test_a_callers_text_stays_text(lab: Lab) -> None:
    lab.answers["x"] = [("set", "shown=${caller_id_name}"), ("hangup", "")]
    caller = lab.call("x", name="%24{system(x)} ${y}")
    lab.finish()
    assert caller.profile.caller_id_name == "%24{system(x)} %{y}"
    assert b"Hunt-Caller-ID-Name=%24%7Bsystem(x)%7D%20" in lab.posts[0]


def test_given_a_variable_that_is_obeyed_then_the_code_that_obeys_it_names_it() -> None:
    folder = Path(demo_switch.__file__).parent
    code = "".join(f.read_text() for f in folder.rglob("*.py") if f.name != "known_variables.py")
    assert [name for name in OBEYED if f'"{name}"' not in code] == []
    assert [name for name in ELSEWHERE if f'"{name}"' in code] == []


def test_given_the_contract_then_its_variables_are_those_the_switch_knows() -> None:
    written = Path(__file__).parents[2] / "docs" / "contract.md"
    assert set(re.findall(r"relais_[a-z]+", written.read_text(encoding="utf-8"))) == NAMES
