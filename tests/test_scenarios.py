"""Every scenario file gives its timeline: on the simulator, and on the demonstration switch."""

from __future__ import annotations

import json
import warnings
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from console.scenarios.happened import Happened, not_as_expected
from console.scenarios.on_demo import play_on_demo
from console.scenarios.simulated import simulate
from console.scenarios.twice import Played, play_twice
from routing.what_if_plan import Row
from schemas.scenario import Scenario, load_scenario
from schemas.timeline import IDEAL_TOLERANCE, Expected, differences, expected

HERE = Path(__file__).parent / "scenarios"
FILES = sorted(HERE.rglob("*.yaml"))
SOUNDS = Path(__file__).parents[1] / "var" / "sounds"


@cache
def scenario(path: Path) -> Scenario:
    loaded = load_scenario(path)
    assert not isinstance(loaded, list), [problem.en for problem in loaded]
    return loaded


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_on_the_simulator(path: Path) -> None:
    case = scenario(path)
    if case.waiting:
        wrong = not_as_expected(case, simulate(case, SOUNDS), IDEAL_TOLERANCE)
        assert wrong, f"it passes now: take away `waiting: {case.waiting}`"
    elif case.plays_on("simulator"):
        assert not_as_expected(case, simulate(case, SOUNDS), IDEAL_TOLERANCE) == []


@pytest.mark.timeout(600)
def test_on_the_demonstration_switch() -> None:
    cases = [case for case in map(scenario, FILES) if case.plays_on("demo")]
    assert wrong_twice(play_twice(play_on_demo, cases)) == {}


def wrong_twice(played: dict[Path, Played]) -> dict[str, list[str]]:
    """What was wrong twice, by case; what was wrong only beside all the others is a warning."""
    for path, case in played.items():
        if case.at_first and not case.told:
            warnings.warn(f"{path.stem}, at the first attempt: {'; '.join(case.at_first)}", stacklevel=2)
    return {path.stem: case.told for path, case in played.items() if case.told}


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ((Row(0.0, "rings", "a"), Row(15.9, "stops", "a")), []),
        ((Row(0.0, "rings", "a"), Row(16.2, "stops", "a")), []),
        ((Row(1.1, "rings", "a"), Row(16.1, "stops", "a")), ["at 1.1 s"]),
        ((Row(0.0, "rings", "a"), Row(16.3, "stops", "a")), ["at 16.3 s"]),
        ((Row(0.0, "rings", "a"),), ["did not happen: 15 s stops a"]),
        (
            (Row(0.0, "rings", "a"), Row(0.1, "rings", "b"), Row(15.0, "stops", "a")),
            ["happened, not expected: 0.1 s rings b"],
        ),
    ],
    ids=["a second late", "a timer's grain", "rings late", "too late", "missing", "another phone rings"],
)
def test_a_timeline_that_differs_is_told(rows: tuple[Row, ...], told: list[str]) -> None:
    expected = (Expected("rings", "a", 0), Expected("stops", "a", 15))
    found = differences(expected, rows, 1.0, 0.25)
    assert len(found) == len(told)
    assert all(part in line for part, line in zip(told, found, strict=True))


@pytest.mark.parametrize(
    ("phones", "told"),
    [
        ("ab", []),
        ("ba", []),
        ("aa", ["did not happen", "not expected: 9.0 s rings a"]),
        ("ac", ["did not happen", "rings c"]),
    ],
    ids=["one after the other", "the other way round", "one twice", "somebody else"],
)
def test_where_chance_says_who_rings_it_is_one_of_them_each_once(phones: str, told: list[str]) -> None:
    wanted = expected({"at": at, "any_of": ["a", "b"]} for at in (0, 9))
    rows = tuple(Row(at, "rings", who) for at, who in zip((0.0, 9.0), phones, strict=True))
    found = differences(wanted, rows, 1.0)
    assert len(found) == len(told)
    assert all(part in line for part, line in zip(told, found, strict=True))


@pytest.mark.parametrize(("late", "told"), [(1.2, 0), (1.3, 1)])
def test_what_follows_the_end_of_a_ring_may_wait_for_the_switch(late: float, told: int) -> None:
    expected = (Expected("rings", "a", 0), Expected("stops", "a", 15), Expected("rings", "b", 15))
    rows = (Row(0.0, "rings", "a"), Row(16.0, "stops", "a"), Row(16.0 + late, "rings", "b"))
    assert len(differences(expected, rows, 1.0, 0.25)) == told


GOOD = {"title": "x", "at": "2026-10-13T10:00", "call": {"to": "1"}, "timeline": [{"rings": "a"}]}
TWO = {"a": {"at": 0, "to": "1", "hang_up_at": 5}, "b": {"at": 9, "to": "1", "hang_up_at": 5}}


