"""Supervisors in a conversation of a play (routing.supervision): who steps in, how he is heard, how the conversation ends."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from routing.agents import LegActivity
from routing.placing import RING_SECONDS, phones_of
from routing.rights import Person
from routing.snapshot import Snapshot
from routing.steps import PromptRef
from routing.supervision import Mode, Monitor, Refused, judge, judge_leaving
from routing.what_if_plan import Supervised, What
from routing.what_if_world import Spell

if TYPE_CHECKING:
    from routing.what_if_call import Playing

ENDED = "ended_by_supervisor"
_HEARD: dict[Mode, What] = {"listen": "listens", "whisper": "whispers", "barge": "barges"}
_NEVER = Snapshot(now=datetime.fromtimestamp(0, UTC), agents=None)


class Conversation:
    """One conversation of the call `run`, of an `agent`, from now on until `over` (seconds of the call); `agent_over` is when the
    agent is out of it."""

    def __init__(self, run: Playing, agent: str, over: float) -> None:
        self._run, self._agent, self.over, self.agent_over = run, agent, over, over
        self._monitor: Monitor | None = None
        self._device = ""
        self._spell: Spell | None = None
        self._answered = math.inf
        self.cleared = False

    def play(self) -> None:
        """Everything that supervisors do in it."""
        run = self._run
        for event in run.world.supervised(run.ident):
            at = event.at - run.began
            if run.at <= at < self.over:
                self._happens(event, at)
        self._leaves(self.over)

    def _happens(self, event: Supervised, at: float) -> None:
        person = Person(role="supervisor", extension=event.supervisor)
        if event.does == "leave":
            refused = judge_leaving(person, self._monitor)
            self._refuses(refused, at) if refused else self._leaves(at)
            return
        document = self._run.company.document
        found = judge(document, person, event.does, self._legs(at), self._monitor)
        if isinstance(found, Refused):
            self._refuses(found, at)
        elif event.does == "end":
            self._end(at)
        elif self._monitor is None:
            self._rings(event.supervisor, event.does, at)
        else:
            self._goes_on(event.does, at)

    def _legs(self, at: float) -> dict[str, LegActivity]:
        people = [self._agent, *([self._run.call.owner] if self._run.call.owner else [])]
        if at >= self.agent_over:
            people.remove(self._agent)
        return {
            who: LegActivity(owner=who, state="answered", call=self._run.ident, node="", since=0.0)
            for who in people
        }

    def _refuses(self, refused: Refused, at: float) -> None:
        self._run.say("refuses", refused.code, at)

    def _rings(self, supervisor: str, mode: Mode, at: float) -> None:
        """His phones ring together, and the first that answers is the one."""
        run = self._run
        offers = {each: run.world.offer(each) for each in phones_of(run.company, supervisor, _NEVER)}
        answers = {
            each: offer.answer_after
            for each, offer in offers.items()
            if offer.answer_after is not None and not offer.refuse and offer.answer_after < RING_SECONDS
        }
        first = min(answers, key=lambda each: answers[each], default="")
        stops = at + answers.get(first, RING_SECONDS)
        for device in offers:
            run.say("rings", device, at)
            if device != first:
                run.say("stops", device, stops)
        if not first:
            return
        self._device, self._answered = first, stops
        self._monitor = Monitor(
            supervisor=supervisor, mode=mode, agent=self._agent, leg=self._agent, own=first
        )
        self._spell = Spell(supervisor, run.began + at, run.began + stops, math.inf)
        run.world.busy(self._spell)
        self._is_heard(mode, stops)

    def _goes_on(self, mode: Mode, at: float) -> None:
        assert self._monitor is not None
        self._monitor = msgspec.structs.replace(self._monitor, mode=mode)
        self._is_heard(mode, at)

    def _is_heard(self, mode: Mode, at: float) -> None:
        if mode in _HEARD:
            self._run.say(_HEARD[mode], self._device, at)
        else:
            self._run.say("talks", self._device, at)
            self.agent_over, self.over = at, self._run.hang_up_at

    def _end(self, at: float) -> None:
        self._run.say("hears", ENDED, at)
        self._leaves(at)
        self.over = self.agent_over = at + self._run.seconds_of(PromptRef(ENDED))

    def _leaves(self, at: float) -> None:
        """His leg is over; what he took over ends with the call."""
        if self._spell is not None:
            self._run.world.ends(self._spell, self._run.began + at)
            self._spell = None
        if self._monitor is not None and self._monitor.mode != "take_over" and self._answered < at:
            self._run.say("leaves", self._device, at)
        if self._monitor is None or self._monitor.mode != "take_over":
            self._monitor = None
