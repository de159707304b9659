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


class NodeLease:
    """One controller's claim on one node."""

    def __init__(self, client: Any, node: str, holder: str) -> None:
        self._client, self._node, self._holder = client, node, holder
        self._renew = client.register_script(_RENEW)

    def renew(self) -> bool:
        """Take or keep the lease and write the heartbeat; False when another controller holds it."""
        found = [keys.lease(self._node), keys.heartbeat(self._node)]
        return bool(self._renew(keys=found, args=[self._holder, LEASE_SECONDS, HEARTBEAT_SECONDS]))

    def release(self) -> None:
        """Let another take over at once."""
        if self._client.get(keys.lease(self._node)) == self._holder:
            self._client.delete(keys.lease(self._node), keys.heartbeat(self._node))


def heartbeat_of(client: Any, node: str) -> bool:
    """True while the node is followed."""
    return bool(client.exists(keys.heartbeat(node)))
