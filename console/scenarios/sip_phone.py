"""Scripted SIP phones for runs on a real switch: they register, ring, answer, refuse, press keys.

A `Phone` is one UDP port: a registered device, or a trunk peer that both places calls from outside
and plays the outside numbers that are called. What happens is told to `observe(Observation)`.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable

import gevent

from console.scenarios import sip_messages as sip
from console.scenarios.sip_dialog import Asking, Dialog, uri_of
from console.scenarios.sip_endpoint import Endpoint, Source
from console.scenarios.sip_media import Media
from console.scenarios.sip_script import REFUSALS, Observation, Offer

_TRIES = 3
_NO_ANSWER = 408
_PENDING, _PENDING_SECONDS = 491, 0.3
_ELSEWHERE = 302
_FORBIDDEN = "SIP/2.0 403"


class Phone:
    """One SIP user agent. `scripts` are consumed one per offered call, the last one stays."""

    def __init__(
        self, name: str, *, proxy: Source, domain: str, observe: Callable[[Observation], None],
        port: int = 0, ip: str = "127.0.0.1",
    ) -> None:  # fmt: skip
        self.name, self.domain, self._ip = name, domain, ip
        self._observe = observe
        # One Call-ID for all registrations, counted by CSeq (RFC 3261, 10.2): another one is another phone.
        self._registration = Asking("REGISTER", name, domain, secrets.token_hex(8), secrets.token_hex(4))
        self._cseq = 0
        self.scripts: dict[str, list[Offer]] = {}
        self.dialogs: dict[str, Dialog] = {}
        self.claims: list[tuple[str, str]] = []
        """Headers that its INVITEs bring beside the usual ones."""
        self._endpoint = Endpoint(
            name, proxy=proxy, ip=ip, port=port, on_request=self._on_request, on_progress=self._on_progress
        )
        self.port = self._endpoint.port
        self.told: sip.Message | None = None
        """The last answer to a registration or a subscription."""

    def push_to(self, provider: str, param: str, prid: str) -> None:
        """From the next registration on its contact says how it is woken (RFC 8599, 4.1)."""
        self._endpoint.parameters = f";pn-provider={provider};pn-param={param};pn-prid={prid}"

    # --- what a test does with it -----------------------------------------------------------------

    def script(self, *offers: Offer, number: str = "") -> None:
        """What to do with the next offered calls (to `number`, for a trunk peer)."""
        self.scripts[number] = list(offers)

    def register(self, password: str, expires: int = 3600) -> int:
        """Register with digest; the final status (200 when registered)."""
        more = (("expires", str(expires)),)
        for _ in range(_TRIES):
            status = self._outside_calls(self._registration, password, more)
            if status != _NO_ANSWER:  # a phone asks again (RFC 3261, 10.2.7)
                break
        return status

    def subscribe(
        self, to: str, package: str, password: str, expires: int = 3600, *, says: tuple[str, str] = ("", ""), as_user: str = ""
    ) -> int:  # fmt: skip
        """Ask to be notified of `to` (RFC 6665) with digest; the final status (202 when accepted). `says`: the type and the text of
        its body; `as_user`: who it says that it is, with this phone's password."""
        asked = Asking(
            "SUBSCRIBE", as_user or self.name, self.domain, secrets.token_hex(8), secrets.token_hex(4), to
        )
        kind, text = says
        more = (("expires", str(expires)), ("event", package), *((("content-type", kind),) if kind else ()))
        return self._outside_calls(asked, password, more, text.encode())

    def _outside_calls(
        self, asked: Asking, password: str, more: tuple[tuple[str, str], ...], body: bytes = b""
    ) -> int:
        status, authorization = 0, ""
        for _ in range(_TRIES):
            self._cseq += 1
            via, contact = self._endpoint.via(), self._endpoint.contact
            request = asked.request(self._cseq, authorization, via=via, contact=contact, more=more, body=body)
            answer = self.told = self._endpoint.ask(request, self._cseq)
            status = answer.status if answer else _NO_ANSWER
            if answer is None or status not in (401, 407):
                break
            challenge = answer.get("www-authenticate") or answer.get("proxy-authenticate")
            authorization = sip.digest(
                challenge, method=asked.method, uri=asked.uri, user=self.name, password=password
            )
        return status

    def call(
        self, to: str, *, name: bytes = b"", number: str = "", password: str = "", max_forwards: int = 70,
        contact: str = "",
    ) -> str:  # fmt: skip
        """Place a call; its Call-ID. Digest is answered when `password` is given. `contact`: the user that was registered with
        whoever calls, as a carrier asks for it; `to` says then who is called."""
        call_id, caller = secrets.token_hex(8), number or self.name
        display = f'"{name.decode("latin-1")}" ' if name else ""
        dialog = Dialog(
            call_id, f"{display}<sip:{caller}@{self.domain}>;tag={secrets.token_hex(4)}",
            f"<sip:{to}@{self.domain}>", f"sip:{contact or to}@{self.domain}", Media(self._ip), outgoing=True, number=to,
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
            self._endpoint.send(self._request(dialog, "BYE"))
            self._end(dialog, "ended", "local")
        elif dialog.outgoing:
            dialog.cancelled = True
            cancellation = dialog.cancellation()
            if cancellation is not None:
                self._endpoint.send(cancellation)

    def hold(self, *, on: bool) -> int:
        """Hold the newest conversation, or take back the newest that is held; the final status, 0 without one."""
        for dialog in reversed(self._conversations()):
            if dialog.held is not on:
                return self._offer(dialog, held=on)
        return 0

    def transfer(self, to: str) -> int:
        """Send the newest conversation to `to` and leave it (RFC 5589, 6.1); the final status, 0 without one."""
        return self.refer(f"sip:{to}@{self.domain}")

    def refer(self, uri: str) -> int:
        """Ask the other side of the newest conversation to call a URI, whatever it is; the final status, 0 without one."""
        talking = self._conversations()
        return self._refer(talking[-1], uri) if talking else 0

    def join(self) -> int:
        """Bring the partners of the two newest conversations together and leave both (RFC 5589, 7), or of the newest and
        whoever still rings for this phone; the final status."""
        asked = [dialog for dialog in self.dialogs.values() if dialog.rings]
        first, second = (*self._conversations(), *asked)[-2:]
        second.sent_on = True
        return self._refer(first, f"sip:{second.number or self.name}@{self.domain}?{second.replaces}")

    def _conversations(self) -> list[Dialog]:
        return [dialog for dialog in self.dialogs.values() if dialog.state == "up"]

    def _offer(self, dialog: Dialog, *, held: bool) -> int:
        """Again a moment later where the other side is about to offer something itself (14.1)."""
        for _ in range(_TRIES):
            status = self._offer_once(dialog, held=held)
            if status != _PENDING:
                break
            gevent.sleep(_PENDING_SECONDS)
        return status

    def _offer_once(self, dialog: Dialog, *, held: bool) -> int:
        via, contact = self._endpoint.via(), self._endpoint.contact
        body = sip.sdp(self._ip, dialog.media.port, "sendonly" if held else "sendrecv")
        again = dialog.reinvite(via=via, contact=contact, body=body)
        answer = self._endpoint.ask(again, dialog.cseq)
        if answer is None:
            return _NO_ANSWER
        dialog.held = held if answer.status == 200 else dialog.held
        self._acknowledge(dialog, answer)
        return answer.status

    def _refer(self, dialog: Dialog, to: str) -> int:
        refer = dialog.referral(to, via=self._endpoint.via(), contact=self._endpoint.contact)
        dialog.sent_on = True
        answer = self._endpoint.ask(refer, dialog.cseq)
        return answer.status if answer is not None else _NO_ANSWER

    def close(self) -> None:
        """End every call and the port."""
        for call_id in list(self.dialogs):
            self.hang_up(call_id)
        for dialog in list(self.dialogs.values()):
            dialog.media.close()
            gevent.killall(dialog.greenlets, block=False)
        self._endpoint.close()

    # --- calls it places ----------------------------------------------------------------------------

    def _place(self, dialog: Dialog, password: str, max_forwards: int) -> None:
        authorization = ""
        for cseq in (1, 2):
            if dialog.cancelled:
                return self._end(dialog, "failed", "487")
            dialog.cseq = cseq
            dialog.invite = self._invite(dialog, authorization, max_forwards)
            answer = self._endpoint.ask(dialog.invite, cseq, seconds=None)
            if answer is None or answer.status not in (401, 407) or not password or cseq == 2:
                break
            self._acknowledge(dialog, answer)
            challenge = answer.get("proxy-authenticate") or answer.get("www-authenticate")
            authorization = sip.digest(
                challenge, method="INVITE", uri=dialog.target, user=self.name, password=password
            )
        return self._placed(dialog, answer)

    def _invite(self, dialog: Dialog, authorization: str, max_forwards: int) -> sip.Message:
        invite = self._request(dialog, "INVITE", max_forwards)
        invite.body = sip.sdp(self._ip, dialog.media.port)
        invite.headers += [*self.claims, ("content-type", "application/sdp")]
        if authorization:
            invite.headers.append(("proxy-authorization", authorization))
        return invite

    def _placed(self, dialog: Dialog, answer: sip.Message | None) -> None:
        if answer is None:
            return self._end(dialog, "failed", "408")
        dialog.remote = answer.get("to")
        self._acknowledge(dialog, answer)
        if answer.status != 200:
            return self._end(dialog, "failed", str(answer.status))
        dialog.target = uri_of(answer.get("contact")) or dialog.target
        self._up(dialog, answer.body)
        if dialog.cancelled:  # the answer and the CANCEL crossed on the wire (RFC 3261, 9.1)
            self.hang_up(dialog.call_id)
        return None

    def _request(self, dialog: Dialog, method: str, max_forwards: int = 70) -> sip.Message:
        via, contact = self._endpoint.via(), self._endpoint.contact
        return dialog.request(method, via=via, contact=contact, max_forwards=max_forwards)

    def _acknowledge(self, dialog: Dialog, answer: sip.Message) -> None:
        via, contact = self._endpoint.via(), self._endpoint.contact
        self._endpoint.send(dialog.acknowledgement(answer, via=via, contact=contact))

    def _on_progress(self, message: sip.Message) -> None:
        dialog = self.dialogs.get(message.get("call-id"))
        if dialog and message.status > 100:
            if "tag=" in message.get("to"):
                dialog.remote = message.get("to")
            self._tell("progress", dialog, str(message.status))

    # --- calls it is offered ------------------------------------------------------------------------

    def _on_request(self, message: sip.Message, source: Source) -> None:
        dialog = self.dialogs.get(message.get("call-id"))
        match message.method:
            case "INVITE" if dialog is None:
                self._offered(message, source)
            case "INVITE" if dialog is not None:
                self._reinvited(dialog, message, source)
            case "CANCEL" if dialog is not None:
                self._cancelled(dialog, message, source)
            case "BYE":
                self._endpoint.reply(message, source, 200, "OK")
                if dialog:
                    self._end(dialog, "ended", "sent on" if dialog.sent_on else "remote")
            case "ACK":
                pass
            case "NOTIFY":
                self._endpoint.reply(message, source, 200, "OK")
                told = message.body.decode("utf-8", "replace")
                if told.startswith(_FORBIDDEN):
                    self._stays()
                self._observe(Observation(time.time(), self.name, "notified", message.get("call-id"), told))
            case _:
                self._endpoint.reply(message, source, 200, "OK")

    def _stays(self) -> None:
        """A transfer is refused: whoever was to be sent on is still there."""
        for dialog in self.dialogs.values():
            dialog.sent_on = False

    def _offered(self, invite: sip.Message, source: Source) -> None:
        number = invite.uri.removeprefix("sip:").partition("@")[0]
        dialog = Dialog(
            invite.get("call-id"), f"{invite.get('to')};tag={secrets.token_hex(4)}", invite.get("from"),
            uri_of(invite.get("contact")), Media(self._ip), invite=invite, number=number,
        )  # fmt: skip
        self.dialogs[dialog.call_id] = dialog
        script = self.scripts.get(number) or self.scripts.get("") or [Offer()]
        offer = script.pop(0) if len(script) > 1 else script[0]
        dialog.greenlets.append(gevent.spawn(self._play, dialog, offer, source))

    def _play(self, dialog: Dialog, offer: Offer, source: Source) -> None:
        assert dialog.invite is not None
        self._tell("offered", dialog, dialog.invite.get("from"))
        if not offer.no_180:
            self._endpoint.reply(dialog.invite, source, 180, "Ringing", tag=dialog.tag)
        if offer.refuse:
            gevent.sleep(offer.refuse_after)
            self._refuse(dialog.invite, source, offer, dialog.tag)
            return self._end(dialog, "refused", str(offer.refuse))
        body = sip.sdp(self._ip, dialog.media.port)
        if offer.early_media:
            self._endpoint.reply(dialog.invite, source, 183, "Session Progress", tag=dialog.tag, body=body)
            self._send_to(dialog, dialog.invite.body)
        if offer.answer_after is None:
            return None
        gevent.sleep(offer.answer_after)
        self._endpoint.reply(dialog.invite, source, 200, "OK", tag=dialog.tag, body=body)
        self._up(dialog, dialog.invite.body)
        return self._talk(dialog, offer)

    def _refuse(self, invite: sip.Message, source: Source, offer: Offer, tag: str) -> None:
        to = offer.redirect
        if offer.refuse == _ELSEWHERE:
            uri = to if to.startswith("sip:") else f"sip:{to}@{self.domain}"
            return self._endpoint.redirect(invite, source, uri, tag=tag)
        return self._endpoint.reply(invite, source, offer.refuse, REFUSALS[offer.refuse], tag=tag)

    def _talk(self, dialog: Dialog, offer: Offer) -> None:
        started = time.monotonic()
        for after, keys in offer.press:
            gevent.sleep(max(0.0, started + after - time.monotonic()))
            dialog.media.press(keys)
        if offer.hang_up_after is not None:
            gevent.sleep(max(0.0, started + offer.hang_up_after - time.monotonic()))
            self.hang_up(dialog.call_id)

    def _reinvited(self, dialog: Dialog, message: sip.Message, source: Source) -> None:
        if dialog.state == "up":  # else a retransmission of the first INVITE
            self._endpoint.reply(message, source, 200, "OK", body=sip.sdp(self._ip, dialog.media.port))

    def _cancelled(self, dialog: Dialog, message: sip.Message, source: Source) -> None:
        self._endpoint.reply(message, source, 200, "OK")
        if dialog.invite is not None and dialog.state == "early":
            self._endpoint.reply(dialog.invite, source, 487, "Request Terminated", tag=dialog.tag)
            self._end(dialog, "cancelled", message.get("reason"))

    # --- both ---------------------------------------------------------------------------------------

    @staticmethod
    def _send_to(dialog: Dialog, body: bytes) -> None:
        peer = sip.media_address(body)
        if peer:
            dialog.media.start(peer)

    def _up(self, dialog: Dialog, body: bytes) -> None:
        dialog.state = "up"
        self._send_to(dialog, body)
        self._tell("answered", dialog)

    def _end(self, dialog: Dialog, what: str, detail: str = "") -> None:
        if self.dialogs.pop(dialog.call_id, None) is None:
            return
        dialog.media.close()
        self._tell(what, dialog, detail)
        current = gevent.getcurrent()
        gevent.killall([g for g in dialog.greenlets if g is not current], block=False)

    def _tell(self, what: str, dialog: Dialog, detail: str = "") -> None:
        outside = dialog.number.lstrip("+").isdigit() and not dialog.outgoing
        name = dialog.number if outside else self.name
        self._observe(Observation(time.time(), name, what, dialog.call_id, detail))
