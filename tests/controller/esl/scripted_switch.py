"""A scriptable event socket: real TCP on an ephemeral port, and every misbehaviour by its name."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import gevent
import gevent.event
from gevent import socket
from gevent.server import StreamServer

PASSWORD = "a-test-password"
CORE = "11111111-aaaa-bbbb-cccc-000000000001"
NOTICE = b"Disconnected, goodbye.\nSee you at ClueCon! http://www.cluecon.com/\n"


def message(content_type: str, body: bytes = b"", **head: str) -> bytes:
    """One message as the switch writes it."""
    lines = [f"Content-Type: {content_type}", *(f"{k.replace('_', '-')}: {v}" for k, v in head.items())]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\n".join(lines).encode() + b"\n\n" + body


def event_message(name: str, body: str = "", **headers: str) -> bytes:
    """One event, as JSON."""
    values = {"Event-Name": name, **{k.replace("_", "-"): v for k, v in headers.items()}}
    if body:
        values["_body"] = body
    return message("text/event-json", json.dumps(values).encode())


class Peer:
    """The switch's end of one connection."""

    def __init__(self, sock: Any) -> None:
        self.sock = sock
        self.commands: list[str] = []
        self._unread = b""

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def event(self, name: str, body: str = "", **headers: str) -> None:
        self.send(event_message(name, body, **headers))

    def reply(self, text: str = "+OK", **head: str) -> None:
        self.send(message("command/reply", b"", Reply_Text=text, **head))

    def output(self, text: str) -> None:
        body = text.encode()
        self.send(b"Content-Type: api/response\nContent-Length: %d\n\n" % len(body) + body)

    def read(self) -> str:
        """The next command, without its last line ends; its body, if any, after an empty line."""
        head = self._until(b"\n\n")
        lengths = [line for line in head.split(b"\n") if line.startswith(b"content-length:")]
        length = int(lengths[0].split(b":")[1]) if lengths else 0
        while len(self._unread) < length:
            self._receive()
        body, self._unread = self._unread[:length], self._unread[length:]
        command = (head + (b"\n\n" + body if body else b"")).decode()
        self.commands.append(command)
        return command

    def _until(self, end: bytes) -> bytes:
        while end not in self._unread:
            self._receive()
        found, _, self._unread = self._unread.partition(end)
        return found

    def _receive(self) -> None:
        data = self.sock.recv(65536)
        if not data:
            raise EOFError
        self._unread += data

    def greet(self) -> None:
        self.send(b"Content-Type: auth/request\n\n")

    def admit(self) -> None:
        """Greeting and password."""
        self.greet()
        self.reply("+OK accepted" if self.read() == f"auth {PASSWORD}" else "-ERR invalid")

    def hang_up(self) -> None:
        """End of stream."""
        # The client may have been quicker.
        with suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)
        self.sock.close()

    def reset(self) -> None:
        """RST."""
        with suppress(OSError):
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def say_goodbye(self) -> None:
        """The notice, and the end of stream behind it."""
        with suppress(OSError):
            self.send(message("text/disconnect-notice", NOTICE))
        self.hang_up()

    def answer(self, command: str) -> None:
        """As a healthy switch would."""
        verb, _, rest = command.partition(" ")
        if verb == "exit":
            self.reply("+OK bye")
            self.say_goodbye()
        elif command.startswith("api echo "):
            self.output(rest.removeprefix("echo "))
        elif command == "api global_getvar core_uuid":
            self.output(CORE)
        elif verb == "api" and " as json" in rest:
            self.output('{"row_count":0}')
        elif verb == "api":
            self.output("+OK\n")
        else:
            self.reply("+OK")

    def serve(self) -> None:
        """Healthy until the client leaves."""
        while True:
            self.answer(self.read())


Script = Callable[[Peer], object]


def healthy(peer: Peer) -> None:
    """Admit, and answer everything."""
    peer.admit()
    peer.serve()


class ScriptedSwitch:
    """Runs one script a connection, all at once. A script that ends leaves its connection open."""

    def __init__(self, script: Script = healthy, receive_buffer: int = 0) -> None:
        self.script = script
        self.peers: list[Peer] = []
        self.arrived = gevent.event.Event()
        self.failures: list[BaseException] = []
        self._stopped = False
        self._greenlets: list[gevent.Greenlet] = []
        self._listener = socket.socket()
        if receive_buffer:
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(256)
        self.port: int = self._listener.getsockname()[1]
        self._server = StreamServer(self._listener, self._accept)
        self._server.start()

    def stop(self) -> None:
        """Nothing of it is left afterwards."""
        self._stopped = True
        self._server.stop()
        gevent.killall(self._greenlets)
        for peer in self.peers:
            peer.reset()
        if self.failures:
            raise self.failures[0]

    def drop_all(self, way: Callable[[Peer], None] = Peer.hang_up) -> None:
        """Every connection ends now, as if the switch had died."""
        doomed, self.peers = self.peers, []
        for peer in doomed:
            way(peer)

    def _accept(self, sock: Any, _address: object) -> None:
        if self._stopped:
            # Accepted just before the end; the server closes what it gave us.
            return
        self._greenlets.append(gevent.getcurrent())
        # The server closes what it gave to a handler that ends: keep a handle of our own.
        peer = Peer(sock.dup())
        self.peers.append(peer)
        self.arrived.set()
        try:
            self.script(peer)
        except (EOFError, OSError, ValueError):
            # The client left, or the script's own end closed the connection under it.
            return
        except BaseException as error:
            if not isinstance(error, gevent.GreenletExit):
                self.failures.append(error)


def headers_of(command: str) -> Mapping[str, str]:
    """The header lines of a command that was read."""
    lines = command.split("\n\n", maxsplit=1)[0].split("\n")[1:]
    return dict(line.split(": ", 1) for line in lines)
