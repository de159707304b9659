"""Commands on their way: first to the wire, then to their answers, in one order that never breaks.

The switch answers in the order in which it reads, `api` and other commands alike, and answers carry no
number. So a command whose caller has gone is dropped if it is not written yet, and keeps its place
(a tombstone) if it is: its answer will come and must not be taken for the next one's.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

import gevent.event

from controller.esl.counters import Counters
from controller.esl.errors import CommandTimeout, ESLError, NotSent, Overloaded, ProtocolError, Unconfirmed
from controller.esl.framing import Frame

BATCH = 64 * 1024
"""Bytes handed to the socket at a time."""


class Slot:
    """One command and the place of its answer."""

    __slots__ = ("_outcome", "abandoned", "data", "written_at")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.written_at: float | None = None
        self.abandoned = False
        self._outcome = gevent.event.AsyncResult()

    def settle(self, reply: Frame) -> None:
        """The answer is here."""
        self._outcome.set(reply)

    def fail(self, reason: str) -> None:
        """There will be no answer. Its kind says what is known of the command."""
        kind = NotSent if self.written_at is None else Unconfirmed
        self._outcome.set_exception(kind(reason))

    def wait(self, seconds: float) -> Frame:
        """The answer, within `seconds`; a caller that leaves in any way leaves a tombstone."""
        try:
            self._outcome.wait(seconds)
        finally:
            # Also when the caller is killed, or when a Timeout of its own goes off here.
            self.abandoned = not self._outcome.ready()
        if self.abandoned:
            raise self._too_late(seconds)
        reply: Frame = self._outcome.get(block=False)
        return reply

    def _too_late(self, seconds: float) -> ESLError:
        if self.written_at is None:
            return NotSent(f"not written within {seconds:g} s")
        return CommandTimeout(f"no answer within {seconds:g} s")


class CommandQueue:
    """The outgoing commands and those that wait for an answer."""

    def __init__(self, limit: int, counters: Counters, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._counters = counters
        self._clock = clock
        self._outgoing: deque[Slot] = deque()
        self._awaiting: deque[Slot] = deque()
        self._work = gevent.event.Event()
        self._ended = ""

    def __len__(self) -> int:
        return len(self._outgoing) + len(self._awaiting)

    def add(self, data: bytes) -> Slot:
        """Queue a command. Whoever adds first is written first."""
        if self._ended:
            raise NotSent(self._ended)
        if len(self) >= self._limit:
            self._drop_abandoned()
        if len(self) >= self._limit:
            raise Overloaded(f"{len(self)} commands are waiting")
        slot = Slot(data)
        self._outgoing.append(slot)
        self._work.set()
        return slot

    def next_batch(self) -> bytes:
        """What is to be written now: waits for work, empty once the queue is closed."""
        while not self._ended:
            batch = b"".join(self._take_for_writing())
            if batch:
                return batch
            self._work.clear()
            self._work.wait()
        return b""

    def settle(self, reply: Frame) -> None:
        """Give an answer to the command it belongs to."""
        if not self._awaiting:
            raise ProtocolError("an answer that no command asked for")
        slot = self._awaiting.popleft()
        if slot.abandoned:
            self._counters.late_replies += 1
        else:
            slot.settle(reply)

    def oldest_unanswered(self) -> float:
        """Seconds for which the switch has owed us the next answer, 0 when it owes none."""
        if not self._awaiting or self._awaiting[0].written_at is None:
            return 0.0
        return self._clock() - self._awaiting[0].written_at

    def close(self, reason: str) -> None:
        """Everyone who waits gets an error; nothing is accepted any more."""
        self._ended = self._ended or reason
        for slot in [*self._awaiting, *self._outgoing]:
            slot.fail(self._ended)
        self._awaiting.clear()
        self._outgoing.clear()
        self._work.set()

    def _take_for_writing(self) -> list[bytes]:
        """From here on these commands count as written: a part of them may reach the switch."""
        parts: list[bytes] = []
        size, now = 0, self._clock()
        while self._outgoing and size < BATCH:
            slot = self._outgoing.popleft()
            if slot.abandoned:
                self._counters.never_written += 1
                continue
            slot.written_at = now
            self._awaiting.append(slot)
            self._counters.commands += 1
            parts.append(slot.data)
            size += len(slot.data)
        return parts

    def _drop_abandoned(self) -> None:
        alive = [slot for slot in self._outgoing if not slot.abandoned]
        self._counters.never_written += len(self._outgoing) - len(alive)
        self._outgoing = deque(alive)
