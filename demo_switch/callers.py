"""Calls that arrive: from the trunk, or from one of our phones, with what the caller then does."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass

from demo_switch import call_flow
from demo_switch.channel import Channel, Move
from demo_switch.far_end import play_keys
from demo_switch.keys import press
from demo_switch.profile import Profile
from demo_switch.sip_variables import invite_variables
from demo_switch.switch import Switch

_CONTROLS = re.compile(r"[\x00-\x09\x0b\x0c\x0e-\x1f]")


@dataclass(frozen=True)
class Placed:
    """A call to place. `name` may hold any bytes (surrogateescape). `press` and `hang_up_at` count seconds
    from the INVITE. `context` and `profile` follow from who calls, unless a test names them."""

    to: str
    number: str
    name: str = ""
    device: str = ""
    press: tuple[tuple[float, str], ...] = ()
    hang_up_at: float | None = None
    max_forwards: int = 70
    headers: tuple[tuple[str, str], ...] = ()
    context: str = ""
    profile: str = ""
    domain: str = "trunk.example"
    request_host: str = "127.0.0.1"


class CallRefused(Exception):
    """The INVITE would have been refused before any channel: unknown or unregistered device."""


def place_call(switch: Switch, call: Placed, dialplan: str) -> Channel:
    """The INVITE arrives; the caller's leg, already routing."""
    variables = _identity(switch, call)
    leg = _leg(switch, call, dialplan, variables)
    who = call.device or call.number or "anonymous"
    switch.timeline.begin(leg, who, call.to)
    leg.move = Move()
    call_flow.start(switch, leg)
    script = switch.spawn(_play, switch, leg, call)
    leg.on_hangup.append(lambda: script.kill(block=False) if script else None)
    return leg


def _identity(switch: Switch, call: Placed) -> dict[str, str]:
    """What an authenticated INVITE gets from the directory (freeswitch-facts 2.2)."""
    if not call.device:
        return {}
    registration = switch.registrations.get(call.device)
    if registration is None:
        raise CallRefused(f"{call.device} is not registered")
    asked = {"action": "sip_auth", "sip_profile": "phones", "sip_auth_method": "INVITE"}
    user = switch.directory.find(registration.device, registration.domain, asked)
    if user is None:
        raise CallRefused(f"{call.device} is not in the directory")
    known = {
        "sip_authorized": "true", "sip_auth_username": user.id, "sip_auth_realm": user.domain,
        "user_name": user.id, "domain_name": user.domain, "presence_id": call.device,
    }  # fmt: skip
    return known | user.variables


def _leg(switch: Switch, call: Placed, dialplan: str, variables: dict[str, str]) -> Channel:
    leg_uuid = str(uuid.uuid4())
    name = _CONTROLS.sub(" ", call.name.replace("${", "%{"))
    domain = call.device.partition("@")[2] or call.domain
    number = call.device.partition("@")[0] or call.number
    sofia = call.profile or ("phones" if call.device else "trunks")
    context = (
        call.context or variables.get("user_context") or ("relais-phone" if call.device else "relais-trunk")
    )
    created = int(switch.clock.unix() * 1e6)
    profile = Profile(
        uuid=leg_uuid, channel_name=f"sofia/{sofia}/{number}@{domain}", destination=call.to, context=context,
        username=number, dialplan=dialplan, caller_id_name=name or number, caller_id_number=number,
        network_addr="127.0.0.1", ani=number, created=created,
    )  # fmt: skip
    leg = Channel(profile=profile, clock=switch.clock, hit_dialplan=True)
    leg.times.mark("Channel-Created", created)
    for key, value in (invite_variables(leg, sofia, domain, _told(switch, call)) | variables).items():
        leg.variables.set(key, value)
    leg.variables.set("sip_req_host", call.request_host)
    return leg


def _told(switch: Switch, call: Placed) -> dict[str, str]:
    """What this INVITE says beyond who calls whom."""
    found = {"session_id": switch.next_session(), "max_forwards": str(call.max_forwards)}
    found |= {"sip_from_display": call.name} | {f"sip_h_{name}": value for name, value in call.headers}
    return found


def _play(switch: Switch, leg: Channel, call: Placed) -> None:
    until = call.hang_up_at if call.hang_up_at is not None else float("inf")
    play_keys(switch, call.press, until, lambda keys: press(switch, leg, keys))
    if call.hang_up_at is not None:
        hang_up_caller(switch, leg)


def hang_up_caller(switch: Switch, leg: Channel) -> None:
    """BYE when answered, CANCEL before."""
    cause = "NORMAL_CLEARING" if leg.answered else "ORIGINATOR_CANCEL"
    call_flow.hangup(switch, leg, cause, by_far_end=True)


def hang_up_far_end(switch: Switch, leg: Channel) -> None:
    """The person on this leg hangs up, whichever side it is."""
    if leg.outbound:
        cause = "NORMAL_CLEARING" if leg.answered else "CALL_REJECTED"
        call_flow.hangup(switch, leg, cause, by_far_end=True)
    else:
        hang_up_caller(switch, leg)
