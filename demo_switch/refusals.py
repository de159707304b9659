"""What the demonstration switch refuses to guess: counted, logged, and fatal to the call that asked.

A real switch forgives much; here every unknown thing is a bug of ours, so tests assert that no counter moved.
"""

from __future__ import annotations

from collections import Counter
from typing import Literal

import structlog

_LOG = structlog.get_logger()

Kind = Literal[
    "unknown_application",
    "unknown_api",
    "unknown_command",
    "unknown_expansion",
    "unknown_dialplan",
    "unknown_endpoint",
    "bad_argument",
    "bad_dial_string",
    "bad_document",
    "bad_variable",
    "lost_line",
    "missing_file",
    "failed",
]


class Refused(Exception):
    """Something we were asked for is unknown or malformed: one kind, one sentence."""

    def __init__(self, kind: Kind, detail: str) -> None:
        super().__init__(f"{kind}: {detail}")
        self.kind: Kind = kind
        self.detail = detail


class Refusals:
    """How often each kind happened, and the last sentences, for tests and for the control door."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.last: list[str] = []

    def add(self, kind: Kind, detail: str, call: str = "") -> None:
        """Count and log one refusal."""
        self.counts[kind] += 1
        self.last = [*self.last[-49:], f"{kind}: {detail}"]
        _LOG.error("refused", kind=kind, detail=detail, call=call)

    @property
    def total(self) -> int:
        """All of them; zero in a healthy run."""
        return sum(self.counts.values())
