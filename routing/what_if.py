"""What would happen to a call, played out by the clock of a scenario: the third shell of `next_step`, in pure form.

Ideal phones and no delays: what a switch adds (a second of a timer's grain, a set-up) is not here. Used by
`relais scenario --on simulator`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Literal

import msgspec

from routing.call import Call
from routing.compiled import Company
from routing.decision import Decision
from routing.engine import next_step
from routing.legs import RungLeg
from routing.outcomes import ring_outcome
from routing.route import Attempt, History, LegOutcome, Outcome, OutcomeKind
from routing.snapshot import Agent, Snapshot
from routing.steps import (
    Announce,
    Ask,
    CheckVoicemail,
    CollectMore,
    Hangup,
    Leg,
    Play,
    PromptRef,
    Ring,
    Voicemail,
    Wait,
)

_MOST_STEPS = 200
_REFUSALS = {486: LegOutcome.BUSY, 603: LegOutcome.DECLINED, 404: LegOutcome.UNREACHABLE}
_STATUS = {"busy": "486", "unavailable": "480", "unallocated": "404", "rejected": "603", "loop": "483"}

What = Literal["rings", "stops", "talks", "hears", "records", "checks", "clears"]


class Offer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a phone does with one call, in seconds: it answers `answer_after` the offer (None: it only rings)
    or refuses with a SIP status; `press` and `hang_up_after` count from its answer."""

    answer_after: float | None = None
    refuse: int = 0
    refuse_after: float = 0.0
    press: tuple[tuple[float, str], ...] = ()
    hang_up_after: float | None = None


class Row(msgspec.Struct, frozen=True):
    """Something that a person would notice, `at` seconds after the call began. `who`: a device, an outside
    number, prompts joined by `+`, a box, or how the call was cleared."""

    at: float
    what: What
    who: str


class Caller(msgspec.Struct, frozen=True):
    """What the caller does, in seconds after he called."""

    press: tuple[tuple[float, str], ...] = ()
    hang_up_at: float = math.inf


class Played(msgspec.Struct, frozen=True):
    """What happened, and why."""

    rows: tuple[Row, ...]
    decisions: tuple[Decision, ...]


def play_out(
    company: Company, call: Call, caller: Caller, *, agents: Mapping[str, Agent] | None,
    phones: Mapping[str, Sequence[Offer]], seconds_of: Callable[[PromptRef], float],
) -> Played:  # fmt: skip
    """The call from `call.received_at` until it is over. `phones` by device or outside number; one that is
    not named only rings. `seconds_of` tells how long a prompt is."""
    run = _Run(company, call, caller, agents, phones, seconds_of)
    while run.going and len(run.decisions) < _MOST_STEPS:
        run.step()
    rows = sorted((row for row in run.rows if row.at <= caller.hang_up_at), key=lambda row: row.at)
    return Played(tuple(rows), tuple(run.decisions))


class _Run:
    """One call under way; `at` is the time since it began."""

    def __init__(
        self, company: Company, call: Call, caller: Caller, agents: Mapping[str, Agent] | None,
        phones: Mapping[str, Sequence[Offer]], seconds_of: Callable[[PromptRef], float],
    ) -> None:  # fmt: skip
        self.company, self.call, self.agents = company, call, agents
        self.hang_up_at = caller.hang_up_at
        self.keys = [(when, key) for when, keys in sorted(caller.press) for key in keys]
        self.offers = {name: list(offers) for name, offers in phones.items()}
        self.seconds_of = seconds_of
        self.at, self.answered, self.going = 0.0, False, True
        self.history: History = ()
        self.rows: list[Row] = []
        self.decisions: list[Decision] = []

    def step(self) -> None:
        """Decide, then do, until the outcome."""
        now = self.call.received_at + timedelta(seconds=self.at)
        decision = next_step(self.company, self.call, Snapshot(now=now, agents=self.agents), self.history)
        self.decisions.append(decision)
        self.call = msgspec.structs.replace(self.call, hops=self.call.hops + decision.hops)
        outcome = self._do(decision)
        if outcome is None or self.at >= self.hang_up_at:
            self.going = False
        else:
            self.history = (*self.history, Attempt(decision.place, outcome))

    def _do(self, decision: Decision) -> Outcome | None:
        """The outcome, or None when the call is over."""
        match decision.step:
            case Ask() as ask:
                return self._ask(ask)
            case CollectMore() as more:
                return self._collect(more)
            case Ring() as ring:
                return _Ringing(self, ring).outcome()
            case Play() as play:
                self._hear(play.prompts)
                return Outcome(OutcomeKind.DONE)
            case Wait() as wait:
                self.at += wait.seconds
                return Outcome(OutcomeKind.DONE)
            case Announce() as announce:
                self._hear(announce.prompts)
                self.say("clears", "normal")
            case Voicemail() as voicemail:
                if voicemail.greeting and not voicemail.skip_greeting:
                    self._hear((voicemail.greeting,))
                self.say("records", voicemail.box)
            case CheckVoicemail() as check:
                self.say("checks", check.box)
            case Hangup() as hangup:
                self.say("clears", "normal" if self.answered else _STATUS.get(hangup.why, "normal"))
        return None

    def say(self, what: What, who: str, at: float | None = None) -> None:
        """A row of the timeline."""
        self.rows.append(Row(self.at if at is None else at, what, who))

    def next_key(self, until: float) -> str:
        """The next key that comes before `until`; the time moves to it."""
        if not self.keys or self.keys[0][0] >= until:
            return ""
        when, key = self.keys.pop(0)
        self.at = max(self.at, when)
        return key

    def _hear(self, prompts: Sequence[PromptRef]) -> None:
        self.answered = True
        self.say("hears", "+".join(dict.fromkeys(prompt.name for prompt in prompts)))
        self.at += sum(map(self.seconds_of, prompts))

    def _ask(self, ask: Ask) -> Outcome:
        self.answered = True
        self.say("hears", "+".join(dict.fromkeys(prompt.name for prompt in ask.prompts)))
        done_at = self.at + ask.plays * (sum(map(self.seconds_of, ask.prompts)) + ask.wait_seconds)
        key = self.next_key(done_at)
        if key:
            return Outcome(OutcomeKind.KEYED, keys=key)
        self.at = done_at
        return Outcome(OutcomeKind.NO_INPUT)

    def _collect(self, more: CollectMore) -> Outcome:
        keys = ""
        while len(keys) < more.max_more:
            until = self.at + more.seconds
            key = self.next_key(until)
            if not key:
                self.at = until
                break
            keys += key
        return Outcome(OutcomeKind.KEYED, keys=keys) if keys else Outcome(OutcomeKind.NO_INPUT)


