"""What a scenario does on a running installation, in its order: calls placed, people and phones, saved changes, faults.

Time in which no call is going on is not waited for: the company's clock is set forward to the next act.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

import msgspec

from console.scenarios.api_door import ApiDoor
from console.scenarios.stack import Stack
from presence.agents import AgentStore
from presence.connection import hot
from routing.what_if_plan import Connected, Declared, Held, Joined, Lifted, Opted, Sent, Supervised
from schemas.scenario import Scenario
from schemas.scenario_events import Event, Kills, Publishes
from schemas.secrets import read_secret
from schemas.settings import Settings, redis_url
from store.documents import Conflict, Documents

AHEAD_SECONDS = 4.0
"""How long before an act the clock is set to: phones register again meanwhile."""
_IDLE_SECONDS = 2 * AHEAD_SECONDS
_NAP_SECONDS = 0.02


class Act(msgspec.Struct, frozen=True):
    """Something to do, `at` seconds into the play."""

    at: float
    do: Callable[[], None]


class Stage(Protocol):
    """Where a scenario is played, as its agenda sees it."""

    def seconds(self) -> float:
        """Seconds of the play, by its clock."""

    def going_on(self) -> bool:
        """True while a call that was placed is not over."""

    def sleep(self, real_seconds: float) -> object:
        """Let others go on."""

    def set_clock(self, seconds: float) -> None:
        """It is that second of the play now, in every process."""

    def place(self, name: str) -> None:
        """A call of the scenario begins."""

    def leave(self, name: str) -> None:
        """Whoever a program placed this call for hangs up."""

    def connect(self, device: str, *, registered: bool) -> None:
        """A phone registers, or says goodbye."""

    def hold(self, device: str, *, on: bool) -> None:
        """A phone holds its conversation, or takes it back."""

    def transfer(self, device: str, to: str) -> None:
        """A phone sends its conversation elsewhere; to nowhere: it joins its two conversations."""

    def call_id(self, name: str) -> str:
        """The id of a call that was placed; of the only one when none is named."""

    def refused(self, name: str, code: str) -> None:
        """A supervisor was refused in a call."""


def perform(acts: Sequence[Act], stage: Stage) -> None:
    """Every act at its time, none before its time; late when what came before it took longer."""
    for act in acts:
        while (left := act.at - stage.seconds()) > 0:
            if left > _IDLE_SECONDS and not stage.going_on():
                stage.set_clock(act.at - AHEAD_SECONDS)
            else:
                stage.sleep(_NAP_SECONDS)
        act.do()


class Backstage:
    """What needs no switch: people's states, saved changes, killed processes."""

    def __init__(self, settings: Settings, stack: Stack, company: str, stage: Stage) -> None:
        self._settings, self._stack, self._company, self._stage = settings, stack, company, stage
        self._revision = 1
        self._api = ApiDoor(settings)

    def acts(self, scenario: Scenario) -> list[Act]:
        """The scenario's calls and events, in the order of their times."""
        calls = [Act(plan.at, partial(self._stage.place, name)) for name, plan in scenario.calls.items()]
        events = [Act(event.at, partial(self._happen, event)) for event in scenario.events]
        leaving = [
            Act(plan.at + plan.hang_up_at, partial(self._stage.leave, name))
            for name, plan in scenario.calls.items()
            if plan.click and plan.hang_up_at is not None
        ]
        return sorted([*events, *calls, *leaving], key=lambda act: act.at)

    def _happen(self, event: Event) -> None:
        match event:
            case Declared():
                AgentStore(hot(redis_url(self._settings)), self._company).declare(
                    event.extension, event.intent
                )
            case Connected():
                self._stage.connect(event.device, registered=event.registered)
            case Opted():
                self._api.opt(self._company, event.extension, event.queue, into=event.into)
            case Publishes():
                self._publish(event)
            case Kills():
                self._kill(event)
            case Lifted():
                self._api.lift(self._company, event.extension)
            case Held():
                self._stage.hold(event.device, on=event.on)
            case Sent():
                self._stage.transfer(event.device, event.to)
            case Joined():
                self._stage.transfer(event.device, "")
            case Supervised():
                self._supervise(event)

    def _supervise(self, event: Supervised) -> None:
        call = self._stage.call_id(event.call)
        code = self._api.supervise(self._company, event.supervisor, call, event.does)
        if code:
            self._stage.refused(event.call, code)

    def _publish(self, event: Publishes) -> None:
        documents = Documents(self._settings.database_url)
        saved = documents.save(event.document, made_from=self._revision, author="scenario")
        if isinstance(saved, Conflict):
            raise RuntimeError(f"{self._company}: somebody else saved revision {saved.revision}")
        self._revision = saved.revision
        documents.publish(
            self._company, self._settings.snapshots, read_secret(self._settings.var, "device_key")
        )
        self._stack.wait_published()

    def _kill(self, event: Kills) -> None:
        wanted = {"dialplan": "dialplan-", "worker": "dialplan-0"}.get(event.process, event.process)
        for name, process in self._stack.children().items():
            if name.startswith(wanted):
                os.kill(process, signal.SIGKILL)


def kills(scenario: Scenario) -> bool:
    """True for one that must not run beside others."""
    return any(isinstance(event, Kills) for event in scenario.events)
