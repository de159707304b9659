"""intercept: take a call that rings others, or waits (freeswitch-notes, measured)."""

from __future__ import annotations

from demo_switch import call_flow
from demo_switch.bridging import start_join
from demo_switch.channel import Channel
from demo_switch.switch import Switch


def intercept(switch: Switch, channel: Channel, data: str) -> None:
    """`intercept <uuid>`: the channel is answered and joined with that one, which leaves what it did; whoever rang for it stops.
    Nothing happens when it is gone, or (`intercept_unbridged_only`) talks."""
    other = switch.channels.get(data.strip())
    if other is None or not other.up or other is channel:
        return
    if other.bridged is not None and channel.variables.true("intercept_unbridged_only"):
        return
    call_flow.answer(switch, channel)
    call_flow.answer(switch, other)
    start_join(switch, channel, other)
