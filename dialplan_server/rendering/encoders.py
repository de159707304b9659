"""The encoders of this package's sinks: XML attributes, variables, arguments. That of dial strings is `schemas.dial_strings`.

Each takes a value and refuses what its sink could read as something else (freeswitch-facts 1.3, 3.3 to 3.5). Escaping is no
defence in a dial string, several passes strip it: values are held to an alphabet. A value that is refused is a bug or an attack,
never a call: the fail-safe answers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from schemas.dial_strings import Refused, is_domain, is_name, pairs

# What XML cannot hold, and line ends: the switch reads its answers line by line.
_UNWRITABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
# Lines with these are dropped, expanded or run by the switch's preprocessor (switch_xml.c).
_DROPPED = re.compile(r"x-pre-process|<\?|</?include>|<!--|\$\$\{", re.IGNORECASE)
_VARIABLES = re.compile(r"[A-Za-z0-9._:\n-]*")
_SETTINGS = re.compile(r"[A-Za-z0-9._:/%(),=;@!+\n -]*")
_ARGUMENT = re.compile(r"[^\s'\"\\]{1,4096}")


def xml_text(text: str) -> str:
    """Text inside an attribute of XML. Lines the switch's preprocessor would drop or expand are refused."""
    # What is printable has none of the first, and what has none of these three none of the others: five times as fast.
    if not text.isprintable() and _UNWRITABLE.search(text):
        raise Refused(text)
    if is_dropped(text):
        raise Refused(text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def is_dropped(text: str) -> bool:
    """True for what makes the switch's preprocessor drop, expand or run the line that it stands in."""
    suspect = "<" in text or "$${" in text or "x-pre-process" in text.lower()
    return suspect and _DROPPED.search(text) is not None


def action(application: str, data: str = "") -> str:
    """One application of the dialplan: one line of XML."""
    return f'<action application="{application}" data="{xml_text(data)}"/>'


def variables(values: Mapping[str, str]) -> str:
    """`multiset`'s pairs of a call's own variables, with `|` between them; an empty value unsets."""
    return pairs(values, _VARIABLES, "|")


def settings(values: Mapping[str, str]) -> str:
    """`multiset`'s pairs of the switch's variables; values are our own constants and files."""
    return pairs(values, _SETTINGS, "|")


def mailbox(domain: str, box: str) -> str:
    """The arguments that name a voicemail box."""
    if not is_name(box) or not is_domain(domain):
        raise Refused(f"{box}@{domain}")
    return f"relais {domain} {box}"


def arguments(*words: str) -> str:
    """Arguments with blanks between them."""
    if not all(_ARGUMENT.fullmatch(word) for word in words):
        raise Refused(" ".join(words))
    return " ".join(words)
