"""What a scripted SIP phone is told to do, and what it tells: values."""

from __future__ import annotations

from dataclasses import dataclass

REFUSALS = {302: "Moved Temporarily", 486: "Busy Here", 603: "Decline", 480: "Temporarily Unavailable", 404: "Not Found", 403: "Forbidden",
            500: "Server Internal Error", 503: "Service Unavailable"}  # fmt: skip
"""The statuses a phone can refuse with, and their phrases."""


@dataclass(frozen=True)
class Offer:
    """What a phone does with one call: after `answer_after` seconds it answers (None: rings only),
    or refuses with `refuse` after `refuse_after`; then presses and hangs up, seconds after the answer."""

    answer_after: float | None = None
    refuse: int = 0
    refuse_after: float = 0.0
    redirect: str = ""
    """With `refuse=302`: the number, or the URI, that is to be called instead (RFC 3261, 21.3.3)."""
    press: tuple[tuple[float, str], ...] = ()
    hang_up_after: float | None = None
    no_180: bool = False
    early_media: bool = False
    """It sounds before it answers, as a network's announcements do (183 with an SDP)."""


@dataclass(frozen=True)
class Observation:
    """Something a phone saw: `what` is offered, answered, cancelled, refused, ended, failed, progress,
    notified (its `detail` is the body).
    `at` is Unix seconds, `call_id` the SIP Call-ID."""

    at: float
    phone: str
    what: str
    call_id: str
    detail: str = ""
