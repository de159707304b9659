"""One call of a play, from its first decision to its end: decide, then do (`routing.what_if_steps`), until somebody hangs up."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cached_property

import msgspec

from routing import waiting_line
from routing.call import Call
from routing.call_backs import request_of
from routing.calling_back import next_placed
from routing.compiled import Company
from routing.decision import Decision
from routing.engine import next_step
from routing.outbound_dialing import entry_of
from routing.placing import Unplaced, place
from routing.revisions import under_way
from routing.route import Attempt, History
from routing.snapshot import LiveCall
from routing.steps import Ring
from routing.what_if_placing import OwnPhones
from routing.what_if_plan import PlannedCall, Played, Row, Seconds, Taken, What
from routing.what_if_steps import LOOK_AGAIN, Doing
from routing.what_if_talks import Side, Talks
from routing.what_if_world import Spell, World

_LONGEST_CALL_BACK = 600.0
"""Seconds after which nobody waits any longer, in a play, for a call back that does not come."""


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
        self._doing = Doing(self)

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
        self.rung_now = []
        outcome = self._doing.outcome(decision)
        self._stands = (self.began + at, self.began + self.at, decision)
        over = outcome is None or self.at >= self.hang_up_at
        if outcome is LOOK_AGAIN and not over:
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
