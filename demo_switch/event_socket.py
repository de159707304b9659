"""The listening port of the event socket, inbound mode."""

from __future__ import annotations

from gevent import socket
from gevent.server import StreamServer

from demo_switch.socket_session import RunApi, SocketSession
from demo_switch.switch import Switch


class EventSocket:
    """The listening port. `api` runs one command and its arguments."""

    def __init__(self, switch: Switch, listen: tuple[str, int], password: str, api: RunApi) -> None:
        self._switch, self._password, self._api = switch, password, api
        self._server = StreamServer(listen, self._serve)
        self._sessions: set[SocketSession] = set()

    def start(self) -> tuple[str, int]:
        """Listen; the address (the port is chosen when 0 was asked)."""
        self._server.start()
        host, port = self._server.address[:2]
        return host, port

    def stop(self) -> None:
        """Close the port and every connection."""
        self._server.stop(timeout=0)
        for session in list(self._sessions):
            session.close()

    def _serve(self, link: socket.socket, address: tuple[str, int]) -> None:
        session = SocketSession(self._switch, link, self._password, self._api)
        self._sessions.add(session)
        try:
            session.run()
        except (OSError, ValueError):
            pass  # the client went away, or spoke something else
        finally:
            self._sessions.discard(session)
            session.close()
