"""The life of a channel: created, routed, executed, transferred, hung up, reported (freeswitch-facts 2.1, 6.3).

Each channel has one greenlet, `run`. A leg that somebody else rings or talks to waits here until it is
moved or hung up.
"""

from __future__ import annotations

import traceback
import uuid
from collections.abc import Iterable

import gevent

from demo_switch.cdr import report_variables
from demo_switch.channel import STATES, Channel, Move, Task
from demo_switch.expansion import expand
from demo_switch.refusals import Refused
from demo_switch.switch import Switch


def start(switch: Switch, channel: Channel) -> None:
    """Let the channel live: its events begin with CHANNEL_CREATE."""
    switch.channels[channel.uuid] = channel
    switch.spawn(run, switch, channel)


def run(switch: Switch, channel: Channel) -> None:
    """The whole life of one channel."""
    _created(switch, channel)
    while channel.up:
        try:
            _live(switch, channel)
        except Refused as refused:
            switch.refusals.add(refused.kind, refused.detail, channel.uuid)
            hangup(switch, channel, "DESTINATION_OUT_OF_ORDER")
        except Exception:  # noqa: BLE001 the call must end, whatever we did wrong
            switch.refusals.add("failed", traceback.format_exc(), channel.uuid)
            hangup(switch, channel, "DESTINATION_OUT_OF_ORDER")
    _ended(switch, channel)


def _created(switch: Switch, channel: Channel) -> None:
    channel.running, channel.number = "CS_INIT", STATES["CS_ROUTING"]
    switch.events.channel("CHANNEL_CREATE", channel)
    if channel.outbound:
        switch.events.channel("CHANNEL_ORIGINATE", channel)
        channel.enter("CS_CONSUME_MEDIA")


def _live(switch: Switch, channel: Channel) -> None:
    move, channel.move = channel.move, None
    if move is None:
        if channel.bridged:
            run_tasks(switch, channel)
        channel.wait()
    elif move.join is not None:
        switch.join(channel, move.join)
    elif move.applications:
        execute_all(switch, channel, move.applications)
    elif move.park:
        execute_all(switch, channel, (Task("park", ""),))
    elif move.passive:
        channel.notify()
    else:
        _route(switch, channel)


def _route(switch: Switch, channel: Channel) -> None:
    channel.enter("CS_ROUTING")
    channel.call_state, channel.hit_dialplan = "RINGING", True
    actions = switch.find_actions(channel)
    if not channel.ready:
        return
    if actions is None:
        hangup(switch, channel, "NO_ROUTE_DESTINATION")
        return
    execute_all(switch, channel, actions)


def execute_all(switch: Switch, channel: Channel, actions: Iterable[Task]) -> None:
    """Run applications one after another; when the last has ended the core hangs up."""
    channel.enter("CS_EXECUTE")
    channel.call_state = "ACTIVE" if channel.answered else "RINGING"
    for task in actions:
        if not channel.ready:
            return
        execute(switch, channel, task)
    if channel.ready:
        hangup(switch, channel, "NORMAL_CLEARING")


def execute(switch: Switch, channel: Channel, task: Task) -> None:
    """Run one application between its two events. An unknown one ends the call (502), as on the switch."""
    application = switch.applications.get(task.application)
    if application is None:
        raise Refused("unknown_application", f"{task.application} {task.data}")
    if application.media and not channel.media:
        pre_answer(switch, channel)
    data = expand(task.data, lambda name: variable(switch, channel, name), switch.expansion_api)
    task = Task(task.application, data, task.uuid or str(uuid.uuid4()))
    channel.variables.set("current_application", task.application)
    channel.variables.set("current_application_data", data)
    outer, channel.application = channel.application, task
    headers = {"Application": task.application, "Application-Data": data, "Application-UUID": task.uuid}
    headers = {name: value for name, value in headers.items() if value}
    channel.executed = (task.application, data)
    switch.events.channel("CHANNEL_EXECUTE", channel, last=headers)
    application.run(switch, channel, data)
    channel.application = outer
    done = {"Application": task.application, "Application-Data": data, "Application-Response": "_none_"}
    done = {name: value for name, value in (done | {"Application-UUID": task.uuid}).items() if value}
    switch.events.channel("CHANNEL_EXECUTE_COMPLETE", channel, last=done)


def run_tasks(switch: Switch, channel: Channel) -> None:
    """Run what others queued to this channel (sendmsg, digit actions, broadcasts), in order."""
    while channel.tasks and channel.ready:
        execute(switch, channel, channel.tasks.popleft())


def variable(switch: Switch, channel: Channel, name: str) -> str | None:
    """A variable, else a field of the caller profile, else a global."""
    value = channel.variables.get(name)
    if value is None:
        value = channel.profile.field(name)
    return value if value is not None else switch.globals.get(name)


def set_variable(switch: Switch, channel: Channel, name: str, value: str | None) -> None:
    """Set as `set` does: a value with `${` is refused; ours are checked against the contract."""
    if value and "${" in value:
        raise Refused("bad_variable", f"{name}={value[:80]}")
    switch.check_variable(name, value or "")
    channel.variables.set(name, value)


def ring(switch: Switch, channel: Channel) -> None:
    """180: CHANNEL_PROGRESS, once."""
    if channel.ringing or channel.media or not channel.up:
        return
    channel.ringing = True
    _tag(channel)
    channel.times.mark("Channel-Progress", channel.micros())
    switch.events.channel("CHANNEL_PROGRESS", channel)
    if channel.outbound:
        channel.call_state = "RINGING"
    channel.notify()


