"""What would happen to calls, played out by the clock of a scenario: the third shell of `next_step`, in pure form.

Ideal phones and no delays: what a switch adds (a second of a timer's grain, a set-up) is not here. Used by
`relais scenario --on simulator`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property

import msgspec

from routing import waiting_line
from routing.call import Call
from routing.call_backs import request_of
from routing.calling_back import next_placed
from routing.compiled import Company
from routing.decision import Decision
from routing.engine import next_step
from routing.offers import offer_of
from routing.outbound_dialing import entry_of
from routing.placing import Unplaced, place
from routing.revisions import under_way
from routing.route import Attempt, History, Outcome, OutcomeKind
from routing.snapshot import LiveCall, Snapshot
from routing.steps import (
    Announce,
    Ask,
    CheckVoicemail,
    CollectMore,
    Hangup,
    PickUp,
    Play,
    PromptRef,
    Ring,
    Voicemail,
    Wait,
)
from routing.what_if_placing import OwnPhones
from routing.what_if_plan import HandAct, PlannedCall, Row, Scene, What
from routing.what_if_ringing import Ringing
from routing.what_if_talks import Side, Talks, take
from routing.what_if_world import Spell, World

_MOST_STEPS = 200
_LONGEST_CALL_BACK = 600.0
"""Seconds after which nobody waits any longer, in a play, for a call back that does not come."""
_STATUS = {"busy": "486", "unavailable": "480", "unallocated": "404", "rejected": "603", "loop": "483",
           "invalid": "484", "congestion": "503"}  # fmt: skip
_LOOK_AGAIN = Outcome(OutcomeKind.DONE)
"""The caller still waits, and the same round goes on."""
Seconds = Callable[[PromptRef], float]


class Taken(msgspec.Struct, frozen=True):
    """A step of a call: when it began, in seconds since the call did, what was known, what was decided, and how the step
    ended; None when the call ended in it."""

    at: float
    snapshot: Snapshot
    decision: Decision
    outcome: Outcome | None


class Played(msgspec.Struct, frozen=True):
    """What happened in one call, and why."""

    rows: tuple[Row, ...]
    taken: tuple[Taken, ...]

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """Of each step."""
        return tuple(each.decision for each in self.taken)


def play_out(scene: Scene, calls: Mapping[str, PlannedCall], seconds_of: Seconds) -> dict[str, Played]:
    """Each call, by its id, until it is over. `seconds_of` tells how long a prompt is."""
    world = World(scene)
    talks = Talks(lambda device, at: next((run for run in runs.values() if run.asks(device, at)), None))
    world.calls_at = lambda at: [each for run in runs.values() for each in run.takeable(at)]
    world.taken = lambda by, ident, at: talks.add(take(runs[by], runs[ident], at))
    runs = {ident: Playing(ident, planned, world, seconds_of, talks) for ident, planned in calls.items()}
    acts = [each for each in world.happenings if isinstance(each, HandAct)]
    while True:
        going = [run for run in runs.values() if run.going and len(run.taken) < _MOST_STEPS]
        first = min(going, key=lambda run: run.began + run.at, default=None)
        if acts and (first is None or acts[0].at <= first.began + first.at):
            talks.perform(acts.pop(0))
        elif first is not None:
            first.step()
        else:
            break
    return {ident: run.played() for ident, run in runs.items()}


class Playing:
    """One call under way; `at` is the time since it began."""

    def __init__(
        self, ident: str, planned: PlannedCall, world: World, seconds_of: Seconds, talks: Talks
    ) -> None:
        self.ident, self.world, self.seconds_of, self.talks = ident, world, seconds_of, talks
        self.call, self.began, self.hang_up_at = planned.call, planned.at, planned.caller.hang_up_at
        self._planned_at = planned.at
        self.keys = [(when, key) for when, keys in sorted(planned.caller.press) for key in keys]
        self.at, self.answered, self.going = 0.0, False, True
        self.history: History = planned.history
        self.rows: list[Row] = []
        self.taken: list[Taken] = []
        self.device, self.led_by_another = planned.caller.device, False
        self.rung_now: list[tuple[str, Spell]] = []
        """Who rings in the present step, and until when."""
        self._stands: tuple[float, float, Decision] | None = None
        self._own_phone = self._takes_own_phone() if planned.caller.device else None
        self._placed_to, self._answers = planned.placed_to, planned.call_back
        self._from_outside = not (planned.caller.device or planned.call.owner)
        self._line: Spell | None = None
        self._round_ends = 0.0

    @cached_property
    def company(self) -> Company:
        """Of the revision with which it began: its route stays that (design 2.4). First looked at when it begins, for a call before
        it may have had another one saved."""
        return self.world.company(self._planned_at)

    def step(self) -> None:
        """Decide, then do, until the outcome."""
        if self._answers:
            self._call_back()
            return
        if self._placed_to:
            self._ring_own_phones()
            return
        at, snapshot = self.at, self.world.snapshot(self.began + self.at)
        company = under_way(self.company, self.world.company(self.began + self.at))
        decision = next_step(company, self.call, snapshot, self.history)
        self.world.waits(
            self.ident, waiting_line.place_kept(company, self.call, snapshot, decision, self.history)
        )
        self.call = msgspec.structs.replace(self.call, hops=self.call.hops + decision.hops)
        self._use(decision)
        if decision.declares:
            self.world.declares(self.call.owner, decision.declares, self.began + self.at)
        if decision.saves is not None:
            self.world.saves(decision.saves, self.began + self.at)
        request = request_of(self.call, decision)
        if request is not None:
            self.world.asks(request)
        self.world.counts(company, decision, self.began + self.at)
        self._take_line()
        if not isinstance(decision.step, Wait):
            self._round_ends = 0.0
        self.rung_now = []
        outcome = self._do(decision)
        self._stands = (self.began + at, self.began + self.at, decision)
        over = outcome is None or self.at >= self.hang_up_at
        if outcome is _LOOK_AGAIN and not over:
            return
        self.taken.append(Taken(at, snapshot, decision, None if over else outcome))
        if outcome is None or over:
            self._end()
        else:
            self.history = (*self.history, Attempt(decision.place, outcome))

    def played(self) -> Played:
        """What happened until the caller hung up."""
        known = (row for row in self.rows if row.at <= self.hang_up_at)
        rows = sorted((row for row in known if not self._is_nobodys(row)), key=lambda row: row.at)
        return Played(tuple(rows), tuple(self.taken))

    def _is_nobodys(self, row: Row) -> bool:
        return self.led_by_another and row.what == "clears"

    def _takes_own_phone(self) -> Spell:
        """Who calls from a phone of ours is on a call from then on."""
        spell = Spell(self.call.owner, self.began, self.began, math.inf)
        self.world.busy(spell)
        return spell

    def _call_back(self) -> None:
        """It begins when the turn of whoever asked for it comes, a second's look at a time (controller.call_backs)."""
        now = self.began + self.at
        company = self.world.company(now)
        found = next_placed(company, self.world.asked_by(self._answers), self.world.snapshot(now))
        if found is None:
            self.at += 1
            self.going = self.at < _LONGEST_CALL_BACK
            return
        request, placing = found
        self.world.called_back(request)
        self.began, self.at, self._answers = now, 0.0, ""
        kind, entry = entry_of(company, placing.extension, placing.to)
        self.call = msgspec.structs.replace(
            self.call, entry_kind=kind, entry=entry, owner=placing.extension, caller_number=placing.extension
        )
        self._from_outside = False
        self._own_phone = OwnPhones(self, placing).answered()
        if self._own_phone is None:
            self._end()

    def _ring_own_phones(self) -> None:
        """The one he answers calls on; when he answers none, there is no call."""
        to, self._placed_to = self._placed_to, ""
        facts, forced = self.world.snapshot(self.began), self.call.forced
        placing = place(self.company, self.call.owner, to, facts, forced=forced)
        if isinstance(placing, Unplaced):
            self.say("clears", placing.code)
        else:
            self._own_phone = OwnPhones(self, placing).answered()
        if self._own_phone is None:
            self._end()

    def _use(self, decision: Decision) -> None:
        """Of which capacity profile the call of a phone of ours takes a unit in this step."""
        profile = decision.step.uses if isinstance(decision.step, Ring) else ""
        if self._own_phone is not None and profile != self._own_phone.profile:
            self._own_phone = self.world.changed(self._own_phone, profile=profile)

    def _take_line(self) -> None:
        """A call from outside is one of the company's lines from its first step on (`controller.lines`)."""
        if self._from_outside and self._line is None:
            now = self.began + self.at
            self._line = Spell("", now, now, math.inf, line=True)
            self.world.busy(self._line)

    def _end(self) -> None:
        self.going = False
        self.world.leaves(self.ident, self.began + min(self.at, self.hang_up_at))
        cleared = bool(self.rows) and self.rows[-1].what == "clears"
        self.is_over(self.began + (self.at if cleared else self.hang_up_at))

    def is_over(self, at: float) -> None:
        """Whoever leads it has left, at a second of the play."""
        self.going = False
        for spell in (self._own_phone, self._line):
            if spell is not None:
                self.leg_ends(spell, at)

    def takeable(self, at: float) -> Iterator[LiveCall]:
        """Itself, as somebody sees it who would take it."""
        began, ended, decision = self._stands or (math.inf, math.inf, None)
        if decision is not None and began <= at < min(ended, self.began + self.hang_up_at):
            legs = decision.step.legs if isinstance(decision.step, Ring) else ()
            yield LiveCall(
                channel=self.ident, place=".".join(msgspec.structs.astuple(decision.place)), since=self.began,
                caller=self.call.caller_number, ringing=tuple(leg.id for leg in legs),
            )  # fmt: skip

    def asks(self, device: str, at: float) -> bool:
        """It is this phone's own call, and others ring for it."""
        began, ended, _ = self._stands or (math.inf, math.inf, None)
        return (
            self.device == device
            and bool(self.rung_now)
            and began <= at < min(ended, self.began + self.hang_up_at)
        )

    @property
    def rings_apart(self) -> bool:
        """Somebody rings whom an outbound profile keeps apart."""
        step = self._stands[2].step if self._stands is not None else None
        return isinstance(step, Ring) and any(leg.apart for leg in step.legs)

    # --- what people do in a conversation (routing.what_if_talks) -------------------------------------

    @property
    def lead(self) -> Side:
        """Whoever leads the call now."""
        owner = self.world.owner_of(self.device, self.call.owner) if self.device else ""
        return Side(
            name=self.device or self.call.caller_number, device=self.device, owner=owner, spell=self._own_phone or self._line,
            leaves=self.began + self.hang_up_at,
        )  # fmt: skip

    def leg_ends(self, spell: Spell, at: float) -> None:
        """Another end of a leg than was known when it began."""
        new = self.world.ends(spell, at)
        self._own_phone = new if spell is self._own_phone else self._own_phone
        self._line = new if spell is self._line else self._line

    def lead_changes(self, side: Side) -> None:
        """Its caller has left, whom it rang leads it; when he hangs up it is nobody's row."""
        self.device, self.led_by_another = side.device, True
        self._own_phone, self._line = (side.spell, None) if side.device else (None, side.spell)
        self.hang_up_at = side.leaves - self.began

    def goes_on(self, call: Call, at: float) -> None:
        """A new segment begins at a second of the play."""
        self.call, self.history, self.keys = call, (), []
        self.at, self.going = at - self.began, True

    def _do(self, decision: Decision) -> Outcome | None:
        """The outcome, or None when the call is over."""
        match decision.step:
            case Ask() as ask:
                return self._ask(ask)
            case CollectMore() as more:
                return self._collect(more)
            case Ring() as ring:
                made = offer_of(self.company.document, decision)
                return Ringing(self, ring, made, decision.place).outcome()
            case Play() as play:
                began = self.at
                self._hear(play.prompts)
                return self._zero(began, play) or Outcome(OutcomeKind.DONE)
            case Wait() as wait:
                return self._wait(wait, served=waiting_line.is_in_line(decision) and self.world.attended)
            case Announce() as announce:
                self._hear(announce.prompts)
                self.say("clears", "normal")
            case Voicemail() as voicemail:
                if voicemail.greeting and not voicemail.skip_greeting:
                    self._hear((voicemail.greeting,))
                self.say("records", voicemail.box)
            case CheckVoicemail() as check:
                self.say("checks", check.box)
            case PickUp() as pick_up:
                self.answered = True
                self.world.taken(self.ident, pick_up.channel, self.began + self.at)
            case Hangup() as hangup:
                if hangup.prompts:
                    self._hear(hangup.prompts, answered=self.answered)
                self.say("clears", "normal" if self.answered else _STATUS.get(hangup.why, "normal"))
        return None

    def _wait(self, wait: Wait, *, served: bool) -> Outcome:
        """A round of music; in a queue that a controller serves it is over as soon as something changes that might free
        somebody (`routing.dispatching`)."""
        began = self.at
        if wait.prompts:
            self._hear(wait.prompts)
        self.answered = True
        found = Outcome(OutcomeKind.DONE)
        if not served:
            self.at += wait.seconds
        elif not wait.prompts:
            found = self._served(wait)
        pressed = self._zero(began, wait)
        if pressed or found is not _LOOK_AGAIN:
            self._round_ends = 0.0
        return pressed or found

    def _served(self, wait: Wait) -> Outcome:
        self._round_ends = self._round_ends or self.at + wait.seconds
        self.at = min(self._round_ends, self.world.next_change(self.began + self.at) - self.began)
        return _LOOK_AGAIN if self.at < self._round_ends else Outcome(OutcomeKind.DONE)

    def _zero(self, began: float, step: Play | Wait) -> Outcome | None:
        """0 between `began` and now, where the step hears it (R46): the time goes back to it."""
        until = min(self.at, self.hang_up_at)
        over, self.at = self.at, began
        while step.key_0 and (key := self.next_key(until)):
            if key == "0":
                return Outcome(OutcomeKind.KEYED, keys=key)
        self.at = over
        return None

    def say(self, what: What, who: str, at: float | None = None, **more: str) -> None:
        """A row of the timeline."""
        self.rows.append(Row(self.at if at is None else at, what, who, self.ident, **more))

    def next_key(self, until: float) -> str:
        """The next key that comes before `until`; the time moves to it."""
        if not self.keys or self.keys[0][0] >= until:
            return ""
        when, key = self.keys.pop(0)
        self.at = max(self.at, when)
        return key

    def _hear(self, prompts: Sequence[PromptRef], *, answered: bool = True) -> None:
        self.answered = answered
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
