"""One connection of the event socket: authentication, subscriptions, commands (freeswitch-facts 6.1, esl A.3).

Replies come in the order of the commands and `api` runs in the connection's own greenlet, as on the switch.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable

import gevent
from gevent import socket
from gevent.queue import Queue

from demo_switch.channel import Task
from demo_switch.events import Event, as_json
from demo_switch.refusals import Refused
from demo_switch.switch import Switch

_LOGIN_SECONDS = 25.0
_QUEUE_LENGTH = 100_000
_MOST_HEADER_BYTES = 1 << 20

RunApi = Callable[[str, str], str]


class SocketSession:
    """One connection."""

    def __init__(self, switch: Switch, link: socket.socket, password: str, api: RunApi) -> None:
        self._switch, self._link, self._password, self._api = switch, link, password, api
        self._names: set[str] = set()
        self._subclasses: set[str] = set()
        self._outgoing: Queue[bytes | None] = Queue()
        self._unlisten: Callable[[], None] | None = None
        self._buffer = b""
        self._writer: gevent.Greenlet | None = None

    def run(self) -> None:
        """Greet, authenticate, obey until the client leaves."""
        self._link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._writer = gevent.spawn(self._write)
        self._send(b"Content-Type: auth/request\n\n")
        if not self._login():
            return
        while (command := self._read_command()) is not None:
            if not self._obey(*command):
                break
        self._drain()

    def close(self) -> None:
        """End the connection and its subscriptions."""
        if self._unlisten:
            self._unlisten()
        if self._writer is not None:
            self._writer.kill(block=False)
        self._link.close()

    # --- reading and writing -----------------------------------------------------------------------

    def _login(self) -> bool:
        command = None
        with gevent.Timeout(_LOGIN_SECONDS, False):
            command = self._read_command()
        if command is None:
            return False
        if command[0] == f"auth {self._password}":
            self._reply("+OK accepted")
            return True
        self._reply("-ERR invalid" if command[0].startswith("auth ") else "-ERR command not found")
        self._disconnect_notice()
        return False

    def _read_command(self) -> tuple[str, dict[str, str], str] | None:
        """The first line, the headers under it, and a body when Content-Length says so."""
        while b"\n\n" not in self._buffer:
            data = self._link.recv(65536)
            if not data or len(self._buffer) > _MOST_HEADER_BYTES:
                return None
            self._buffer = (self._buffer + data).replace(b"\r\n", b"\n").lstrip(b"\n")
        head, _, self._buffer = self._buffer.partition(b"\n\n")
        line, *rest = head.decode("utf-8", "surrogateescape").split("\n")
        pairs = [each.partition(":") for each in rest if ":" in each]
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        body = self._read_body(int(headers.get("content-length", "0")))
        self._buffer = self._buffer.lstrip(b"\n")
        return line.strip(), headers, body

    def _read_body(self, length: int) -> str:
        while len(self._buffer) < length:
            data = self._link.recv(65536)
            if not data:
                break
            self._buffer += data
        body, self._buffer = self._buffer[:length], self._buffer[length:]
        return body.decode("utf-8", "surrogateescape")

    def _write(self) -> None:
        while (data := self._outgoing.get()) is not None:
            try:
                self._link.sendall(data)
            except OSError:
                return

    def _send(self, data: bytes) -> None:
        if self._outgoing.qsize() < _QUEUE_LENGTH:
            self._outgoing.put(data)

    def _drain(self) -> None:
        self._outgoing.put(None)
        if self._writer is not None:
            self._writer.join(timeout=1.0)

    def _reply(self, text: str, more: str = "") -> None:
        self._send(
            f"Content-Type: command/reply\nReply-Text: {text}\n{more}\n".encode("utf-8", "surrogateescape")
        )

    def _disconnect_notice(self) -> None:
        text = b"Disconnected, goodbye.\n"
        head = f"Content-Type: text/disconnect-notice\nContent-Length: {len(text)}\n\n"
        self._send(head.encode() + text)
        self._drain()

    # --- commands ----------------------------------------------------------------------------------

    def _obey(self, line: str, headers: dict[str, str], body: str) -> bool:
        """False when the connection is to end."""
        name, _, rest = line.partition(" ")
        match name:
            case "exit" | "...":
                self._reply("+OK bye")
                self._disconnect_notice()
                return False
            case "event":
                self._subscribe(rest)
            case "nixevent":
                self._unsubscribe(rest)
            case "noevents":
                self._names, self._subclasses = set(), set()
                self._reply("+OK no longer listening for events")
            case "api":
                self._answer_api(rest)
            case "bgapi":
                self._background(rest, headers.get("job-uuid") or str(uuid.uuid4()))
            case "sendmsg":
                self._reply(self._sendmsg(rest.strip(), headers, body))
            case "sendevent":
                self._reply(self._sendevent(rest.strip(), headers, body))
            case "nolog" | "linger" | "nolinger":
                self._reply("+OK")
            case _:
                self._switch.refusals.add("unknown_command", line[:120])
                self._reply("-ERR command not found")
        return True

    def _subscribe(self, rest: str) -> None:
        kind, *names = rest.split()
        if kind != "json":
            self._switch.refusals.add("unknown_command", f"event {kind}")
            self._reply("-ERR only json is spoken here")
            return
        plain, custom = _split_custom(names)
        self._names |= plain
        self._subclasses |= custom
        if self._unlisten is None:
            self._unlisten = self._switch.events.listen(self._on_event)
        self._reply("+OK event listener enabled json")

    def _unsubscribe(self, rest: str) -> None:
        plain, custom = _split_custom(rest.split())
        self._names -= plain
        self._subclasses -= custom
        self._reply("+OK event listener unsubscribed")

    def _on_event(self, event: Event) -> None:
        name, subclass = str(event.get("Event-Name")), str(event.get("Event-Subclass", ""))
        wanted = "ALL" in self._names or (
            subclass in self._subclasses if name == "CUSTOM" else name in self._names
        )
        if wanted:
            body = as_json(event)
            head = f"Content-Length: {len(body)}\nContent-Type: text/event-json\n\n"
            self._send(head.encode() + body)

    def _answer_api(self, command: str) -> None:
        body = self._run(command).encode("utf-8", "surrogateescape")
        self._send(f"Content-Type: api/response\nContent-Length: {len(body)}\n\n".encode() + body)

    def _run(self, command: str) -> str:
        name, _, arguments = command.strip().partition(" ")
        try:
            return self._api(name, arguments)
        except Refused as refused:
            self._switch.refusals.add(refused.kind, refused.detail)
            if refused.kind == "unknown_api":
                return f"-ERR {name} Command not found!\n"
            return f"-ERR {refused.detail}\n"

    def _background(self, command: str, job: str) -> None:
        self._switch.spawn(self._job, command, job)
        self._reply(f"+OK Job-UUID: {job}", f"Job-UUID: {job}\n")

    def _job(self, command: str, job: str) -> None:
        name, _, arguments = command.strip().partition(" ")
        headers = {"Job-UUID": job, "Job-Command": name}
        if arguments:
            headers["Job-Command-Arg"] = arguments
        reply = self._run(command)
        length = str(len(reply.encode("utf-8", "surrogateescape")))
        self._switch.events.plain("BACKGROUND_JOB", headers | {"Content-Length": length, "_body": reply})

    def _sendmsg(self, leg_uuid: str, headers: dict[str, str], body: str) -> str:
        channel = self._switch.channels.get(leg_uuid)
        if channel is None or not channel.up:
            return f"-ERR invalid session id [{leg_uuid}]"
        command = headers.get("call-command", "")
        if command == "execute":
            argument = headers.get("execute-app-arg") or body
            task = Task(headers.get("execute-app-name", ""), argument, headers.get("event-uuid", ""))
            channel.tasks.extend([task] * int(headers.get("loops", "1")))
            channel.notify()
        elif command == "hangup":
            self._api("uuid_kill", f"{leg_uuid} {headers.get('hangup-cause', 'NORMAL_CLEARING')}")
        else:
            self._switch.refusals.add("unknown_command", f"sendmsg {command}")
            return "-ERR unknown call-command"
        return "+OK"

    def _sendevent(self, name: str, headers: dict[str, str], body: str) -> str:
        subclass = headers.pop("event-subclass", "")
        if name == "CUSTOM" and not subclass:
            return "-ERR no subclass"
        fired = self._switch.events.base(name, subclass) | headers
        self._switch.events.fire(fired | ({"_body": body} if body else {}))
        return f"+OK {uuid.uuid4()}"


def _split_custom(names: list[str]) -> tuple[set[str], set[str]]:
    """Names, and what stands behind CUSTOM."""
    if "CUSTOM" not in names:
        return set(names), set()
    at = names.index("CUSTOM")
    return set(names[:at]), set(names[at + 1 :])
