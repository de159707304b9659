"""Keys pressed by a far end: first to the digit actions, else to the channel's queue (freeswitch-facts 5.3).

The `DTMF` event fires when something takes a key from the queue, not when it arrives.
"""

from __future__ import annotations

from demo_switch import call_flow
from demo_switch.channel import Channel, Task
from demo_switch.digits import Binding
from demo_switch.refusals import Refused
from demo_switch.switch import Switch


def press(switch: Switch, channel: Channel, digits: str) -> None:
    """Keys arrive as RFC 4733 events. Without media none can (freeswitch-facts 5.3)."""
    if not channel.up or not channel.media:
        return
    for digit in digits:
        switch.timeline.leg(channel, "key", digit)
        channel.dialled += digit
        if not channel.machine.active:
            channel.digits.append(digit)
            continue
        fired = channel.machine.feed(digit)
        if isinstance(fired, Binding):
            _try(switch, channel, fired)
        elif fired is not None:
            channel.variables.set("last_non_matching_digits", fired)
    channel.notify()


def next_digit(switch: Switch, channel: Channel) -> str:
    """Take one key from the queue, with its event; empty when there is none."""
    if not channel.digits:
        return ""
    digit = channel.digits.popleft()
    details = {"DTMF-Digit": digit, "DTMF-Duration": "2000", "DTMF-Source": "RTP"}
    switch.events.channel("DTMF", channel, last=details)
    return digit


def drain(switch: Switch, channel: Channel) -> None:
    """Take all keys, each with its event, as media applications and bridges do."""
    while next_digit(switch, channel):
        pass


def _try(switch: Switch, channel: Channel, binding: Binding) -> None:
    """A binding that cannot run ends the call, as an application would."""
    try:
        _fire(switch, channel, binding)
    except Refused as refused:
        switch.refusals.add(refused.kind, refused.detail, channel.uuid)
        call_flow.hangup(switch, channel, "DESTINATION_OUT_OF_ORDER")


def _fire(switch: Switch, channel: Channel, binding: Binding) -> None:
    if binding.target not in ("self", "aleg"):
        raise Refused("bad_argument", f"digit action target {binding.target}")
    kind, _, name = binding.action.partition(":")
    if kind in ("exec", "exec[i]"):
        application, _, data = name.partition(",")
        channel.tasks.append(Task(application, binding.argument or data))
    elif kind == "api":
        switch.expansion_api(name, binding.argument)
    else:
        raise Refused("bad_argument", f"digit action {binding.action}")
