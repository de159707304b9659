"""Which controller follows a node, and the proof that it does: a lease, and a heartbeat only its holder writes."""

from __future__ import annotations

from typing import Any

from presence import keys

HEARTBEAT_SECONDS = 3
LEASE_SECONDS = 4

_RENEW = """
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
redis.call('SET', KEYS[2], ARGV[1], 'EX', ARGV[3])
return 1
"""
# Not by reading and then deleting: the lease may run out in between, and be another's.
_RELEASE = """
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1], KEYS[2]) end
"""


class NodeLease:
    """One controller's claim on one node."""

    def __init__(self, client: Any, node: str, holder: str) -> None:
        self._holder = holder
        self._keys = [keys.lease(node), keys.heartbeat(node)]
        self._renew, self._release = client.register_script(_RENEW), client.register_script(_RELEASE)

    def renew(self) -> bool:
        """Take or keep the lease and write the heartbeat; False when another controller holds it."""
        return bool(self._renew(keys=self._keys, args=[self._holder, LEASE_SECONDS, HEARTBEAT_SECONDS]))

    def release(self) -> None:
        """Let another take over at once."""
        self._release(keys=self._keys, args=[self._holder])


def heartbeat_of(client: Any, node: str) -> bool:
    """True while the node is followed."""
    return bool(client.exists(keys.heartbeat(node)))
