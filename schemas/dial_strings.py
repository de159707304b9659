"""The encoder of dial strings, in `bridge` and in `originate`, and of what they name: phones, outside numbers, files to play.

Escaping is no defence in a dial string, several passes strip it: values are held to an alphabet (freeswitch-facts 3.3 to 3.5).
A value that is refused is a bug or an attack, never a call.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from routing.steps import Leg
from schemas.trunk_legs import Way, identity

_LEG_VALUES = re.compile(r"[A-Za-z0-9._:/!+@\n-]*")
_LONGEST = 1024
_LEG_LONGEST = 4096
"""What is spoken before press 1 is a score of files."""
_NUMBER = re.compile(r"[*0-9]{0,8}\+?[0-9]{2,20}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,63}")
_DOMAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,254}")
_FILE = re.compile(r"/[A-Za-z0-9._/@+=-]+")
_PERSON = re.compile(r"[\w .’-]{1,64}")
_SHOWN = ("origination_caller_id_number", "origination_caller_id_name")
_CONTACT = re.compile(r"sofia/[A-Za-z0-9_-]+/sips?:[A-Za-z0-9._:@;=?&%+~/-]{1,500}")
_DIALLED = re.compile(r"[+*#0-9A-Za-z._-]{1,64}")
_STREAM = re.compile(
    r"(?:silence_stream://[0-9]+|local_stream://[A-Za-z0-9_-]+|tone_stream://[0-9%(),;=a-z-]+)"
)


class Refused(ValueError):
    """A value that its sink cannot take."""


def pairs(
    values: Mapping[str, str], alphabet: re.Pattern[str], separator: str, longest: int = _LONGEST
) -> str:
    """`name=value`, joined; every value held to the alphabet, which must have the line end."""
    # All values at once; the line end between them is in no value.
    text = "\n".join(values.values())
    if not alphabet.fullmatch(text) or text.count("\n") != max(0, len(values) - 1):
        raise Refused(text)
    if len(text) > longest and max(map(len, values.values())) > longest:
        raise Refused(text)
    return separator.join([f"{name}={value}" for name, value in values.items()])


def leg_variables(values: Mapping[str, str]) -> str:
    """The `[...]` before a leg; variables without a value are left out."""
    return f"[{leg_pairs(values)}]"


def leg_pairs(values: Mapping[str, str]) -> str:
    """A part of what stands between the brackets."""
    return pairs({name: value for name, value in values.items() if value}, _LEG_VALUES, ",", _LEG_LONGEST)


def name_pair(variable: str, name: str) -> str:
    """A variable that holds a person's name (routing.shown_names), in quotes."""
    text = name.replace("'", "’")
    if not _PERSON.fullmatch(text):
        raise Refused(name)
    return f"{variable}='{text}'"


def shown_caller(number: str, name: str) -> str:
    """What an inside phone shows of a caller, whose name is written by whoever calls: one that a person's name cannot be is not
    shown, but his number; a number that is none is anonymous."""
    if not is_number(number):
        return leg_pairs(dict.fromkeys(_SHOWN, "anonymous"))
    known = name.strip() and _PERSON.fullmatch(name.replace("'", "’"))
    return f"{_SHOWN[0]}={number},{name_pair(_SHOWN[1], name) if known else f'{_SHOWN[1]}={number}'}"


def contact_question(device: str, domain: str) -> str:
    """The command that asks the switch where a phone is registered."""
    if not is_name(device) or not _DOMAIN.fullmatch(domain):
        raise Refused(f"{device}@{domain}")
    return f"sofia_contact */{device}@{domain}"


def contact(answer: str) -> str:
    """Where the phone is, of the switch's answer; empty when it is nowhere, or calls itself what nobody should write on."""
    text = answer.strip()
    return text if _CONTACT.fullmatch(text) else ""


def dialled(text: str) -> str:
    """What the dialplan is asked for."""
    if not _DIALLED.fullmatch(text):
        raise Refused(text)
    return text


def device_contact(device: str, domain: str) -> str:
    """The registered contact of a device, asked of the switch."""
    if not is_name(device) or not _DOMAIN.fullmatch(domain):
        raise Refused(f"{device}@{domain}")
    return "${sofia_contact(*/" + device + "@" + domain + ")}"


def outside(gateway: str, number: str) -> str:
    """An outside number through a gateway. `@` and `;` would choose another host or transport."""
    if not is_number(number) or not is_name(gateway):
        raise Refused(f"{gateway}/{number}")
    return f"sofia/gateway/{gateway}/{number}"


def is_number(text: str) -> bool:
    """True for digits with or without a `+`, and a carrier's prefix before them."""
    return _NUMBER.fullmatch(text) is not None


def is_name(text: str) -> bool:
    """True for an id of ours."""
    return _NAME.fullmatch(text) is not None


def is_domain(text: str) -> bool:
    """True for what can be a company's SIP domain."""
    return _DOMAIN.fullmatch(text) is not None


def is_leg_value(text: str) -> bool:
    """True for what a variable of a leg can take."""
    return len(text) <= _LEG_LONGEST and "\n" not in text and _LEG_VALUES.fullmatch(text) is not None


def is_file(path: str) -> bool:
    """True for a path that is a file and nothing else wherever a switch reads it: no blank, quote, comma, `!` or `$`."""
    return _FILE.fullmatch(path) is not None


def playable(parts: list[str]) -> str:
    """Files and streams as one thing to play."""
    if not parts or not all(is_file(part) or _STREAM.fullmatch(part) for part in parts):
        raise Refused(" ".join(parts))
    return parts[0] if len(parts) == 1 else "file_string://" + "!".join(parts)


@lru_cache(maxsize=20_000)
def phone(
    leg: Leg, company: tuple[str, str], hold_music: str, confirmation: str, way: Way | None = None
) -> str:
    """A leg from the middle of its brackets on, what every call writes for this phone alike. `company` is its id and its
    domain; `confirmation` is what asks for the key 1, empty when nobody is asked; `way` that of a leg to the outside."""
    ident, domain = company
    known = {
        "leg_timeout": str(leg.seconds),
        "relais_company": ident,
        "relais_leg": leg.id,
        "relais_owner": leg.owner,
        "relais_device": leg.device,
        "relais_rule": leg.rule,
        "presence_id": f"{leg.owner}@{domain}",
        "force_transfer_context": "relais-transfer",
        "hold_music": hold_music,
    }
    if leg.pages:
        # `Call-Info: …;answer-after=0` (mod_sofia), and `a=sendonly` in what is offered (switch_core_media.c): one way.
        known |= {"sip_auto_answer": "true", "origination_audio_mode": "sendonly"}
    if way is None:
        return f"{leg_pairs(known)}]{device_contact(leg.device, domain)}"
    return f"{leg_pairs({**known, **_outward(leg, way, confirmation)})}]{outside(way.gateway, way.number)}"


def _outward(leg: Leg, way: Way, confirmation: str) -> dict[str, str]:
    shown = {
        **identity(way), "relais_trunk": leg.trunk, "relais_mobile": leg.owner if leg.own_number else "",
    }  # fmt: skip
    if leg.apart:
        # Of any of the four legs of an attended transfer: it is refused with 403 (sofia.c).
        shown["deny_refer_requests"] = "true"
    if leg.confirm is None or not confirmation:
        return shown
    return {
        **shown,
        "group_confirm_key": "1",
        "group_confirm_file": confirmation,
        "group_confirm_timeout": str(leg.confirm.seconds),
    }
