"""A caller profile: who calls whom, where and when; its headers in events and in requests (captures)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

TIMES = (
    "Channel-Created", "Channel-Answered", "Channel-Progress", "Channel-Progress-Media", "Channel-Hangup",
    "Channel-Transfer", "Channel-Resurrect", "Channel-Bridged",
)  # fmt: skip


@dataclass(frozen=True)
class Profile:
    """One profile; a transfer makes a new one with `index` one higher. Times of it are microseconds."""

    uuid: str
    channel_name: str
    destination: str
    context: str
    direction: str = "inbound"
    logical_direction: str = "inbound"
    username: str = ""
    dialplan: str = ""
    caller_id_name: str = ""
    caller_id_number: str = ""
    callee_id_name: str = ""
    callee_id_number: str = ""
    network_addr: str = ""
    ani: str = ""
    source: str = "mod_sofia"
    rdnis: str = ""
    transfer_source: str = ""
    index: int = 1
    created: int = 0

    def with_(self, **changes: str | int) -> Profile:
        """The same with changes."""
        return replace(self, **changes)  # type: ignore[arg-type]

    def field(self, name: str) -> str | None:
        """A field by the name expressions and conditions use (`caller_id_name`); None when unknown."""
        values = {
            "uuid": self.uuid, "channel_name": self.channel_name, "chan_name": self.channel_name,
            "destination_number": self.destination, "context": self.context, "username": self.username,
            "dialplan": self.dialplan, "caller_id_name": self.caller_id_name, "rdnis": self.rdnis,
            "caller_id_number": self.caller_id_number, "callee_id_name": self.callee_id_name,
            "callee_id_number": self.callee_id_number, "network_addr": self.network_addr, "ani": self.ani,
            "source": self.source, "transfer_source": self.transfer_source,
        }  # fmt: skip
        return values.get(name)


@dataclass
class Times:
    """Microseconds of what happened to a channel, 0 for what did not; keys are those of TIMES."""

    at: dict[str, int] = field(default_factory=dict)

    def mark(self, name: str, now: int) -> None:
        """Note the first time."""
        if not self.at.get(name):
            self.at[name] = now


def profile_headers(prefix: str, profile: Profile, times: Times | None) -> dict[str, str]:
    """Headers of one profile in the order of the switch; empty ones are left out. `Other-Leg` has no index."""
    p = profile
    shown = {
        "Direction": p.direction, "Logical-Direction": p.logical_direction, "Username": p.username,
        "Dialplan": p.dialplan, "Caller-ID-Name": p.caller_id_name, "Caller-ID-Number": p.caller_id_number,
        "Orig-Caller-ID-Name": p.caller_id_name, "Orig-Caller-ID-Number": p.caller_id_number,
        "Callee-ID-Name": p.callee_id_name, "Callee-ID-Number": p.callee_id_number,
        "Network-Addr": p.network_addr, "ANI": p.ani, "Destination-Number": p.destination,
        "Unique-ID": p.uuid, "Source": p.source, "Transfer-Source": p.transfer_source,
        "Context": p.context, "RDNIS": p.rdnis, "Channel-Name": p.channel_name,
        "Profile-Index": str(p.index) if prefix != "Other-Leg" else "",
    }  # fmt: skip
    headers = {f"{prefix}-{name}": value for name, value in shown.items() if value}
    headers[f"{prefix}-Profile-Created-Time"] = str(p.created if times else 0)
    at = times.at if times else {}
    headers |= {f"{prefix}-{name}-Time": str(at.get(name, 0)) for name in TIMES}
    headers |= {f"{prefix}-Channel-Last-Hold": "0", f"{prefix}-Channel-Hold-Accum": "0"}
    headers |= {f"{prefix}-Screen-Bit": "true", f"{prefix}-Privacy-Hide-Name": "false"}
    headers[f"{prefix}-Privacy-Hide-Number"] = "false"
    return headers
