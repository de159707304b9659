"""transfer, sched_transfer, sched_hangup (freeswitch-facts 5.1). Schedules count epoch seconds."""

from __future__ import annotations

import math

from demo_switch import call_flow
from demo_switch.causes import is_cause
from demo_switch.channel import Channel
from demo_switch.refusals import Refused
from demo_switch.splitting import separate
from demo_switch.switch import Switch


def transfer(switch: Switch, channel: Channel, data: str) -> None:
    """`transfer <destination> [<dialplan> [<context>]]`."""
    parts = separate(data, " ")
    if not 1 <= len(parts) <= 3 or parts[0].startswith("-"):
        raise Refused("bad_argument", f"transfer {data}")
    switch.timeline.leg(channel, "transfer", parts[0])
    call_flow.transfer(switch, channel, *parts)


def sched_transfer(switch: Switch, channel: Channel, data: str) -> None:
    """`sched_transfer [+]<seconds> <destination> [<dialplan> [<context>]]`."""
    when, *parts = separate(data, " ")
    if not 1 <= len(parts) <= 3:
        raise Refused("bad_argument", f"sched_transfer {data}")
    switch.at(due(switch, when), channel, lambda: call_flow.transfer(switch, channel, *parts))


def sched_hangup(switch: Switch, channel: Channel, data: str) -> None:
    """`sched_hangup [+]<seconds> [<cause>]`."""
    when, *rest = separate(data, " ")
    cause = rest[0].upper() if rest else "NORMAL_CLEARING"
    if not is_cause(cause):
        raise Refused("bad_argument", f"sched_hangup {data}")
    switch.at(due(switch, when), channel, lambda: call_flow.hangup(switch, channel, cause))


def due(switch: Switch, when: str) -> float:
    """`+N` from now or an epoch, on the epoch second."""
    number = when.removeprefix("+")
    if not number.isdigit():
        raise Refused("bad_argument", f"time {when}")
    return math.floor(switch.clock.unix()) + int(number) if when.startswith("+") else int(number)
