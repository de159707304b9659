"""One decision under way: what it may look at, the reasons it collects, and the moves it has made."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo

from routing.call import Call
from routing.company import CompanyDocument, Handling, User
from routing.compiled import Company
from routing.decision import Decision
from routing.device_kinds import is_talked_on
from routing.reasons import Reason, ReasonCode
from routing.route import History, LegOutcome, Place
from routing.snapshot import Agent, AgentState, Snapshot
from routing.stages import parse_stage
from routing.steps import Announce, AnyStep, Hangup, PromptRef, Ring

_KEY_PARTS = "gmcq"
"""Parts of a step in which the caller's keys are read: greeting, menu, the rest of a number, the question to press 1."""
_DECLARED = {AgentState.DND: "dnd", AgentState.BREAK: "break"}
"""States that are nothing but an intent."""


class Turn:
    """The facts of one call of `next_step`; lives no longer than that."""

    def __init__(self, company: Company, call: Call, snapshot: Snapshot, history: History) -> None:
        self.company, self.call, self.snapshot, self.history = company, call, snapshot, history
        self.reasons: list[Reason] = []
        self.hops = 0
        self.rule = ""
        self._arrivals: list[tuple[str, str]] = []

    @property
    def document(self) -> CompanyDocument:
        """The company's document."""
        return self.company.document

    def note(self, code: ReasonCode, **facts: str) -> None:
        """A reason for, or against, something."""
        self.reasons.append(Reason(code=code, facts=facts))

    def local(self, zone: tzinfo) -> datetime:
        """Now, where the object is."""
        return self.snapshot.now.astimezone(zone)

    def decide(self, place: Place, step: AnyStep) -> Decision:
        """The decision with everything collected so far, and a reason for each leg it rings."""
        for leg in step.legs if isinstance(step, Ring) else ():
            if leg.device:
                self.note("rings", user=leg.owner, device=leg.device, seconds=str(leg.seconds))
            elif leg.owner in self.document.users and place.kind != "o":
                self.note("dials", user=leg.owner, outside=leg.number, seconds=str(leg.seconds))
            else:
                self.note("dials_outside", outside=leg.number, seconds=str(leg.seconds))
        return Decision(step=step, place=place, rule=self.rule, reasons=tuple(self.reasons), hops=self.hops)

    # --- who was where ----------------------------------------------------------------------------

    def arrive(self, kind: str, ident: str) -> Decision | None:
        """Note the arrival at a target; a decision when the loop guard ends the call (guard 0 of 3.3)."""
        account = self.company.document.account
        first = not self.history and not self._arrivals
        self._arrivals.append((kind, ident))
        self.hops += 0 if first else 1
        again = self.visit(kind, ident) < account.visits_per_target
        if self.call.hops + self.hops <= account.hop_limit and again:
            return None
        self.note("loop", target=f"{kind}.{ident}", hops=str(self.call.hops + self.hops))
        return self.decide(Place(kind, ident, "loop", "z0"), Hangup(why="loop"))

    @property
    def number(self) -> str:
        """The number whose handling is in force, or with which the call came in; empty for an inside call."""
        here = [ident for kind, ident in self._arrivals if kind == "n"]
        past = here or [a.place.id for a in self.history if a.place.kind == "n"]
        return past[-1] if past else (self.call.entry if self.call.entry_kind == "number" else "")

    @property
    def handling(self) -> Handling | None:
        """The handling of that number."""
        number = self.document.numbers.get(self.number)
        return self.document.handlings.get(number.handling) if number is not None else None

    def visit(self, kind: str, ident: str) -> int:
        """Which visit to a target this is, from 0: where it has just arrived, or stood last. Two that follow upon each
        other, with nothing between, are two."""
        here = [
            parse_stage(a.place.stage).visit
            for a in self.history
            if (a.place.kind, a.place.id) == (kind, ident)
        ]
        return max(here, default=-1) + self._arrivals.count((kind, ident))

    def comes_from(self, kind: str, ident: str) -> bool:
        """The call was at another target of this kind before."""
        past = [(attempt.place.kind, attempt.place.id) for attempt in self.history]
        return any(each[0] == kind and each[1] != ident for each in (*past, *self._arrivals))

    def declined(self) -> set[str]:
        """Members who declined this call; they are not offered it again (A23)."""
        return self._members(self.history, LegOutcome.DECLINED)

    @staticmethod
    def _members(history: History, how: LegOutcome) -> set[str]:
        return {owner for a in history for owner, ended in a.outcome.members if ended is how}

    # --- agents -----------------------------------------------------------------------------------

    def agent(self, extension: str) -> Agent | None:
        """The agent's state; None when presence is unknown, or he was not asked for: then nothing may be concluded."""
        agents: Mapping[str, Agent] | None = self.snapshot.agents
        return agents.get(extension) if agents is not None else None

    def intent(self, extension: str) -> str:
        """What he declared, whatever he is doing now; empty when presence is unknown."""
        agent = self.agent(extension)
        if agent is None:
            return ""
        return agent.intent if agent.intent != "auto" else _DECLARED.get(agent.state, "auto")

    def reachable_devices(self, extension: str, user: User) -> tuple[str, ...]:
        """Enabled devices that are registered, all of them when presence is unknown."""
        agent = self.agent(extension)
        enabled = [key for key, device in user.devices.items() if device.enabled]
        for key in (key for key, device in user.devices.items() if not device.enabled):
            self.note("device_disabled", user=extension, device=key)
        if agent is None:
            return tuple(enabled)
        for key in enabled:
            if key not in agent.registered and is_talked_on(user.devices[key]):
                self.note("device_unreachable", user=extension, device=key)
        return tuple(key for key in enabled if key in agent.registered)


def clock_fact(local: datetime) -> str:
    """The fact `time` of a reason."""
    return local.isoformat(timespec="seconds")


def reads_keys(place: Place) -> bool:
    """True where the keys of the caller are how the step ended, and silence is no input."""
    part = parse_stage(place.stage).part
    return part != "" and part in _KEY_PARTS


def builtin(turn: Turn, *names: str) -> tuple[PromptRef, ...]:
    """Built-in prompts in every language of the number called, else of the company, in their order."""
    number = turn.document.numbers.get(turn.call.entry) if turn.call.entry_kind == "number" else None
    languages = (number.languages if number else ()) or turn.document.account.languages
    return tuple(PromptRef(name, language=language) for language in languages for name in names)


def company_prompt(name: str, date: str = "") -> tuple[PromptRef, ...]:
    """A prompt of the company's own."""
    return (PromptRef(name, company=True, date=date),)


def say_and_hang_up(turn: Turn, place: Place, name: str) -> Decision:
    """A built-in announcement that ends the call."""
    return turn.decide(place, Announce(prompts=builtin(turn, name)))
