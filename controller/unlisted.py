"""What is remembered of channels whose end nobody told: they are gone when two lists of the switch in a row lack them. One list
may be older than a channel; the next, seconds later, is not. Pure."""

from __future__ import annotations

from collections.abc import Collection


class Unlisted:
    """Of one who remembers."""

    def __init__(self) -> None:
        self._once: set[str] = set()

    def gone(self, remembered: Collection[str], live: Collection[str]) -> set[str]:
        """Of the channels that are remembered those that neither this list has nor the one before had."""
        missing = set(remembered).difference(live)
        gone = missing & self._once
        self._once = missing - gone
        return gone
