"""Password hashes: argon2id with the library's parameters (64 MiB, about 0.1 s of a core).

Slow on purpose: whoever runs greenlets calls this in a thread, and few at a time.
"""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 10
"""Characters of a password that a person chooses."""

_HASHER = PasswordHasher()


def hashed(password: str) -> str:
    """What is kept of a password."""
    return _HASHER.hash(password)


def matches(kept: str | None, password: str) -> bool:
    """True when it is the password of `kept`. With nobody's hash, None, it is False and takes as long."""
    try:
        return _HASHER.verify(kept or _nobodys(), password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys() -> str:
    return _HASHER.hash("the password of nobody")
