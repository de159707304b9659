"""A proxy between the controller and the switch's event socket that can freeze: what is on its way stays there, and nobody is told."""

from __future__ import annotations

import socket
import threading
from types import TracebackType

_BLOCK = 65536


class FrozenLink:
    """Listens on a port of loopback, leads to another. Threads of their own: whoever uses it may block."""

    def __init__(self, port: int, to: int) -> None:
        self._to = to
        self._flows = threading.Event()
        self._flows.set()
        self._server = socket.create_server(("127.0.0.1", port))
        self._ends: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def freeze(self) -> None:
        """From now on nothing passes; new connections are accepted, and lead nowhere yet."""
        self._flows.clear()

    def thaw(self) -> None:
        """Everything goes on."""
        self._flows.set()

    def __enter__(self) -> FrozenLink:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._flows.set()
        for each in (self._server, *self._ends):
            each.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        self._flows.wait()
        try:
            far = socket.create_connection(("127.0.0.1", self._to), timeout=5)
        except OSError:
            near.close()
            return
        far.settimeout(None)
        self._ends += [near, far]
        for source, sink in ((near, far), (far, near)):
            threading.Thread(target=self._carry, args=(source, sink), daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket) -> None:
        try:
            while data := source.recv(_BLOCK):
                self._flows.wait()
                sink.sendall(data)
        except OSError:
            pass
        for each in (source, sink):
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
