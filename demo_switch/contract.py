"""Our own channel variables, as docs/contract.md section 2 lists them: names and alphabet.

The real switch would take anything; here a name nobody agreed on, or text that would need quoting, is a bug.
"""

from __future__ import annotations

import re

PREFIX = "relais_"
_WORDS = (
    "call company revision entry segment hops step place route started mover legs rule owner device digits "
    "outcome leg phase capacity placed supervises trunk peer mobile"
)
NAMES = frozenset(PREFIX + word for word in _WORDS.split())
_PRESSED = re.compile(r"[0-9*#A-D]*")
_TEXT = re.compile(r"[A-Za-z0-9._:-]{0,1024}")


def misuse(name: str, value: str) -> str:
    """What is wrong with setting this variable of ours, or empty."""
    if name.removesuffix("_invalid") not in NAMES:
        return f"{name} is not in the contract"
    allowed = _PRESSED if name.startswith("relais_digits") else _TEXT
    return "" if allowed.fullmatch(value) else f"{name}={value[:80]!r} leaves the alphabet"
