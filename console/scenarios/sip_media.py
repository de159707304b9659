"""The audio of a scripted phone: a steady hum, since whoever is silent soon has his message ended by the switch, and keys as
telephone events; what it hears, when somebody wants to know."""

from __future__ import annotations

import struct
import time
from collections import deque
from collections.abc import Callable

import gevent
from gevent import socket

from console.scenarios import sip_tones

_FRAME_SECONDS = 0.02
_FRAME_SAMPLES = 160
_LOUD, _LOUD_BELOW = b"\xb0", b"\x30"
"""3,900 above and below the middle, mu-law (ITU-T G.711): far above what the boxes take for silence."""
_HUM = (_LOUD * 10 + _LOUD_BELOW * 10) * (_FRAME_SAMPLES // 20)
_AUDIBLE = 200
"""Of 32,768: comfort noise is below."""
_KEYS = "0123456789*#ABCD"
_EVENT_FRAMES = 6
_KEPT_FRAMES = 25


class Media:
    """One RTP stream (RFC 3550) on a loopback port. `hum`: at which pitch it hums, 0 for the usual one. What comes is not listened
    to before `listen`; from then on `longest_gap` is the most seconds between two packets."""

    def __init__(self, ip: str) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((ip, 0))
        self.port: int = self._socket.getsockname()[1]
        self.hum = 0.0
        self._last: deque[bytes] = deque(maxlen=_KEPT_FRAMES)
        self._listener: gevent.Greenlet | None = None
        self.longest_gap = 0.0
        self._came_at = 0.0
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

    def listen(self) -> None:
        """Keep the last half second of what comes."""
        self._listener = self._listener or gevent.spawn(self._receive)

    def hears(self, hertz: float) -> bool:
        """Whether a pitch is in the last half second."""
        return sip_tones.has(hertz, [sip_tones.decode(byte) for frame in self._last for byte in frame])

    def hears_anything(self) -> bool:
        """Whether more than silence is in the last half second."""
        return any(abs(sip_tones.decode(byte)) > _AUDIBLE for frame in self._last for byte in frame)

    def close(self) -> None:
        """End it."""
        self._sender.kill(block=False)
        if self._listener is not None:
            self._listener.kill(block=False)
        self._socket.close()

    def _send(self) -> None:
        while True:
            if self._peer and self._keys:
                self._send_key(_KEYS.index(self._keys.pop(0)))
            elif self._peer:
                sound = sip_tones.tone(self.hum, self._timestamp, _FRAME_SAMPLES) if self.hum else _HUM
                self._packet(0, sound, self._timestamp)
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

    def _receive(self) -> None:
        while True:
            try:
                data, _ = self._socket.recvfrom(2048)
            except OSError:
                return
            now = time.monotonic()
            self.longest_gap = max(self.longest_gap, now - self._came_at if self._came_at else 0.0)
            self._came_at = now
            if len(data) > 12 and data[1] & 0x7F == 0:
                self._last.append(data[12:])

    @staticmethod
    def _quietly(send: Callable[[], object]) -> None:
        try:
            send()
        except OSError:
            pass  # the far port is closed between its BYE and ours
