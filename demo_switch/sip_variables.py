"""The variables mod_sofia makes of SIP messages, in both directions (captures). Nobody routes on most of them; they
are here because the real request and the real event carry them.
"""

from __future__ import annotations

from demo_switch.channel import Channel

_SDP = (
    "v=0\r\no=demo 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 6000 RTP/AVP 0 101\r\n"
    "a=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n"
)
_CODEC = {
    "ep_codec_string": "CORE_PCM_MODULE.PCMU@8000h@20i@64000b", "rtp_use_codec_string": "PCMU",
    "remote_video_media_flow": "inactive", "remote_text_media_flow": "inactive",
    "remote_audio_media_flow": "sendrecv", "audio_media_flow": "sendrecv", "remote_media_ip": "127.0.0.1",
    "remote_media_port": "6000", "rtp_audio_recv_pt": "0", "rtp_use_codec_name": "PCMU",
    "rtp_use_codec_rate": "8000", "rtp_use_codec_ptime": "20", "rtp_use_codec_channels": "1",
    "rtp_last_audio_codec_string": "PCMU@8000h@20i@1c", "read_codec": "PCMU", "original_read_codec": "PCMU",
    "read_rate": "8000", "original_read_rate": "8000", "write_codec": "PCMU", "write_rate": "8000",
    "dtmf_type": "rfc2833",
}  # fmt: skip
_LOCAL = {"sip_local_network_addr": "127.0.0.1", "sofia_profile_url": "sip:mod_sofia@127.0.0.1:5060"}
_VIA = "SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK-1"


def invite_variables(leg: Channel, sofia: str, domain: str, told: dict[str, str]) -> dict[str, str]:
    """Of an INVITE that arrives; `told` is what it says beyond who calls whom."""
    user, to, tag = leg.profile.username, leg.profile.destination, leg.uuid[:13]
    name = told.get("sip_from_display", "")
    found = {
        "direction": "inbound", "uuid": leg.uuid, "call_uuid": leg.uuid, "sip_from_user": user,
        "sip_from_uri": f"{user}@{domain}", "sip_from_host": domain, "video_media_flow": "disabled",
        "text_media_flow": "disabled", "channel_name": leg.profile.channel_name,
        "sip_call_id": f"{leg.uuid[:8]}@127.0.0.1", "sip_network_ip": "127.0.0.1", "sip_network_port": "5060",
        "sip_invite_stamp": str(leg.profile.created), "sip_received_ip": "127.0.0.1",
        "sip_received_port": "5060", "sip_via_protocol": "udp", "sip_from_user_stripped": user.lstrip("+"),
        "sip_from_tag": tag, "sofia_profile_name": sofia, "recovery_profile_name": sofia, "sip_full_via": _VIA,
        "sip_full_from": f'"{name}" <sip:{user}@{domain}>;tag={tag}', "sip_full_to": f"<sip:{to}@{domain}>",
        "sip_req_user": to, "sip_req_port": "5060", "sip_req_uri": f"{to}@127.0.0.1:5060",
        "sip_req_host": "127.0.0.1", "sip_to_user": to, "sip_to_uri": f"{to}@{domain}", "sip_to_host": domain,
        "sip_contact_user": user, "sip_contact_port": "5060", "sip_contact_uri": f"{user}@127.0.0.1:5060",
        "sip_contact_host": "127.0.0.1", "sip_via_host": "127.0.0.1", "sip_via_port": "5060",
    }  # fmt: skip
    return found | _LOCAL | told | {"switch_r_sdp": _SDP} | _CODEC | {"endpoint_disposition": "RECEIVED"}


def outgoing_variables(leg_uuid: str, sofia: str, destination: str, uri: str) -> dict[str, str]:
    """Of an INVITE that we send, before anything came back."""
    return _LOCAL | {
        "direction": "outbound", "is_outbound": "true", "uuid": leg_uuid, "sip_profile_name": sofia,
        "channel_name": f"sofia/{sofia}/{destination}", "sip_destination_url": uri,
        "originate_endpoint": "sofia", "sip_outgoing_contact_uri": "<sip:mod_sofia@127.0.0.1:5060>",
        "sip_req_uri": uri.removeprefix("sip:"), "sip_to_host": uri.partition("@")[2], "sip_from_host": "127.0.0.1",
        "sofia_profile_name": sofia, "recovery_profile_name": sofia,
    }  # fmt: skip


def note_reply(leg: Channel) -> None:
    """Of the first answer to our INVITE."""
    uri = (leg.variables.get("sip_destination_url") or "").removeprefix("sip:")
    user, _, address = uri.partition("@")
    host, _, port = address.partition(":")
    p, tag = leg.profile, leg.uuid[:13]
    me = f"{p.caller_id_number}@127.0.0.1"
    for name, value in {
        "sip_reply_host": host, "sip_reply_port": port, "sip_network_ip": host, "sip_network_port": port,
        "sip_recover_contact": f"<sip:{address};transport=UDP>", "sip_full_via": _VIA, "sip_recover_via": _VIA,
        "sip_from_display": p.caller_id_name, "sip_full_from": f'"{p.caller_id_name}" <sip:{me}>;tag={tag}',
        "sip_full_to": f"<sip:{uri}>;tag={tag}", "sip_from_user": p.caller_id_number, "sip_from_uri": me,
        "sip_to_user": user, "sip_to_port": port, "sip_to_uri": uri, "sip_to_host": host,
        "sip_contact_params": "transport=UDP", "sip_contact_user": user, "sip_contact_port": port,
        "sip_contact_uri": uri, "sip_contact_host": host, "sip_to_tag": tag, "sip_from_tag": tag,
        "sip_cseq": "1", "sip_call_id": f"{leg.uuid[:8]}@127.0.0.1",
    }.items():  # fmt: skip
        leg.variables.set(name, value)


def note_media(leg: Channel) -> None:
    """Of the session description that came back."""
    for name, value in ({"switch_r_sdp": _SDP} | _CODEC).items():
        leg.variables.set(name, value)
