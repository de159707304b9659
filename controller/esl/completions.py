"""Results that come as events: of background jobs, and of applications queued on a channel.

Whoever waits is entered under an id of our own *before* the command is written, for the event may come
before the command's answer. Entries leave by their event, by the end of their channel, by the loss
of the connection, or by their deadline, whichever is first.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable
from typing import TypeVar

import gevent.event

from controller.esl.errors import ChannelGone, CommandError, ESLError, JobLost
from controller.esl.event import Event


class Completion:
    """A result to come: `BACKGROUND_JOB` or `CHANNEL_EXECUTE_COMPLETE`."""

    def __init__(self, uuid: str, deadline: float, clock: Callable[[], float], channel: str = "") -> None:
        self.uuid = uuid
        self.channel = channel
        self.deadline = deadline
        self._clock = clock
        self._outcome = gevent.event.AsyncResult()

    @property
    def done(self) -> bool:
        """Whether `result` would return, or raise, at once."""
        return bool(self._outcome.ready())

    def result(self, timeout: float | None = None) -> Event:
        """The event, waited for until the deadline, or `timeout` seconds if that is sooner.
        Raises `JobLost`, or `ChannelGone` for an application."""
        left = max(0.0, self.deadline - self._clock())
        self._outcome.wait(left if timeout is None else min(left, timeout))
        if not self._outcome.ready():
            raise JobLost("no result in the time given")
        event: Event = self._outcome.get(block=False)
        return event

    def settle(self, event: Event) -> None:
        """The first result counts: an application may complete several times."""
        if not self.done:
            self._outcome.set(event)

    def fail(self, error: ESLError) -> None:
        """There will be no result."""
        if not self.done:
            self._outcome.set_exception(error)


_C = TypeVar("_C", bound=Completion)


class BackgroundJob(Completion):
    """The result of `bgapi`."""

    def output(self, timeout: float | None = None) -> str:
        """What the command printed; `CommandError` when that is a refusal."""
        return checked_output(self.result(timeout).body)


def checked_output(text: str) -> str:
    """The output of an API command, unless it is a refusal."""
    if text.startswith(("-ERR", "-USAGE")):
        raise CommandError(text.strip())
    return text


class Completions:
    """All results which someone waits for, by id and by channel."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._waiting: dict[str, Completion] = {}
        self._of_channel: dict[str, set[str]] = {}
        self._deadlines: list[tuple[float, str]] = []

    def __len__(self) -> int:
        return len(self._waiting)

    def add_job(self, uuid: str, seconds: float) -> BackgroundJob:
        """Enter a background job."""
        return self._enter(BackgroundJob(uuid, self._clock() + seconds, self._clock))

    def add_application(self, uuid: str, channel: str, seconds: float) -> Completion:
        """Enter an application on `channel`."""
        return self._enter(Completion(uuid, self._clock() + seconds, self._clock, channel))

    def observe(self, event: Event) -> None:
        """Let an event settle what it settles. Foreign ids are other clients' business."""
        if not self._waiting:
            return
        name = event.name
        if name == "BACKGROUND_JOB":
            self._settle(event.job_uuid, event)
        elif name == "CHANNEL_EXECUTE_COMPLETE":
            self._settle(event.application_uuid, event)
        elif name in ("CHANNEL_HANGUP_COMPLETE", "CHANNEL_DESTROY"):
            self._channel_gone(event)

    def discard(self, uuid: str) -> None:
        """Its command was refused or never sent."""
        entry = self._waiting.pop(uuid, None)
        if entry is not None and entry.channel:
            siblings = self._of_channel[entry.channel]
            siblings.discard(uuid)
            if not siblings:
                del self._of_channel[entry.channel]

    def fail_all(self, reason: str) -> None:
        """The connection which would have brought the results is lost."""
        for entry in self._waiting.values():
            entry.fail(JobLost(reason))
        self._waiting.clear()
        self._of_channel.clear()
        self._deadlines.clear()

    def _enter(self, entry: _C) -> _C:
        self._expire()
        if entry.uuid in self._waiting:
            raise ValueError(f"already waiting for {entry.uuid}")
        self._waiting[entry.uuid] = entry
        heapq.heappush(self._deadlines, (entry.deadline, entry.uuid))
        if entry.channel:
            self._of_channel.setdefault(entry.channel, set()).add(entry.uuid)
        return entry

    def _settle(self, uuid: str, event: Event) -> None:
        entry = self._waiting.get(uuid)
        if entry is not None:
            self.discard(uuid)
            entry.settle(event)

    def _channel_gone(self, event: Event) -> None:
        for uuid in list(self._of_channel.get(event.unique_id, ())):
            self._waiting[uuid].fail(ChannelGone(event.hangup_cause))
            self.discard(uuid)

    def _expire(self) -> None:
        """On each entry, so that results nobody waits for any more cannot gather."""
        now = self._clock()
        while self._deadlines and self._deadlines[0][0] <= now:
            _, uuid = heapq.heappop(self._deadlines)
            entry = self._waiting.get(uuid)
            if entry is not None and entry.deadline <= now:
                self.discard(uuid)
                entry.fail(JobLost("no result within the deadline"))