class _Ringing:
    """One ring step: what each phone does, who wins, and when."""

    def __init__(self, run: _Run, ring: Ring) -> None:
        self.run, self.ring, self.began = run, ring, run.at
        self.offers = {leg.id: self._offer(leg) for leg in ring.legs}

    def outcome(self) -> Outcome | None:
        """None when somebody talked, or the caller gave up."""
        run = self.run
        ends = {leg.id: self._end(leg) for leg in self.ring.legs}
        winner = min(
            (leg for leg in self.ring.legs if ends[leg.id][1] is LegOutcome.ANSWERED),
            key=lambda leg: ends[leg.id][0], default=None,
        )  # fmt: skip
        done_at = ends[winner.id][0] if winner else max(end for end, _ in ends.values())
        for leg in self.ring.legs:
            run.say("rings", _name(leg))
        key = run.next_key(min(done_at, run.hang_up_at)) if self.ring.key_0 else ""
        done_at = run.at if key else min(done_at, run.hang_up_at)
        for leg in self.ring.legs:
            if leg is not winner or done_at < ends[leg.id][0]:
                run.say("stops", _name(leg), min(done_at, ends[leg.id][0]))
        run.at = done_at
        if key:
            run.answered = True
            return Outcome(OutcomeKind.KEYED, keys=key)
        if done_at >= run.hang_up_at:
            return None
        if winner is None:
            return self._lost(ends)
        self._talk(winner)
        return None

    def _offer(self, leg: Leg) -> Offer:
        script = self.run.offers.get(_name(leg)) or [Offer()]
        return script.pop(0) if len(script) > 1 else script[0]

    def _end(self, leg: Leg) -> tuple[float, LegOutcome]:
        """When the leg is over, or wins, and how."""
        offer = self.offers[leg.id]
        if offer.refuse and offer.refuse_after < leg.seconds:
            return self.began + offer.refuse_after, _REFUSALS.get(offer.refuse, LegOutcome.NO_ANSWER)
        if offer.answer_after is None or offer.refuse or offer.answer_after >= leg.seconds:
            return self.began + leg.seconds, LegOutcome.NO_ANSWER
        answered = self.began + offer.answer_after
        if leg.confirm is None or leg.confirm.by == "caller":
            return answered, LegOutcome.ANSWERED
        pressed = next((after for after, keys in offer.press if keys.startswith("1")), math.inf)
        given_up = min(leg.confirm.seconds, math.inf if offer.hang_up_after is None else offer.hang_up_after)
        if pressed < given_up:
            return answered + pressed, LegOutcome.ANSWERED
        return answered + given_up, LegOutcome.NO_ANSWER

    def _talk(self, winner: Leg) -> None:
        run, offer = self.run, self.offers[winner.id]
        run.answered = True
        run.say("talks", _name(winner))
        if offer.hang_up_after is not None and offer.answer_after is not None:
            run.at = self.began + offer.answer_after + offer.hang_up_after
            run.say("clears", "normal")

    def _lost(self, ends: Mapping[str, tuple[float, LegOutcome]]) -> Outcome:
        legs = [RungLeg(leg.id, leg.owner) for leg in self.ring.legs]
        return ring_outcome(legs, {ident: how for ident, (_, how) in ends.items()})


def _name(leg: Leg) -> str:
    return leg.device or leg.number
