"""record_session, and what `uuid_record` does: no sound is kept, only that it would be (freeswitch-facts 5.1)."""

from __future__ import annotations

from demo_switch.channel import Channel
from demo_switch.refusals import Refused
from demo_switch.switch import Switch


def record_session(switch: Switch, channel: Channel, data: str) -> None:
    """`record_session <file>`: from now on, until it is stopped or the channel hangs up."""
    if not data.startswith("/") or " " in data:
        raise Refused("bad_argument", f"record_session {data}")
    channel.recordings[data] = "on"
    switch.timeline.leg(channel, "record", data)
    switch.events.channel("RECORD_START", channel, first={"Record-File-Path": data})


def control(switch: Switch, channel: Channel, deed: str, path: str) -> str:
    """`uuid_record <uuid> start|stop|mask|unmask <file>`."""
    state = channel.recordings.get(path, "")
    match deed, state:
        case "start", "":
            record_session(switch, channel, path)
        case "stop", "on" | "masked":
            del channel.recordings[path]
            switch.events.channel("RECORD_STOP", channel, first={"Record-File-Path": path})
        case "mask", "on":
            channel.recordings[path] = "masked"
        case "unmask", "masked":
            channel.recordings[path] = "on"
        case _:
            return (
                "-ERR Cannot record session!\n" if deed == "start" else "-ERR Cannot stop record session!\n"
            )
    return "+OK Success\n"
