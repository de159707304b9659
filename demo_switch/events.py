"""Events of the event socket: their headers in the order of the captures, and who gets them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from demo_switch.channel import Channel
from demo_switch.profile import profile_headers
from demo_switch.variables import Value
from presence.clock import Clock

Event = dict[str, Value]

_SOURCES = {
    "CHANNEL_CREATE": ("switch_core_state_machine.c", "switch_core_session_run", 626),
    "CHANNEL_ORIGINATE": ("switch_core_state_machine.c", "switch_core_session_run", 632),
    "CHANNEL_OUTGOING": ("switch_core_session.c", "switch_core_session_outgoing_channel", 768),
    "CHANNEL_EXECUTE": ("switch_core_session.c", "switch_core_session_exec", 2967),
    "CHANNEL_EXECUTE_COMPLETE": ("switch_core_session.c", "switch_core_session_exec", 3003),
    "CHANNEL_DESTROY": ("switch_core_session.c", "switch_core_session_perform_destroy", 1556),
    "CHANNEL_PROGRESS": ("switch_channel.c", "switch_channel_perform_mark_ring_ready_value", 3566),
    "CHANNEL_PROGRESS_MEDIA": ("switch_channel.c", "switch_channel_perform_mark_pre_answered", 3624),
    "CHANNEL_ANSWER": ("switch_channel.c", "switch_channel_perform_mark_answered", 3910),
    "CHANNEL_HANGUP": ("switch_channel.c", "switch_channel_perform_hangup", 3445),
    "CHANNEL_HANGUP_COMPLETE": ("switch_core_state_machine.c", "switch_core_session_reporting_state", 978),
    "CHANNEL_BRIDGE": ("switch_ivr_bridge.c", "switch_ivr_multi_threaded_bridge", 1689),
    "CHANNEL_UNBRIDGE": ("switch_ivr_bridge.c", "switch_ivr_multi_threaded_bridge", 1879),
    "CHANNEL_PARK": ("switch_ivr.c", "switch_ivr_park", 1012),
    "CHANNEL_UNPARK": ("switch_ivr.c", "switch_ivr_park", 1200),
    "CALL_UPDATE": ("switch_channel.c", "switch_channel_perform_set_callee", 788),
    "DTMF": ("switch_channel.c", "switch_channel_dequeue_dtmf", 677),
    "HEARTBEAT": ("switch_core.c", "send_heartbeat", 95),
    "BACKGROUND_JOB": ("mod_event_socket.c", "api_exec", 1577),
    "REQUEST_PARAMS": ("mod_dialplan_xml.c", "dialplan_xml_locate", 610),
}
_WITHOUT_VARIABLES = ("CHANNEL_OUTGOING", "DTMF")


class EventBus:
    """Numbers every event and hands it to the listeners, in order. A listener may not block."""

    def __init__(self, clock: Clock, switchname: str) -> None:
        self.core_uuid = str(uuid.uuid4())
        self.switchname = switchname
        self.sequence = 0
        self._clock = clock
        self._listeners: list[Callable[[Event], None]] = []

    def listen(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Get every event from now on; call the result to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def base(self, name: str, subclass: str = "") -> Event:
        """The headers every event begins with."""
        now = self._clock.unix()
        when = datetime.fromtimestamp(int(now), UTC)
        self.sequence += 1
        file, function, line = _SOURCES.get(name, ("mod_dptools.c", "event_function", 1900))
        event: Event = {"Event-Subclass": subclass} if subclass else {}
        return event | {
            "Event-Name": name, "Core-UUID": self.core_uuid, "FreeSWITCH-Hostname": self.switchname,
            "FreeSWITCH-Switchname": self.switchname, "FreeSWITCH-IPv4": "127.0.0.1", "FreeSWITCH-IPv6": "::1",
            "Event-Date-Local": when.strftime("%Y-%m-%d %H:%M:%S"),
            "Event-Date-GMT": when.strftime("%a, %d %b %Y %H:%M:%S GMT"),
            "Event-Date-Timestamp": str(int(now * 1e6)), "Event-Calling-File": file,
            "Event-Calling-Function": function, "Event-Calling-Line-Number": str(line),
            "Event-Sequence": str(self.sequence),
        }  # fmt: skip

    def fire(self, event: Event) -> None:
        """Hand an event to the listeners."""
        for listener in list(self._listeners):
            listener(event)

    def channel(
        self, name: str, channel: Channel,
        first: Mapping[str, str] | None = None, last: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        """Fire an event of a channel; `first` stands before its headers, `last` behind its variables."""
        event = self.base(name) | dict(first or {}) | channel_headers(channel)
        if name not in _WITHOUT_VARIABLES:
            event |= variable_headers(channel)
        self.fire(event | dict(last or {}))

    def plain(self, name: str, headers: Mapping[str, str], subclass: str = "") -> None:
        """Fire an event of no channel."""
        self.fire(self.base(name, subclass) | dict(headers))


def state_headers(channel: Channel) -> Event:
    """`Channel-*`, up to the codecs."""
    codec = {"Codec-Name": "PCMU", "Codec-Rate": "8000", "Codec-Bit-Rate": "64000"}
    presence = channel.variables.get("presence_id")
    headers: Event = {
        "Channel-State": channel.running, "Channel-Call-State": channel.call_state,
        "Channel-State-Number": str(channel.number), "Channel-Name": channel.profile.channel_name,
        "Unique-ID": channel.uuid, "Call-Direction": channel.profile.direction,
        "Presence-Call-Direction": channel.profile.direction,
        "Channel-HIT-Dialplan": "true" if channel.hit_dialplan else "false",
    }  # fmt: skip
    if presence and channel.running != "CS_NONE":
        headers["Channel-Presence-ID"] = presence
    headers |= {"Channel-Call-UUID": channel.call_uuid, "Answer-State": channel.answer_state}
    if channel.cause:
        headers["Hangup-Cause"] = channel.cause
    if not channel.outbound or channel.media:
        headers |= {f"Channel-Read-{k}": v for k, v in codec.items()}
        headers |= {f"Channel-Write-{k}": v for k, v in codec.items()}
    return headers


def channel_headers(channel: Channel) -> Event:
    """`Channel-*`, `Caller-*`, `Other-*`."""
    headers = state_headers(channel) | profile_headers("Caller", channel.profile, channel.times)
    if channel.other is None:
        return headers
    other = profile_headers("Other-Leg", channel.other, channel.other_times)
    return headers | {"Other-Type": channel.other_type} | other


def variable_headers(channel: Channel) -> Event:
    """`variable_*`."""
    return {f"variable_{name}": value for name, value in channel.variables.items()}


def as_json(event: Event) -> bytes:
    """The body of an `event json`: text that is not UTF-8 goes out as the bytes it came in as."""
    return json.dumps(event, ensure_ascii=False).encode("utf-8", "surrogateescape")
