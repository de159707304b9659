"""One UDP port of loopback that speaks SIP: requests with their answers, and what others ask of it."""

from __future__ import annotations

import secrets
from collections.abc import Callable

import gevent
from gevent import socket
from gevent.event import Event

from console.scenarios import sip_messages as sip

_ANSWER_SECONDS = 4.0
_RETRANSMIT_SECONDS = 0.6
_FINAL = ("INVITE", "REGISTER", "SUBSCRIBE", "REFER")
Source = tuple[str, int]


class Endpoint:
    """`on_request(message, source)` gets what is asked, `on_progress(message)` provisional answers."""

    def __init__(
        self, user: str, *, proxy: Source, ip: str, port: int,
        on_request: Callable[[sip.Message, Source], None], on_progress: Callable[[sip.Message], None],
    ) -> None:  # fmt: skip
        self._user, self._proxy, self._ip = user, proxy, ip
        self._on_request, self._on_progress = on_request, on_progress
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((ip, port))
        self.port: int = self._socket.getsockname()[1]
        self.parameters = ""
        """Of the contact's URI, each with its `;`."""
        self._waiting: dict[tuple[str, int], tuple[Event, list[sip.Message]]] = {}
        self._reader = gevent.spawn(self._read)

    @property
    def contact(self) -> str:
        """Where the endpoint is reached."""
        return f"<sip:{self._user}@{self._ip}:{self.port}{self.parameters}>"

    def via(self) -> str:
        """A new transaction's Via."""
        return f"SIP/2.0/UDP {self._ip}:{self.port};branch=z9hG4bK{secrets.token_hex(8)};rport"

    def send(self, message: sip.Message) -> None:
        """To the proxy; no answer is waited for."""
        self._socket.sendto(message.encode(), self._proxy)

    def ask(
        self, request: sip.Message, cseq: int, seconds: float | None = _ANSWER_SECONDS
    ) -> sip.Message | None:
        """The final answer; None when there is none in time (None: as long as it takes)."""
        key = (request.get("call-id"), cseq)
        done, answers = self._waiting[key] = (Event(), [])
        self.send(request)
        if not done.wait(_RETRANSMIT_SECONDS):
            self.send(request)  # once: loopback loses nothing, a starting switch does
        done.wait(seconds)
        self._waiting.pop(key, None)
        return answers[0] if answers else None

    def reply(
        self,
        request: sip.Message,
        source: Source,
        status: int,
        reason: str,
        *,
        tag: str = "",
        body: bytes = b"",
    ) -> None:
        """Answer a request; with an SDP when there is a `body`."""
        answer = sip.response(request, status, reason, tag=tag, contact=self.contact)
        if body:
            answer.headers.append(("content-type", "application/sdp"))
            answer.body = body
        self._socket.sendto(answer.encode(), source)

    def redirect(self, request: sip.Message, source: Source, to: str, *, tag: str) -> None:
        """Answer that another URI is to be called instead (302; RFC 3261, 21.3.3)."""
        answer = sip.response(request, 302, "Moved Temporarily", tag=tag, contact=f"<{to}>")
        self._socket.sendto(answer.encode(), source)

    def close(self) -> None:
        """End the port."""
        self._reader.kill(block=False)
        self._socket.close()

    def _read(self) -> None:
        while True:
            data, source = self._socket.recvfrom(65535)
            message = sip.parse(data)
            if message is None:
                continue
            if message.status:
                self._answered(message)
            else:
                self._on_request(message, source)

    def _answered(self, message: sip.Message) -> None:
        if message.status < 200:
            self._on_progress(message)
            return
        cseq = int(message.get("cseq").partition(" ")[0])
        waiting = self._waiting.get((message.get("call-id"), cseq))
        if waiting and message.cseq_method in _FINAL:
            waiting[1].append(message)
            waiting[0].set()
