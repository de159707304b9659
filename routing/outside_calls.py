"""What the fraud guard counts: the calls to the outside of a user, and of a company (routing.fraud_guard)."""

from __future__ import annotations

from typing import Literal

import msgspec

HoldWhy = Literal["unusual_volume", "unusual_cost", "unusual_destinations", "unusual_hours"]
COMPANY = ""
"""The name under which a company's own calls are counted, beside those of its users."""


class Hold(msgspec.Struct, frozen=True):
    """Outside calls are held: why, since which Unix second, and the number that was reached."""

    why: HoldWhy
    since: float
    reached: int


class OutsideCalls(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was counted of a user, or of a company: in the Unix minute `minute`, the Unix hour `hour`, on the local `day`."""

    minute: int = 0
    in_minute: int = 0
    hour: int = 0
    in_hour: int = 0
    day: str = ""
    in_day: int = 0
    dear: int = 0
    quiet: int = 0
    countries: tuple[str, ...] = ()
    held: Hold | None = None
