"""What is played again: the few that differ, and almost alone the very few that still do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from console.scenarios.happened import Happened
from console.scenarios.twice import play_twice
from routing.what_if_plan import Row
from schemas.scenario import Scenario, load_scenario

FOLDER = Path(__file__).parents[2] / "scenarios"


class Laden:
    """A machine on which each case fails as many times as is said of it."""

    def __init__(self, fails: dict[str, int]) -> None:
        self.fails, self.played = fails, list[int]()

    def __call__(self, cases: Sequence[Scenario]) -> dict[Path, Happened]:
        self.played.append(len(cases))
        return {case.path: self._rows(case) for case in cases}

    def _rows(self, case: Scenario) -> Happened:
        left = self.fails.get(case.path.stem, 0)
        self.fails[case.path.stem] = left - 1
        late = 5.0 if left > 0 else 0.0
        rows = tuple(Row((row.at or 0.0) + late, row.what, row.who, row.call) for row in case.timeline)
        return Happened(rows, case.rules)


def cases(*names: str) -> list[Scenario]:
    loaded = [load_scenario(FOLDER / f"{name}.yaml") for name in names]
    return [case for case in loaded if isinstance(case, Scenario)]


NAMES = ("z50_first_come_first_served", "t12_lunch_edges", "a20_longest_idle", "t91_three_outbound_calls")


@pytest.mark.parametrize(
    ("fails", "played", "wrong"),
    [
        ({}, [4], 0),
        ({NAMES[0]: 1}, [4, 1], 0),
        ({NAMES[0]: 2}, [4, 1, 1], 0),
        ({NAMES[0]: 3}, [4, 1, 1], 1),
        (dict.fromkeys(NAMES, 2), [4, 4], 4),
    ],
    ids=["nothing differs", "once", "twice", "always", "too many to be chance"],
)
def test_few_that_differ_are_played_again(fails: dict[str, int], played: list[int], wrong: int) -> None:
    machine = Laden(dict(fails))
    found = play_twice(machine, cases(*NAMES))
    assert machine.played == played
    assert sum(bool(each.told) for each in found.values()) == wrong
    assert {path.stem for path, each in found.items() if each.at_first} == set(fails)
