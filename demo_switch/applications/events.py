"""event, log, limit: things a channel only says."""

from __future__ import annotations

import structlog

from demo_switch.channel import Channel
from demo_switch.events import channel_headers, variable_headers
from demo_switch.refusals import Refused
from demo_switch.splitting import separate
from demo_switch.switch import Switch

_LOG = structlog.get_logger()


def event(switch: Switch, channel: Channel, data: str) -> None:
    """`event Event-Name=CUSTOM,Event-Subclass=x::y,header=value`: with every variable of the channel."""
    headers: dict[str, str] = {}
    for pair in separate(data, ","):
        name, equals, value = pair.partition("=")
        if not equals:
            raise Refused("bad_argument", f"event {data[:80]}")
        if name.startswith("relais_"):
            switch.check_variable(name, value)
        headers[name] = value
    subclass = headers.pop("Event-Subclass", "")
    if headers.pop("Event-Name", "") != "CUSTOM" or not subclass:
        raise Refused("bad_argument", f"event without a subclass: {data[:80]}")
    fired = switch.events.base("CUSTOM", subclass) | headers | channel_headers(channel)
    switch.events.fire(fired | variable_headers(channel))
    detail = ",".join(f"{name}={value}" for name, value in headers.items())
    switch.timeline.leg(channel, "step", f"{subclass} {detail}".strip())


def log(switch: Switch, channel: Channel, data: str) -> None:
    """`log LEVEL text`."""
    level, _, text = data.partition(" ")
    _LOG.info("dialplan log", priority=level, text=text, call=channel.uuid)


def limit(switch: Switch, channel: Channel, data: str) -> None:
    """`limit hash realm id [max]`: counts, never refuses; the slot is given back at the hang-up."""
    backend, *rest = separate(data, " ")
    if backend != "hash" or len(rest) < 2:
        raise Refused("bad_argument", f"limit {data}")
    key = "_".join(rest[:2])
    switch.limits[key] = switch.limits.get(key, 0) + 1

    def give_back() -> None:
        switch.limits[key] -= 1

    channel.on_hangup.append(give_back)
