"""A call to the sample company, with a change, followed by hand: each step, what happened, how many seconds later."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from typing import Any

import msgspec

from routing.call import Call
from routing.company import CompanyDocument
from routing.compiled import Company, compile_company
from routing.decision import Decision
from routing.engine import next_step
from routing.reasons import ReasonCode
from routing.route import Attempt, History, LegOutcome, Outcome, OutcomeKind, decode_route, encode_route
from routing.snapshot import Agent, AgentState, Connect, Snapshot, Waiting
from routing.steps import Ring
from routing.waiting_line import place_kept
from schemas.company import load_company, plain_company
from schemas.merge_patch import merged
from tests.sample import CALLER, MONTREAL, at, document

B = "2026-10-13T10:00"
SILENCE, OVER = Outcome(OutcomeKind.NO_INPUT), Outcome(OutcomeKind.DONE)


@cache
def _plain() -> dict[str, Any]:
    return plain_company(document())


def changed(change: dict[str, Any] | None = None) -> Company:
    """The sample company with a change, as it would be saved."""
    loaded = load_company(merged(_plain(), change or {}))
    assert isinstance(loaded, CompanyDocument), loaded
    return compile_company(loaded, 1)


def people(company: Company, **states: AgentState | Agent) -> dict[str, Agent]:
    """Everybody available, with all phones registered, but for some (`u1001=...`)."""
    return {
        extension: _agent(states.get(f"u{extension}", AgentState.AVAILABLE), frozenset(user.devices))
        for extension, user in company.document.users.items()
    }


def _agent(state: AgentState | Agent, devices: frozenset[str]) -> Agent:
    if isinstance(state, Agent):
        return msgspec.structs.replace(state, registered=devices)
    there = frozenset() if state is AgentState.OFFLINE else devices
    busy = state is AgentState.ON_CALL
    return Agent(state=state, registered=there, legs=int(busy), ringing=int(state is AgentState.RINGING))


class Following:
    """One call. `decision` is the step it is in; `route` what it carries, encoded after each step as the call does."""

    def __init__(
        self, to: str, *, when: str = B, change: dict[str, Any] | None = None, caller: str = CALLER,
        agents: Mapping[str, Agent] | None = None, knows: bool = True, draw: int = 0,
        last_served: Mapping[str, str] | None = None, lines: int | None = None,
        waiting: tuple[Waiting, ...] | None = None, connects: Mapping[str, tuple[Connect, ...]] | None = None,
        **states: AgentState | Agent,
    ) -> None:  # fmt: skip
        self.company = changed(change)
        self.agents = dict(agents or people(self.company, **states)) if knows else None
        self.now, self.draw, self.lines = at(when), draw, lines
        self.last_served, self.waiting, self.connects = last_served or {}, waiting, connects or {}
        number = self.company.numbers_by_e164.get(to)
        self.call = Call(
            id="c", company="boreal", entry_kind="number" if number else "extension", entry=number or to,
            caller_number=caller, received_at=self.now,
        )  # fmt: skip
        self.history: History = ()
        self.decision = self._decide()

    def snapshot(self) -> Snapshot:
        """What a decision may look at now."""
        return Snapshot(
            now=self.now.astimezone(MONTREAL), agents=self.agents, draw=self.draw, last_served=self.last_served,
            lines_in_use=self.lines, waiting=self.waiting, connects=self.connects,
        )  # fmt: skip

    def kept(self) -> Waiting | None:
        """The call's place in a waiting line, as others are told of it."""
        return place_kept(self.company, self.call, self.snapshot(), self.decision, self.history)

    def again(self) -> Following:
        """The same step is decided again, by what is known now."""
        self.decision = self._decide()
        return self

    def _decide(self) -> Decision:
        snapshot = self.snapshot()
        carried = decode_route(encode_route(self.history))
        decision = next_step(self.company, self.call, snapshot, carried)
        assert next_step(self.company, self.call, snapshot, self.history) == decision
        return decision

    def set(self, extension: str, state: AgentState | Agent) -> Following:
        """Somebody's state from now on."""
        assert self.agents is not None
        devices = frozenset(self.company.document.users[extension].devices)
        self.agents[extension] = _agent(state, devices)
        return self

    def then(self, outcome: Outcome, after: float = 0) -> Following:
        """The step ended like this, so many seconds after it began."""
        self.history = (*self.history, Attempt(self.decision.place, outcome))
        self.now += timedelta(seconds=after)
        self.call = msgspec.structs.replace(self.call, hops=self.call.hops + self.decision.hops)
        self.decision = self._decide()
        return self

    def unanswered(self, after: float | None = None) -> Following:
        """Nobody took it in the time that the step gave."""
        assert isinstance(self.decision.step, Ring), self.decision
        return self.then(
            self.ended(LegOutcome.NO_ANSWER), self.decision.step.seconds if after is None else after
        )

    def keys(self, keys: str, after: float = 0) -> Following:
        """The caller pressed keys."""
        return self.then(Outcome(OutcomeKind.KEYED, keys=keys), after)

    def ended(self, how: LegOutcome, **others: LegOutcome) -> Outcome:
        """Every phone of the ring step ended like this, but for some people's (`u1004=...`)."""
        assert isinstance(self.decision.step, Ring), self.decision
        owners = dict.fromkeys(leg.owner for leg in self.decision.step.legs)
        ends = tuple((owner, others.get(f"u{owner}", how)) for owner in owners)
        kind = OutcomeKind(how.value) if len({end for _, end in ends}) == 1 else OutcomeKind.NO_ANSWER
        return Outcome(kind, members=ends)

    @property
    def rings(self) -> set[str]:
        """Phones of the ring step, empty for any other."""
        step = self.decision.step
        return {leg.id for leg in step.legs} if isinstance(step, Ring) else set()

    @property
    def seconds(self) -> int:
        """How long the ring step lasts."""
        assert isinstance(self.decision.step, Ring), self.decision
        return self.decision.step.seconds

    def facts(self, code: ReasonCode) -> list[dict[str, str]]:
        """The facts of every reason of this code."""
        return [dict(reason.facts) for reason in self.decision.reasons if reason.code == code]
