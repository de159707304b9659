"""What a scenario runner hears from the switch's event socket: what is played, recorded, bridged, and which leg is whose.

Not the controller's link: it only watches, and may miss nothing because a run that loses it fails.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import gevent
import structlog
from gevent import socket

_LOG = structlog.get_logger()
Event = Mapping[str, str]
_NAMES = "PLAYBACK_START RECORD_START CHANNEL_BRIDGE CHANNEL_HOLD CHANNEL_PROGRESS DTMF CUSTOM relais::step"


class EventFeed:
    """One connection; `tell` gets each event in its own order."""

    def __init__(self, address: tuple[str, int], password: str, tell: Callable[[Event], None]) -> None:
        self._socket = socket.create_connection(address, timeout=10)
        self._file = self._socket.makefile("rb")
        self._tell = tell
        self._block()
        self._command(f"auth {password}")
        self._command(f"event json {_NAMES}")
        self._socket.settimeout(None)
        self._greenlet = gevent.spawn(self._read)

    def join(self) -> None:
        """Wait until the switch has gone."""
        self._greenlet.join()

    def close(self) -> None:
        """End the connection."""
        self._greenlet.kill()
        self._file.close()
        self._socket.close()

    def _command(self, line: str) -> None:
        self._socket.sendall(f"{line}\n\n".encode())
        headers, _ = self._block()
        if not headers.get("Reply-Text", "").startswith("+OK"):
            raise ConnectionError(f"the switch refused {line.partition(' ')[0]}")

    def _read(self) -> None:
        """Until the switch has gone, which is told once: a run that needed it says itself what it misses."""
        while True:
            try:
                headers, body = self._block()
            except OSError as error:
                _LOG.warning("the scenario hears nothing more of the switch", why=str(error))
                return
            if headers.get("Content-Type") == "text/event-json":
                self._tell(json.loads(body.decode("utf-8", "replace"), strict=False))

    def _block(self) -> tuple[dict[str, str], bytes]:
        headers: dict[str, str] = {}
        while line := self._file.readline():
            text = line.decode("latin-1").rstrip("\n")
            if not text:
                return headers, self._file.read(int(headers.get("Content-Length", "0")))
            name, _, value = text.partition(": ")
            headers[name] = value
        raise ConnectionError("the switch closed the event socket")
