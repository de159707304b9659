"""Which devices are registered, where, and the events that say so (freeswitch-facts 9, captures).

One registration a device, the last wins (contract 5).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import gevent

from demo_switch.directory import User
from demo_switch.events import EventBus
from presence.clock import Clock

PROFILE = "phones"


@dataclass(frozen=True)
class Registration:
    """`expires` is Unix seconds of the system; `port` is a number of its own for each device."""

    device: str
    domain: str
    port: int
    call_id: str
    expires: float
    agent: str = "Relais-demo"

    @property
    def address(self) -> str:
        """`device@domain`."""
        return f"{self.device}@{self.domain}"

    @property
    def uri(self) -> str:
        """Where INVITEs go."""
        return f"sip:{self.device}@127.0.0.1:{self.port}"

    @property
    def contact(self) -> str:
        """As in events."""
        return f'"" <{self.uri}>'


class Registrations:
    """The table, and its expiry."""

    def __init__(self, clock: Clock, events: EventBus) -> None:
        self._clock, self._events = clock, events
        self._table: dict[str, Registration] = {}
        self._next_port = 40000

    def __iter__(self) -> Iterator[Registration]:
        return iter(list(self._table.values()))

    def get(self, address: str) -> Registration | None:
        """The registration of `device@domain`."""
        return self._table.get(address)

    def at(self, uri: str) -> Registration | None:
        """Who is registered with this contact."""
        return next((each for each in self._table.values() if each.uri == uri), None)

    def register(self, user: User, expires: int = 3600) -> Registration:
        """Enter or refresh, with its two events."""
        old = self._table.get(f"{user.id}@{user.domain}")
        if old is None:
            self._next_port += 1
        port = old.port if old else self._next_port
        until = self._clock.unix() + expires
        new = Registration(user.id, user.domain, port, f"{port}-1@127.0.0.1", until)
        self._table[new.address] = new
        headers = _headers(new, expires)
        self._events.plain("CUSTOM", headers | {"auth-result": "RENEWED"}, "sofia::register_attempt")
        extra = {"presence-hosts": "n/a"} | user.variables
        self._events.plain("CUSTOM", headers | extra, "sofia::register")
        return new

    def unregister(self, address: str) -> bool:
        """The phone says goodbye; False when it was not registered."""
        gone = self._table.pop(address, None)
        if gone is None:
            return False
        self._events.plain("CUSTOM", _headers(gone, 0), "sofia::unregister")
        return True

    def expire_for_ever(self) -> None:
        """Drop what has expired, once a second of the system; runs until killed."""
        while True:
            now = self._clock.unix()
            for each in [r for r in self._table.values() if r.expires <= now]:
                del self._table[each.address]
                self._events.plain("CUSTOM", _expired(each), "sofia::expire")
            gevent.sleep(self._clock.real_seconds(1.0))


def _headers(each: Registration, expires: int) -> dict[str, str]:
    return {
        "profile-name": PROFILE, "from-user": each.device, "from-host": each.domain, "contact": each.contact,
        "call-id": each.call_id, "rpid": "unknown", "status": "Registered(UDP)", "expires": str(expires),
        "to-user": each.device, "to-host": each.domain, "network-ip": "127.0.0.1",
        "network-port": str(each.port), "username": each.device, "realm": each.domain, "user-agent": each.agent,
    }  # fmt: skip


def _expired(each: Registration) -> dict[str, str]:
    """`sofia::expire` has names of its own."""
    return {
        "profile-name": PROFILE, "user": each.device, "host": each.domain, "contact": each.contact,
        "call-id": each.call_id, "expires": str(int(each.expires)), "user-agent": each.agent,
        "username": each.device, "realm": each.domain,
    }  # fmt: skip
