"""Scenarios on the pure simulator."""

from __future__ import annotations

import wave
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, timedelta
from functools import cache
from pathlib import Path

import msgspec

from console.refusals import WORDINGS
from console.scenarios.happened import Happened
from routing.agents import Intent
from routing.call import Call
from routing.company import CompanyDocument
from routing.compiled import Company, compile_company
from routing.decision import Decision
from routing.outbound_dialing import entry_of
from routing.steps import PromptRef
from routing.what_if import play_out
from routing.what_if_plan import Happening, Person, PlannedCall, Row, Saved, Scene
from schemas.scenario import CallPlan, Scenario, Supposed
from schemas.scenario_events import Kills, Publishes

_UNKNOWN_SECONDS = 0.5


def simulate(scenario: Scenario, sounds: Path) -> Happened:
    """What happens. `sounds` is the folder of the built-in prompts, for their length."""
    company = compile_company(scenario.document, 1)
    planned = {name: _planned(scenario, company, name, plan) for name, plan in scenario.calls.items()}
    people = people_of(scenario.document, scenario.agents, scenario.unregistered)
    scene = Scene(
        company=company, began=scenario.start.astimezone(UTC), people=people, phones=scenario.phones,
        trunks=scenario.trunks, happenings=_happenings(scenario),
    )  # fmt: skip
    known = {name: each for name, each in planned.items() if each is not None}
    played = play_out(scene, known, lambda prompt: seconds_of(prompt, scenario.document, sounds))
    unknown = [Row(0.0, "clears", "404", name) for name, each in planned.items() if each is None]
    rows = (*unknown, *(_as_answered(row) for each in played.values() for row in each.rows))
    return Happened(rows, {name: won(each.decisions) for name, each in played.items()})


def won(decisions: Sequence[Decision]) -> str:
    """The rule that stands at a call's end: a step that none made goes on with that of the one before (docs/contract.md, 2)."""
    return next((decision.rule for decision in reversed(decisions) if decision.rule), "")


def _as_answered(row: Row) -> Row:
    """What is not placed is refused with the API's status."""
    known = WORDINGS.get(row.who) if row.what == "clears" else None
    return msgspec.structs.replace(row, who=str(known.status)) if known is not None else row


def _planned(scenario: Scenario, company: Company, name: str, plan: CallPlan) -> PlannedCall | None:
    """The call as the dialplan server would begin it; None for a number of nobody's."""
    if scenario.is_nobodys(plan):
        return None
    owner = plan.click or company.device_owners.get(plan.device, plan.device)
    kind, entry = entry_of(company, owner, plan.to)
    call = Call(
        id=name, company=company.id, entry_kind=kind, entry=entry, caller_number=owner or plan.number,
        received_at=scenario.start.astimezone(UTC) + timedelta(seconds=plan.at), owner=owner,
        device=plan.device, forced=plan.force,
    )  # fmt: skip
    return PlannedCall(
        plan.at, call, plan.caller, placed_to=plan.to if plan.click else "", call_back=plan.call_back
    )


def people_of(
    document: CompanyDocument, agents: Mapping[str, Supposed], unregistered: Collection[str]
) -> Mapping[str, Person]:
    """Everybody: idle and registered, but for what is supposed of some."""
    return {
        ext: _person(agents.get(ext, Supposed()), frozenset(user.devices) - set(unregistered))
        for ext, user in document.users.items()
    }


def _person(supposed: Supposed, registered: frozenset[str]) -> Person:
    registered = frozenset() if supposed.state == "offline" else registered
    kind = "auto" if supposed.state in ("available", "on_call", "offline") else supposed.state
    intent = {"kind": kind, "since": supposed.idle_since}
    return Person(
        intent=msgspec.convert(intent, Intent), registered=registered,
        on_call=supposed.state == "on_call", idle_since=supposed.idle_since,
    )  # fmt: skip


def _happenings(scenario: Scenario) -> list[Happening]:
    found: list[Happening] = []
    revision = 1
    for event in scenario.events:
        if isinstance(event, Publishes):
            revision += 1
            found.append(Saved(event.at, compile_company(event.document, revision)))
        elif not isinstance(event, Kills):
            found.append(event)
    return found


def seconds_of(prompt: PromptRef, document: CompanyDocument, sounds: Path) -> float:
    """How long a prompt is: what the company says, or the recording of a built-in one."""
    known = document.prompts.get(prompt.name) if prompt.company else None
    if known is not None and not known.builtin:
        return float(known.seconds or _UNKNOWN_SECONDS)
    name = known.builtin if known is not None else prompt.name
    return _length(sounds / (prompt.language or document.account.languages[0]) / f"{name}.wav")


@cache
def _length(file: Path) -> float:
    try:
        with wave.open(str(file), "rb") as found:
            return found.getnframes() / found.getframerate()
    except (OSError, wave.Error, EOFError):
        return _UNKNOWN_SECONDS
