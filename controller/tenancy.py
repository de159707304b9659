"""Who follows a node: the controller that holds its lease. The others stand by, ready to begin, and one of them takes over when
it is not renewed, or when its holder steps aside because it cannot reach the switch."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

import gevent
import structlog

from presence.connection import Away
from presence.nodes import Held, NodeLease

_LOG = structlog.get_logger()
RENEW_SECONDS = 1.0
STANDBY_SECONDS = 0.5
_UNREACHABLE_SECONDS = 5.0
_ASIDE_SECONDS = 2.0


class Tenant(Protocol):
    """What follows a node, once. `begin` and `end` return soon."""

    def begin(self) -> None:
        """The node is ours."""

    def end(self) -> None:
        """It is no more: drop everything."""

    def alive(self) -> bool:
        """True while the node answers us."""


T = TypeVar("T", bound=Tenant)


class Tenancy(Generic[T]):
    """One node. `make`: a tenant that is ready to begin; each begins once."""

    def __init__(
        self,
        node: str,
        lease: NodeLease,
        make: Callable[[], T],
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._node, self._lease, self._make, self._seconds = node, lease, make, seconds
        self.tenant, self._spent = make(), False
        self.begun = False
        self._answered_at = 0.0
        self._aside_until = 0.0

    def run(self) -> None:
        """For ever."""
        while True:
            try:
                self.turn()
            except Away as error:
                _LOG.warning("the lease cannot be asked for", node=self._node, why=str(error))
            except Exception:  # noqa: BLE001 - a node that nobody follows any more would be silent
                _LOG.exception("a turn failed", node=self._node)
            settled = self.begun and self.tenant.alive()
            gevent.sleep(RENEW_SECONDS if settled else STANDBY_SECONDS)

    def turn(self) -> None:
        """Once: ask for the lease, and begin or end accordingly. Raises when Redis is away: then all stays as it is."""
        if self._seconds() < self._aside_until:
            return
        alive = self.begun and self.tenant.alive()
        held = self._lease.renew(alive=alive)
        if held is Held.ANOTHERS:
            self._stand_by()
        elif not self.begun:
            self._begin()
        elif alive:
            self._answered_at = self._seconds()
        elif held is Held.OURS_WITH_STANDBY and self._seconds() - self._answered_at > _UNREACHABLE_SECONDS:
            self._step_aside()

    def _begin(self) -> None:
        if self._spent:  # it could not be made when the one before ended
            self._make_anew()
        _LOG.info("follows", node=self._node)
        self._answered_at = self._seconds()
        self.begun = True
        self.tenant.begin()

    def _stand_by(self) -> None:
        if self.begun:
            _LOG.warning("another controller has the node", node=self._node)
            self._end()

    def _step_aside(self) -> None:
        """The other one may reach the switch where we do not."""
        _LOG.warning("the switch does not answer us: another controller may try", node=self._node)
        self._end()
        self._lease.release()
        self._aside_until = self._seconds() + _ASIDE_SECONDS

    def _end(self) -> None:
        self.begun, self._spent = False, True
        self.tenant.end()
        self._make_anew()

    def _make_anew(self) -> None:
        self.tenant = self._make()
        self._spent = False

    def close(self) -> None:
        """At the end of the process: another may take over at once."""
        if self.begun:
            self.tenant.end()
        try:
            self._lease.release()
        except Away:
            pass
