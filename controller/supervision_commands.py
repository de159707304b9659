"""What a supervisor's actions are as commands of the switch (mod_dptools' eavesdrop, mod_commands). Pure."""

from __future__ import annotations

from collections.abc import Mapping

from routing.compiled import Company
from routing.supervision import Mode, Monitor
from schemas import dial_strings

_KEYS: Mapping[Mode, str] = {"listen": "0", "whisper": "2", "barge": "3"}
"""What `eavesdrop` reads on the supervisor's leg (switch_ivr_async.c)."""
OTHER_SIDE_ALONE = "1"
"""The key with which `eavesdrop` lets the agent's customer alone hear him."""
_BEGINS: Mapping[Mode, tuple[str, ...]] = {
    "listen": (),
    "whisper": ("eavesdrop_whisper_bleg",),
    "barge": ("eavesdrop_whisper_aleg", "eavesdrop_whisper_bleg"),
}
_TONE = "tone_stream://%(250,19750,1400);loops=-1"


def originate(
    company: Company, call: str, monitor: Monitor, legs: Mapping[str, tuple[str, str]], name: str, seconds: int
) -> str:  # fmt: skip
    """Ring the supervisor's phones (`legs`: device and contact by uuid), then eavesdrop on the agent's leg, or wait to be
    bridged. The leg has a call id of its own: it is no step of the call that it listens to."""
    domain, own = company.document.account.domain, next(iter(legs))
    common = dial_strings.leg_pairs({
        "originate_timeout": str(seconds), "ignore_early_media": "true", "relais_company": company.id,
        "relais_owner": monitor.supervisor, "relais_call": own, "relais_supervises": call,
        "presence_id": f"{monitor.supervisor}@{domain}", "force_transfer_context": "relais-transfer",
        "origination_caller_id_number": monitor.agent, "hangup_after_bridge": "true",
        "park_timeout": "10" if monitor.mode == "take_over" else "",
        **dict.fromkeys(_BEGINS.get(monitor.mode, ()), "true"),
    })  # fmt: skip
    shown = dial_strings.name_pair("origination_caller_id_name", name)
    phones = ",".join(f"[{_own(leg, device)}]{contact}" for leg, (device, contact) in legs.items())
    then = "park()" if monitor.mode == "take_over" else f"eavesdrop({monitor.leg})"
    return f"originate {{{common},{shown}}}{phones} &{then}"


def _own(leg: str, device: str) -> str:
    return dial_strings.leg_pairs({"origination_uuid": leg, "relais_device": device, "relais_leg": device})


def switched(own: str, mode: Mode) -> str:
    """As if he had pressed the key on his phone."""
    return f"uuid_recv_dtmf {own} {_KEYS[mode]}"


def mode_of_key(key: str) -> Mode | None:
    """How he is heard after he pressed it."""
    return next((mode for mode, each in _KEYS.items() if each == key), None)


def taken_over(monitor: Monitor, other: str, *, rung: bool, user: str) -> list[str]:
    """The other side of the agent's conversation goes to the supervisor, and ends with him. Each side carries whose rights the
    other's transfers have (decision 0019): the supervisor's on one that leads a call, or that was `rung`; that of the other
    side's `user`, empty for somebody outside, on the supervisor's."""
    mine = "relais_peer" if rung else "relais_owner"
    return [
        f"uuid_setvar {other} {mine} {monitor.supervisor}",
        f"uuid_setvar {monitor.own} relais_peer {user}".rstrip(),
        f"uuid_setvar {other} hangup_after_bridge true",
        f"uuid_bridge {other} {monitor.own}",
    ]


def ended(leg: str, prompt: str) -> str:
    """Both sides hear the prompt, and are hung up. With a separator that tones have not."""
    return f"uuid_transfer {leg} -both m:~:playback:{prompt}~hangup:NORMAL_CLEARING inline"


def told(leg: str, notice: str, *, tone: bool) -> list[str]:
    """What the agent hears beside the conversation, mixed into it: nobody else does."""
    found = [f"uuid_displace {leg} start {notice} 0 mux"] if notice else []
    return [*found, f"uuid_displace {leg} start {_TONE} 0 mux"] if tone else found


def told_no_more(leg: str) -> str:
    """The tone ends."""
    return f"uuid_displace {leg} stop {_TONE}"
