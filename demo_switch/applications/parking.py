"""park: waits to be moved, reads keys, plays nothing (freeswitch-facts 5.4)."""

from __future__ import annotations

import math

from demo_switch import call_flow
from demo_switch.channel import Channel
from demo_switch.keys import drain
from demo_switch.refusals import Refused
from demo_switch.switch import Switch


def park(switch: Switch, channel: Channel, data: str) -> None:
    """CHANNEL_PARK until moved, hung up, or `park_timeout` (seconds[:CAUSE], on the epoch second) is over."""
    until, cause = _timeout(switch, channel)
    switch.events.channel("CHANNEL_PARK", channel)
    switch.timeline.leg(channel, "park")
    while channel.ready:
        call_flow.run_tasks(switch, channel)
        drain(switch, channel)
        if switch.clock.unix() >= until:
            call_flow.hangup(switch, channel, cause)
        if channel.ready:
            channel.wait(until)
    switch.events.channel("CHANNEL_UNPARK", channel)


def _timeout(switch: Switch, channel: Channel) -> tuple[float, str]:
    text = channel.variables.get("park_timeout") or ""
    seconds, _, cause = text.partition(":")
    if not seconds:
        return math.inf, ""
    if not seconds.isdigit():
        raise Refused("bad_variable", f"park_timeout={text}")
    return math.floor(switch.clock.unix()) + int(seconds), cause or "NORMAL_CLEARING"
