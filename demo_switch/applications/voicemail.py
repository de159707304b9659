"""voicemail: leaving a message, and listening after the PIN (freeswitch-facts 7.4, mod_voicemail.c).

A message that is shorter than `min-record-len` of our profile is not kept. `leave-message` is told before the
message can be counted, as the switch does it.
"""

from __future__ import annotations

import uuid

from demo_switch import call_flow
from demo_switch.applications.playing import play
from demo_switch.channel import Channel
from demo_switch.directory import User
from demo_switch.keys import next_digit
from demo_switch.refusals import Refused
from demo_switch.splitting import separate
from demo_switch.switch import Switch
from demo_switch.voicemail import Message

_PROFILE = "relais"
_SHORTEST, _LONGEST = 2.0, 300.0
_DEFAULT_GREETING = "silence_stream://4000"
_BEEP = "tone_stream://%(500,0,640)"
_PIN_TRIES, _PIN_SECONDS = 3, 5.0


def voicemail(switch: Switch, channel: Channel, data: str) -> None:
    """`voicemail <profile> <domain> <box>` or `voicemail check <profile> <domain> <box>`."""
    parts = separate(data, " ")
    checks = bool(parts) and parts[0] == "check"
    parts = parts[1:] if checks else parts
    if len(parts) != 3 or parts[0] != _PROFILE:
        raise Refused("bad_argument", f"voicemail {data}")
    user = switch.directory.find(parts[2], parts[1], {"action": "voicemail-lookup"})
    if user is None:
        switch.refusals.add("bad_argument", f"no such box: {parts[2]}@{parts[1]}", channel.uuid)
        return
    if checks:
        _check(switch, channel, user)
    else:
        _deposit(switch, channel, user)


def _deposit(switch: Switch, channel: Channel, user: User) -> None:
    greeting = channel.variables.get("voicemail_greeting_path") or _DEFAULT_GREETING
    if not channel.variables.true("skip_greeting"):
        play(switch, channel, greeting, "#")
    for name in ("skip_greeting", "skip_instructions"):
        channel.variables.set(name, None)  # one-shot
    while channel.ready:
        play(switch, channel, _BEEP, "")
        if not channel.ready or _record(switch, channel, user):
            return


def _record(switch: Switch, channel: Channel, user: User) -> bool:
    """Record until `#`, the hang-up or the longest time; True when that was long enough."""
    switch.timeline.leg(channel, "record", f"{user.id}@{user.domain}")
    began = switch.clock.unix()
    while channel.ready and switch.clock.unix() < began + _LONGEST:
        call_flow.run_tasks(switch, channel)
        if next_digit(switch, channel) == "#":
            break
        if channel.ready and not channel.digits:
            channel.wait(began + _LONGEST)
    seconds = switch.clock.unix() - began
    if seconds < _SHORTEST:
        return False
    _leave(switch, channel, user, seconds)
    return True


def _leave(switch: Switch, channel: Channel, user: User, seconds: float) -> None:
    message_uuid, p = str(uuid.uuid4()), channel.profile
    path = f"{user.domain}/{user.id}/msg_{message_uuid}.wav"
    message = Message(
        message_uuid, user.id, user.domain, p.caller_id_name, p.caller_id_number, int(switch.clock.unix()),
        round(seconds), path,
    )  # fmt: skip
    told = {
        "VM-Action": "leave-message", "VM-User": user.id, "VM-Domain": user.domain,
        "VM-Caller-ID-Name": p.caller_id_name, "VM-Caller-ID-Number": p.caller_id_number,
        "VM-File-Path": path, "VM-Flags": "", "VM-Folder": "inbox", "VM-UUID": message_uuid,
        "VM-Message-Len": str(message.seconds), "VM-Timestamp": str(message.at),
    }  # fmt: skip
    switch.events.plain("CUSTOM", told, "vm::maintenance")
    switch.mailboxes.leave(message)
    switch.timeline.leg(channel, "voicemail", f"{user.id}@{user.domain} {message.seconds}s")
    switch.directory.find(user.id, user.domain, {"action": "message-count"})


def _check(switch: Switch, channel: Channel, user: User) -> None:
    """The PIN, then every new message; menus of a box are not played."""
    call_flow.answer(switch, channel)
    address = f"{user.id}@{user.domain}"
    switch.timeline.leg(channel, "voicemail", f"check {address}")
    pin = user.params.get("vm-password", "")
    known = channel.variables.true("voicemail_authorized")
    if not known and not any(pin and _typed(switch, channel) == pin for _ in range(_PIN_TRIES)):
        return
    for message in switch.mailboxes.messages(address):
        if not message.read and channel.ready:
            play(switch, channel, f"silence_stream://{message.seconds * 1000}", "#")
            message.read = True


def _typed(switch: Switch, channel: Channel) -> str:
    """Keys up to `#` or a silence."""
    typed, until = "", switch.clock.unix() + _PIN_SECONDS
    while channel.ready and switch.clock.unix() < until:
        digit = next_digit(switch, channel)
        if digit == "#":
            break
        if digit:
            typed, until = typed + digit, switch.clock.unix() + _PIN_SECONDS
        else:
            channel.wait(until)
    return typed
