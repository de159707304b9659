"""Transfers and holds by people, with the keys of their phones (REFER; freeswitch-facts 6.3, from source)."""

from __future__ import annotations

from demo_switch import call_flow
from demo_switch.callers import hang_up_far_end
from demo_switch.channel import Channel
from demo_switch.switch import Switch


def blind_transfer(switch: Switch, leg: Channel, to: str) -> bool:
    """The phone on `leg` sends its partner elsewhere and leaves; False when it talks to nobody. The partner is
    routed in its own context, or `force_transfer_context`."""
    partner = leg.bridged
    if partner is None or not partner.ready:
        return False
    partner.variables.set("sip_refer_to", f"<sip:{to}>")
    partner.variables.set("sip_referred_by", f"<sip:{leg.profile.username or leg.profile.destination}>")
    partner.variables.set("hangup_after_bridge", "false")
    switch.timeline.leg(leg, "transfer", to)
    leg.variables.set("endpoint_disposition", "BLIND_TRANSFER")
    call_flow.transfer(switch, partner, to)
    hang_up_far_end(switch, leg)
    return True


def hold(switch: Switch, leg: Channel, *, on: bool) -> None:
    """The phone holds its partner, or takes him back."""
    if not leg.answered or not leg.up:
        return
    leg.call_state = "HELD" if on else "ACTIVE"
    switch.events.channel("CHANNEL_HOLD" if on else "CHANNEL_UNHOLD", leg)
    switch.timeline.leg(leg, "hold" if on else "unhold")
