"""A finding of the lint: which rule, about what, and its facts; never prose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

Level = Literal["error", "warn", "info"]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """`id` is the catalogue's (`LINT-09`) or one of our own in words; `objects` are what it is about, the
    most particular first; `path` is the setting to look at, `users.1002.forward`; `facts` fill the sentence."""

    id: str
    level: Level
    objects: tuple[str, ...]
    path: str
    facts: Mapping[str, str] = {}


def path_text(steps: tuple[str | int, ...]) -> str:
    """`("open", 0, "prompt")` as `open[0].prompt`."""
    words = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps]
    return "".join(words).removeprefix(".")
