"""One TCP connection to one event socket, which always ends in a typed error and never in silence.

Three greenlets: the reader cuts frames, hands out answers and results, and queues events; the writer puts
commands on the wire; the dispatcher runs handlers, one event after the other, in the order of the switch.
Whatever ends any of them ends the connection, once, in `end`. Belongs to the thread that made it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import gevent
import gevent.event

from controller.esl.command_queue import CommandQueue
from controller.esl.command_text import checked_line, command_bytes
from controller.esl.commands import Commands
from controller.esl.completions import Completions
from controller.esl.counters import Counters
from controller.esl.dialling import close_socket, open_socket
from controller.esl.errors import (
    AccessDenied,
    AuthenticationError,
    CommandTimeout,
    ConnectFailed,
    ConnectionLost,
    ConnectTimeout,
    ESLError,
    NotSent,
    Overloaded,
    Unconfirmed,
)
from controller.esl.event import disconnect_event, event_of
from controller.esl.framing import Frame
from controller.esl.handlers import EventHandlers
from controller.esl.inbox import Inbox
from controller.esl.limits import REFUSAL_SECONDS, STANDARD, Limits
from controller.esl.reader import frames_of
from controller.esl.stock import InboundESL
from controller.esl.writer import write_commands

log = logging.getLogger(__name__)

TURN = 64
"""Events handled, at most, before other greenlets get their turn."""


class ESLConnection(Commands, EventHandlers, InboundESL):
    """`greenswitch.InboundESL`, every wait bounded. One object is one connection. `on_lost` is called the
    moment it is over; handlers of `DISCONNECT` once all events that were read are handled."""

    def __init__(  # noqa: PLR0913 (four are greenswitch's, the others have names)
        self,
        host: str,
        port: int,
        password: str,
        timeout: float = 5.0,
        *,
        completions: Completions | None = None,
        held: bool = False,
        limits: Limits = STANDARD,
        on_lost: Callable[[ESLError], object] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(host, port, password, timeout)
        self.sock: Any = None
        self.lost: ESLError | None = None
        self.counters = Counters()
        self.last_event_at = 0.0
        self.completions = Completions(clock) if completions is None else completions
        self._owns_completions = completions is None
        self._limits = limits
        self._on_lost = on_lost
        self._clock = clock
        self._commands = CommandQueue(limits.commands, self.counters, clock)
        self._inbox = Inbox(limits.events, self.counters, held)
        self._greeted = gevent.event.Event()
        self._was_connected = False
        self._greenlets: list[gevent.Greenlet] = []

    def connect(self) -> None:
        """Connect and authenticate within `timeout` seconds in all; on failure nothing stays open."""
        if self.sock is not None or self.lost is not None:
            raise ConnectFailed("one object is one connection")
        deadline = self._clock() + self.timeout
        try:
            checked_line(self.password)
            self.sock = open_socket(self.host, self.port, self.timeout)
            self.start_event_handlers()
            self._await_greeting(deadline)
            self.authenticate(max(0.0, deadline - self._clock()))
            self._refuse_if_lost()
        except BaseException as error:
            self.end(error if isinstance(error, ESLError) else ConnectionLost("connecting broken off"))
            raise
        self.connected = self._was_connected = True

    def start_event_handlers(self) -> None:
        """Start the three greenlets on the socket that was opened."""
        if self.lost is not None:
            # Ended while it was being opened: nobody else would close it.
            close_socket(self.sock)
        self._refuse_if_lost()
        steps = (self.receive_events, self._write_commands, self.process_events)
        self._greenlets = [gevent.spawn(step) for step in steps]

    def release(self) -> None:
        """Let events flow to the handlers, on a connection made with `held`."""
        self._inbox.release()

    def stop(self) -> None:
        """Say `exit` and end, in bounded time; may be called from a handler, and more than once."""
        if self.connected:
            # The goodbye is a courtesy.
            with suppress(ESLError):
                self.send("exit", self._limits.stop_seconds)
        self.close("stopped by us")

    def end(self, reason: ESLError) -> None:
        """End now, for `reason`, without waiting: whoever waits is told, once."""
        if self.lost is not None:
            return
        self.lost = reason
        self.connected = False
        self._commands.close(str(reason))
        if self._owns_completions:
            self.completions.fail_all(str(reason))
        self._inbox.unblock()
        if self.sock is not None:
            close_socket(self.sock)
        self._greeted.set()
        if self._on_lost is not None:
            self._on_lost(reason)

    def close(self, reason: str) -> None:
        """End without a word, and wait (bounded) until the events already read are handled."""
        self.end(ConnectionLost(reason))
        me = gevent.getcurrent()
        gevent.joinall([one for one in self._greenlets if one is not me], self._limits.stop_seconds)

    def runs_in(self, greenlet: gevent.Greenlet) -> bool:
        """Whether `greenlet` is one of the connection's own."""
        return any(one is greenlet for one in self._greenlets)

    def exchange(self, data: bytes, deadline: float) -> Frame:
        """Write a whole command, and wait `deadline` seconds for its answer."""
        try:
            if self.sock is None or deadline <= 0:
                raise NotSent("not connected" if self.sock is None else "no time left")
            return self._commands.add(data).wait(deadline)
        except (NotSent, Overloaded):
            gevent.sleep(REFUSAL_SECONDS)
            raise
        except CommandTimeout:
            if self._commands.oldest_unanswered() > self._limits.stall_seconds:
                self.end(ConnectionLost("the switch has stopped answering"))
            raise

    def _await_greeting(self, deadline: float) -> None:
        if not self._greeted.wait(max(0.0, deadline - self._clock())):
            raise ConnectTimeout(f"no greeting within {self.timeout:g} s")
        self._refuse_if_lost()

    def authenticate(self, seconds: float | None = None) -> None:
        """Say the password, once greeted; part of `connect`."""
        try:
            reply = self.exchange(
                command_bytes(f"auth {self.password}"), self.timeout if seconds is None else seconds
            )
        except (NotSent, Unconfirmed):
            self._refuse_if_lost()
            raise ConnectTimeout(f"not authenticated within {self.timeout:g} s") from None
        if not reply.head.get("reply-text", "").startswith("+OK"):
            raise AuthenticationError("the switch refused the password")

    def _refuse_if_lost(self) -> None:
        if isinstance(self.lost, ConnectFailed):
            raise self.lost
        if self.lost is not None:
            raise ConnectFailed(f"closed before we were let in: {self.lost}")

    def receive_events(self) -> None:
        """Read until the end, and say why it came."""
        reason: ESLError = ConnectionLost("the reader was ended")
        try:
            for frame in frames_of(self.sock):
                self.handle_event(frame)
        except ESLError as error:
            reason = error
        except Exception as error:
            log.exception("the reader of an event socket failed")
            reason = ConnectionLost(f"the reader failed: {type(error).__name__}")
        finally:
            self.end(reason)
            self._inbox.close()

    def handle_event(self, frame: Frame) -> None:
        """Give one frame to whom it belongs."""
        kind = frame.content_type
        if kind in ("command/reply", "api/response"):
            self._commands.settle(frame)
        elif kind == "auth/request":
            self._greeted.set()
        elif kind == "text/rude-rejection":
            raise AccessDenied("the switch's access list refuses us")
        elif kind == "text/disconnect-notice":
            # With linger the switch goes on answering, and closes later.
            if frame.head.get("content-disposition") != "linger":
                raise ConnectionLost("the switch said goodbye")
        else:
            self._queue_event(frame)

    def _queue_event(self, frame: Frame) -> None:
        now = self._clock()
        try:
            event = event_of(frame, now)
        except ValueError:
            self.counters.undecodable += 1
            log.warning("an event of %d bytes cannot be decoded, and is lost", len(frame.body))
            return
        if event is None:
            self.counters.unknown_frames += 1
            return
        self.last_event_at = now
        # Before the queue: a handler may itself wait for a result.
        self.completions.observe(event)
        self._inbox.put(event)

    def _write_commands(self) -> None:
        reason: ConnectionLost | None = ConnectionLost("the writer was ended")
        try:
            reason = write_commands(self.sock, self._commands, self._limits.stall_seconds)
        finally:
            if reason is not None:
                self.end(reason)

    def process_events(self) -> None:
        """Run the handlers, event by event, until the connection is over and everything is handled."""
        try:
            for count, event in enumerate(iter(self._inbox.take, None)):
                self.counters.events += 1
                self.deliver(event)
                if count % TURN == TURN - 1:
                    gevent.sleep(0)
        finally:
            self.end(ConnectionLost("the dispatcher was ended"))
        if self._was_connected:
            self.deliver(disconnect_event(str(self.lost)))
