"""Numbers as settings name them: one, or all that begin alike (R12). Pure."""

from __future__ import annotations


def matches(pattern: str, number: str) -> bool:
    """A whole number, or a part with a trailing `*` (R12)."""
    if pattern.endswith("*"):
        return bool(number) and number.startswith(pattern[:-1])
    return pattern == number
