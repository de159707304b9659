"""Where a node is, what is wanted of it, and every time by which its link lives."""

from __future__ import annotations

import msgspec

from controller.esl.limits import STANDARD, Limits


class NodeAddress(msgspec.Struct, frozen=True):
    """The event socket of one FreeSWITCH."""

    name: str
    host: str
    port: int
    password: str

    def __repr__(self) -> str:
        # The generated one would show the password.
        return f"NodeAddress({self.name!r}, {self.host!r}, {self.port})"


class LinkSettings(msgspec.Struct, frozen=True, kw_only=True):
    """All times are real seconds. `events` and `custom` are what the handler wants to see; what the link
    itself needs is added. Results of `execute` need `CHANNEL_EXECUTE_COMPLETE`."""

    events: tuple[str, ...] = ()
    custom: tuple[str, ...] = ()
    command_connections: int = 4
    """One runs about 900 `bgapi` a second, four 3,000."""
    connect_seconds: float = 5.0
    answer_seconds: float = 10.0
    """For each question of the snapshot: a list of ten thousand channels takes its time."""
    heartbeat_seconds: float = 20.0
    """The switch's own `event-heartbeat-interval`; 2.5 of them without any event are the end."""
    probe_every: float = 1.0
    probe_seconds: float = 2.0
    retry_first: float = 0.2
    retry_longest: float = 10.0
    retry_refused: float = 30.0
    settled_seconds: float = 30.0
    """Being UP this long makes the next retry quick again."""
    limits: Limits = STANDARD

    def wanted(self) -> tuple[str, ...]:
        """Names to subscribe to: `HEARTBEAT` proves life, `BACKGROUND_JOB` brings results."""
        return tuple(dict.fromkeys(("HEARTBEAT", "BACKGROUND_JOB", *self.events)))
