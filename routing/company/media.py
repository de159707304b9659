"""What is played: recorded messages and music."""

from __future__ import annotations

from typing import Literal

from routing.company.shape import Shape
from routing.company.words import Extension, Language, Seconds


class Prompt(Shape, frozen=True):
    """A recorded message. `file`, relative to the company's audio folder, or a built-in name."""

    file: str = ""
    builtin: str = ""
    seconds: Seconds = 0
    text: dict[Language, str] = {}


class Music(Shape, frozen=True):
    """Music on hold: the system's, or uploaded files (P30 to P37)."""

    kind: Literal["system", "custom"] = "system"
    files: tuple[str, ...] = ()
    uploaded_by: Extension = ""
    licence: str = ""
