"""Scripted far ends: registered devices and outside numbers that ring, answer, refuse, press keys, hang up.

A far end is known by what is dialled: `device@domain`, an outside number, or a bare `user@host:port`.
The words of an `Offer` are those of the SIP phones that play the same scripts on a real switch.
"""

from __future__ import annotations

import msgspec


class Offer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a far end does with one call: after `answer_after` seconds it answers (None: rings only), or
    refuses with `refuse` after `refuse_after` (302: says to call `redirect` instead, which nobody does); `press` and
    `hang_up_after` count from the answer."""

    answer_after: float | None = None
    ring_after: float = 0.0
    refuse: int = 0
    refuse_after: float = 0.0
    redirect: str = ""
    phrase: str = ""
    press: tuple[tuple[float, str], ...] = ()
    hang_up_after: float | None = None
    no_180: bool = False
    early_media: bool = False


FRIENDLY = Offer(answer_after=4.0, hang_up_after=15.0)
"""What an unscripted phone does in `make run`: a new user sees something happen."""

FRIENDLY_OUTSIDE = Offer(answer_after=4.0, press=((2.0, "1"),), hang_up_after=15.0)
"""An outside number accepts, too, when it is asked to press 1."""

RINGS_ONLY = Offer()


class Phones:
    """`default_device` and `default_outside` are for far ends without a script. An unscripted device that
    is already in a call is busy; a scripted one does what its script says."""

    def __init__(self, default_device: Offer = RINGS_ONLY, default_outside: Offer = RINGS_ONLY) -> None:
        self.default_device, self.default_outside = default_device, default_outside
        self.scripts: dict[str, list[Offer]] = {}
        self.calls: dict[str, set[str]] = {}

    def script(self, name: str, offers: list[Offer]) -> None:
        """What it does with its next calls, one each; the last one stays. No offers: unscripted again."""
        self.scripts.pop(name, None)
        if offers:
            self.scripts[name] = list(offers)

    def next_offer(self, name: str) -> Offer:
        """The script for a call that is offered now."""
        script = self.scripts.get(name)
        if script:
            return script.pop(0) if len(script) > 1 else script[0]
        if "@" not in name:
            return self.default_outside
        if self.calls.get(name):
            return Offer(refuse=486)
        return self.default_device
