"""Passwords of devices and PINs of boxes, derived from the installation's key: documents hold none.

No SQLAlchemy here: dialplan workers may import this.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

_WEAK_PINS = {"123456", "654321", "012345", "111222"}


def device_password(key: str, company: str, device: str, generation: int) -> str:
    """20 characters of base32; another `secret_generation` gives another."""
    return base64.b32encode(_digest(key, "device", company, device, str(generation))).decode()[:20].lower()


def box_pin(key: str, company: str, box: str) -> str:
    """Six digits, never one of the obvious ones."""
    for attempt in range(100):
        pin = f"{int.from_bytes(_digest(key, 'pin', company, box, str(attempt))[:8], 'big') % 1_000_000:06d}"
        if pin not in _WEAK_PINS and len(set(pin)) > 2:
            return pin
    raise ValueError("no PIN")  # unreachable: 100 draws of a million


def a1_hash(device: str, domain: str, password: str) -> str:
    """What the switch needs to check a digest (RFC 2617), instead of the password."""
    return hashlib.md5(f"{device}:{domain}:{password}".encode(), usedforsecurity=False).hexdigest()


def _digest(key: str, *words: str) -> bytes:
    return hmac.new(key.encode(), "\0".join(words).encode(), hashlib.sha256).digest()
