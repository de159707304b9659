"""What this package writes into the switch's `originate`: variables and contacts, each held to an alphabet.

The switch strips escapes in several passes (freeswitch-facts 3.4, 3.5): what an alphabet refuses is a bug or an attack, never a
call.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_PLAIN = re.compile(r"[A-Za-z0-9._:/!+@-]{1,256}")
_NAME = re.compile(r"[\w .’-]{1,64}")
_DEVICE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,63}")
_DOMAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,254}")
_CONTACT = re.compile(r"sofia/[A-Za-z0-9_-]+/sips?:[A-Za-z0-9._:@;=?&%+~/-]{1,500}")
_EXTENSION = re.compile(r"[+*#0-9A-Za-z._-]{1,64}")


class Unwritable(ValueError):
    """A value that the switch could read as something else."""


def pairs(values: Mapping[str, str]) -> str:
    """Variables as they stand in `{}` or `[]`; those without a value are left out."""
    kept = {name: value for name, value in values.items() if value}
    for value in kept.values():
        _held(_PLAIN, value)
    return ",".join(f"{name}={value}" for name, value in kept.items())


def name_pair(variable: str, name: str) -> str:
    """A variable that holds a person's name (routing.shown_names)."""
    return f"{variable}='{_held(_NAME, name.replace(chr(39), '’'))}'"


def contact_question(device: str, domain: str) -> str:
    """The command that asks the switch where a phone is registered."""
    return f"sofia_contact */{_held(_DEVICE, device)}@{_held(_DOMAIN, domain)}"


def contact(answer: str) -> str:
    """Where the phone is, of its answer; empty when it is nowhere, or calls itself what nobody should write on."""
    text = answer.strip()
    return text if _CONTACT.fullmatch(text) else ""


def dialled(text: str) -> str:
    """What the dialplan is asked for."""
    return _held(_EXTENSION, text)


def _held(alphabet: re.Pattern[str], text: str) -> str:
    if not alphabet.fullmatch(text):
        raise Unwritable(text)
    return text
