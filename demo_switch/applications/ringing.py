"""bridge: ring, talk, and what follows (freeswitch-facts 4.3, 4.8)."""

from __future__ import annotations

from demo_switch import call_flow
from demo_switch.bridging import after_bridge, converse
from demo_switch.causes import Q850
from demo_switch.channel import Channel
from demo_switch.dial_string import parse_dial_string
from demo_switch.originate import Originate
from demo_switch.switch import Switch

_CONTINUE_UNASKED = ("NO_ANSWER", "NO_USER_RESPONSE", "ORIGINATOR_CANCEL")


def bridge(switch: Switch, channel: Channel, data: str) -> None:
    """`bridge <dial string>`. A failed one hangs the caller up unless `continue_on_fail` covers its cause."""
    attempt = Originate(switch, parse_dial_string(data), channel)
    leg = attempt.run()
    if leg is not None:
        if channel.ready:
            converse(switch, channel, leg)
        else:  # the caller hung up or was moved in the instant of the answer
            call_flow.hangup(switch, leg, "ORIGINATOR_CANCEL")
        call_flow.release(leg)
        call_flow.yield_to_others()
        after_bridge(switch, channel)
        return
    cause = attempt.cause
    channel.variables.set("originate_failed_cause", cause)
    if channel.refusal is not None:
        status, phrase = channel.refusal
        channel.variables.set("sip_invite_failure_status", str(status))
        channel.variables.set("sip_invite_failure_phrase", phrase)
    if channel.ready and not _continues(channel, cause):
        call_flow.hangup(switch, channel, cause)


def _continues(channel: Channel, cause: str) -> bool:
    wanted = channel.variables.get("continue_on_fail")
    if cause == "ATTENDED_TRANSFER":
        return False
    if wanted is None:
        return cause in _CONTINUE_UNASKED
    if channel.variables.true("continue_on_fail"):
        return True
    return any(each.upper() == cause or each == str(Q850.get(cause)) for each in wanted.split(","))
