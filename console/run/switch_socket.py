"""Two questions to a FreeSWITCH we started, over its event socket: are you ready, and will you end.

A plain socket: the supervisor is unpatched, and the controller's own event-socket layer is not for it.
"""

from __future__ import annotations

import re
import socket

from schemas.secrets import read_secret
from schemas.settings import Settings

_READY_SECONDS = 1.0
_FAREWELL_SECONDS = 0.4
"""Four questions to a frozen switch must leave time for everything else that has to stop."""
_LENGTH = re.compile(rb"Content-Length: (\d+)")


def is_ready(settings: Settings, profiles: set[str]) -> bool:
    """True when it says so and every SIP profile runs."""
    if "is ready" not in ask(settings, "api status", _READY_SECONDS):
        return False
    listed = ask(settings, "api sofia status", _READY_SECONDS)
    running = set(re.findall(r"^\s*(\S+)\s+profile\s.*RUNNING", listed, re.MULTILINE))
    return profiles <= running


def end_kindly(settings: Settings) -> None:
    """Without calls end now (cleaning up takes it five seconds, and nobody is there to notice); with calls
    take no new ones and end with the last."""
    status = ask(settings, "api status")
    calls = re.search(r"^(\d+) session\(s\) - peak", status, re.MULTILINE)
    if status:
        # `bgapi`, since the answer comes only when it ends.
        ask(settings, f"bgapi fsctl shutdown {'elegant' if calls and calls[1] != '0' else 'now'}")


def hang_up_all(settings: Settings) -> None:
    """Say goodbye to every phone: `shutdown now` would leave them waiting for sound."""
    ask(settings, "api hupall NORMAL_CLEARING")


def end_now(settings: Settings) -> None:
    """End with the calls there are."""
    ask(settings, "bgapi fsctl shutdown now")


def ask(settings: Settings, command: str, seconds: float = _FAREWELL_SECONDS) -> str:
    """The answer's body; empty when there is none, whatever the reason. Each of its
    three exchanges may take `seconds`."""
    address = (settings.event_socket.host, settings.event_socket.port)
    try:
        with socket.create_connection(address, timeout=seconds) as link:
            _read(link)
            head, _ = _exchange(link, f"auth {read_secret(settings.var, 'event_socket')}")
            return _exchange(link, command)[1].decode(errors="replace") if b"+OK" in head else ""
    except OSError:
        return ""


def _exchange(link: socket.socket, line: str) -> tuple[bytes, bytes]:
    link.sendall(f"{line}\n\n".encode())
    return _read(link)


def _read(link: socket.socket) -> tuple[bytes, bytes]:
    """Head and body of one message; the link closed in the middle is an OSError."""
    head = b""
    while not head.endswith(b"\n\n"):
        head += _some(link, 1)
    length = _LENGTH.search(head)
    body = b""
    while length and len(body) < int(length[1]):
        body += _some(link, int(length[1]) - len(body))
    return head, body


def _some(link: socket.socket, count: int) -> bytes:
    got = link.recv(count)
    if not got:
        raise ConnectionError("closed")
    return got
