"""Scenarios on the pure simulator."""

from __future__ import annotations

import wave
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from routing.call import Call
from routing.company import CompanyDocument
from routing.compiled import compile_company
from routing.snapshot import Agent, AgentState
from routing.steps import PromptRef
from routing.what_if import Row, play_out
from schemas.scenario import Scenario

_UNKNOWN_SECONDS = 0.5


def simulate(scenario: Scenario, sounds: Path) -> tuple[Row, ...]:
    """What happens. `sounds` is the folder of the built-in prompts, for their length."""
    company = compile_company(scenario.document, 1)
    plan = scenario.call
    number = company.numbers_by_e164.get(plan.to, "")
    call = Call(
        id="scenario", company=company.id, entry_kind="number" if number else "extension", entry=number or plan.to,
        caller_number=plan.number, received_at=scenario.start.replace(tzinfo=company.zone()),
        owner=company.device_owners.get(plan.device, ""),
    )  # fmt: skip
    if plan.to.startswith("+") and not number:
        return (Row(0.0, "clears", "404"),)
    return play_out(
        company, call, plan.caller, agents=_agents(scenario), phones=scenario.phones,
        seconds_of=lambda prompt: seconds_of(prompt, scenario.document, sounds),
    ).rows  # fmt: skip


def _agents(scenario: Scenario) -> Mapping[str, Agent]:
    return {
        ext: _agent(scenario, ext, frozenset(user.devices)) for ext, user in scenario.document.users.items()
    }


def _agent(scenario: Scenario, extension: str, devices: frozenset[str]) -> Agent:
    declared = scenario.agents.get(extension)
    registered = frozenset() if declared == "offline" else devices - set(scenario.unregistered)
    if declared == "on_call":
        return Agent(state=AgentState.ON_CALL, registered=registered, legs=1)
    if not registered:
        return Agent(state=AgentState.OFFLINE, registered=registered)
    return Agent(state=AgentState(declared or "available"), registered=registered)


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
