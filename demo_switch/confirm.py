"""Press a key to accept: what `group_confirm_key` does on one answered leg (freeswitch-facts 4.6, measured)."""

from __future__ import annotations

from demo_switch import call_flow
from demo_switch.channel import Channel
from demo_switch.keys import next_digit
from demo_switch.refusals import Refused
from demo_switch.switch import Switch
from demo_switch.waiter import Waiter

_READ_SECONDS = 5.0


def ask_for_key(switch: Switch, leg: Channel, key: str, file: str) -> bool:
    """Play the file, wait for the key, again and again while the leg is up; True when it was pressed.
    A wrong key starts the prompt again; a file that cannot be played ends the leg."""
    if key == "exec":
        raise Refused("bad_variable", "group_confirm_key=exec is not played here")
    waiter = Waiter(switch.clock)
    leg.watchers.append(waiter)
    try:
        while leg.up:
            seconds = switch.durations.of(file) if file else 0.0
            if seconds is None:
                call_flow.hangup(switch, leg, "DESTINATION_OUT_OF_ORDER")
                return False
            if file:
                switch.timeline.leg(leg, "play", file)
            if _key_within(switch, leg, waiter, key, seconds + _READ_SECONDS):
                return True
        return False
    finally:
        leg.watchers.remove(waiter)


def _key_within(switch: Switch, leg: Channel, waiter: Waiter, key: str, seconds: float) -> bool:
    """True for the key; False when it is time to ask again: a wrong key, the end of the wait, a hang-up."""
    until = switch.clock.unix() + seconds
    while leg.up and switch.clock.unix() < until:
        digit = next_digit(switch, leg)
        if digit:
            return digit == key
        waiter.wait(until)
    return False
