"""`show channels|calls|registrations as json` and `status`, in the form of tests/captures/api.*."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from demo_switch.channel import Channel
from demo_switch.refusals import Refused
from demo_switch.switch import Switch

VERSION = "1.10.12-release~64bit"
MAX_SESSIONS, SESSIONS_A_SECOND = 1000, 200


def show(switch: Switch, arguments: str) -> str:
    """An empty list has no `rows` (measured)."""
    match arguments.split():
        case ["channels", "as", "json"]:
            rows = [_channel_row(switch, each) for each in switch.channels.values()]
        case ["calls", "as", "json"]:
            callers = [each for each in switch.channels.values() if not each.outbound]
            rows = [_channel_row(switch, each) for each in callers]
        case ["registrations", "as", "json"]:
            rows = _registration_rows(switch)
        case _:
            raise Refused("unknown_api", f"show {arguments}")
    if not rows:
        return '{"row_count": 0}\n'
    return json.dumps({"row_count": len(rows), "rows": rows}, ensure_ascii=False, separators=(",", ":"))


def _channel_row(switch: Switch, channel: Channel) -> dict[str, str]:
    p, task = channel.profile, channel.application
    epoch = channel.times.at.get("Channel-Created", 0) // 10**6
    return {
        "uuid": channel.uuid, "direction": p.direction,
        "created": datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%d %H:%M:%S"),
        "created_epoch": str(epoch), "name": p.channel_name, "state": channel.running,
        "cid_name": p.caller_id_name, "cid_num": p.caller_id_number, "ip_addr": p.network_addr,
        "dest": p.destination, "application": task.application if task else "",
        "application_data": task.data if task else "", "dialplan": p.dialplan, "context": p.context,
        "read_codec": "PCMU", "read_rate": "8000", "read_bit_rate": "64000", "write_codec": "PCMU",
        "write_rate": "8000", "write_bit_rate": "64000", "secure": "", "hostname": switch.events.switchname,
        "presence_id": channel.variables.get("presence_id") or "", "presence_data": "", "accountcode": "",
        "callstate": channel.call_state, "callee_name": p.callee_id_name, "callee_num": p.callee_id_number,
        "callee_direction": "", "call_uuid": "" if channel.call_uuid == channel.uuid else channel.call_uuid,
        "sent_callee_name": channel.variables.get("last_sent_callee_id_name") or "",
        "sent_callee_num": channel.variables.get("last_sent_callee_id_number") or "",
        "initial_cid_name": p.caller_id_name, "initial_cid_num": p.caller_id_number,
        "initial_ip_addr": p.network_addr, "initial_dest": p.destination, "initial_dialplan": p.dialplan,
        "initial_context": p.context,
    }  # fmt: skip


def _registration_rows(switch: Switch) -> list[dict[str, str]]:
    return [
        {
            "reg_user": each.device, "realm": each.domain, "token": each.call_id, "url": f"sofia/phones/{each.uri}",
            "expires": str(int(each.expires)), "network_ip": "127.0.0.1", "network_port": str(each.port),
            "network_proto": "udp", "hostname": switch.events.switchname, "metadata": "",
        }
        for each in switch.registrations
    ]  # fmt: skip


def up_time(seconds: float) -> str:
    """As `status` and HEARTBEAT write it."""
    minutes, whole = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    milliseconds = int(seconds * 1000) % 1000
    return (
        f"0 years, {days} days, {hours} hours, {minutes} minutes, {whole} seconds, "
        f"{milliseconds} milliseconds, {int(seconds * 1e6) % 1000} microseconds"
    )


def status(switch: Switch, arguments: str) -> str:
    """`status`."""
    count = len(switch.channels)
    return (
        f"UP {up_time(switch.clock.unix() - switch.started)}\n"
        f"FreeSWITCH (Version {VERSION.replace('~', '  ')}) is ready\n"
        f"{switch.sessions} session(s) since startup\n"
        f"{count} session(s) - peak {switch.peak}, last 5min {switch.peak} \n"
        f"0 session(s) per Sec out of max {SESSIONS_A_SECOND}, peak {switch.peak}, last 5min {switch.peak} \n"
        f"{MAX_SESSIONS} session(s) max\nmin idle cpu 0.00/99.00\nCurrent Stack Size/Max 240K/8192K\n"
    )


def heartbeat(switch: Switch) -> dict[str, str]:
    """The headers of HEARTBEAT."""
    seconds = switch.clock.unix() - switch.started
    return {
        "Event-Info": "System Ready", "Up-Time": up_time(seconds), "FreeSWITCH-Version": VERSION,
        "Uptime-msec": str(int(seconds * 1000)), "Session-Count": str(len(switch.channels)),
        "Max-Sessions": str(MAX_SESSIONS), "Session-Per-Sec": str(SESSIONS_A_SECOND),
        "Session-Per-Sec-Last": "0", "Session-Per-Sec-Max": str(switch.peak),
        "Session-Per-Sec-FiveMin": str(switch.peak), "Session-Since-Startup": str(switch.sessions),
        "Session-Peak-Max": str(switch.peak), "Session-Peak-FiveMin": str(switch.peak), "Idle-CPU": "99.000000",
    }  # fmt: skip
