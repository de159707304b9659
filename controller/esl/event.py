"""An event, and how its body becomes one: decoded so that no value can pose as another header. Pure."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote_to_bytes

import msgspec

from controller.esl.framing import Frame
from controller.esl.stock import ESLEvent

DISCONNECT = "DISCONNECT"
"""Name of the event which ends every connection: exactly once, after all others."""

_ARRAY = "ARRAY::"
_UNDEFINED = "_undef_"
_decode_plain_object = msgspec.json.Decoder(dict[str, str]).decode


class Event(ESLEvent):
    """What happened in the switch. A header that the switch sent as a list shows its first value in
    `headers`, and all of them in `get_all`."""

    def __init__(
        self,
        headers: dict[str, str],
        body: str = "",
        received_at: float = 0.0,
        arrays: dict[str, list[str]] | None = None,
    ) -> None:
        # The inherited constructor parses text, wrongly (reference: one percent-decoding for all lines).
        self.headers = headers
        self.body = body
        self.received_at = received_at
        self._arrays = arrays or {}

    def __repr__(self) -> str:
        # Header values are personal data: they stay out of logs and tracebacks.
        return f"<Event {self.subclass or self.name} {self.unique_id}>"

    @property
    def data(self) -> str:
        """The body, under greenswitch's name for it."""
        return self.body

    @property
    def name(self) -> str:
        """`CHANNEL_ANSWER`, …; `CUSTOM` for those which have a subclass."""
        return self.headers.get("Event-Name", "")

    @property
    def subclass(self) -> str:
        """`sofia::register`, …; empty unless the name is `CUSTOM`."""
        return self.headers.get("Event-Subclass", "")

    @property
    def core_uuid(self) -> str:
        """The run of the switch which sent it."""
        return self.headers.get("Core-UUID", "")

    @property
    def unique_id(self) -> str:
        """The channel."""
        return self.headers.get("Unique-ID", "")

    @property
    def call_uuid(self) -> str:
        """The channel's call, as the switch groups legs."""
        return self.headers.get("Channel-Call-UUID", "")

    @property
    def job_uuid(self) -> str:
        """The background job whose result this is."""
        return self.headers.get("Job-UUID", "")

    @property
    def application_uuid(self) -> str:
        """The `Event-UUID` with which the application was asked for, else the switch's own."""
        return self.headers.get("Application-UUID", "")

    @property
    def hangup_cause(self) -> str:
        """Why the channel ended; empty while it lives."""
        return self.headers.get("Hangup-Cause", "")

    @property
    def fired_at(self) -> float:
        """When the switch made it, Unix seconds of the switch's clock; 0 when it does not say."""
        stamp = self.headers.get("Event-Date-Timestamp", "")
        return int(stamp) / 1e6 if stamp.isascii() and stamp.isdigit() else 0.0

    def get(self, name: str, default: str = "") -> str:
        """The header `name`; names are compared as the switch writes them."""
        return self.headers.get(name, default)

    def get_all(self, name: str) -> list[str]:
        """Every value of the header `name`."""
        if name in self._arrays:
            return self._arrays[name]
        return [self.headers[name]] if name in self.headers else []

    def variable(self, name: str, default: str = "") -> str:
        """The channel variable `name`. Not every event carries variables: DTMF does not."""
        return self.headers.get("variable_" + name, default)


def event_of(frame: Frame, received_at: float = 0.0) -> Event | None:
    """The event in `frame`; None when its type is not one that holds an event.
    Raises `ValueError` when it should hold one and does not."""
    if frame.content_type == "text/event-json":
        return _event_of_json(frame.body, received_at)
    if frame.content_type == "text/event-plain":
        return _event_of_plain(frame.body, received_at)
    if frame.content_type == "log/data":
        return Event({**frame.head, "Event-Name": "log"}, frame.body.decode("utf-8", "replace"), received_at)
    return None


def disconnect_event(reason: str) -> Event:
    """The last event of a connection."""
    return Event({"Event-Name": DISCONNECT, "Disconnect-Reason": reason})


def object_of_json(raw: bytes | str) -> dict[str, Any]:
    """A JSON object from the switch, which copies bytes into it unchecked: not always UTF-8, not always
    without control characters, and perhaps with surrogates that no later encoder would take."""
    text = raw if isinstance(raw, str) else raw.decode("utf-8", "replace")
    value = json.loads(text, strict=False)
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    return value


def _event_of_json(body: bytes, received_at: float) -> Event:
    try:
        headers = _decode_plain_object(body)
    except ValueError:
        # Lists, bad UTF-8 and control characters: rare, so they pay for being looked at one by one.
        return _event_of_values(object_of_json(body), received_at)
    return Event(headers, headers.pop("_body", ""), received_at)


def _event_of_values(values: dict[str, Any], received_at: float) -> Event:
    arrays = {_clean(k): [_clean(item) for item in v] for k, v in values.items() if isinstance(v, list)}
    headers = {_clean(k): _clean(v) for k, v in values.items() if not isinstance(v, list)}
    headers.update({name: items[0] for name, items in arrays.items() if items})
    return Event(headers, headers.pop("_body", ""), received_at, arrays)


def _event_of_plain(block: bytes, received_at: float) -> Event:
    """The correctness path: we subscribe to JSON. Lines are cut first, values decoded one by one."""
    head, _, body = block.partition(b"\n\n")
    headers: dict[str, str] = {}
    arrays: dict[str, list[str]] = {}
    for line in head.split(b"\n"):
        name, colon, raw = line.partition(b":")
        if colon:
            key = name.decode("utf-8", "replace").strip()
            items = _plain_values(raw)
            headers.setdefault(key, items[0])
            if len(items) > 1:
                arrays[key] = items
    headers.pop("Content-Length", None)
    return Event(headers, body.decode("utf-8", "replace"), received_at, arrays)


def _plain_values(raw: bytes) -> list[str]:
    text = unquote_to_bytes(raw.strip()).decode("utf-8", "replace")
    if text.startswith(_ARRAY):
        return text.removeprefix(_ARRAY).split("|:")
    return ["" if text == _UNDEFINED else text]


def _clean(value: object) -> str:
    return str(value).encode("utf-8", "replace").decode("utf-8")
