"""Opening the TCP connection to a switch: one deadline, and options by which a dead peer is noticed."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import gevent
from gevent import socket

from controller.esl.errors import ConnectFailed, ConnectTimeout

# After 10 s of silence the kernel asks 3 times, 5 s apart. Data that nobody acknowledges for 10 s is the
# end too: keepalive does not run while data is outstanding.
_KEEPALIVE = {"TCP_KEEPIDLE": 10, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 10_000}


def open_socket(host: str, port: int, seconds: float) -> Any:
    """A connected gevent socket (IPv4 or IPv6), name look-up included within `seconds`."""
    # A Timeout of ours, not the socket's: that one counts anew for every address of the name.
    limit = gevent.Timeout(seconds)
    try:
        with limit:
            sock = socket.create_connection((host, port))
    except gevent.Timeout as raised:
        if raised is not limit:
            raise
        raise ConnectTimeout(f"no connection to {host}:{port} within {seconds:g} s") from None
    except OSError as error:
        raise ConnectFailed(f"no connection to {host}:{port}: {error}") from error
    _set_options(sock)
    return sock


def close_socket(sock: Any) -> None:
    """Close it so that greenlets which wait on it wake up."""
    # Not connected any more: that is what we want.
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
    sock.close()


def _set_options(sock: Any) -> None:
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _KEEPALIVE.items():
        option = getattr(socket, name, None)
        if option is not None:
            sock.setsockopt(socket.IPPROTO_TCP, option, value)
