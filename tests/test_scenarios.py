"""Every scenario file gives its timeline: on the simulator, and on the demonstration switch."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from console.scenarios.on_demo import play_on_demo
from console.scenarios.simulated import simulate
from routing.what_if_plan import Row
from schemas.scenario import Scenario, load_scenario
from schemas.timeline import Expected, differences

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
        wrong = differences(case.timeline, simulate(case, SOUNDS), 0.05)
        assert wrong, f"it passes now: take away `waiting: {case.waiting}`"
    elif case.plays_on("simulator"):
        assert differences(case.timeline, simulate(case, SOUNDS), 0.05) == []


@pytest.mark.timeout(280)
def test_on_the_demonstration_switch() -> None:
    cases = [case for case in map(scenario, FILES) if case.plays_on("demo")]
    played = play_on_demo(cases)
    wrong = {case.path.stem: differences(case.timeline, played[case.path], 1.5) for case in cases}
    assert {name: told for name, told in wrong.items() if told} == {}


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ((Row(0.0, "rings", "a"), Row(15.9, "stops", "a")), []),
        ((Row(0.0, "rings", "a"), Row(19.0, "stops", "a")), ["at 19.0 s"]),
        ((Row(0.0, "rings", "a"),), ["did not happen: 15 s stops a"]),
        (
            (Row(0.0, "rings", "a"), Row(0.1, "rings", "b"), Row(15.0, "stops", "a")),
            ["happened, not expected: 0.1 s rings b"],
        ),
    ],
    ids=["a second late", "too late", "missing", "another phone rings"],
)
def test_a_timeline_that_differs_is_told(rows: tuple[Row, ...], told: list[str]) -> None:
    expected = (Expected("rings", "a", 0), Expected("stops", "a", 15))
    found = differences(expected, rows, 1.5)
    assert len(found) == len(told)
    assert all(part in line for part, line in zip(told, found, strict=True))


def test_a_file_with_mistakes_tells_all_of_them(tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text("title: x\nat: now\ncall: {too: '1'}\ntimeline: [{at: 0, sings: a}]\n")
    loaded = load_scenario(file)
    assert isinstance(loaded, list)
    assert len(loaded) >= 2
