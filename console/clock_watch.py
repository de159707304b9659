"""How far the clock that rules obey is off (LINT-26): asked of a time server when one is set (`RELAIS_TIME_SERVER`), and
whether the system keeps it right, which its kernel knows."""

from __future__ import annotations

import ctypes
import socket
import struct
import time
from collections.abc import Callable

from presence.clock import Clock
from routing.lint_clock import Reading
from schemas.settings import Address

_PATIENCE = 1.0
_FRESH_SECONDS = 60.0
_EPOCH = 2_208_988_800
"""Unix seconds begin so many seconds after those of NTP (RFC 5905, 6)."""
_REQUEST, _SERVER_MODE = 0x23, 4
"""Version 4, mode client; the mode of an answer (RFC 5905, 7.3)."""
_LAYOUT = struct.Struct("!BBbb11I")
_TIME_ERROR = 5
"""adjtimex(2): the clock is not synchronised."""


class ClockWatch:
    """The reading, at most a minute old: a time server is not asked with every look at a page."""

    def __init__(
        self, clock: Clock, server: Address | None, ask: Callable[[Address], float] | None = None
    ) -> None:
        self._clock, self._server, self._ask = clock, server, ask or machine_offset
        self._read_at, self._reading = float("-inf"), Reading()

    def reading(self) -> Reading:
        """Never raises; waits a second at most."""
        if time.monotonic() - self._read_at >= _FRESH_SECONDS:
            self._reading = Reading(self._offset(), kept=kernel_keeps())
            self._read_at = time.monotonic()
        return self._reading

    def _offset(self) -> float | None:
        if self._server is None:
            return None
        try:
            off = self._ask(self._server)
        except (OSError, ValueError):
            return None
        # What a clock file adds is wrong, too.
        return off + self._clock.unix() - time.time()


def machine_offset(server: Address) -> float:
    """Seconds that this machine is ahead of a time server, by one question of SNTP (RFC 4330, 5). OSError when it does
    not answer, ValueError for an answer that is none to this question, or that says "do not ask me"."""
    host_family = socket.getaddrinfo(server.host, server.port, type=socket.SOCK_DGRAM)[0]
    with socket.socket(host_family[0], socket.SOCK_DGRAM) as asking:
        asking.settimeout(_PATIENCE)
        asking.connect(host_family[4])
        sent = time.time()
        asking.send(_LAYOUT.pack(_REQUEST, 0, 0, 0, *[0] * 9, *_stamp(sent)))
        answer = asking.recv(512)
        came = time.time()
    received, answered = _times(answer, sent)
    return ((sent - received) + (came - answered)) / 2


def _times(answer: bytes, sent: float) -> tuple[float, float]:
    """When the server had the question and when it answered, Unix seconds."""
    if len(answer) < _LAYOUT.size:
        raise ValueError("short")
    words = _LAYOUT.unpack_from(answer)
    mode, stratum, stamps = words[0] & 7, words[1], words[4:]
    if mode != _SERVER_MODE or not stratum or stamps[5:7] != _stamp(sent):
        raise ValueError("not an answer")
    return _unix(*stamps[7:9]), _unix(*stamps[9:11])


def _stamp(unix: float) -> tuple[int, int]:
    return int(unix) + _EPOCH, int((unix % 1) * 2**32)


def _unix(seconds: int, fraction: int) -> float:
    return seconds - _EPOCH + fraction / 2**32


def kernel_keeps() -> bool | None:
    """Something (chrony, systemd-timesyncd, the host of a virtual machine) keeps the system's clock right; None where
    the kernel cannot be asked."""
    try:
        adjtimex = ctypes.CDLL(None, use_errno=True).adjtimex
    except (OSError, AttributeError):
        return None
    state = adjtimex(ctypes.create_string_buffer(256))  # modes 0: only to look
    return None if state < 0 else bool(state != _TIME_ERROR)
