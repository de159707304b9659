"""Tones in mu-law (ITU-T G.711), by which a test knows who hears whom: each phone hums at a pitch of its own."""

from __future__ import annotations

import math
from collections.abc import Sequence

RATE = 8000
_LOUD = 6000
_BIAS, _CLIP = 0x84, 32635
_PRESENT = 0.1
"""A pitch is there when it has this share of the loudness with which phones hum."""


def tone(hertz: float, start: int, samples: int) -> bytes:
    """Part of an endless tone, from its sample `start` on."""
    step = 2 * math.pi * hertz / RATE
    return bytes(encode(round(_LOUD * math.sin(step * (start + n)))) for n in range(samples))


def has(hertz: float, heard: Sequence[int]) -> bool:
    """Whether a pitch is in what was heard (Goertzel's algorithm)."""
    step = 2 * math.cos(2 * math.pi * hertz / RATE)
    before = last = 0.0
    for sample in heard:
        before, last = last, sample + step * last - before
    power = before * before + last * last - step * before * last
    return math.sqrt(max(0.0, power)) * 2 / max(1, len(heard)) > _PRESENT * _LOUD


def encode(sample: int) -> int:
    """One linear sample of 16 bits."""
    sign = 0x80 if sample < 0 else 0
    size = min(abs(sample), _CLIP) + _BIAS
    exponent = size.bit_length() - 8
    return ~(sign | exponent << 4 | size >> exponent + 3 & 0x0F) & 0xFF


def decode(byte: int) -> int:
    """And back."""
    value = ~byte & 0xFF
    size = ((value & 0x0F) << 3 | _BIAS) << (value >> 4 & 0x07)
    return (_BIAS - size) if value & 0x80 else (size - _BIAS)
