"""Recordings of calls: what their files are called, and what may be done to one while the call lives. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Literal

from routing.company import CompanyDocument

State = Literal["", "on", "masked", "stopped"]
"""Of a call that is recorded: sound is kept, silence is kept in its place, or nothing is."""
Deed = Literal["start", "stop", "mask", "unmask"]

NAME = re.compile(r"[0-9]{8}-[0-9a-f-]{36}-[0-9]{1,6}(?:-[0-9]{1,3})?\.wav")
"""Nothing that another folder, a command or a header could be made of."""
_AFTER: dict[tuple[State, Deed], State] = {
    ("on", "mask"): "masked",
    ("on", "stop"): "stopped",
    ("masked", "unmask"): "on",
    ("masked", "stop"): "stopped",
    ("stopped", "start"): "on",
}


def file_name(call: str, step: int, at: datetime, part: int = 0) -> str:
    """The day (UTC), the call, its step, and which part when it was stopped and started again."""
    more = f"-{part}" if part else ""
    return f"{at.astimezone(UTC):%Y%m%d}-{call}-{step}{more}.wav"


def is_over(name: str, days: int, now: datetime) -> bool:
    """A recording of a day that ended `days` days before: kept for as many whole days (UTC), whatever the hour of the call. What
    no recording is called never is."""
    if not NAME.fullmatch(name):
        return False
    try:
        day = datetime.strptime(name[:8], "%Y%m%d").replace(tzinfo=UTC)
    except ValueError:
        return False
    return now >= day + timedelta(days=days + 1)


def next_part(name: str, part: int) -> str:
    """The file after a stop."""
    return f"{name.removesuffix('.wav')}-{part}.wav"


def may_pause(document: CompanyDocument, rule: str) -> bool:
    """Whether who made a call by an outbound profile (the `rule` of its step) may pause its recording himself."""
    profile = document.outbound_profiles.get(rule)
    return profile is not None and profile.recording_pause


def after(state: State, deed: Deed) -> State | None:
    """The state from now on; None when the deed means nothing in this one."""
    return _AFTER.get((state, deed))
