"""The encoders of this package's sinks: XML attributes, variables, dial strings, arguments, things to play.

Each takes a value and refuses what its sink could read as something else (freeswitch-facts 1.3, 3.3 to 3.5). Escaping is no
defence in a dial string, several passes strip it: values are held to an alphabet. A value that is refused is a bug or an attack,
never a call: the fail-safe answers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

# What XML cannot hold, and line ends: the switch reads its answers line by line.
_UNWRITABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
# Lines with these are dropped, expanded or run by the switch's preprocessor (switch_xml.c).
_DROPPED = re.compile(r"x-pre-process|<\?|</?include>|<!--|\$\$\{", re.IGNORECASE)
_VARIABLES = re.compile(r"[A-Za-z0-9._:\n-]*")
_SETTINGS = re.compile(r"[A-Za-z0-9._:/%(),=;@!+\n -]*")
_LEG_VALUES = re.compile(r"[A-Za-z0-9._:/!+@\n-]*")
_LONGEST = 1024
_NUMBER = re.compile(r"\+?[0-9]{2,20}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,63}")
_DOMAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,254}")
_FILE = re.compile(r"/[A-Za-z0-9._/@+=-]+")
_STREAM = re.compile(
    r"(?:silence_stream://[0-9]+|local_stream://[A-Za-z0-9_-]+|tone_stream://[0-9%(),;=a-z-]+)"
)
_ARGUMENT = re.compile(r"[^\s'\"\\]{1,4096}")


class Refused(ValueError):
    """A value that its sink cannot take."""


def xml_text(text: str) -> str:
    """Text inside an attribute of XML. Lines the switch's preprocessor would drop or expand are refused."""
    # What is printable has none of the first, and what has none of these three none of the others: five times as fast.
    if not text.isprintable() and _UNWRITABLE.search(text):
        raise Refused(text)
    lowered = text.lower()
    if ("<" in text or "$${" in text or "x-pre-process" in lowered) and _DROPPED.search(text):
        raise Refused(text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def action(application: str, data: str = "") -> str:
    """One application of the dialplan: one line of XML."""
    return f'<action application="{application}" data="{xml_text(data)}"/>'


def variables(values: Mapping[str, str]) -> str:
    """`multiset`'s pairs of a call's own variables, with `|` between them; an empty value unsets."""
    return _pairs(values, _VARIABLES, "|")


def settings(values: Mapping[str, str]) -> str:
    """`multiset`'s pairs of the switch's variables; values are our own constants and files."""
    return _pairs(values, _SETTINGS, "|")


def leg_variables(values: Mapping[str, str]) -> str:
    """The `[...]` before a leg; variables without a value are left out."""
    return f"[{leg_pairs(values)}]"


def leg_pairs(values: Mapping[str, str]) -> str:
    """A part of what stands between the brackets."""
    return _pairs({name: value for name, value in values.items() if value}, _LEG_VALUES, ",")


def _pairs(values: Mapping[str, str], alphabet: re.Pattern[str], separator: str) -> str:
    # All values are held to the alphabet at once; the line end between them is in no value.
    text = "\n".join(values.values())
    if not alphabet.fullmatch(text) or text.count("\n") != max(0, len(values) - 1):
        raise Refused(text)
    if len(text) > _LONGEST and max(map(len, values.values())) > _LONGEST:
        raise Refused(text)
    return separator.join([f"{name}={value}" for name, value in values.items()])


def device_contact(device: str, domain: str) -> str:
    """The registered contact of a device, asked of the switch."""
    if not _NAME.fullmatch(device) or not _DOMAIN.fullmatch(domain):
        raise Refused(f"{device}@{domain}")
    return "${sofia_contact(*/" + device + "@" + domain + ")}"


def outside(gateway: str, number: str) -> str:
    """An outside number through a gateway. `@` and `;` would choose another host or transport."""
    if not _NUMBER.fullmatch(number) or not _NAME.fullmatch(gateway):
        raise Refused(f"{gateway}/{number}")
    return f"sofia/gateway/{gateway}/{number}"


def mailbox(domain: str, box: str) -> str:
    """The arguments that name a voicemail box."""
    if not _NAME.fullmatch(box) or not _DOMAIN.fullmatch(domain):
        raise Refused(f"{box}@{domain}")
    return f"relais {domain} {box}"


def is_file(path: str) -> bool:
    """True for a path that is a file and nothing else wherever a switch reads it: no blank, quote, comma, `!` or `$`."""
    return _FILE.fullmatch(path) is not None


def playable(parts: list[str]) -> str:
    """Files and streams as one thing to play."""
    if not parts or not all(_FILE.fullmatch(part) or _STREAM.fullmatch(part) for part in parts):
        raise Refused(" ".join(parts))
    return parts[0] if len(parts) == 1 else "file_string://" + "!".join(parts)


def arguments(*words: str) -> str:
    """Arguments with blanks between them."""
    if not all(_ARGUMENT.fullmatch(word) for word in words):
        raise Refused(" ".join(words))
    return " ".join(words)
