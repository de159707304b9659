"""Which controller follows a node, and the proof that it does: a lease, and a heartbeat only its holder writes."""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import IntEnum
from typing import Any

from presence import keys

HEARTBEAT_SECONDS = 3.0
LEASE_SECONDS = 3.0
_STANDBY_SECONDS = 2.0

_RENEW = """
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then
  redis.call('SET', KEYS[3], ARGV[1], 'PX', ARGV[5])
  return 0
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
if ARGV[4] == '1' then redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[3]) end
return 1 + redis.call('EXISTS', KEYS[3])
"""
# Not by reading and then deleting: the lease may run out in between, and be another's.
_RELEASE = """
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1], KEYS[2]) end
"""


class Held(IntEnum):
    """Whose a lease is."""

    ANOTHERS = 0
    OURS = 1
    OURS_WITH_STANDBY = 2
    """And another controller waits for it."""


class NodeLease:
    """One controller's claim on one node. `seconds`: a clock that goes on while this process is stopped."""

    def __init__(
        self, client: Any, node: str, holder: str, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._holder, self._seconds = holder, seconds
        self._keys = [keys.lease(node), keys.heartbeat(node), keys.standby(node)]
        self._renew, self._release = client.register_script(_RENEW), client.register_script(_RELEASE)
        self._asked_at, self._ours = -LEASE_SECONDS, False

    def renew(self, *, alive: bool = True) -> Held:
        """Take or keep the lease, or say that we wait for it; `alive`: with the heartbeat. Raises when Redis is away."""
        times = [_milliseconds(each) for each in (LEASE_SECONDS, HEARTBEAT_SECONDS)]
        self._asked_at = self._seconds()
        words = [self._holder, *times, "1" if alive else "0", _milliseconds(_STANDBY_SECONDS)]
        held = Held(int(self._renew(keys=self._keys, args=words)))
        self._ours = held is not Held.ANOTHERS
        return held

    def is_ours(self) -> bool:
        """False from the moment at which another may have it: it was refused, or we did not ask for as long as it lasts (a
        process that was stopped, and goes on). With Redis away nobody else gets it either."""
        return self._ours and self._seconds() - self._asked_at < LEASE_SECONDS

    def release(self) -> None:
        """Let another take over at once."""
        self._ours = False
        self._release(keys=self._keys[:2], args=[self._holder])


def _milliseconds(seconds: float) -> int:
    return int(seconds * 1000)


def heartbeat_of(client: Any, node: str) -> bool:
    """True while the node is followed."""
    return bool(client.exists(keys.heartbeat(node)))


def is_new_run(client: Any, node: str, core: str) -> bool:
    """True when the node was started again since this was asked last, by whichever controller."""
    before = client.set(keys.core(node), core, get=True)
    return before not in (None, core)
