"""What a connection may hold, and how long it may stand still."""

from __future__ import annotations

import msgspec

REFUSAL_SECONDS = 0.005
"""What is refused for want of a connection is refused this late: a caller that tries again at once, without
end, must not keep everybody else of the process from bringing the connection back."""


class Limits(msgspec.Struct, frozen=True):
    """Bounds of one connection."""

    events: int = 5_000
    """A decoded event of a SIP call takes about 30 kB of memory."""
    commands: int = 10_000
    stall_seconds: float = 30.0
    """A write, or the oldest answer owed, may take this long before the connection counts as dead."""
    stop_seconds: float = 2.0


STANDARD = Limits()
