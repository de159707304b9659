"""A key of a phone for do not disturb or forwarding, as the switch tells of it, and what its phone is told (sofia_presence.c,
mod_sofia.c: PHONE_FEATURE_SUBSCRIBE, PHONE_FEATURE). What a phone sent is parsed here; what it is told is written here. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

import msgspec

from routing.phone_display import Shown

_PROFILE = "phones"
_DIALLED = re.compile(r"\+?[0-9]{2,20}")
_BETWEEN = re.compile(r"[ ().-]")
_URI = re.compile(r"sips?:([^@;]{1,40})(?:[@;].*)?")
_TOKEN = re.compile(r"[A-Za-z0-9._-]{1,64}")
_ON = {"true": True, "1": True, "false": False, "0": False}
Asks = Literal["", "dnd", "forward"]


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """Which phone, and what it asks: nothing but to be told (`asks` empty), do not disturb, or its own forward `to` a number; `on`
    or off."""

    device: str
    domain: str
    asks: Asks = ""
    on: bool = False
    to: str = ""


def read(headers: Mapping[str, str]) -> Key | None:
    """None for what no phone of ours sends: other names, an unknown action, a forward that is not of every call, no number."""
    device, domain = headers.get("user", ""), headers.get("host", "")
    if not _TOKEN.fullmatch(device) or not _TOKEN.fullmatch(domain):
        return None
    key = Key(device=device, domain=domain)
    action, on = (
        headers.get("Feature-Action", ""),
        _ON.get(headers.get("Feature-Enabled", "").strip().lower()),
    )
    if not action:
        return key
    if on is None:
        return None
    if action == "SetDoNotDisturb":
        return msgspec.structs.replace(key, asks="dnd", on=on)
    if action != "SetCallForward" or headers.get("Action-Name") != "forward_immediate":
        return None
    to = number(headers.get("Action-Value", "")) if on else ""
    return None if on and not to else msgspec.structs.replace(key, asks="forward", on=on, to=to)


def number(text: str) -> str:
    """What a phone was given to forward to, `514 555-0100` or a SIP address of it, as it is dialled; empty for anything else."""
    text = text.strip()
    found = _URI.fullmatch(text)
    dialled = _BETWEEN.sub("", found[1] if found else text)
    return dialled if _DIALLED.fullmatch(dialled) else ""


def told(device: str, domain: str, what: Shown) -> list[dict[str, str]]:
    """The headers of the events that tell a phone: one for each key. A value that a phone cannot dial is not sent."""
    phone = {"profile": _PROFILE, "user": device, "host": domain, "device": device}
    forward = {
        "Feature-Event": "ForwardingEvent", "forward_immediate": number(what.to) or "none",
        "forward_immediate_enabled": _word(what.forwarded),
    }  # fmt: skip
    return [
        {**phone, "Feature-Event": "DoNotDisturbEvent", "doNotDisturbOn": _word(what.dnd)},
        {**phone, **forward},
    ]


def _word(on: bool) -> str:
    return "true" if on else "false"
