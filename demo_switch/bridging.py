"""Two legs that talk: `bridge` after an answer, and `uuid_bridge` (freeswitch-facts 4.8, 5.1; captures)."""

from __future__ import annotations

import math

from demo_switch import call_flow
from demo_switch.channel import STATES, Channel, Move, Task
from demo_switch.keys import drain
from demo_switch.profile import Times
from demo_switch.splitting import separate
from demo_switch.switch import Switch

_PRE_EXECUTE_SECONDS = 0.2


def converse(switch: Switch, a: Channel, b: Channel) -> None:
    """From CHANNEL_BRIDGE to CHANNEL_UNBRIDGE, in a's greenlet; b is hung up, or has gone elsewhere."""
    a.holds += 1
    a.watchers.append(b)
    b.watchers.append(a)
    _join(switch, a, b)
    _talk(switch, a, b)
    _part(switch, a, b)
    a.watchers.remove(b)
    b.watchers.remove(a)
    call_flow.release(a)


def _join(switch: Switch, a: Channel, b: Channel) -> None:
    now = a.micros()
    if a.other is None or a.other.uuid != b.uuid:
        _see(a, b, "originatee")
    if b.other is None:
        _see(b, a, "originator")
    for leg in (a, b):
        leg.times.mark("Channel-Bridged", now)
    a.bridged, b.bridged, b.call_uuid = b, a, a.call_uuid
    a.role, b.role = "originator", "originatee"
    a.call_state = "ACTIVE"
    ids = {"Bridge-A-Unique-ID": a.uuid, "Bridge-B-Unique-ID": b.uuid}
    switch.events.channel("CHANNEL_BRIDGE", a, first=ids)
    switch.timeline.leg(a, "bridge", switch.timeline.name(b))
    b.enter("CS_EXCHANGE_MEDIA")
    b.call_state = "ACTIVE" if b.answered else b.call_state
    for leg, peer in ((b, a), (a, b)):
        _update(switch, leg, peer)


def _see(a: Channel, b: Channel, kind: str) -> None:
    a.other_type, a.other = kind, b.profile.with_(logical_direction="inbound")
    a.other_times = Times(dict(b.times.at))


def _update(switch: Switch, leg: Channel, peer: Channel) -> None:
    name, number = _shown(peer)
    _name_peer(leg, peer)
    for variable, value in {
        "bridge_to": peer.uuid, "last_bridge_to": peer.uuid,
        "last_sent_callee_id_name": name, "last_sent_callee_id_number": number,
    }.items():  # fmt: skip
        leg.variables.set(variable, value)
    sent = {"Direction": "SEND", "Sent-Callee-ID-Name": name, "Sent-Callee-ID-Number": number}
    switch.events.channel("CALL_UPDATE", leg, first=sent | {"Bridged-To": peer.uuid})


def _name_peer(leg: Channel, peer: Channel) -> None:
    leg.variables.set("bridge_uuid", peer.uuid)
    leg.variables.set("bridge_channel", peer.profile.channel_name)


def _shown(peer: Channel) -> tuple[str, str]:
    p = peer.profile
    if peer.outbound:
        return p.callee_id_name, p.callee_id_number
    return p.caller_id_name, p.caller_id_number


def _talk(switch: Switch, a: Channel, b: Channel) -> None:
    application = a.variables.get("bridge_pre_execute_aleg_app")
    soon = switch.clock.unix() + _PRE_EXECUTE_SECONDS if application else math.inf
    while a.ready and b.ready and a.bridged is b:
        if switch.clock.unix() >= soon:
            data = a.variables.get("bridge_pre_execute_aleg_data") or ""
            call_flow.execute(switch, a, Task(str(application), data))
            soon = math.inf
        call_flow.run_tasks(switch, a)
        drain(switch, a)
        drain(switch, b)
        if a.ready and b.ready and a.bridged is b:
            a.wait(soon)


def _part(switch: Switch, a: Channel, b: Channel) -> None:
    stays, a.bridged = b.bridged is a, None
    cause = a.cause or "NORMAL_CLEARING"
    if stays:
        b.bridged = None
        call_flow.hangup(switch, b, cause)
    call_flow.yield_to_others()
    for leg in (a, b):
        leg.variables.set("last_bridge_role", leg.role)
        leg.variables.set("bridge_hangup_cause", a.cause or b.cause or "NORMAL_CLEARING")
    if not b.up:
        b.call_uuid = b.uuid
        b.variables.set("call_uuid", b.uuid)
    ids = {"Bridge-A-Unique-ID": a.uuid, "Bridge-B-Unique-ID": b.uuid}
    switch.events.channel("CHANNEL_UNBRIDGE", a, first=ids)
    switch.timeline.leg(a, "unbridge")


def after_bridge(switch: Switch, a: Channel) -> bool:
    """What a's variables say must follow a bridge; False when nothing does and its dialplan goes on."""
    variables = a.variables
    if not a.ready:
        return True
    if variables.true("hangup_after_bridge"):
        call_flow.hangup(switch, a, "NORMAL_CLEARING")
    elif variables.true("park_after_bridge"):
        a.move = Move(park=True)
    elif variables.get("transfer_after_bridge"):
        parts = separate(str(variables.get("transfer_after_bridge")), ":")
        call_flow.transfer(switch, a, *parts[:3])
    else:
        return False
    return True


def join(switch: Switch, a: Channel, b: Channel) -> None:
    """`uuid_bridge` in a's greenlet: both have left what they did. Afterwards a does not go back to it:
    it is hung up unless its variables park or transfer it (5.1, measured)."""
    b.holds += 1
    b.watchers.append(a)
    while b.up and b.move is not None and a.ready:
        a.wait()
    b.watchers.remove(a)
    if a.ready and b.ready:
        a.enter("CS_EXECUTE")
        for leg, peer in ((a, b), (b, a)):
            # Not an application, and never complete (5.1; captures, offered_by_controller).
            leg.variables.set("current_application", "uuid_bridge")
            told = {"Application": "uuid_bridge", "Application-Data": peer.uuid}
            switch.events.channel("CHANNEL_EXECUTE", leg, last=told)
        converse(switch, a, b)
    call_flow.release(b)
    if a.ready and not after_bridge(switch, a):
        call_flow.hangup(switch, a, "NORMAL_CLEARING")


def start_join(switch: Switch, a: Channel, b: Channel) -> None:
    """Order two channels to leave what they do and talk."""
    _acquaint(a, b)
    b.bridged = a.bridged = None
    b.move = Move(passive=True)
    a.move = Move(join=b)
    b.notify()
    a.notify()


def _acquaint(a: Channel, b: Channel) -> None:
    """What each knows of the other before either has left what it did (switch_ivr_uuid_bridge; captures,
    offered_by_controller)."""
    shown = a.profile
    for leg, peer, kind in ((a, b, "originatee"), (b, a, "originator")):
        _see(leg, peer, kind)
        _name_peer(leg, peer)
        leg.variables.set("signal_bond", peer.uuid)
        leg.number = STATES["CS_HIBERNATE"]
    name, number = b.profile.callee_id_name, b.profile.callee_id_number
    a.profile = shown.with_(index=shown.index + 1, callee_id_name=name, callee_id_number=number)
    name, number = shown.caller_id_name, shown.caller_id_number
    b.profile = b.profile.with_(index=b.profile.index + 1, caller_id_name=name, caller_id_number=number)
