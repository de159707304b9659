"""The call records of scenarios that were played: one for each call, which says why it went where it went (catalogue 6.3).

Records are written behind the calls (decision 0016): they are waited for once, when everything was played.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from console.scenarios.happened import Happened
from console.scenarios.stack import Stack
from routing.ended_call import WholeCall
from routing.what_if_plan import Row
from schemas.scenario import Scenario
from schemas.settings import from_environ
from store.call_records import CallRecords, Wanted

LATEST_SECONDS = 45.0
"""After the last play: a call whose end nobody saw is closed by a sweep."""
_LOOK_SECONDS = 0.5
_MOST = 1000
Calls = Mapping[str, Mapping[str, str]]
"""By company, by name of the call: its id."""


class PlayedCase(Protocol):
    """A case that was played, as its records see it."""

    scenario: Scenario
    rows: tuple[Row, ...]

    def recorded(self) -> dict[str, str]:
        """The ids of the calls of which there must be a record, by their names."""


def happened_in(
    cases: Mapping[str, PlayedCase], stack: Stack, sleep: Callable[[float], object]
) -> dict[Path, Happened]:
    """What happened in each case, by its file, its records included. `cases` by company; all of them are over."""
    calls = {company: case.recorded() for company, case in cases.items()}
    kept = await_records(CallRecords(from_environ(stack.environment).database_url), calls, sleep)
    return {
        case.scenario.path: Happened(
            case.rows,
            rules_of(calls[company], kept[company]),
            record_differences(calls[company], kept[company]),
        )
        for company, case in cases.items()
    }


def await_records(
    records: CallRecords, calls: Calls, sleep: Callable[[float], object]
) -> dict[str, dict[str, WholeCall]]:
    """Those of each company, by id, once each of its calls has one, or none comes any more."""
    found: dict[str, dict[str, WholeCall]] = {company: {} for company in calls}
    deadline = time.monotonic() + LATEST_SECONDS
    while True:
        for company, wanted in calls.items():
            if not found[company].keys() >= set(wanted.values()):
                found[company] = _kept(records, company)
        complete = all(found[company].keys() >= set(wanted.values()) for company, wanted in calls.items())
        if complete or time.monotonic() > deadline:
            return found
        sleep(_LOOK_SECONDS)


def _kept(records: CallRecords, company: str) -> dict[str, WholeCall]:
    listed = records.list(Wanted(company=company, most=_MOST))
    whole = (records.load(company, each.call) for each in listed)
    return {each.call: each for each in whole if each is not None}


def rules_of(calls: Mapping[str, str], kept: Mapping[str, WholeCall]) -> dict[str, str]:
    """The rule that won in each call, as its record names it."""
    return {name: kept[ident].rule for name, ident in calls.items() if ident in kept}


def record_differences(calls: Mapping[str, str], kept: Mapping[str, WholeCall]) -> tuple[str, ...]:
    """What is wrong with the records of one company, in words; `calls`: the id of each call by its name."""
    missing = (
        f"{_call(name)}no call record was written within {LATEST_SECONDS:g} s of the play"
        for name, ident in calls.items()
        if ident not in kept
    )
    silent = (
        f"{_call(name)}its call record names neither a rule nor a reason"
        for name, ident in calls.items()
        if ident in kept and not says_why(kept[ident])
    )
    others = (
        f"a call record of no call of this file: {each.entry} from {each.caller or 'nobody'}, {each.disposition}"
        for ident, each in kept.items()
        if ident not in calls.values()
    )
    return (*missing, *silent, *others)


def says_why(call: WholeCall) -> bool:
    """A rule won, or a step has a reason; a call that its own caller never took was not decided, and says that."""
    decided = any(step.reasons for segment in call.segments for step in segment.steps)
    return bool(call.rule) or decided or call.disposition == "not_placed"


def _call(name: str) -> str:
    return f"{name}: " if name else ""