def mistakes(folder: Path, **written: Any) -> list[str]:
    file = folder / "wrong.yaml"
    file.write_text(
        json.dumps({key: value for key, value in {**GOOD, **written}.items() if value is not None})
    )
    loaded = load_scenario(file)
    assert isinstance(loaded, list)
    return [problem.path for problem in loaded]


@pytest.mark.parametrize(
    ("written", "paths"),
    [
        ({"at": "now", "call": {"too": "1"}, "timeline": [{"at": 0, "sings": "a"}]}, 5),
        ({"at": "2026-02-30T10:00"}, ["at"]),
        ({"agents": {"9": "dnd"}, "unregistered": ["x"], "phones": {"y": [{}]}}, ["agents.9", "phones.y", "unregistered[0]"]),
        ({"calls": TWO}, ["", "timeline[0]"]),
        ({"call": None}, [""]),
        ({"call": None, "calls": TWO}, ["timeline[0]"]),
        ({"call": None, "calls": TWO, "timeline": [{"call": "c", "rings": "a"}]}, ["timeline[0].call"]),
        ({"call": None, "calls": {"a": {"at": "2026-10-13T09:59", "to": "1", "hang_up_at": 5}}}, ["calls.a.at"]),
        ({"events": [{"at": 1, "kill": "redis"}]}, ["events[0].kill"]),
        ({"timeline": [{"at": 1, "lights": "1001a"}]}, ["timeline[0].lights"]),
        ({"rule": {"x": "open"}, "unrecorded": ["y"]}, ["rule.x", "unrecorded[0]"]),
        ({"call": None, "calls": TWO, "timeline": [{"call": "a", "rings": "x"}], "rule": "open"}, ["rule"]),
        ({"events": [{"at": 1, "agent": "9", "is": "break"}, {"at": 1, "registers": "z"}]}, ["events[0].agent", "events[1].registers"]),
        ({"events": [{"at": 1, "agent": "1001"}]}, 1),
        ({"events": [{"at": 1, "opts_out": "9", "queue": "Q-NONE"}]}, ["events[0].opts_out", "events[0].queue"]),
        ({"events": [{"at": 1, "saves": {"teams": {"T-VEN": {"members": ["9999"]}}}}]}, ["events[0].saves.teams.T-VEN.members[0]"]),
    ],
    ids=[
        "shape", "a date that is none", "nobody's", "call and calls", "no call", "a row of which call", "a call that is none",
        "before the beginning", "the simulator has no processes", "only FreeSWITCH has lights",
        "a rule of a call that is none", "a rule of which call", "nobody's, in events",
        "an agent who says nothing", "out of what, and who", "a change that is refused",
    ],
)  # fmt: skip
def test_a_file_with_mistakes_tells_all_of_them(
    tmp_path: Path, written: dict[str, Any], paths: list[str] | int
) -> None:
    found = mistakes(tmp_path, **written)
    assert (len(found) if isinstance(paths, int) else sorted(found)) == paths


def test_a_moment_with_an_offset_tells_the_hour_that_comes_twice(tmp_path: Path) -> None:
    file = tmp_path / "twice.yaml"
    calls = {
        name: {"at": f"2026-11-01T01:30{offset}", "to": "1", "hang_up_at": 1}
        for name, offset in (("a", ""), ("b", "-05:00"))
    }
    timeline = [{"call": "a", "rings": "x"}]
    file.write_text(
        json.dumps({"title": "x", "at": "2026-11-01T01:00", "calls": calls, "timeline": timeline})
    )
    loaded = load_scenario(file)
    assert not isinstance(loaded, list)
    assert [plan.at for plan in loaded.calls.values()] == [1800.0, 5400.0]


def test_few_that_differ_are_played_again_and_the_second_attempt_counts() -> None:
    case = scenario(FILES[0])
    right = tuple(Row(row.at or 0.0, row.what, row.who, row.call) for row in case.timeline)
    attempts = iter([Happened(), Happened(right, case.rules)])
    played = play_twice(lambda cases: {each.path: next(attempts) for each in cases}, [case])
    assert played[case.path].at_first
    assert not played[case.path].told
    with pytest.warns(match="at the first attempt"):
        assert wrong_twice(played) == {}


def test_what_differs_twice_has_failed() -> None:
    case = scenario(FILES[0])
    played = play_twice(lambda cases: {each.path: Happened() for each in cases}, [case])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert list(wrong_twice(played)) == [case.path.stem]


def test_many_that_differ_are_not_played_again() -> None:
    attempts = []

    def play(cases: Sequence[Scenario]) -> dict[Path, Happened]:
        attempts.append(len(cases))
        return {each.path: Happened() for each in cases}

    play_twice(play, [scenario(path) for path in FILES[:20]])
    assert attempts == [20]
