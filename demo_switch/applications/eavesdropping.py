"""eavesdrop: hears both sides of a conversation, and is heard by whom its keys say (mod_dptools.c, switch_ivr_async.c)."""

from __future__ import annotations

from demo_switch import call_flow
from demo_switch.channel import Channel
from demo_switch.keys import next_digit
from demo_switch.refusals import Refused
from demo_switch.switch import Switch

_KEYS = {"0": "listen", "2": "whisper", "3": "barge"}


def eavesdrop(switch: Switch, channel: Channel, data: str) -> None:
    """Until either leg is over, or moved. The leg is looked for once: nobody there is the end."""
    target = switch.channels.get(data)
    if target is None or not target.up:
        return
    switch.timeline.leg(channel, "eavesdrop", _begins(channel))
    target.watchers.append(channel)
    while channel.ready and target.up:
        call_flow.run_tasks(switch, channel)
        digit = next_digit(switch, channel)
        if digit:
            _heard(switch, channel, digit)
        else:
            channel.wait()
    target.watchers.remove(channel)


def _begins(channel: Channel) -> str:
    true = channel.variables.true
    aleg, bleg = true("eavesdrop_whisper_aleg"), true("eavesdrop_whisper_bleg")
    if aleg and not bleg:
        raise Refused("bad_variable", "eavesdrop_whisper_aleg alone: heard by the other side only")
    return "barge" if aleg else "whisper" if bleg else "listen"


def _heard(switch: Switch, channel: Channel, digit: str) -> None:
    if digit in _KEYS:
        switch.timeline.leg(channel, "eavesdrop", _KEYS[digit])
