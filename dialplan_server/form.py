"""The body of a mod_xml_curl request: searched before it is decoded, decoded when it is read.

A header named `X-a%26variable_relais_route%3Devil` arrives as an undecoded name (measured), and the five basic fields
are not encoded at all: so `&name=` is looked for in the body as it came, and the first value of a name wins.
"""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import unquote_to_bytes

from schemas.dialplan_fields import DIALPLAN_FIELDS

__all__ = ["DIALPLAN_FIELDS", "Form"]

_MOST_BYTES = 1 << 20
_LONGEST = 1 << 16
_HUNTED = b"Hunt-"


class Form:
    """The fields of one body, whatever it was. Nothing is cut out, and nothing decoded, that nobody asks for: a body of 1 MB
    costs no more than a search for a name, once."""

    __slots__ = ("_body", "_hunted", "_read")

    def __init__(self, body: bytes) -> None:
        self._body = b"&" + body[:_MOST_BYTES]
        self._read: dict[str, str] = {}
        # A few of these are looked for in every body, and stand at its end.
        first = self._body.find(b"&" + _HUNTED)
        self._hunted = first if first >= 0 else len(self._body)

    def get(self, name: str) -> str:
        """A field's text, empty when it is not there; bytes that are no UTF-8 are replaced."""
        text = self._read.get(name)
        if text is None:
            text = self._read[name] = self._found(name)
        return text

    def _found(self, name: str) -> str:
        key = _key(name)
        found = self._body.find(key, self._hunted if key.startswith(_HUNTED, 1) else 0)
        if found < 0:
            return ""
        begin = found + len(key)
        end = self._body.find(b"&", begin)
        value = self._body[begin : min(end if end >= 0 else len(self._body), begin + _LONGEST)]
        return (unquote_to_bytes(value) if b"%" in value else value).decode("utf-8", "replace")

    def variable(self, name: str) -> str:
        """A channel variable."""
        return self.get(f"variable_{name}")


@lru_cache(maxsize=256)
def _key(name: str) -> bytes:
    return f"&{name}=".encode()
