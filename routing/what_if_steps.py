"""What each step of a play comes to: what its caller hears, the keys he presses, how long it takes, and its outcome."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from routing import waiting_line
from routing.decision import Decision
from routing.offers import offer_of
from routing.route import Outcome, OutcomeKind
from routing.steps import (
    Announce,
    AnyStep,
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
from routing.what_if_ringing import Ringing

if TYPE_CHECKING:
    from routing.what_if_call import Playing

_STATUS = {"busy": "486", "unavailable": "480", "unallocated": "404", "rejected": "603", "loop": "483",
           "invalid": "484", "congestion": "503"}  # fmt: skip
LOOK_AGAIN = Outcome(OutcomeKind.DONE)
"""The caller still waits, and the same round goes on."""


class Doing:
    """The steps of the call `run`, one after the other; the time of the call goes on in each."""

    def __init__(self, run: Playing) -> None:
        self._run = run
        self._round_ends = 0.0

    def outcome(self, decision: Decision) -> Outcome | None:
        """The outcome, or None when the call is over."""
        if not isinstance(decision.step, Wait):
            self._round_ends = 0.0
        match decision.step:
            case Ask() as ask:
                return self._ask(ask)
            case CollectMore() as more:
                return self._collect(more)
            case Ring() as ring:
                made = offer_of(self._run.company.document, decision)
                return Ringing(self._run, ring, made, decision.place).outcome()
            case Play() as play:
                began = self._run.at
                self._hear(play.prompts)
                return self._zero(began, play) or Outcome(OutcomeKind.DONE)
            case Wait() as wait:
                return self._wait(wait, served=waiting_line.is_in_line(decision) and self._run.world.attended)
            case last:
                self._close(last)
        return None

    def _close(self, step: AnyStep) -> None:
        """The last step of a call."""
        match step:
            case Announce() as announce:
                self._hear(announce.prompts)
                self._run.say("clears", "normal")
            case Voicemail() as voicemail:
                if voicemail.greeting and not voicemail.skip_greeting:
                    self._hear((voicemail.greeting,))
                self._run.say("records", voicemail.box)
            case CheckVoicemail() as check:
                self._run.say("checks", check.box)
            case PickUp() as pick_up:
                self._run.answered = True
                self._run.world.taken(self._run.ident, pick_up.channel, self._run.began + self._run.at)
            case Hangup() as hangup:
                if hangup.prompts:
                    self._hear(hangup.prompts, answered=self._run.answered)
                self._run.say("clears", "normal" if self._run.answered else _STATUS.get(hangup.why, "normal"))

    def _wait(self, wait: Wait, *, served: bool) -> Outcome:
        """A round of music; in a queue that a controller serves it is over as soon as something changes that might free
        somebody (`routing.dispatching`)."""
        began = self._run.at
        if wait.prompts:
            self._hear(wait.prompts)
        self._run.answered = True
        found = Outcome(OutcomeKind.DONE)
        if not served:
            self._run.at += wait.seconds
        elif not wait.prompts:
            found = self._served(wait)
        pressed = self._zero(began, wait)
        if pressed or found is not LOOK_AGAIN:
            self._round_ends = 0.0
        return pressed or found

    def _served(self, wait: Wait) -> Outcome:
        self._round_ends = self._round_ends or self._run.at + wait.seconds
        self._run.at = min(
            self._round_ends, self._run.world.next_change(self._run.began + self._run.at) - self._run.began
        )
        return LOOK_AGAIN if self._run.at < self._round_ends else Outcome(OutcomeKind.DONE)

    def _zero(self, began: float, step: Play | Wait) -> Outcome | None:
        """0 between `began` and now, where the step hears it (R46): the time goes back to it."""
        until = min(self._run.at, self._run.hang_up_at)
        over, self._run.at = self._run.at, began
        while step.key_0 and (key := self._run.next_key(until)):
            if key == "0":
                return Outcome(OutcomeKind.KEYED, keys=key)
        self._run.at = over
        return None

    def _hear(self, prompts: Sequence[PromptRef], *, answered: bool = True) -> None:
        self._run.answered = answered
        self._run.say("hears", "+".join(dict.fromkeys(prompt.name for prompt in prompts)))
        self._run.at += sum(map(self._run.seconds_of, prompts))

    def _ask(self, ask: Ask) -> Outcome:
        self._run.answered = True
        self._run.say("hears", "+".join(dict.fromkeys(prompt.name for prompt in ask.prompts)))
        done_at = self._run.at + ask.plays * (sum(map(self._run.seconds_of, ask.prompts)) + ask.wait_seconds)
        key = self._run.next_key(done_at)
        if key:
            return Outcome(OutcomeKind.KEYED, keys=key)
        self._run.at = done_at
        return Outcome(OutcomeKind.NO_INPUT)

    def _collect(self, more: CollectMore) -> Outcome:
        keys = ""
        while len(keys) < more.max_more:
            until = self._run.at + more.seconds
            key = self._run.next_key(until)
            if not key:
                self._run.at = until
                break
            keys += key
        return Outcome(OutcomeKind.KEYED, keys=keys) if keys else Outcome(OutcomeKind.NO_INPUT)
