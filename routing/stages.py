"""The stage of a step, as a token in the route: which action of a branch, and what of it."""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

_STAGE = re.compile(r"([a-z])(\d{1,4})([A-Z]{0,20})([a-z]?)(\d{0,4})(?:-([0-9a-f]{1,10}))?(?:-v(\d{1,2}))?")


class Stage(msgspec.Struct, frozen=True, gc=False):
    """The list, the index in it, the way to an action within that action (`routing.spots`), the part of an action that
    has parts, the part's number, and a Unix second (0: none): that at which all of the action is over; in a queue's line,
    that at which the caller came into it; and how often the call had been at the object before."""

    letter: str = "z"
    index: int = 0
    within: str = ""
    part: str = ""
    number: int = 0
    until: int = 0
    visit: int = 0

    def token(self) -> str:
        """The text that a place carries."""
        number = self.number if self.part else ""
        action = f"{self.letter}{self.index}{self.within}{self.part}{number}"
        return action + (f"-{self.until:x}" if self.until else "") + (f"-v{self.visit}" if self.visit else "")


@lru_cache(maxsize=4096)
def parse_stage(text: str) -> Stage:
    """The stage of a token; one of no list for what is no token."""
    found = _STAGE.fullmatch(text)
    if found is None:
        return Stage()
    until, visit = int(found[6] or "0", 16), int(found[7] or 0)
    return Stage(found[1], int(found[2]), found[3], found[4], int(found[5] or 0), until, visit)
