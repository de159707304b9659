"""mod_xml_curl: form bodies, encoded as the switch encodes them, posted to several bindings in order.

freeswitch-facts 1.1 to 1.3. Each lookup is a new connection; an answer that is not 200, late, or not XML
sends the lookup on to the next binding.
"""

from __future__ import annotations

import base64
import http.client
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import gevent

from demo_switch.refusals import Refusals
from demo_switch.variables import Value, as_text
from presence.clock import Clock

_UNSAFE = b"\r\n \"#%&+:;<=>?@[\\]^`{|}'"
_HEX = re.compile(rb"%[0-9A-F]{2}")
_SHORTEST_REAL = 0.5
_MOST_BYTES = 1 << 20
_BASIC_BYTES = 511


@dataclass(frozen=True)
class Binding:
    """`only` is `enable-post-var`: when set, nothing else is sent beside the five basic fields."""

    url: str
    timeout: float = 1.0
    user: str = ""
    password: str = ""
    only: frozenset[str] = frozenset()


def url_encode(text: str) -> bytes:
    """As the switch does it: what already looks like `%HH` passes unchanged (1.1, the encode hole)."""
    data = text.encode("utf-8", "surrogateescape")
    out = bytearray()
    at = 0
    while at < len(data):
        if _HEX.match(data, at):
            out += data[at : at + 3]
            at += 3
            continue
        byte = data[at]
        plain = 0x20 < byte < 0x7F and byte not in _UNSAFE
        out += bytes([byte]) if plain else b"%%%02X" % byte
        at += 1
    return bytes(out)


def form_body(basic: Mapping[str, str], fields: Mapping[str, Value], only: frozenset[str]) -> bytes:
    """The five basic fields unencoded and cut at 511 bytes, then the others; names are never encoded."""
    head = "&".join(f"{name}={value}" for name, value in basic.items())
    parts = [head.encode("utf-8", "surrogateescape")[:_BASIC_BYTES]]
    for name, value in fields.items():
        if not only or name in only:
            encoded = url_encode(as_text(value))
            parts.append(name.encode("utf-8", "surrogateescape") + b"=" + encoded)
    return b"&".join(parts)


class XmlCurl:
    """The bindings of one section."""

    def __init__(self, clock: Clock, refusals: Refusals, hostname: str) -> None:
        self._clock, self._refusals, self._hostname = clock, refusals, hostname
        self.requests = 0

    def ask(
        self, binding: Binding, section: str, key: tuple[str, str, str], fields: Mapping[str, Value]
    ) -> str | None:
        """The body of a 200, or None. `key` is tag_name, key_name, key_value."""
        tag, name, value = key
        basic = {"hostname": self._hostname, "section": section, "tag_name": tag, "key_name": name}
        body = form_body(basic | {"key_value": value}, fields, binding.only)
        self.requests += 1
        # Answers do not come faster in a run that is sped up, hence a floor in real time.
        patience = max(self._clock.real_seconds(binding.timeout), min(binding.timeout, _SHORTEST_REAL))
        try:
            with gevent.Timeout(patience, TimeoutError("whole transfer")):
                return self._post(binding, body, patience)
        except (OSError, http.client.HTTPException, TimeoutError):
            return None

    @staticmethod
    def _post(binding: Binding, body: bytes, patience: float) -> str | None:
        url = urlsplit(binding.url)
        credentials = base64.b64encode(f"{binding.user}:{binding.password}".encode()).decode()
        headers = {
            "User-Agent": "freeswitch-xml/1.0", "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "*/*", "Authorization": f"Basic {credentials}",
        }  # fmt: skip
        link = http.client.HTTPConnection(url.hostname or "", url.port, timeout=patience)
        try:
            link.request("POST", url.path or "/", body, headers)
            answer = link.getresponse()
            data = answer.read(_MOST_BYTES + 1)
        finally:
            link.close()
        if answer.status != 200 or len(data) > _MOST_BYTES:
            return None
        return data.decode("utf-8", "surrogateescape")
