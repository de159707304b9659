"""The variables of the switch that this one knows. The real switch takes any name; here one that nobody knows is a misspelt
setting, which would silently not hold.

One that is obeyed here is named by the code that obeys it (a test looks). One of `ELSEWHERE` is right and has nothing to act on:
there is no SIP and no sound here, or nobody but the dialplan reads it. Ours are `demo_switch.contract`'s.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from demo_switch.contract import PREFIX, misuse

OBEYED = frozenset({
    "eavesdrop_whisper_aleg", "eavesdrop_whisper_bleg",
    "bridge_early_media", "bridge_pre_execute_aleg_app", "bridge_pre_execute_aleg_data", "call_timeout", "continue_on_fail",
    "effective_caller_id_name", "effective_caller_id_number", "export_vars", "force_transfer_context",
    "force_transfer_dialplan", "group_confirm_file", "group_confirm_key", "group_confirm_timeout", "hangup_after_bridge",
    "hold_music", "ignore_early_media", "intercept_unbridged_only", "import", "leg_timeout", "local_var_clobber", "max_forwards",
    "max_session_transfers",
    "originate_timeout", "origination_caller_id_name", "origination_caller_id_number", "origination_cancel_key",
    "origination_uuid", "park_after_bridge", "park_timeout", "playback_terminators", "playback_timeout_sec", "presence_id",
    "preserve_originated_vars", "ringback", "sip_authorized", "sip_from_uri", "skip_greeting", "sleep_eat_digits",
    "deny_refer_requests", "holding_uuid", "transfer_to",
    "transfer_after_bridge", "user_context", "voicemail_authorized", "voicemail_greeting_path",
})  # fmt: skip

ELSEWHERE = frozenset({
    "inline_destination",  # of an attended transfer to a call that talks to nobody: not imitated
    "attended_transfer_no_copy",  # of a dialplan that goes on with somebody else: not imitated
    "default_language",  # spoken by the phrases
    "emergency_caller_id_number",  # read by the fail-safe file
    "RECORD_STEREO", "transfer_ringback",  # sound
    "media_hold_timeout", "media_timeout",  # RTP
    "origination_audio_mode", "sip_auto_answer",  # the phone's
    "origination_privacy", "sip_cid_type", "sip_copy_custom_headers", "sip_ignore_remote_cause",  # SIP
})  # fmt: skip

KNOWN = OBEYED | ELSEWHERE
_OF_HEADERS = "sip_h_"
_NOT_ON_THIS_LEG = "nolocal:"
_NOT_TAKEN = "_invalid"
"""What `play_and_get_digits` puts behind the name it was given."""


def wrong(name: str, value: str, known: AbstractSet[str] = KNOWN) -> str:
    """Why this variable may not be set, or empty: ours by the contract, the switch's when it is none of `known`."""
    plain = name.removeprefix(_NOT_ON_THIS_LEG)
    if plain.startswith(PREFIX):
        return misuse(plain, value)
    if plain.startswith(_OF_HEADERS) or plain.removesuffix(_NOT_TAKEN) in known:
        return ""
    return f"{plain} is no variable that the switch is known to obey"