def pre_answer(switch: Switch, channel: Channel) -> None:
    """183 with media: CHANNEL_PROGRESS_MEDIA, once."""
    if channel.media or not channel.up:
        return
    channel.early = True
    _tag(channel)
    channel.times.mark("Channel-Progress-Media", channel.micros())
    channel.variables.set("endpoint_disposition", "EARLY MEDIA")
    switch.events.channel("CHANNEL_PROGRESS_MEDIA", channel)
    channel.call_state = "EARLY"
    channel.notify()


def answer(switch: Switch, channel: Channel) -> None:
    """200: CHANNEL_ANSWER, once."""
    if channel.answered or not channel.up:
        return
    channel.answered = True
    _tag(channel)
    now = channel.micros()
    channel.times.mark("Channel-Answered", now)
    channel.times.mark("Channel-Progress", now)
    switch.events.channel("CHANNEL_ANSWER", channel)
    channel.variables.set("endpoint_disposition", "ANSWER")
    if not channel.outbound:
        channel.variables.set("sip_cseq", "1")
    channel.call_state = "ACTIVE"
    switch.timeline.leg(channel, "answer")
    channel.notify()


def _tag(channel: Channel) -> None:
    """The caller's dialog gets its tag with our first answer."""
    if not channel.outbound and "sip_to_tag" not in channel.variables:
        channel.variables.set("sip_to_tag", channel.uuid[:13])


def hangup(switch: Switch, channel: Channel, cause: str, *, by_far_end: bool = False) -> None:
    """CHANNEL_HANGUP, once; the channel's greenlet reports it and the far end hears of it."""
    if not channel.up:
        return
    _tell_partner(switch, channel, cause)
    channel.disposition = _disposition(channel, by_far_end=by_far_end)
    channel.variables.set("last_bridge_role", channel.role or channel.variables.get("last_bridge_role"))
    channel.cause, channel.number = cause, STATES["CS_HANGUP"]
    channel.times.mark("Channel-Hangup", channel.micros())
    switch.events.channel("CHANNEL_HANGUP", channel)
    switch.timeline.leg(channel, "hangup", cause=cause)
    for tell in channel.on_hangup:
        tell()
    channel.notify()


def _tell_partner(switch: Switch, channel: Channel, cause: str) -> None:
    name = "signal_bond" if channel.outbound else "originate_signal_bond"
    partner = switch.channels.get(channel.variables.get(name) or channel.variables.get("signal_bond") or "")
    if partner is None or not partner.up:
        return
    partner.variables.set("last_bridge_hangup_cause", cause)
    protocol = channel.variables.get("proto_specific_hangup_cause")
    if protocol:
        partner.variables.set("last_bridge_proto_specific_hangup_cause", protocol)


def _disposition(channel: Channel, *, by_far_end: bool) -> str:
    if channel.answered:
        return "recv_bye" if by_far_end else "send_bye"
    if channel.outbound:
        return "recv_refuse" if by_far_end else "send_cancel"
    return "send_refuse"


def _ended(switch: Switch, channel: Channel) -> None:
    channel.running, channel.number = "CS_REPORTING", STATES["CS_REPORTING"]
    channel.call_state = "HANGUP"
    report_variables(channel)
    _report_sip(channel)
    switch.events.channel("CHANNEL_HANGUP_COMPLETE", channel)
    channel.notify()
    while channel.holds:
        channel.wait()
    channel.number = STATES["CS_DESTROY"]
    switch.events.channel("CHANNEL_DESTROY", channel)
    switch.timeline.closed(channel)
    switch.channels.pop(channel.uuid, None)
    channel.notify()


def _report_sip(channel: Channel) -> None:
    """What the SIP stack adds once its last message is sent."""
    if "sip_hangup_disposition" not in channel.variables:
        channel.variables.set("sip_hangup_disposition", channel.disposition)
    if channel.cause == "LOSE_RACE":
        channel.variables.set("call_completed_elsewhere", "true")
    if channel.disposition == "send_cancel":
        channel.variables.set("sip_invite_failure_status", "487")
        channel.variables.set("sip_invite_failure_phrase", "CANCEL")


def transfer(
    switch: Switch, channel: Channel, destination: str, dialplan: str = "", context: str = ""
) -> None:
    """Leave what runs and route anew; costs one of `max_session_transfers`, else of `max_forwards`."""
    if not channel.up:
        return
    if not _spend(channel):
        hangup(switch, channel, "EXCHANGE_ROUTING_ERROR")
        return
    old = channel.profile
    dialplan = dialplan or channel.variables.get("force_transfer_dialplan") or old.dialplan
    context = context or channel.variables.get("force_transfer_context") or old.context
    epoch = int(switch.clock.unix())
    source = f"{epoch}:{uuid.uuid4()}:bl_xfer:{destination}/{context}/{dialplan.partition(',')[0]}"
    channel.profile = old.with_(
        destination=destination, dialplan=dialplan, context=context, rdnis=old.destination,
        transfer_source=source, index=old.index + 1, created=channel.micros(),
    )  # fmt: skip
    channel.variables.push("transfer_history", source)
    channel.variables.set("transfer_source", source)
    channel.number = STATES["CS_ROUTING"]
    # Whoever it talked to has lost it, even if it is elsewhere before he knows.
    channel.bridged, channel.move = None, Move()
    channel.notify()


def _spend(channel: Channel) -> bool:
    """Count one transfer; False when none is left (measured, freeswitch-facts 17)."""
    name = "max_session_transfers" if "max_session_transfers" in channel.variables else "max_forwards"
    left = channel.variables.number(name, 70) - 1
    if left <= 0:
        return False
    channel.variables.set(name, str(left))
    return True


def release(channel: Channel) -> None:
    """Give up a hold; a leg that is reported may then be destroyed."""
    channel.holds -= 1
    channel.notify()


def yield_to_others() -> None:
    """Let the other channels' greenlets act on what they were told, as threads of the switch would."""
    gevent.sleep(0)
