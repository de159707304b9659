"""What a connection counts: numbers for the metrics page, never contents."""

from __future__ import annotations

import msgspec


class Counters(msgspec.Struct):
    """Counted from the start of one connection; a link carries them over from one to the next."""

    events: int = 0
    undecodable: int = 0
    unknown_frames: int = 0
    handler_errors: int = 0
    dropped_unreleased: int = 0
    """Events thrown away because the connection ended before anyone had asked for them."""
    queue_high: int = 0
    reader_waits: int = 0
    """How often reading stopped because the queue was full: the switch queues then, and at last drops us."""
    commands: int = 0
    late_replies: int = 0
    never_written: int = 0

    def add(self, other: Counters) -> None:
        """Take over the numbers of a connection that has ended."""
        for name in self.__struct_fields__:
            join = max if name == "queue_high" else sum
            setattr(self, name, join((getattr(self, name), getattr(other, name))))
