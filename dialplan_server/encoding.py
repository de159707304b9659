"""The encoders of this package's sinks: XML attributes, dial strings, variables, arguments.

Each takes typed values and refuses what its sink could read as something else (freeswitch-facts 3.3 to 3.5). A value that is refused is a
bug or an attack, never a call: the fail-safe answers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

_VARIABLE = re.compile(r"[A-Za-z0-9._:-]{0,1024}")
_SETTING = re.compile(r"[A-Za-z0-9._:/%(),=;@ +-]{0,400}")
_NUMBER = re.compile(r"\+?[0-9]{3,20}")
_DEVICE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,63}")
# What XML cannot hold, and line ends: the switch reads its answers line by line.
_UNWRITABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_DROPPED = re.compile(r"x-pre-process|<\?|</?include>|\$\$\{", re.IGNORECASE)


class Refused(ValueError):
    """A value that its sink cannot take."""


def action(application: str, data: str = "") -> str:
    """One line of XML. Lines the switch's preprocessor would drop or expand are refused."""
    if _DROPPED.search(data) or _UNWRITABLE.search(data):
        raise Refused(data)
    return f'<action application="{application}" data="{escape(data, _QUOTE)}"/>'


_QUOTE = {'"': "&quot;"}


def multiset(variables: Mapping[str, str], settings: Mapping[str, str]) -> str:
    """Many variables in one action. `variables` hold calls' values, `settings` our own constants."""
    for name, value in variables.items():
        if not _VARIABLE.fullmatch(value):
            raise Refused(f"{name}={value}")
    for name, value in settings.items():
        if not _SETTING.fullmatch(value):
            raise Refused(f"{name}={value}")
    pairs = [f"{name}={value}" for name, value in {**variables, **settings}.items() if value]
    return action("multiset", "^^|" + "|".join(pairs))


def leg_variables(variables: Mapping[str, str]) -> str:
    """The `[...]` before a leg."""
    pairs = []
    for name, value in variables.items():
        if not re.fullmatch(r"[A-Za-z0-9._:+@/-]{0,256}", value):
            raise Refused(f"{name}={value}")
        if value:
            pairs.append(f"{name}={value}")
    return "[" + ",".join(pairs) + "]"


def device_contact(device: str, domain: str) -> str:
    """The registered contact of a device, asked of the switch."""
    if not _DEVICE.fullmatch(device) or not _DEVICE.fullmatch(domain):
        raise Refused(f"{device}@{domain}")
    return "${sofia_contact(*/" + device + "@" + domain + ")}"


def outside(gateway: str, number: str) -> str:
    """An outside number through a gateway."""
    if not _NUMBER.fullmatch(number) or not _DEVICE.fullmatch(gateway):
        raise Refused(f"{gateway}/{number}")
    return f"sofia/gateway/{gateway}/{number}"


def document(context: str, actions: Sequence[str]) -> bytes:
    """A whole dialplan answer: one extension, no condition, one element a line, no declaration."""
    if not re.fullmatch(r"[a-z-]{1,32}", context):
        raise Refused(context)
    lines = [
        '<document type="freeswitch/xml">',
        '<section name="dialplan">',
        f'<context name="{context}">',
        '<extension name="relais">',
        "<condition>",
        *actions,
        "</condition>",
        "</extension>",
        "</context>",
        "</section>",
        "</document>",
    ]
    return ("\n".join(lines) + "\n").encode()


NOT_FOUND = b'<document type="freeswitch/xml">\n<section name="result">\n<result status="not found"/>\n</section>\n</document>\n'
