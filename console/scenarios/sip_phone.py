"""Scripted SIP phones for runs on a real switch: they register, ring, answer, refuse, press keys.

A `Phone` is one UDP port: a registered device, or a trunk peer that both places calls from outside
and plays the outside numbers that are called. What happens is told to `observe(Observation)`.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import gevent
from gevent import socket
from gevent.event import Event

from console.scenarios import sip_messages as sip
from console.scenarios.sip_media import Media

_ANSWER_SECONDS = 4.0
_REFUSALS = {486: "Busy Here", 603: "Decline", 480: "Temporarily Unavailable", 404: "Not Found"}


@dataclass(frozen=True)
class Offer:
    """What a phone does with one call: after `answer_after` seconds it answers (None: rings only),
    or refuses with `refuse` after `refuse_after`; then presses and hangs up, seconds after the answer."""

    answer_after: float | None = None
    refuse: int = 0
    refuse_after: float = 0.0
    press: tuple[tuple[float, str], ...] = ()
    hang_up_after: float | None = None
    no_180: bool = False


@dataclass(frozen=True)
class Observation:
    """Something a phone saw: `what` is ringing, answered, cancelled, refused, ended, failed, progress."""

    at: float
    phone: str
    what: str
    call_id: str
    detail: str = ""


@dataclass
class Dialog:
    """One call of a phone, in either direction."""

    call_id: str
    local: str
    remote: str
    target: str
    media: Media
    cseq: int = 1
    invite: sip.Message | None = None
    outgoing: bool = False
    state: str = "early"
    greenlets: list[gevent.Greenlet] = field(default_factory=list)
    number: str = ""


class Phone:
    """One SIP user agent. `scripts` are consumed one per offered call, the last one stays."""

    def __init__(
        self, name: str, *, proxy: tuple[str, int], domain: str, observe: Callable[[Observation], None],
        port: int = 0, ip: str = "127.0.0.1",
    ) -> None:  # fmt: skip
        self.name, self.domain, self.proxy, self.ip = name, domain, proxy, ip
        self._observe = observe
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((ip, port))
        self.port: int = self._socket.getsockname()[1]
        self.scripts: dict[str, list[Offer]] = {}
        self.dialogs: dict[str, Dialog] = {}
        self._waiting: dict[tuple[str, int], tuple[Event, list[sip.Message]]] = {}
        self._reader = gevent.spawn(self._read)

    # --- what a test does with it -----------------------------------------------------------------

    def script(self, *offers: Offer, number: str = "") -> None:
        """What to do with the next offered calls (to `number`, for a trunk peer)."""
        self.scripts[number] = list(offers)

    def register(self, password: str, expires: int = 3600) -> int:
        """Register with digest; the final status (200 when registered)."""
        call_id, uri, tag = secrets.token_hex(8), f"sip:{self.domain}", secrets.token_hex(4)
        status, authorization = 0, ""
        for cseq in (1, 2, 3):
            answer = self._ask(self._register(call_id, tag, cseq, expires, authorization), cseq)
            status = answer.status if answer else 408
            if status != 401 or answer is None or cseq == 3:
                break
            authorization = sip.digest(
                answer.get("www-authenticate"), method="REGISTER", uri=uri, user=self.name, password=password
            )
        return status

    def call(
        self, to: str, *, name: bytes = b"", number: str = "", password: str = "", max_forwards: int = 70
    ) -> str:
        """Place a call; its Call-ID. Digest is answered when `password` is given."""
        call_id, caller = secrets.token_hex(8), number or self.name
        display = f'"{name.decode("latin-1")}" ' if name else ""
        media = Media(self.ip)
        dialog = Dialog(
            call_id, f"{display}<sip:{caller}@{self.domain}>;tag={secrets.token_hex(4)}",
            f"<sip:{to}@{self.domain}>", f"sip:{to}@{self.domain}", media, outgoing=True, number=to,
        )  # fmt: skip
        self.dialogs[call_id] = dialog
        dialog.greenlets.append(gevent.spawn(self._place, dialog, password, max_forwards))
        return call_id

    def press(self, call_id: str, keys: str) -> None:
        """Press keys in a call."""
        self.dialogs[call_id].media.press(keys)

    def hang_up(self, call_id: str) -> None:
        """End a call, whatever its state."""
        dialog = self.dialogs.get(call_id)
        if dialog is None:
            return
        if dialog.state == "up":
            self._send(self._request(dialog, "BYE"))
            self._end(dialog, "ended", "local")
        elif dialog.outgoing and dialog.invite is not None:
            self._send(self._cancel(dialog.invite))

    def close(self) -> None:
        """End every call and the port."""
        for call_id in list(self.dialogs):
            self.hang_up(call_id)
        for dialog in list(self.dialogs.values()):
            dialog.media.close()
            gevent.killall(dialog.greenlets, block=False)
        self._reader.kill(block=False)
        self._socket.close()

    # --- outgoing ---------------------------------------------------------------------------------

    def _place(self, dialog: Dialog, password: str, max_forwards: int) -> None:
        authorization = ""
        for cseq in (1, 2):
            dialog.cseq = cseq
            dialog.invite = self._request(dialog, "INVITE", max_forwards=max_forwards)
            dialog.invite.body = sip.sdp(self.ip, dialog.media.port)
            dialog.invite.headers.append(("content-type", "application/sdp"))
            if authorization:
                dialog.invite.headers.append(("proxy-authorization", authorization))
            answer = self._ask(dialog.invite, cseq, seconds=None)
            if answer is None or answer.status not in (401, 407) or not password or cseq == 2:
                break
            self._acknowledge(dialog, answer)
            challenge = answer.get("proxy-authenticate") or answer.get("www-authenticate")
            authorization = sip.digest(
                challenge, method="INVITE", uri=dialog.target, user=self.name, password=password
            )
        self._placed(dialog, answer)

    def _placed(self, dialog: Dialog, answer: sip.Message | None) -> None:
        if answer is None:
            return self._end(dialog, "failed", "408")
        dialog.remote = answer.get("to")
        self._acknowledge(dialog, answer)
        if answer.status != 200:
            return self._end(dialog, "failed", str(answer.status))
        dialog.target = answer.get("contact").partition("<")[2].partition(">")[0] or dialog.target
        self._up(dialog, answer.body)
        return None

    def _acknowledge(self, dialog: Dialog, answer: sip.Message) -> None:
        ack = self._request(dialog, "ACK", cseq=dialog.cseq)
        ack.headers = [(n, answer.get("to") if n == "to" else v) for n, v in ack.headers]
        if answer.status != 200 and dialog.invite is not None:
            ack.headers = [(n, dialog.invite.get("via") if n == "via" else v) for n, v in ack.headers]
        elif answer.get("contact"):
            ack.uri = answer.get("contact").partition("<")[2].partition(">")[0] or ack.uri
        self._send(ack)

    def _register(self, call_id: str, tag: str, cseq: int, expires: int, authorization: str) -> sip.Message:
        me = f"<sip:{self.name}@{self.domain}>"
        headers = [
            ("via", self._via()), ("max-forwards", "70"), ("from", f"{me};tag={tag}"), ("to", me),
            ("call-id", call_id), ("cseq", f"{cseq} REGISTER"), ("contact", self._contact()),
            ("expires", str(expires)), ("user-agent", "relais-scenario"),
        ]  # fmt: skip
        if authorization:
            headers.append(("authorization", authorization))
        return sip.Message(method="REGISTER", uri=f"sip:{self.domain}", headers=headers)

    def _request(self, dialog: Dialog, method: str, cseq: int = 0, max_forwards: int = 70) -> sip.Message:
        if method not in ("ACK", "INVITE"):
            dialog.cseq += 1
        headers = [
            ("via", self._via()), ("max-forwards", str(max_forwards)), ("from", dialog.local), ("to", dialog.remote),
            ("call-id", dialog.call_id), ("cseq", f"{cseq or dialog.cseq} {method}"), ("contact", self._contact()),
        ]  # fmt: skip
        return sip.Message(method=method, uri=dialog.target, headers=headers)

    def _cancel(self, invite: sip.Message) -> sip.Message:
        names = ("via", "max-forwards", "from", "to", "call-id")
        headers = [(n, v) for n, v in invite.headers if n in names]
        headers.append(("cseq", invite.get("cseq").replace("INVITE", "CANCEL")))
        return sip.Message(method="CANCEL", uri=invite.uri, headers=headers)

    def _ask(
        self, request: sip.Message, cseq: int, seconds: float | None = _ANSWER_SECONDS
    ) -> sip.Message | None:
        key = (request.get("call-id"), cseq)
        done, answers = self._waiting[key] = (Event(), [])
        self._send(request)
        if not done.wait(0.6):
            self._send(request)  # one retransmission: loopback loses nothing, a starting switch does
        done.wait(seconds)
        self._waiting.pop(key, None)
        return answers[0] if answers else None

    # --- incoming ---------------------------------------------------------------------------------

    def _read(self) -> None:
        while True:
            data, source = self._socket.recvfrom(65535)
            message = sip.parse(data)
            if message is None:
                continue
            if message.status:
                self._on_response(message)
            else:
                self._on_request(message, source)

    def _on_response(self, message: sip.Message) -> None:
        if message.status < 200:
            dialog = self.dialogs.get(message.get("call-id"))
            if dialog and message.status > 100:
                self._tell("progress", dialog, str(message.status))
            return
        cseq = int(message.get("cseq").partition(" ")[0])
        waiting = self._waiting.get((message.get("call-id"), cseq))
        if waiting and message.cseq_method in ("INVITE", "REGISTER"):
            waiting[1].append(message)
            waiting[0].set()

    def _on_request(self, message: sip.Message, source: tuple[str, int]) -> None:
        dialog = self.dialogs.get(message.get("call-id"))
        match message.method:
            case "INVITE" if dialog is None:
                self._offered(message, source)
            case "INVITE" if dialog is not None:
                self._reinvited(dialog, message, source)
            case "CANCEL" if dialog is not None:
                self._cancelled(dialog, message, source)
            case "BYE":
                self._reply(message, 200, "OK", source)
                if dialog:
                    self._end(dialog, "ended", "remote")
            case "ACK":
                pass
            case _:
                self._reply(message, 200, "OK", source)

    def _offered(self, invite: sip.Message, source: tuple[str, int]) -> None:
        number = invite.uri.removeprefix("sip:").partition("@")[0]
        dialog = Dialog(
            invite.get("call-id"), f"{invite.get('to')};tag={secrets.token_hex(4)}", invite.get("from"),
            invite.get("contact").partition("<")[2].partition(">")[0], Media(self.ip), invite=invite, number=number,
        )  # fmt: skip
        self.dialogs[dialog.call_id] = dialog
        script = self.scripts.get(number) or self.scripts.get("") or [Offer()]
        offer = script.pop(0) if len(script) > 1 else script[0]
        dialog.greenlets.append(gevent.spawn(self._play, dialog, offer, source))

    def _play(self, dialog: Dialog, offer: Offer, source: tuple[str, int]) -> None:
        assert dialog.invite is not None
        tag = dialog.local.rpartition("tag=")[2]
        self._tell("offered", dialog, dialog.invite.get("from"))
        if not offer.no_180:
            self._reply(dialog.invite, 180, "Ringing", source, tag)
        if offer.refuse:
            gevent.sleep(offer.refuse_after)
            self._reply(dialog.invite, offer.refuse, _REFUSALS[offer.refuse], source, tag)
            return self._end(dialog, "refused", str(offer.refuse))
        if offer.answer_after is None:
            return None
        gevent.sleep(offer.answer_after)
        answer = sip.response(dialog.invite, 200, "OK", tag=tag, contact=self._contact())
        answer.headers.append(("content-type", "application/sdp"))
        answer.body = sip.sdp(self.ip, dialog.media.port)
        self._socket.sendto(answer.encode(), source)
        self._up(dialog, dialog.invite.body)
        return self._talk(dialog, offer)

    def _talk(self, dialog: Dialog, offer: Offer) -> None:
        started = time.monotonic()
        for after, keys in offer.press:
            gevent.sleep(max(0.0, started + after - time.monotonic()))
            dialog.media.press(keys)
        if offer.hang_up_after is not None:
            gevent.sleep(max(0.0, started + offer.hang_up_after - time.monotonic()))
            self.hang_up(dialog.call_id)

    def _reinvited(self, dialog: Dialog, message: sip.Message, source: tuple[str, int]) -> None:
        if dialog.state != "up":
            return  # a retransmission of the first INVITE
        answer = sip.response(message, 200, "OK", contact=self._contact())
        answer.headers.append(("content-type", "application/sdp"))
        answer.body = sip.sdp(self.ip, dialog.media.port)
        self._socket.sendto(answer.encode(), source)

    def _cancelled(self, dialog: Dialog, message: sip.Message, source: tuple[str, int]) -> None:
        self._reply(message, 200, "OK", source)
        if dialog.invite is not None and dialog.state == "early":
            self._reply(dialog.invite, 487, "Request Terminated", source, dialog.local.rpartition("tag=")[2])
            self._end(dialog, "cancelled", message.get("reason"))

    # --- both -------------------------------------------------------------------------------------

    def _up(self, dialog: Dialog, body: bytes) -> None:
        dialog.state = "up"
        peer = sip.media_address(body)
        if peer:
            dialog.media.start(peer)
        self._tell("answered", dialog)

    def _end(self, dialog: Dialog, what: str, detail: str = "") -> None:
        if self.dialogs.pop(dialog.call_id, None) is None:
            return
        dialog.media.close()
        self._tell(what, dialog, detail)
        current = gevent.getcurrent()
        gevent.killall([g for g in dialog.greenlets if g is not current], block=False)

    def _tell(self, what: str, dialog: Dialog, detail: str = "") -> None:
        name = self.name if not (dialog.number.startswith("+") and not dialog.outgoing) else dialog.number
        self._observe(Observation(time.time(), name, what, dialog.call_id, detail))

    def _reply(
        self, request: sip.Message, status: int, reason: str, source: tuple[str, int], tag: str = ""
    ) -> None:
        self._socket.sendto(
            sip.response(request, status, reason, tag=tag, contact=self._contact()).encode(), source
        )

    def _send(self, message: sip.Message) -> None:
        self._socket.sendto(message.encode(), self.proxy)

    def _via(self) -> str:
        return f"SIP/2.0/UDP {self.ip}:{self.port};branch=z9hG4bK{secrets.token_hex(8)};rport"

    def _contact(self) -> str:
        return f"<sip:{self.name}@{self.ip}:{self.port}>"
