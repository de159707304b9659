"""The link to one FreeSWITCH node: kept up for as long as it is wanted, and honest about when it is not.

    DOWN -> CONNECTING -> SYNCING -> UP -> DOWN …

A new link subscribes first, then asks for a snapshot, and only then lets the events flow which have
gathered meanwhile: so nothing falls between the two, and an event may tell what the snapshot has said.
"""

from __future__ import annotations

import enum
import logging
import random as dice
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import gevent
import gevent.event

from controller.esl.backoff import Backoff
from controller.esl.commands import DEADLINE, JOB_DEADLINE, Commands
from controller.esl.completions import BackgroundJob, Completions
from controller.esl.connection_set import ConnectionSet
from controller.esl.counters import Counters
from controller.esl.errors import ConnectionLost, ESLError, NotSent
from controller.esl.event import Event
from controller.esl.limits import REFUSAL_SECONDS
from controller.esl.link_settings import LinkSettings, NodeAddress
from controller.esl.snapshot import Snapshot, take_snapshot
from controller.esl.watchdog import Probe, watch

log = logging.getLogger(__name__)


class State(enum.Enum):
    """Of a link."""

    DOWN = "down"
    CONNECTING = "connecting"
    SYNCING = "syncing"
    UP = "up"


class LinkHandler(Protocol):
    """Who a link reports to. Called inline, one call at a time, in this order:
    `on_snapshot`, any number of `on_event`, `on_down`, and again."""

    def on_snapshot(self, snapshot: Snapshot) -> object:
        """All that is true now. When this raises, the link comes down and tries again."""

    def on_event(self, event: Event) -> object:
        """What happened since. Must not wait for long: the events of all calls wait behind it."""

    def on_down(self, reason: ESLError) -> object:
        """From now on nothing is known of the node, until the next snapshot."""


