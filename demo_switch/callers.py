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
from demo_switch.switch import Switch

_CONTROLS = re.compile(r"[\x00-\x09\x0b\x0c\x0e-\x1f]")
_SDP = (
    "v=0\r\no=demo 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 6000 RTP/AVP 0 101\r\n"
    "a=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n"
)


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
    for key, value in (_sip(switch, leg, call, sofia, domain) | variables).items():
        leg.variables.set(key, value)
    return leg


def _sip(switch: Switch, leg: Channel, call: Placed, sofia: str, domain: str) -> dict[str, str]:
    """The variables mod_sofia makes of an INVITE (captures)."""
    user, to = leg.profile.username, call.to
    found = {
        "direction": "inbound", "uuid": leg.uuid, "call_uuid": leg.uuid, "session_id": switch.next_session(),
        "sip_from_user": user, "sip_from_uri": f"{user}@{domain}", "sip_from_host": domain,
        "video_media_flow": "disabled", "text_media_flow": "disabled",
        "channel_name": leg.profile.channel_name, "sip_call_id": f"{leg.uuid[:8]}@127.0.0.1",
        "sip_local_network_addr": "127.0.0.1", "sip_network_ip": "127.0.0.1", "sip_network_port": "5060",
        "sip_invite_stamp": str(leg.profile.created), "sip_received_ip": "127.0.0.1", "sip_received_port": "5060",
        "sip_via_protocol": "udp", "sip_from_user_stripped": user.lstrip("+"), "sip_from_tag": leg.uuid[:13],
        "sofia_profile_name": sofia, "sofia_profile_url": "sip:mod_sofia@127.0.0.1:5060",
        "recovery_profile_name": sofia, "sip_full_via": "SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK-1",
        "sip_from_display": call.name, "sip_full_from": f'"{call.name}" <sip:{user}@{domain}>;tag={leg.uuid[:13]}',
        "sip_full_to": f"<sip:{to}@{domain}>", "sip_req_user": to, "sip_req_port": "5060",
        "sip_req_uri": f"{to}@127.0.0.1:5060", "sip_req_host": "127.0.0.1", "sip_to_user": to,
        "sip_to_uri": f"{to}@{domain}", "sip_to_host": domain, "sip_contact_user": user,
        "sip_contact_port": "5060", "sip_contact_uri": f"{user}@127.0.0.1:5060", "sip_contact_host": "127.0.0.1",
        "sip_via_host": "127.0.0.1", "sip_via_port": "5060", "max_forwards": str(call.max_forwards),
    }  # fmt: skip
    found |= {f"sip_h_{name}": value for name, value in call.headers}
    return found | {
        "switch_r_sdp": _SDP, "ep_codec_string": "CORE_PCM_MODULE.PCMU@8000h@20i@64000b",
        "rtp_use_codec_string": "PCMU", "remote_video_media_flow": "inactive",
        "remote_text_media_flow": "inactive", "remote_audio_media_flow": "sendrecv",
        "audio_media_flow": "sendrecv", "remote_media_ip": "127.0.0.1", "remote_media_port": "6000",
        "rtp_audio_recv_pt": "0", "rtp_use_codec_name": "PCMU", "rtp_use_codec_rate": "8000",
        "rtp_use_codec_ptime": "20", "rtp_use_codec_channels": "1",
        "rtp_last_audio_codec_string": "PCMU@8000h@20i@1c", "read_codec": "PCMU",
        "original_read_codec": "PCMU", "read_rate": "8000", "original_read_rate": "8000",
        "write_codec": "PCMU", "write_rate": "8000", "dtmf_type": "rfc2833", "endpoint_disposition": "RECEIVED",
    }  # fmt: skip


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
