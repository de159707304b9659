"""Watching an open link: it is over when a connection is lost, or the switch falls silent or late."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import msgspec

from controller.esl.connection_set import ConnectionSet
from controller.esl.errors import CommandError, ConnectionLost, ESLError
from controller.esl.link_settings import LinkSettings
from controller.esl.snapshot import CORE_UUID

SILENT_HEARTBEATS = 2.5


class Probe(msgspec.Struct):
    """The last proof that the switch answers on the event connection."""

    answered_at: float = 0.0
    seconds: float = 0.0


def watch(
    connections: ConnectionSet, settings: LinkSettings, probe: Probe, clock: Callable[[], float]
) -> ESLError:
    """Waits until the link must come down, and says why."""
    began = clock()
    while True:
        lost = connections.wait_lost(settings.probe_every)
        if lost is not None:
            return lost
        silent = clock() - max(began, connections.events.last_event_at)
        if silent > SILENT_HEARTBEATS * settings.heartbeat_seconds:
            return ConnectionLost(f"no event for {silent:.1f} s")
        try:
            ask(connections, settings, probe, clock)
        except ESLError as error:
            return connections.lost or ConnectionLost(f"the probe failed: {error}")


def ask(connections: ConnectionSet, settings: LinkSettings, probe: Probe, clock: Callable[[], float]) -> None:
    """One question whose answer costs the switch nothing. On the event connection it waits behind the
    events not yet sent, and so measures how far we are behind."""
    asked_at = clock()
    # A switch that refuses is alive.
    with suppress(CommandError):
        connections.events.api(CORE_UUID, settings.probe_seconds)
    probe.answered_at = clock()
    probe.seconds = probe.answered_at - asked_at
