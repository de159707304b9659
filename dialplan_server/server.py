"""gevent's WSGI server as the switch needs it: no Nagle, one write an answer, no e-mail parser, two ports, a short drain."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from gevent import socket
from gevent.pool import Pool
from gevent.pywsgi import WSGIHandler, WSGIServer, format_date_time

from schemas.settings import Address

_AT_ONCE = 1000
_BACKLOG = 1024
_SILENCE_SECONDS = 10.0
_LONGEST_LINE = 1 << 13
_KEPT_HEAD = 1 << 16
_MOST_HEAD = 1 << 20
_ENDS = (b"\r\n", b"\n", b"")


class Head:
    """The headers of a request, read as gevent's handler asks for them; the standard library's own way is an e-mail
    parser, and costs more than a decision.

    Lines of more than 8 kB, and what comes after 64 kB of others, are read and forgotten, and the connection is closed after
    the answer; a head of more than 1 MB is refused."""

    def __init__(self, rfile: Any) -> None:
        self._values: dict[str, str] = {}
        self.status = ""
        read = kept = 0
        whole = True
        while (line := rfile.readline(_LONGEST_LINE)) not in _ENDS or not whole:
            read += len(line)
            if read > _MOST_HEAD or not line:
                self.status = "headers without an end"
                return
            if whole and line.endswith(b"\n") and kept < _KEPT_HEAD:
                self._keep(line)
                kept += len(line)
            else:
                self._values["connection"] = "close"
            whole = line.endswith(b"\n")

    def _keep(self, line: bytes) -> None:
        name, colon, value = line.decode("latin-1").partition(":")
        # A line that goes on with the one before has had no place in HTTP since RFC 7230; it is nobody's.
        if colon and not name[:1].isspace():
            self._values.setdefault(name.strip().lower(), value.strip())

    def get(self, name: str, default: Any = None) -> Any:
        """A header's value, the first of several."""
        return self._values.get(name.lower(), default)

    getheader = get

    def __delitem__(self, name: str) -> None:
        del self._values[name.lower()]

    @property
    def typeheader(self) -> str | None:
        """Content-Type, None when it is not there."""
        return self._values.get("content-type")

    def environ(self) -> Iterator[tuple[str, str]]:
        """Under the names of CGI. One with `_` could be taken for another: left out, as gevent does."""
        for name, value in self._values.items():
            if "_" not in name and name not in ("content-type", "content-length"):
                yield f"HTTP_{name.replace('-', '_').upper()}", value


class Handler(WSGIHandler):  # type: ignore[misc] # gevent has no types
    """Head and body in one write, without Nagle: else delayed acknowledgements cost 40 ms (gevent #1233)."""

    provided_date: bytes | None
    _held: bytearray | None = None

    MessageClass = staticmethod(lambda rfile, *_: Head(rfile))

    def handle(self) -> None:
        """One connection. A client that stops in mid-request, or says nothing more, is let go."""
        self.socket.settimeout(_SILENCE_SECONDS)
        super().handle()

    def _headers(self) -> Iterator[tuple[str, str]]:
        found: Head = self.headers
        return found.environ()

    def log_request(self) -> None:
        """Not here: the decision is logged, and counted."""

    def finalize_headers(self) -> None:
        """The date is written once a second, not once an answer."""
        if self.provided_date is None:
            self.provided_date = _date(int(time.time()))
            self.response_headers.append((b"Date", self.provided_date))
        super().finalize_headers()

    def _write_with_headers(self, data: bytes) -> None:
        self._held = bytearray()
        try:
            super()._write_with_headers(data)
        finally:
            held, self._held = self._held, None
        self._sendall(held)

    def _sendall(self, data: bytes | bytearray) -> None:
        if self._held is None:
            super()._sendall(data)
        else:
            self._held += data


@lru_cache(maxsize=1)
def _date(second: int) -> bytes:
    written: bytes = format_date_time(second)
    return written


def listen(address: Address, *, shared: bool) -> socket.socket:
    """A listening socket; `shared` lets every worker have one on the same port (SO_REUSEPORT)."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # connections have it from here (tcp(7))
    if shared:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listener.bind((address.host, address.port))
    listener.listen(_BACKLOG)
    return listener


def serve(listener: socket.socket, app: Any) -> WSGIServer:
    """Start serving; the pool lets a stop wait for what is under way."""
    server = WSGIServer(listener, app, spawn=Pool(_AT_ONCE), log=None, error_log=None, handler_class=Handler)
    server.start()
    return server
