"""SIP messages as values, as far as scripted phones need them (RFC 3261): parse, build, digest.

Not a SIP stack: no transactions beyond what loopback needs, UDP only.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass, field

_AUTH_FIELD = re.compile(r'(\w+)=(?:"([^"]*)"|([^,\s]+))')
_COMPACT = {"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length"}


@dataclass
class Message:
    """A request (`method` set) or a response (`status` set). Header names are lower case; `via` and
    others that repeat keep every value, in order."""

    method: str = ""
    uri: str = ""
    status: int = 0
    reason: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    def get(self, name: str) -> str:
        """The first value of a header, empty when absent."""
        return next((value for key, value in self.headers if key == name), "")

    def all(self, name: str) -> list[str]:
        """Every value of a header, in order."""
        return [value for key, value in self.headers if key == name]

    @property
    def cseq_method(self) -> str:
        """The method of the transaction a response belongs to."""
        return self.get("cseq").partition(" ")[2]

    def encode(self) -> bytes:
        """The bytes on the wire; header text is latin-1, so a caller's name may hold any byte."""
        first = f"{self.method} {self.uri} SIP/2.0" if self.method else f"SIP/2.0 {self.status} {self.reason}"
        lines = [first, *(f"{name}: {value}" for name, value in self.headers)]
        lines.append(f"content-length: {len(self.body)}")
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + self.body


def parse(data: bytes) -> Message | None:
    """A message, or None for what is not one (keep-alives, noise)."""
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    message = _first_line(lines[0])
    if message is None:
        return None
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        key = name.strip().lower()
        if colon and key not in ("content-length", "l"):
            message.headers.append((_COMPACT.get(key, key), value.strip()))
    message.body = body
    return message


def _first_line(line: str) -> Message | None:
    if line.startswith("SIP/2.0 "):
        status, _, reason = line[8:].partition(" ")
        return Message(status=int(status), reason=reason) if status.isdigit() else None
    words = line.split(" ")
    return Message(method=words[0], uri=words[1]) if len(words) == 3 and words[2] == "SIP/2.0" else None


def response(request: Message, status: int, reason: str, *, tag: str = "", contact: str = "") -> Message:
    """The answer to a request: same Via, From, To (with our tag), Call-ID and CSeq."""
    answer = Message(status=status, reason=reason)
    for name in ("via", "record-route", "from", "to", "call-id", "cseq"):
        for value in request.all(name):
            tagged = name == "to" and tag and "tag=" not in value
            answer.headers.append((name, f"{value};tag={tag}" if tagged else value))
    if contact:
        answer.headers.append(("contact", contact))
    return answer


def digest(challenge: str, *, method: str, uri: str, user: str, password: str) -> str:
    """The Authorization value for a WWW- or Proxy-Authenticate challenge (RFC 2617, MD5, qop auth)."""
    given = {m[1]: m[2] or m[3] or "" for m in _AUTH_FIELD.finditer(challenge)}
    realm, nonce = given.get("realm", ""), given.get("nonce", "")
    ha1 = _md5(f"{user}:{realm}:{password}")
    ha2 = _md5(f"{method}:{uri}")
    cnonce = secrets.token_hex(8)
    proof = _md5(f"{ha1}:{nonce}:00000001:{cnonce}:auth:{ha2}")
    return (
        f'Digest username="{user}", realm="{realm}", nonce="{nonce}", uri="{uri}", response="{proof}", '
        f'algorithm=MD5, qop=auth, cnonce="{cnonce}", nc=00000001'
    )


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def sdp(ip: str, port: int, direction: str = "sendrecv") -> bytes:
    """An offer or answer: G.711 µ-law and telephone events (RFC 4733). Who holds says `sendonly` (RFC 3264, 8.4)."""
    return (
        f"v=0\r\no=- {port} 1 IN IP4 {ip}\r\ns=-\r\nc=IN IP4 {ip}\r\nt=0 0\r\n"
        f"m=audio {port} RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\n"
        f"a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\na={direction}\r\n"
    ).encode()


def media_address(body: bytes) -> tuple[str, int] | None:
    """Where the other side of an SDP wants its audio."""
    ip = re.search(rb"c=IN IP4 ([0-9.]+)", body)
    port = re.search(rb"m=audio (\d+)", body)
    return (ip[1].decode(), int(port[1])) if ip and port else None
