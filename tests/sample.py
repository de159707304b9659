"""The sample company, compiled, and short ways to ask the engine about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from routing.call import Call
from routing.company import CompanyDocument
from routing.compiled import Company, compile_company
from routing.decision import Decision
from routing.engine import next_step
from routing.route import Attempt, History, LegOutcome, Outcome, OutcomeKind
from routing.snapshot import Agent, AgentState, Snapshot
from routing.steps import Ring
from schemas.company import load_company

BOREAL = Path(__file__).parents[1] / "schemas" / "examples" / "boreal.yaml"
MONTREAL = ZoneInfo("America/Toronto")
CALLER = "+14505550199"


@cache
def document() -> CompanyDocument:
    """The sample document."""
    loaded = load_company(BOREAL)
    assert not isinstance(loaded, list), loaded
    return loaded


@cache
def company() -> Company:
    """The sample company, revision 1."""
    return compile_company(document(), 1)


def at(text: str) -> datetime:
    """An instant of Montréal."""
    return datetime.fromisoformat(text).replace(tzinfo=MONTREAL)


def everybody_idle(**states: AgentState) -> Mapping[str, Agent]:
    """All phones registered and idle, but for some users' states (`u1001=...`)."""
    agents = {
        e: Agent(state=AgentState.AVAILABLE, registered=frozenset(u.devices))
        for e, u in document().users.items()
    }
    for name, state in states.items():
        busy = int(state is AgentState.ON_CALL)
        registered = frozenset() if state is AgentState.OFFLINE else agents[name[1:]].registered
        agents[name[1:]] = Agent(state=state, registered=registered, legs=busy)
    return agents


def decide(
    number: str,
    when: str,
    history: History = (),
    *,
    caller: str = CALLER,
    agents: Mapping[str, Agent] | None = None,
) -> Decision:
    """The next step of a call from outside."""
    entry = company().numbers_by_e164[number]
    call = Call(
        id="c", company="boreal", entry_kind="number", entry=entry, caller_number=caller, received_at=at(when)
    )
    known = everybody_idle() if agents is None else agents
    return next_step(company(), call, Snapshot(now=at(when), agents=known), history)


def keyed(keys: str) -> Outcome:
    """The caller pressed keys."""
    return Outcome(OutcomeKind.KEYED, keys=keys)


def unanswered(decision: Decision, how: LegOutcome = LegOutcome.NO_ANSWER) -> Outcome:
    """Every phone of a ring step ended this way."""
    assert isinstance(decision.step, Ring)
    owners = dict.fromkeys(leg.owner for leg in decision.step.legs)
    kind = OutcomeKind(how.value)
    return Outcome(kind, members=tuple((owner, how) for owner in owners))


def after(decision: Decision, outcome: Outcome, history: History = ()) -> History:
    """The history with one more attempt."""
    return (*history, Attempt(decision.place, outcome))


def rings(decision: Decision) -> set[str]:
    """Ids of the legs that ring; empty for any other step."""
    return {leg.id for leg in decision.step.legs} if isinstance(decision.step, Ring) else set()
