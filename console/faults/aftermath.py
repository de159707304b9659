"""What is left behind a fault: records in the database, agents who are still taken for busy, how soon all is well again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from console.faults.injecting import Scene
from presence.agents import AgentStore
from presence.connection import Away, hot
from presence.lines import LineStore
from presence.nodes import heartbeat_of
from routing.ended_call import EndedCall
from schemas.settings import Settings, from_environ, redis_url
from store.call_records import CallRecords, Wanted

_LOOK_SECONDS = 0.1
Sleep = Callable[[float], object]


class Recovery:
    """Watches from the fault on whether the node is followed: `seconds` is when it last was not, 0 when it always was."""

    def __init__(self, scene: Scene) -> None:
        settings = from_environ(scene.stack.environment)
        self._client, self._node = hot(redis_url(settings)), settings.node
        self.seconds = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def begin(self) -> None:
        """The fault is now."""
        self._thread.start()

    def end(self) -> float:
        """How long it took, in seconds."""
        self._over.set()
        self._thread.join()
        return self.seconds

    def _watch(self) -> None:
        began = time.monotonic()
        while not self._over.wait(_LOOK_SECONDS):
            if not self._followed():
                self.seconds = time.monotonic() - began

    def _followed(self) -> bool:
        try:
            return heartbeat_of(self._client, self._node)
        except Away:
            return False


def freed(settings: Settings, company: str, until: float, sleep: Sleep) -> float | None:
    """Seconds until nothing is left of a company's calls (no leg, nobody kept for one, no place in a line, no line to the outside),
    counted from when Redis answers again; None when that is not so after `until` seconds."""
    client = hot(redis_url(settings))
    store, lines, began = AgentStore(client, company), LineStore(client, company), time.monotonic()
    while (gone := time.monotonic() - began) < until:
        try:
            if not (store.leg_uuids() or store.reservations.all() or store.waiting() or lines.all()):
                return gone
        except Away:
            began = time.monotonic()
        sleep(_LOOK_SECONDS)
    return None


def records(
    settings: Settings, company: str, count: int, until: float, sleep: Sleep
) -> tuple[EndedCall, ...]:
    """Those of a company, once there are `count` in the database or `until` seconds are over."""
    kept, began = CallRecords(settings.database_url), time.monotonic()
    while True:
        found = tuple(kept.list(Wanted(company=company)))
        if len(found) >= count or time.monotonic() - began > until:
            return found
        sleep(_LOOK_SECONDS)
