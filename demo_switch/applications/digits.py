"""bind_digit_action, clear_digit_action, digit_action_set_realm (freeswitch-facts 5.3)."""

from __future__ import annotations

from demo_switch.channel import Channel
from demo_switch.digits import Binding
from demo_switch.refusals import Refused
from demo_switch.splitting import separate
from demo_switch.switch import Switch

_KEYS = set("0123456789*#ABCD")


def bind(switch: Switch, channel: Channel, data: str) -> None:
    """`realm,digits,action[,argument][,target]`, split on commas outside quotes (measured)."""
    parts = separate(data, ",")
    if len(parts) < 3 or len(parts) > 6:
        raise Refused("bad_argument", f"bind_digit_action {data}")
    realm, keys, action, *rest = parts
    if keys.startswith("~") or not set(keys) <= _KEYS:
        raise Refused("bad_argument", f"digits of bind_digit_action: {keys}")
    argument = rest[0] if rest else ""
    target = rest[1] if len(rest) > 1 and rest[1] else "self"
    channel.machine.bind(realm, Binding(keys, action, argument, target))


def clear(switch: Switch, channel: Channel, data: str) -> None:
    """`clear_digit_action <realm>|all`."""
    channel.machine.clear(separate(data, ",")[0])


def set_realm(switch: Switch, channel: Channel, data: str) -> None:
    """`digit_action_set_realm <realm>`."""
    channel.machine.realm = separate(data, ",")[0]
    channel.machine.pending = ""
