"""The body of a mod_xml_curl request: split before it is decoded, decoded when it is read.

A header named `X-a%26variable_relais_route%3Devil` arrives as an undecoded name (measured), and the five basic fields
are not encoded at all: so the body is cut at `&` and `=` first, and the first value of a name wins.
"""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

from schemas.dialplan_fields import DIALPLAN_FIELDS

__all__ = ["DIALPLAN_FIELDS", "Form"]

_MOST_BYTES = 1 << 20


class Form:
    """The fields of one body, whatever it was. Nothing is decoded that nobody asks for."""

    __slots__ = ("_fields",)

    def __init__(self, body: bytes) -> None:
        parts = body[:_MOST_BYTES].split(b"&")
        parts.reverse()  # the last one written into the dict stays: so the first one of the body does
        self._fields = {name: value for name, _, value in [part.partition(b"=") for part in parts]}

    def get(self, name: str) -> str:
        """A field's text, empty when it is not there; bytes that are no UTF-8 are replaced."""
        value = self._fields.get(name.encode())
        if not value:
            return ""
        return (unquote_to_bytes(value) if b"%" in value else value).decode("utf-8", "replace")

    def variable(self, name: str) -> str:
        """A channel variable."""
        return self.get(f"variable_{name}")
