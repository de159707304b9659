"""What happened in a scenario on a runner, and what of it is not as expected (docs/scenarios.md)."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from routing.what_if_plan import Row
from schemas.scenario import Scenario
from schemas.timeline import differences


class Happened(msgspec.Struct, frozen=True):
    """`rules`: the one that won, by call. `wrong`: what is not in order with the call records, in words."""

    rows: tuple[Row, ...] = ()
    rules: Mapping[str, str] = {}
    wrong: tuple[str, ...] = ()


def not_as_expected(
    scenario: Scenario, happened: Happened, tolerance: float, grain: float = 0.0
) -> list[str]:
    """In words, empty when nothing. `tolerance` and `grain` as in `schemas.timeline.differences`."""
    rows = differences(scenario.timeline, happened.rows, tolerance, grain)
    return [*rows, *_other_rules(scenario.rules, happened.rules), *happened.wrong]


def _other_rules(wanted: Mapping[str, str], found: Mapping[str, str]) -> list[str]:
    return [
        f"{name and f'{name}: '}rule {found.get(name) or 'none'} won, expected {rule}"
        for name, rule in wanted.items()
        if found.get(name) != rule
    ]
