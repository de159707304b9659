"""A socket as a sequence of frames, which ends in words and never in silence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gevent

from controller.esl.errors import ConnectionLost
from controller.esl.framing import Frame, Framer

READ_SIZE = 256 * 1024


def frames_of(sock: Any) -> Iterator[Frame]:
    """Every frame until the end; the end is a `ConnectionLost` which says where the stream stood."""
    framer = Framer()
    buffer = memoryview(bytearray(READ_SIZE))
    while count := _read(sock, buffer, framer):
        yield from framer.feed(buffer[:count])
        if count > READ_SIZE // 4:
            # As long as data is there, reading returns at once: give the handlers their turn.
            gevent.sleep(0)
    raise ConnectionLost(f"end of stream {framer.leftover()}")


def _read(sock: Any, buffer: memoryview, framer: Framer) -> int:
    try:
        return int(sock.recv_into(buffer))
    except OSError as error:
        raise ConnectionLost(f"broke {framer.leftover()}: {error}") from error