class NodeLink:
    """One node. `start` once; `stop` ends it for good. `deadline`s are seconds from now."""

    def __init__(
        self,
        address: NodeAddress,
        handler: LinkHandler,
        settings: LinkSettings,
        *,
        clock: Callable[[], float] = time.monotonic,
        random: Callable[[], float] = dice.random,
    ) -> None:
        self.address = address
        self.state = State.DOWN
        self.core_uuid = ""
        self.last_error: ESLError | None = None
        self.times_up = 0
        self.times_failed = 0
        self.probe = Probe()
        self._handler = handler
        self._settings = settings
        self._clock = clock
        self._backoff = Backoff(settings.retry_first, settings.retry_longest, settings.retry_refused, random)
        self._completions = Completions(clock)
        self._past = Counters()
        self._connections: ConnectionSet | None = None
        self._told = False
        self._stopping = gevent.event.Event()
        self._up = gevent.event.Event()
        self._supervisor: gevent.Greenlet | None = None

    @property
    def counters(self) -> Counters:
        """Of all its connections, past and present."""
        total = Counters()
        total.add(self._past)
        return self._connections.count(total) if self._connections else total

    def start(self) -> None:
        """Begin to connect, in the background."""
        if self._supervisor is None:
            self._supervisor = gevent.spawn(self._supervise)

    def stop(self) -> None:
        """End, in bounded time. From a handler it only asks for the end."""
        self._stopping.set()
        connections = self._connections
        if connections is not None:
            connections.end("stopped by us")
        me = gevent.getcurrent()
        ours = me is self._supervisor or (connections is not None and connections.runs_in(me))
        if self._supervisor is not None and not ours:
            self._supervisor.join(self._settings.connect_seconds + self._settings.limits.stop_seconds)

    def wait_up(self, seconds: float) -> bool:
        """Whether the link is UP within `seconds`."""
        return bool(self._up.wait(seconds))

    def of_channel(self, uuid: str) -> Commands:
        """The commands of a channel's own connection. Raises `NotSent` while there is none."""
        return self._open_connections().of_channel(uuid)

    def api(self, command: str, *, deadline: float = DEADLINE) -> str:
        """Run an API command that concerns no channel; its output."""
        return self._open_connections().next_in_turn().api(command, deadline)

    def sendevent(
        self, about: str, name: str, headers: Mapping[str, str], *, deadline: float = DEADLINE
    ) -> None:
        """Fire an event in the switch; those about the same thing come in their order."""
        self.of_channel(about).sendevent(name, headers, deadline=deadline)

    def command(self, uuid: str, command: str, *, deadline: float = DEADLINE) -> str:
        """Run an API command that concerns the channel `uuid`; its output."""
        return self.of_channel(uuid).api(command, deadline)

    def commands(self, uuid: str, commands: Sequence[str], *, deadline: float = DEADLINE) -> list[str]:
        """Run one after the other, within one deadline for all. Stops at the first that fails, by raising:
        a call must not be moved when what it was to carry along could not be set."""
        connection = self.of_channel(uuid)
        ends_at = self._clock() + deadline
        return [connection.api(command, max(0.0, ends_at - self._clock())) for command in commands]

    def bgapi(
        self,
        command: str,
        *,
        job_uuid: str = "",
        deadline: float = DEADLINE,
        job_deadline: float = JOB_DEADLINE,
    ) -> BackgroundJob:
        """Start an API command that may take its time, such as `originate`. The order of two is not kept."""
        connection = self._open_connections().next_in_turn()
        return connection.bgapi(command, job_uuid=job_uuid, deadline=deadline, job_deadline=job_deadline)

    def take_snapshot(self) -> Snapshot:
        """Ask again, to reconcile; events which are already read may be older or newer than its answer."""
        connection = self._open_connections().next_in_turn()
        return take_snapshot(connection, self.core_uuid, self._clock(), self._settings.answer_seconds)

    def _open_connections(self) -> ConnectionSet:
        if self._connections is None or self.state not in (State.SYNCING, State.UP):
            gevent.sleep(REFUSAL_SECONDS)
            raise NotSent(f"the link to {self.address.name} is {self.state.value}")
        return self._connections

    def _supervise(self) -> None:
        while not self._stopping.is_set():
            began = self._clock()
            self.last_error = self._live()
            if self._clock() - began >= self._settings.settled_seconds:
                self._backoff.reset()
            pause = self._backoff.after(self.last_error)
            log.warning("link down node=%s retry=%.2f because=%s", self.address.name, pause, self.last_error)
            self._stopping.wait(pause)

    def _live(self) -> ESLError:
        """One life, from connecting to the end; its reason."""
        connections = ConnectionSet(
            self.address, self._settings, self._completions, self._clock, self._not_up
        )
        self._connections = connections
        self._told = False
        reason: ESLError = ConnectionLost("the supervisor was ended")
        try:
            reason = self._serve(connections)
        except ESLError as error:
            self.times_failed += 1
            reason = connections.lost or error
        except (Exception, gevent.Timeout) as error:
            log.exception("the link to %s failed", self.address.name)
            reason = ConnectionLost(f"the link failed: {type(error).__name__}")
        finally:
            self._finish(connections, reason)
        return reason

    def _serve(self, connections: ConnectionSet) -> ESLError:
        self.state = State.CONNECTING
        connections.open()
        self.state = State.SYNCING
        self._synchronise(connections)
        self._told = True
        if connections.lost is not None:
            return connections.lost
        self.state = State.UP
        self.times_up += 1
        self.probe.answered_at = self._clock()
        self._up.set()
        log.info("link up node=%s core=%s", self.address.name, self.core_uuid)
        connections.events.release()
        return watch(connections, self._settings, self.probe, self._clock)

    def _synchronise(self, connections: ConnectionSet) -> None:
        events = connections.events
        events.register_handle("*", self._handler.on_event)
        events.subscribe(
            *self._settings.wanted(), custom=self._settings.custom, deadline=self._settings.answer_seconds
        )
        snapshot = self.take_snapshot()
        self.core_uuid = snapshot.core_uuid
        self._handler.on_snapshot(snapshot)

    def _not_up(self) -> None:
        """At once, before the supervisor gets its turn: a caller who tries again as long as the link
        says it is up must not try for ever."""
        self._up.clear()
        self.state = State.DOWN

    def _finish(self, connections: ConnectionSet, reason: ESLError) -> None:
        self._completions.fail_all(str(reason))
        connections.close(str(reason))
        connections.count(self._past)
        self._connections = None
        if self._told:
            self._tell_down(reason)

    def _tell_down(self, reason: ESLError) -> None:
        try:
            self._handler.on_down(reason)
        except (Exception, gevent.Timeout):
            log.exception("a handler failed at the end of the link to %s", self.address.name)
