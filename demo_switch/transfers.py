"""Transfers and holds by people, with the keys of their phones: REFER and re-INVITE (freeswitch-notes, transfers; measured)."""

from __future__ import annotations

from demo_switch import call_flow
from demo_switch.bridging import start_join
from demo_switch.callers import hang_up_far_end
from demo_switch.channel import Channel, Task
from demo_switch.switch import Switch

_DEFAULT_MUSIC = "local_stream://moh"
"""The core's own (switch_core.c), where neither the leg nor a global says another one."""


def conversations(switch: Switch, phone: str) -> list[Channel]:
    """The answered legs of a phone (`device@domain`) that talk, oldest first."""
    mine = [leg for leg in switch.channels.values() if switch.timeline.name(leg) == phone]
    talking = [leg for leg in mine if leg.up and leg.answered and leg.bridged is not None]
    return sorted(talking, key=lambda leg: leg.times.at.get("Channel-Answered", 0))


def blind_transfer(switch: Switch, leg: Channel, to: str) -> bool:
    """The phone on `leg` sends its partner elsewhere and leaves; False when it talks to nobody. The partner is
    routed in its own context, or `force_transfer_context`."""
    partner = leg.bridged
    if partner is None or not partner.ready:
        return False
    partner.variables.set("sip_refer_to", f"<sip:{to}>")
    partner.variables.set("sip_referred_by", f"<sip:{leg.profile.username or leg.profile.destination}>")
    partner.variables.set("hangup_after_bridge", "false")
    switch.timeline.leg(leg, "refer", to)
    leg.variables.set("endpoint_disposition", "BLIND_TRANSFER")
    call_flow.transfer(switch, partner, to)
    hang_up_far_end(switch, leg)
    return True


def question_of(switch: Switch, phone: str) -> Channel | None:
    """The newest call of a phone's own in which others ring."""
    mine = [leg for leg in switch.channels.values() if switch.timeline.name(leg) == phone]
    asking = [leg for leg in mine if leg.ready and not leg.outbound and leg.originating]
    return asking[-1] if asking else None


def is_denied(switch: Switch, first: Channel, second: Channel) -> bool:
    """One of the four forbids it (`deny_refer_requests`): the phone is told 403, and everything stays as it is."""
    rung = switch.channels.get(second.variables.get("originate_signal_bond") or "")
    legs = (first, second, first.bridged, second.bridged or rung)
    return any(leg is not None and leg.variables.true("deny_refer_requests") for leg in legs)


def early_transfer(switch: Switch, first: Channel, question: Channel) -> bool:
    """The phone on `first` sends its partner to whoever rings for its `question`, and leaves both. The partner waits with the
    music of his own leg until somebody answers; the phones ring on (measured)."""
    partner = first.bridged
    if partner is None or not partner.ready:
        return False
    for leg in (first, question):
        switch.timeline.leg(leg, "refer", "")
    question.variables.set("transfer_to", f"satt:{partner.uuid}")
    question.variables.set("endpoint_disposition", "ATTENDED_TRANSFER")
    question.variables.set("holding_uuid", partner.uuid)
    question.replaced = True
    switch.events.channel(
        "CUSTOM",
        question,
        first={"Event-Subclass": "sofia::replaced"},
        last={"att_xfer_replaced_by": partner.uuid},
    )
    music = call_flow.variable(switch, partner, "hold_music") or _DEFAULT_MUSIC
    call_flow.transfer(switch, partner, f"m:~:endless_playback:{music}~park:", "inline")
    call_flow.hangup(switch, first, "NORMAL_CLEARING")
    question.notify()  # its own leg is over with what it rings, on the real switch some 20 ms from now
    return True


def attended_transfer(switch: Switch, first: Channel, second: Channel) -> bool:
    """The phone on both legs brings their partners together and leaves; False when either talks to nobody. The second leg
    is over first, then the first, then the partners talk."""
    one, other = first.bridged, second.bridged
    if one is None or other is None or not (one.ready and other.ready):
        return False
    for leg in (first, second):
        switch.timeline.leg(leg, "refer", switch.timeline.name(other))
    second.variables.set("endpoint_disposition", "ATTENDED_TRANSFER")
    start_join(switch, one, other)
    for leg in (second, first):
        call_flow.hangup(switch, leg, "NORMAL_CLEARING")
    return True


def hold(switch: Switch, leg: Channel, *, on: bool) -> None:
    """The phone holds its partner, who hears the music of the phone's leg, or takes him back."""
    if not leg.answered or not leg.up:
        return
    leg.call_state = "HELD" if on else "UNHELD"
    switch.events.channel("CHANNEL_HOLD" if on else "CHANNEL_UNHOLD", leg)
    switch.timeline.leg(leg, "hold" if on else "unhold")
    if leg.bridged is not None:
        _plays(switch, leg.bridged, call_flow.variable(switch, leg, "hold_music") or _DEFAULT_MUSIC, on=on)


def _plays(switch: Switch, partner: Channel, music: str, *, on: bool) -> None:
    """The music is broadcast to the partner, whose own application goes on around it."""
    played = {"Playback-File-Path": music, "Playback-File-Type": "file"}
    if on:
        task = Task("playback", music)
        partner.executed = (task.application, task.data)
        partner.variables.set("current_application", "playback")
        headers = {"Application": task.application, "Application-Data": task.data}
        switch.events.channel("CHANNEL_EXECUTE", partner, last=headers)
        switch.timeline.leg(partner, "held", music)
    switch.events.channel("PLAYBACK_START" if on else "PLAYBACK_STOP", partner, last=played)
