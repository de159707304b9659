"""One call of a scripted phone (a SIP dialog, RFC 3261 section 12), and the requests made within it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import quote

import gevent

from console.scenarios import sip_messages as sip
from console.scenarios.sip_media import Media

_OF_A_CANCEL = ("via", "max-forwards", "from", "to", "call-id")


@dataclass
class Dialog:
    """`local` and `remote` are From and To as this side writes them, `target` where requests go, `number` what was
    dialled. `state` is early until both sides agreed, then up."""

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
    held: bool = False
    cancelled: bool = False
    """This side called and gave up before it heard an answer."""
    sent_on: bool = False
    """Its partner was asked to call somebody else: the end that follows is of this side's own making."""

    @property
    def tag(self) -> str:
        """This side's."""
        return self.local.rpartition("tag=")[2]

    @property
    def rings(self) -> bool:
        """This side called, and the other one rings (an early dialog, 12.1)."""
        return self.outgoing and self.state == "early" and "tag=" in self.remote

    def request(self, method: str, *, via: str, contact: str, max_forwards: int = 70) -> sip.Message:
        """A request of this side; each but INVITE and ACK counts CSeq up."""
        if method not in ("ACK", "INVITE"):
            self.cseq += 1
        headers = [
            ("via", via), ("max-forwards", str(max_forwards)), ("from", self.local), ("to", self.remote),
            ("call-id", self.call_id), ("cseq", f"{self.cseq} {method}"), ("contact", contact),
        ]  # fmt: skip
        return sip.Message(method=method, uri=self.target, headers=headers)

    def acknowledgement(self, answer: sip.Message, *, via: str, contact: str) -> sip.Message:
        """The ACK of a final answer: of the same transaction when it is a refusal (17.1.1.3)."""
        ack = self.request("ACK", via=via, contact=contact)
        ack.headers = [(n, answer.get("to") if n == "to" else v) for n, v in ack.headers]
        if answer.status != 200 and self.invite is not None:
            ack.headers = [(n, self.invite.get("via") if n == "via" else v) for n, v in ack.headers]
        elif answer.get("contact"):
            ack.uri = uri_of(answer.get("contact")) or ack.uri
        return ack

    def reinvite(self, *, via: str, contact: str, body: bytes) -> sip.Message:
        """Another offer within the dialog (14.1)."""
        self.cseq += 1
        again = self.request("INVITE", via=via, contact=contact)
        again.headers.append(("content-type", "application/sdp"))
        again.body = body
        return again

    def referral(self, to: str, *, via: str, contact: str) -> sip.Message:
        """Ask the other side to call `to`, a URI (RFC 3515)."""
        refer = self.request("REFER", via=via, contact=contact)
        refer.headers += [("refer-to", f"<{to}>"), ("referred-by", f"<{uri_of(self.local)}>")]
        return refer

    @property
    def replaces(self) -> str:
        """What names this dialog to the other side of it, as a header in a URI (RFC 3891)."""
        named = f"{self.call_id};to-tag={self.remote.rpartition('tag=')[2]};from-tag={self.tag}"
        return f"Replaces={quote(named, safe='')}"

    def cancellation(self) -> sip.Message | None:
        """The CANCEL of the INVITE; None before there is one."""
        if self.invite is None:
            return None
        headers = [(n, v) for n, v in self.invite.headers if n in _OF_A_CANCEL]
        headers.append(("cseq", self.invite.get("cseq").replace("INVITE", "CANCEL")))
        return sip.Message(method="CANCEL", uri=self.invite.uri, headers=headers)


def uri_of(contact: str) -> str:
    """What is between the angle brackets."""
    return contact.partition("<")[2].partition(">")[0]


@dataclass(frozen=True)
class Asking:
    """What stays the same in the requests of one registration or subscription. `to` is the user asked about, empty
    for oneself."""

    method: str
    user: str
    domain: str
    call_id: str
    tag: str
    to: str = ""

    @property
    def uri(self) -> str:
        """The request's: the domain for a registration, the user asked about otherwise."""
        return f"sip:{self.to}@{self.domain}" if self.to else f"sip:{self.domain}"

    def request(
        self, cseq: int, authorization: str, *, via: str, contact: str, more: Iterable[tuple[str, str]], body: bytes = b""
    ) -> sip.Message:  # fmt: skip
        """One request; an `expires` of 0 says goodbye."""
        me = f"<sip:{self.user}@{self.domain}>"
        headers = [
            ("via", via), ("max-forwards", "70"), ("from", f"{me};tag={self.tag}"),
            ("to", f"<{self.uri}>" if self.to else me), ("call-id", self.call_id), ("cseq", f"{cseq} {self.method}"),
            ("contact", contact), ("user-agent", "relais-scenario"), *more,
        ]  # fmt: skip
        if authorization:
            headers.append(("authorization", authorization))
        return sip.Message(method=self.method, uri=self.uri, headers=headers, body=body)
