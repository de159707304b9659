"""gevent's WSGI server for browsers: no Nagle, a limit on every wait for a client."""

from __future__ import annotations

from typing import Any

from gevent import socket
from gevent.pool import Pool
from gevent.pywsgi import WSGIHandler, WSGIServer

from schemas.settings import Address

_CONNECTIONS = 2000
_PATIENCE_SECONDS = 30.0


class Handler(WSGIHandler):  # type: ignore[misc] # gevent has no types
    """A client that neither sends nor reads for half a minute is hung up on (a live page reads every few seconds)."""

    def handle(self) -> None:
        """One connection."""
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.settimeout(_PATIENCE_SECONDS)
        super().handle()


def serve(address: Address, app: Any) -> WSGIServer:
    """Start serving; the pool lets a stop wait for what is under way."""
    where = (address.host, address.port)
    server = WSGIServer(where, app, spawn=Pool(_CONNECTIONS), log=None, error_log=None, handler_class=Handler)
    server.start()
    return server
