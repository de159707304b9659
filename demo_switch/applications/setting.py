"""set, multiset, unset, export: variables of the channel (freeswitch-facts 3.2, 4.5)."""

from __future__ import annotations

from demo_switch import call_flow
from demo_switch.channel import Channel
from demo_switch.refusals import Refused
from demo_switch.splitting import separate
from demo_switch.switch import Switch


def set_one(switch: Switch, channel: Channel, data: str) -> None:
    """`set name=value`; an empty value unsets."""
    name, value = _pair(data)
    call_flow.set_variable(switch, channel, name, value)


def set_many(switch: Switch, channel: Channel, data: str) -> None:
    """`multiset a=1 b=2`; `^^:` at the start chooses another separator than the blank."""
    for pair in separate(data, " "):
        set_one(switch, channel, pair)


def unset(switch: Switch, channel: Channel, data: str) -> None:
    """`unset name`."""
    if not data or "=" in data or " " in data:
        raise Refused("bad_argument", f"unset {data}")
    channel.variables.set(data, None)


def export(switch: Switch, channel: Channel, data: str) -> None:
    """`export [nolocal:]name=value`: for the legs to come; with `nolocal:` not for this one."""
    name, value = _pair(data)
    call_flow.set_variable(switch, channel, name, value)
    names = [
        each for each in (channel.variables.get("export_vars") or "").split(",") if each and each != name
    ]
    channel.variables.set("export_vars", ",".join([*names, name]))


def _pair(data: str) -> tuple[str, str]:
    name, equals, value = data.partition("=")
    if not equals or not name.strip():
        raise Refused("bad_argument", f"not a pair: {data[:80]}")
    return name.strip(), value
