"""gevent's WSGI server as the switch needs it: no Nagle, one write an answer, two ports, a short drain."""

from __future__ import annotations

from typing import Any

from gevent import socket
from gevent.pool import Pool
from gevent.pywsgi import WSGIHandler, WSGIServer

from schemas.settings import Address

_AT_ONCE = 1000
_BACKLOG = 1024


class Handler(WSGIHandler):  # type: ignore[misc] # gevent has no types
    """Head and body in one write, without Nagle: else delayed acknowledgements cost 40 ms (gevent #1233)."""

    def handle(self) -> None:
        """One connection."""
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().handle()

    _held: bytearray | None = None

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


def listen(address: Address, *, shared: bool) -> socket.socket:
    """A listening socket; `shared` lets every worker have one on the same port (SO_REUSEPORT)."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
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
