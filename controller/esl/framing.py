"""Bytes in, frames out: where one message of the event socket ends and the next begins. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from controller.esl.errors import ProtocolError

MAX_HEAD = 64 * 1024
"""A head (envelope) longer than this is no head: the switch's own are below 1 kB."""
MAX_BODY = 64 * 1024 * 1024
"""`show channels as json` of 10,000 channels is about 6 MB."""

_END_OF_HEAD = re.compile(rb"\n\r?\n")
_BLANK = b"\r\n"
_LENGTH = re.compile(r"[0-9]{1,9}")


class Frame(NamedTuple):
    """One message: its envelope, names in lower case, and its body, undecoded."""

    head: dict[str, str]
    body: bytes

    @property
    def content_type(self) -> str:
        """`command/reply`, `text/event-json`, …"""
        return self.head.get("content-type", "")


class Framer:
    """Cuts a stream into frames, whatever the pieces it arrives in."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._at = 0
        self._head: dict[str, str] | None = None
        self._needed = 0

    def feed(self, data: bytes | memoryview) -> Iterator[Frame]:
        """The frames which `data` completes. Raises `ProtocolError` after the last sound one."""
        self._buffer += data
        try:
            while (frame := self._next()) is not None:
                yield frame
        finally:
            del self._buffer[: self._at]
            self._at = 0

    def leftover(self) -> str:
        """Where the stream stands, in words: for the reason of an end."""
        if self._head is not None:
            return f"inside a body, {len(self._buffer)} of {self._needed} bytes read"
        return "inside a head" if self._buffer else "between messages"

    def _next(self) -> Frame | None:
        if self._head is None and not self._read_head():
            return None
        end = self._at + self._needed
        if self._head is None or len(self._buffer) < end:
            return None
        frame = Frame(self._head, bytes(memoryview(self._buffer)[self._at : end]))
        self._head, self._at = None, end
        return frame

    def _read_head(self) -> bool:
        self._skip_blank()
        end = _END_OF_HEAD.search(self._buffer, self._at)
        if end is None:
            if len(self._buffer) - self._at > MAX_HEAD:
                raise ProtocolError(f"no end of head within {MAX_HEAD} bytes")
            return False
        self._head = parse_head(self._buffer[self._at : end.start()])
        self._needed = body_length(self._head)
        self._at = end.end()
        return True

    def _skip_blank(self) -> None:
        """Stray empty lines before a head are harmless, and seen from real switches."""
        while self._at < len(self._buffer) and self._buffer[self._at] in _BLANK:
            self._at += 1


def parse_head(block: bytes | bytearray) -> dict[str, str]:
    """The envelope's headers. Values are not percent-decoded: the switch does not encode them here."""
    head = {}
    for line in block.decode("utf-8", "replace").split("\n"):
        name, colon, value = line.partition(":")
        if not colon:
            # The switch says so in bare text when it drops a slow reader.
            raise ProtocolError("a line of a head has no name")
        head[name.strip().lower()] = value.strip()
    return head


def body_length(head: dict[str, str]) -> int:
    """The declared length; a length we cannot believe is an error, for we would lose the frame."""
    text = head.get("content-length", "0")
    if not _LENGTH.fullmatch(text) or int(text) > MAX_BODY:
        raise ProtocolError("content length is not believable")
    return int(text)
