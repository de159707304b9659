"""The variables a channel gets when it is reported: stamps, epochs and durations (captures)."""

from __future__ import annotations

from datetime import UTC, datetime

from demo_switch.causes import Q850
from demo_switch.channel import Channel

_EPOCHS = {
    "start": "Channel-Created", "answer": "Channel-Answered", "bridge": "Channel-Bridged",
    "resurrect": "Channel-Resurrect", "progress": "Channel-Progress",
    "progress_media": "Channel-Progress-Media", "end": "Channel-Hangup",
}  # fmt: skip


def report_variables(channel: Channel) -> None:
    """Set them, at CHANNEL_HANGUP_COMPLETE."""
    new = {"hangup_cause": channel.cause, "hangup_cause_q850": str(Q850.get(channel.cause, 0))}
    new["digits_dialed"] = channel.dialled or "none"
    at = {name: channel.times.at.get(key, 0) for name, key in _EPOCHS.items()}
    at["profile_start"] = channel.profile.created
    new |= {f"{name}_stamp": _stamp(micros) for name, micros in at.items() if micros}
    for name, micros in at.items():
        new |= {f"{name}_epoch": str(micros // 10**6), f"{name}_uepoch": str(micros)}
    for name in (
        "last_hold_epoch",
        "last_hold_uepoch",
        "hold_accum_seconds",
        "hold_accum_usec",
        "hold_accum_ms",
    ):
        new[name] = "0"
    if channel.executed and not channel.outbound:
        new["last_app"], new["last_arg"] = channel.executed
    p = channel.profile
    new["caller_id"] = (
        f'"{p.caller_id_name}" <{p.caller_id_number}>' if p.caller_id_name else p.caller_id_number
    )
    new |= _durations(at)
    for name, value in new.items():
        channel.variables.set(name, value)


def _stamp(micros: int) -> str:
    return datetime.fromtimestamp(micros // 10**6, UTC).strftime("%Y-%m-%d %H:%M:%S")


def _durations(at: dict[str, int]) -> dict[str, str]:
    """Seconds are differences of whole epoch seconds, as the switch takes them."""
    start, end = at["start"], at["end"]
    spans = {
        "duration": (start, end), "billsec": (at["answer"], end), "progresssec": (start, at["progress"]),
        "answersec": (start, at["answer"]), "waitsec": (start, at["bridge"]),
        "progress_mediasec": (start, at["progress_media"]), "flow_billsec": (start if at["answer"] else 0, end),
    }  # fmt: skip
    new = {}
    for name, (first, last) in spans.items():
        happened = bool(first and last)
        new[name] = str(last // 10**6 - first // 10**6 if happened else 0)
        for unit, micros in (("m", 1000), ("u", 1)):
            stem = name.removesuffix("sec")
            fine = f"{unit}duration" if name == "duration" else f"{stem}{unit}sec"
            new[fine] = str((last - first) // micros if happened else 0)
    return new
