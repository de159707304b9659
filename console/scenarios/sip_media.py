"""The audio of a scripted phone: a steady hum, since whoever is silent soon has his message ended by the switch, and keys as
telephone events."""

from __future__ import annotations

import struct
from collections.abc import Callable

import gevent
from gevent import socket

_FRAME_SECONDS = 0.02
_FRAME_SAMPLES = 160
_LOUD, _LOUD_BELOW = b"\xb0", b"\x30"
"""3,900 above and below the middle, mu-law (ITU-T G.711): far above what the boxes take for silence."""
_HUM = (_LOUD * 10 + _LOUD_BELOW * 10) * (_FRAME_SAMPLES // 20)
_KEYS = "0123456789*#ABCD"
_EVENT_FRAMES = 6


class Media:
    """One RTP stream (RFC 3550) on a loopback port. What comes is not listened to."""

    def __init__(self, ip: str) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((ip, 0))
        self.port: int = self._socket.getsockname()[1]
        self._peer: tuple[str, int] | None = None
        self._sequence = 1
        self._timestamp = 160
        self._keys: list[str] = []
        self._sender = gevent.spawn(self._send)

    def start(self, peer: tuple[str, int]) -> None:
        """Send to `peer` from now on."""
        self._peer = peer

    def press(self, keys: str) -> None:
        """Queue keys; each lasts 120 ms, with 80 ms between."""
        self._keys.extend(keys)

    def close(self) -> None:
        """End it."""
        self._sender.kill(block=False)
        self._socket.close()

    def _send(self) -> None:
        while True:
            if self._peer and self._keys:
                self._send_key(_KEYS.index(self._keys.pop(0)))
            elif self._peer:
                self._packet(0, _HUM, self._timestamp)
            self._timestamp += _FRAME_SAMPLES
            gevent.sleep(_FRAME_SECONDS)

    def _send_key(self, event: int) -> None:
        start = self._timestamp
        for frame in range(1, _EVENT_FRAMES + 3):
            ended = frame >= _EVENT_FRAMES
            duration = min(frame, _EVENT_FRAMES) * _FRAME_SAMPLES
            self._packet(
                101, struct.pack("!BBH", event, 0x8A if ended else 0x0A, duration), start, frame == 1
            )
            gevent.sleep(_FRAME_SECONDS)
        self._timestamp += (_EVENT_FRAMES + 4) * _FRAME_SAMPLES
        gevent.sleep(4 * _FRAME_SECONDS)

    def _packet(self, payload: int, data: bytes, timestamp: int, marker: bool = False) -> None:
        kind = payload | (0x80 if marker else 0)
        header = struct.pack("!BBHII", 0x80, kind, self._sequence & 0xFFFF, timestamp & 0xFFFFFFFF, self.port)
        self._sequence += 1
        self._quietly(lambda: self._socket.sendto(header + data, self._peer))

    @staticmethod
    def _quietly(send: Callable[[], object]) -> None:
        try:
            send()
        except OSError:
            pass  # the far port is closed between its BYE and ours
