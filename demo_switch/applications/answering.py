"""answer, pre_answer, ring_ready, respond, hangup (freeswitch-facts 4.2)."""

from __future__ import annotations

from demo_switch import call_flow
from demo_switch.causes import cause_of_sip, is_cause
from demo_switch.channel import Channel
from demo_switch.refusals import Refused
from demo_switch.switch import Switch


def answer(switch: Switch, channel: Channel, data: str) -> None:
    """200; nothing the second time."""
    call_flow.answer(switch, channel)


def pre_answer(switch: Switch, channel: Channel, data: str) -> None:
    """183 with media."""
    call_flow.pre_answer(switch, channel)


def ring_ready(switch: Switch, channel: Channel, data: str) -> None:
    """180."""
    call_flow.ring(switch, channel)


def respond(switch: Switch, channel: Channel, data: str) -> None:
    """`respond 486 [phrase]`: a final answer ends an unanswered call; an answered one cannot get any."""
    code = data.split(" ", maxsplit=1)[0]
    if not code.isdigit() or int(code) < 300:
        raise Refused("bad_argument", f"respond {data}")
    if not channel.answered:
        call_flow.hangup(switch, channel, cause_of_sip(int(code)))


def hangup(switch: Switch, channel: Channel, data: str) -> None:
    """`hangup [cause]`."""
    cause = data.strip() or "NORMAL_CLEARING"
    if not is_cause(cause):
        raise Refused("bad_argument", f"hangup {data}")
    call_flow.hangup(switch, channel, cause)
