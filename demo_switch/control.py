"""The control door: HTTP and JSON for scenario runners, tests and `relais demo` (docs/demo-switch.md).

Loopback only, no credentials: whoever reaches it can place calls on a switch that has no real lines.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import parse_qs

import msgspec
from gevent.pywsgi import WSGIServer

from demo_switch.callers import CallRefused, Placed, hang_up_far_end, place_call
from demo_switch.channel import Channel
from demo_switch.keys import press
from demo_switch.phones import Offer
from demo_switch.switch import Switch
from demo_switch.timeline import Call
from demo_switch.transfers import (
    attended_transfer,
    blind_transfer,
    conversations,
    early_transfer,
    hold,
    is_denied,
    question_of,
)

_LONGEST_FOLLOW = 3600.0
Environ = dict[str, Any]
StartResponse = Callable[..., object]


class Register(msgspec.Struct, forbid_unknown_fields=True):
    """POST /phones/register."""

    device: str
    password: str = ""
    trusted: bool = False
    expires: int = 365 * 24 * 3600


class Device(msgspec.Struct, forbid_unknown_fields=True):
    """POST /phones/unregister."""

    device: str


class Script(msgspec.Struct, forbid_unknown_fields=True):
    """POST /phones/script: `phone` is `device@domain` or an outside number."""

    phone: str
    offers: list[Offer] = []


class Place(msgspec.Struct, forbid_unknown_fields=True):
    """POST /calls: from `device`, or from outside with `number` and `name` (or `name_base64`: raw bytes)."""

    to: str
    device: str = ""
    number: str = ""
    name: str = ""
    name_base64: str = ""
    press: tuple[tuple[float, str], ...] = ()
    hang_up_at: float | None = None
    max_forwards: int = 70
    headers: dict[str, str] = {}
    request_host: str = "127.0.0.1"


class Act(msgspec.Struct, forbid_unknown_fields=True):
    """POST /calls/<id>/hangup|press|transfer|hold|unhold: `who` is a leg's uuid or whose it is; the
    caller when empty."""

    who: str = ""
    keys: str = ""
    to: str = ""


class Handle(msgspec.Struct, forbid_unknown_fields=True):
    """POST /phones/hold|resume|transfer|join: with the conversations of this phone (`device@domain`)."""

    device: str
    to: str = ""


class Answered(Exception):
    """A reply that is not 200."""

    def __init__(self, status: str, error: str) -> None:
        super().__init__(error)
        self.status, self.error = status, error


class Control:
    """The WSGI application and its server."""

    def __init__(self, switch: Switch, dialplan: str, listen: tuple[str, int]) -> None:
        self._switch, self._dialplan = switch, dialplan
        self._server = WSGIServer(listen, self.application, log=None, error_log=None)

    def start(self) -> tuple[str, int]:
        """Listen; the address."""
        self._server.start()
        host, port = self._server.address[:2]
        return host, port

    def stop(self) -> None:
        """Close the door."""
        self._server.stop(timeout=0)

    def application(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        """One request."""
        try:
            method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"].strip("/").split("/")
            body = environ["wsgi.input"].read() if method == "POST" else b""
            answer = self._dispatch(method, path, body, parse_qs(environ.get("QUERY_STRING", "")))
        except Answered as refused:
            start(refused.status, [("Content-Type", "application/json")])
            return [msgspec.json.encode({"error": refused.error}) + b"\n"]
        except msgspec.DecodeError as error:
            start("400 Bad Request", [("Content-Type", "application/json")])
            return [msgspec.json.encode({"error": str(error)}) + b"\n"]
        if isinstance(answer, Iterator):
            start("200 OK", [("Content-Type", "application/x-ndjson")])
            return answer
        start("200 OK", [("Content-Type", "application/json")])
        return [
            json.dumps(msgspec.to_builtins(answer), ensure_ascii=False).encode("utf-8", "replace") + b"\n"
        ]

    def _dispatch(self, method: str, path: list[str], body: bytes, query: dict[str, list[str]]) -> Any:
        match method, path:
            case "GET", ["health"]:
                return {"status": "ready", "now": self._switch.clock.unix()}
            case "GET", ["phones"]:
                return self._phones()
            case "POST", ["phones", "register"]:
                return self._register(msgspec.json.decode(body, type=Register))
            case "POST", ["phones", "unregister"]:
                return {
                    "was": self._switch.registrations.unregister(
                        msgspec.json.decode(body, type=Device).device
                    )
                }
            case "POST", ["phones", "script"]:
                return self._script(msgspec.json.decode(body, type=Script))
            case "POST", ["phones", "hold" | "resume" | "transfer" | "join" as act]:
                return self._handle(act, msgspec.json.decode(body, type=Handle))
            case "GET", ["voicemail"]:
                return {"messages": self._switch.mailboxes.messages(query.get("box", [""])[0])}
            case "GET", ["refusals"]:
                return {"counts": dict(self._switch.refusals.counts), "last": self._switch.refusals.last}
            case _, ["calls", *rest]:
                return self._calls(method, rest, body, query)
            case _:
                raise Answered("404 Not Found", "/".join(path))

    def _calls(self, method: str, rest: list[str], body: bytes, query: dict[str, list[str]]) -> Any:
        match method, rest:
            case "GET", []:
                return {"calls": [_summary(call) for call in self._switch.timeline.calls.values()]}
            case "POST", []:
                return self._place(msgspec.json.decode(body, type=Place))
            case "GET", [call_id]:
                call = self._call(call_id)
                return _summary(call) | {"rows": call.rows, "now": self._switch.clock.unix()}
            case "GET", [call_id, "follow"]:
                self._call(call_id)
                return self._follow(call_id, float(query.get("seconds", [str(_LONGEST_FOLLOW)])[0]))
            case "POST", [call_id, act]:
                return self._act(call_id, act, msgspec.json.decode(body or b"{}", type=Act))
            case _:
                raise Answered("404 Not Found", "/".join(rest))

    # --- phones ------------------------------------------------------------------------------------

    def _phones(self) -> dict[str, Any]:
        switch = self._switch
        return {
            "phones": [
                {
                    "device": each.address, "contact": each.contact, "expires": int(each.expires),
                    "calls": sorted(switch.phones.calls.get(each.address, ())),
                    "script": switch.phones.scripts.get(each.address, []),
                }
                for each in switch.registrations
            ]
        }  # fmt: skip

    def _register(self, asked: Register) -> dict[str, Any]:
        name, _, domain = asked.device.partition("@")
        fields = {
            "action": "sip_auth", "sip_profile": "phones", "sip_user_agent": "Relais-demo",
            "sip_auth_username": name, "sip_auth_realm": domain, "sip_auth_method": "REGISTER",
            "sip_to_user": name, "sip_to_host": domain, "sip_from_user": name, "sip_from_host": domain,
        }  # fmt: skip
        user = self._switch.directory.find(name, domain, fields)
        if user is None or not user.may_register:
            raise Answered("403 Forbidden", f"{asked.device} is not a device of the directory")
        if not asked.trusted and not user.password_matches(asked.password):
            raise Answered("403 Forbidden", "wrong password")
        registration = self._switch.registrations.register(user, asked.expires)
        return {"device": registration.address, "contact": registration.contact}

    def _script(self, script: Script) -> dict[str, Any]:
        self._switch.phones.script(script.phone, script.offers)
        return {"phone": script.phone, "offers": len(script.offers)}

    def _handle(self, act: str, asked: Handle) -> dict[str, Any]:
        """What people do with the keys of their phones: the newest conversation is meant, of two the older is held."""
        switch, mine = self._switch, conversations(self._switch, asked.device)
        held = [leg for leg in mine if leg.call_state == "HELD"]
        talking = [leg for leg in mine if leg.call_state != "HELD"]
        match act:
            case "hold" if talking:
                hold(switch, talking[-1], on=True)
            case "resume" if held:
                hold(switch, held[-1], on=False)
            case "transfer" if mine and blind_transfer(switch, mine[-1], asked.to):
                pass
            case "join" if (asked_for := self._joined(asked.device, mine)) and is_denied(switch, *asked_for):
                pass
            case "join" if mine and (question := question_of(switch, asked.device)) is not None:
                if not early_transfer(switch, mine[-1], question):
                    raise Answered("409 Conflict", f"{asked.device} cannot {act}")
            case "join" if len(mine) > 1 and attended_transfer(switch, *mine[-2:]):
                pass
            case _:
                raise Answered("409 Conflict", f"{asked.device} cannot {act}")
        return {"device": asked.device}

    def _joined(self, device: str, mine: list[Channel]) -> tuple[Channel, Channel] | None:
        question = question_of(self._switch, device)
        legs = [*mine, question] if question is not None else mine
        return (legs[-2], legs[-1]) if len(legs) > 1 else None

    # --- calls -------------------------------------------------------------------------------------

    def _place(self, place: Place) -> dict[str, Any]:
        raw = base64.b64decode(place.name_base64).decode("utf-8", "surrogateescape")
        call = Placed(
            to=place.to, number=place.number, name=raw or place.name, device=place.device, press=place.press,
            hang_up_at=place.hang_up_at, max_forwards=place.max_forwards, headers=tuple(place.headers.items()),
            request_host=place.request_host,
        )  # fmt: skip
        try:
            leg = place_call(self._switch, call, self._dialplan)
        except CallRefused as refused:
            raise Answered("403 Forbidden", str(refused)) from refused
        return {"call": leg.uuid, "started": self._switch.timeline.calls[leg.uuid].started}

    def _call(self, call_id: str) -> Call:
        call = self._switch.timeline.calls.get(call_id)
        if call is None:
            raise Answered("404 Not Found", f"no call {call_id}")
        return call

    def _follow(self, call_id: str, seconds: float) -> Iterator[bytes]:
        for row in self._switch.timeline.follow(call_id, seconds=seconds):
            yield json.dumps(msgspec.to_builtins(row), ensure_ascii=False).encode("utf-8", "replace") + b"\n"

    def _act(self, call_id: str, act: str, asked: Act) -> dict[str, Any]:
        leg = self._leg(self._call(call_id), asked.who)
        match act:
            case "hangup":
                hang_up_far_end(self._switch, leg)
            case "press":
                press(self._switch, leg, asked.keys)
            case "transfer":
                if not blind_transfer(self._switch, leg, asked.to):
                    raise Answered("409 Conflict", "it talks to nobody")
            case "hold" | "unhold":
                hold(self._switch, leg, on=act == "hold")
            case _:
                raise Answered("404 Not Found", act)
        return {"leg": leg.uuid}

    def _leg(self, call: Call, who: str) -> Channel:
        wanted = [leg for leg, name in call.legs.items() if leg in call.open and who in (leg, name)]
        wanted = wanted or ([call.id] if not who else [])
        for leg in wanted:
            channel = self._switch.channels.get(leg)
            if channel is not None and channel.up:
                return channel
        raise Answered("409 Conflict", f"no such leg is up: {who or 'the caller'}")


def _summary(call: Call) -> dict[str, Any]:
    return {"call": call.id, "started": call.started, "legs": call.legs, "over": call.over}
