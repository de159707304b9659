"""Every reason a decision can give: its code, and the facts that come with it. Sentences are in `routing.reason_sentences`.

To add one: its code in `ReasonCode`, its facts in `FACTS`, its sentence in `reason_sentences`; a test compares them with the
code that gives it.

Facts are text. `target` is `<kind>.<id>` as in a place, `user` an extension, `device` a device's id, `number`, `queue` and `trunk`
ids, `outside` and `caller` E.164 numbers, `time` the instant in the object's own zone (ISO 8601, with offset),
`because`, `state` and `outcome` words of the lists here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

ReasonCode = Literal[
    # guards
    "call_over", "caller_blocked", "loop", "number_not_in_service", "number_without_handling", "extension_unknown",
    "user_unlicensed",
    # calls that leave
    "emergency_call", "calls_out", "outside_over", "outside_invalid", "outbound_locked", "outbound_unlicensed", "no_outbound_profile",
    "device_inside_only",
    "number_choice_unknown", "number_not_accessible", "number_not_outbound", "class_not_allowed", "number_blocked",
    "transfer_not_allowed", "kept_apart",
    "capacity_exceeded", "daily_capacity_exhausted", "capacity_forced",
    "calls_per_minute", "calls_per_day", "company_calls_per_minute", "company_calls_per_day", "outbound_held",
    "company_held",
    # star codes
    "transfer_returns", "star_code", "not_declared", "dnd_not_yours", "forward_set", "forward_lifted", "busy_forward_set",
    "busy_forward_lifted", "unanswered_forward_set", "unanswered_forward_lifted", "forward_to_oneself",
    "forward_refused", "forward_not_saved", "pick_up_not_allowed", "nothing_to_take", "taken", "park_refused",
    "night_closed", "night_lifted", "night_unknown", "night_refused", "night_not_saved",
    "parked", "park_over", "recording_paused", "recording_resumed", "recording_not_changed",
    # the branch of a number
    "number_open", "number_closed", "number_forced_open", "number_forced_closed", "exception_in_force",
    "exception_outranked", "rule_matched", "rule_passed_over",
    # the branch of a user
    "user_open", "user_closed", "forwarded", "forward_suspended", "do_not_disturb", "user_offline", "user_signed_off",
    "user_busy",
    # a user's phones
    "rings", "dials", "dials_outside", "nothing_rings", "no_device", "device_unreachable", "device_disabled", "class_off",
    "device_never_rung", "device_not_in_plan", "outside_disabled", "outside_not_in_plan",
    "phones_left_out", "caller_asked", "caller_agreed", "caller_did_not_agree", "declined",
    "phone_busy", "group_over",
    # his state
    "capacity_blocks", "user_on_break", "mailbox_kept", "no_box",
    # members
    "member_passed_over", "members_in_turn", "waiting_for_member", "wait_over", "nobody_eligible", "members_exhausted", "offer_over",
    "queue_out_of_hours", "queue_open", "queue_full", "queue_welcomes", "queue_announces", "queue_tells_wait",
    "queue_too_slow", "queue_closes", "call_back_kept", "no_call_back",
    "queue_dispatched",
    "line_reached", "step_time_over", "presence_unknown",
    # what the caller dialled
    "pressed_0", "digit_pressed", "extension_dialled", "extension_invalid", "nothing_dialled", "greeting_again",
    "menu_over", "menu_silent",
    "no_operator", "to_operator", "to_outside", "trunk_full", "trunk_busy", "trunk_down", "trunk_failed", "no_trunk_left",
    "country_not_allowed",
    # going on
    "extension_reached", "step_over", "steps_exhausted",
    # the dialplan server's
    "resumed", "restarted", "revision_gone",
]  # fmt: skip

MemberBecause = Literal[
    "unlicensed", "outbound_only", "declined", "just_declined", "opted_out",
    "on_call", "ringing", "acw", "blocked", "offline", "dnd", "dnd_queues",
    "break", "out_of_hours", "away", "busy", "unreachable", "kept_for_another",
]  # fmt: skip
"""Why a member is not offered a call: he may not have it, has refused it, is in the middle of something, is not there."""

RuleBecause = Literal["disabled", "state", "called", "caller", "hours", "dates", "exception"]
"""Why a rule was passed over: switched off, open or closed, the number called, the caller, its hours, its dates,
an exceptional period that precedes it."""

FACTS: Mapping[ReasonCode, tuple[str, ...]] = {
    "call_over": (),
    "caller_blocked": ("caller",),
    "loop": ("target", "hops"),
    "number_not_in_service": ("number",),
    "number_without_handling": ("number",),
    "extension_unknown": ("dialled",),
    "user_unlicensed": ("user",),
    "emergency_call": ("dialled", "shown"),
    "transfer_returns": ("user",),
    "star_code": ("dialled",),
    "not_declared": ("dialled",),
    "dnd_not_yours": ("user", "extension"),
    "forward_set": ("user", "dialled"),
    "forward_lifted": ("user",),
    "busy_forward_set": ("user", "dialled"),
    "busy_forward_lifted": ("user",),
    "unanswered_forward_set": ("user", "dialled"),
    "unanswered_forward_lifted": ("user",),
    "forward_to_oneself": ("user",),
    "forward_refused": ("user", "refused"),
    "forward_not_saved": ("user", "unsaved"),
    "night_closed": ("user", "number"),
    "night_lifted": ("user", "number"),
    "night_unknown": ("dialled",),
    "night_refused": ("user", "number", "refused"),
    "night_not_saved": ("user", "number", "unsaved"),
    "pick_up_not_allowed": ("user", "extension"),
    "nothing_to_take": (),
    "taken": ("caller",),
    "park_refused": ("extension",),
    "parked": ("extension", "seconds"),
    "park_over": ("user",),
    "recording_paused": ("user",),
    "recording_resumed": ("user",),
    "recording_not_changed": ("user", "unpaused"),
    "capacity_forced": ("user", "capacity", "used", "limit"),
    "calls_out": ("user", "number", "profile"),
    "outside_over": ("outcome",),
    "outside_invalid": ("dialled",),
    "outbound_locked": ("user", "level", "holder"),
    "outbound_unlicensed": ("user",),
    "device_inside_only": ("user", "device"),
    "no_outbound_profile": ("user",),
    "number_choice_unknown": ("dialled", "count"),
    "number_not_accessible": ("user", "number"),
    "number_not_outbound": ("number",),
    "class_not_allowed": ("user", "outside", "number_class"),
    "number_blocked": ("user", "outside", "listed", "level", "holder"),
    "transfer_not_allowed": ("user", "profile"),
    "kept_apart": ("user", "profile"),
    "capacity_exceeded": ("user", "capacity", "used", "limit"),
    "daily_capacity_exhausted": ("user", "capacity", "used", "limit"),
    "calls_per_minute": ("user", "used", "limit"),
    "calls_per_day": ("user", "used", "limit"),
    "company_calls_per_minute": ("used", "limit"),
    "company_calls_per_day": ("used", "limit"),
    "outbound_held": ("user", "unusual", "reached", "time"),
    "company_held": ("unusual", "reached", "time"),
    "number_open": ("number", "time"),
    "number_closed": ("number", "time"),
    "number_forced_open": ("number",),
    "number_forced_closed": ("number",),
    "exception_in_force": ("target", "period", "time"),
    "exception_outranked": ("target", "period", "by"),
    "rule_matched": ("target", "rule"),
    "rule_passed_over": ("target", "rule", "because"),
    "user_open": ("user", "time"),
    "user_closed": ("user", "time"),
    "forwarded": ("user",),
    "forward_suspended": ("user",),
    "do_not_disturb": ("user",),
    "user_offline": ("user",),
    "user_signed_off": ("user",),
    "user_busy": ("user",),
    "rings": ("user", "device", "seconds"),
    "dials": ("user", "outside", "seconds"),
    "dials_outside": ("outside", "seconds"),
    "nothing_rings": ("user",),
    "no_device": ("user",),
    "device_unreachable": ("user", "device"),
    "device_disabled": ("user", "device"),
    "class_off": ("user", "device", "ring_class"),
    "device_never_rung": ("user", "device"),
    "device_not_in_plan": ("user", "device"),
    "outside_disabled": ("user", "outside"),
    "outside_not_in_plan": ("user", "outside"),
    "phones_left_out": ("count",),
    "caller_asked": ("user",),
    "caller_agreed": ("user",),
    "caller_did_not_agree": ("user",),
    "declined": ("user",),
    "phone_busy": ("user",),
    "group_over": ("user", "outcome"),
    "capacity_blocks": ("user",),
    "user_on_break": ("user",),
    "mailbox_kept": ("user",),
    "no_box": ("box",),
    "step_time_over": ("target",),
    "presence_unknown": ("target",),
    "trunk_full": ("outside", "used", "channels"),
    "trunk_busy": ("outside", "trunk", "used", "channels"),
    "trunk_down": ("outside", "trunk"),
    "trunk_failed": ("outside", "trunk"),
    "no_trunk_left": ("outside",),
    "country_not_allowed": ("user", "outside", "country"),
    "member_passed_over": ("member", "because"),
    "members_in_turn": ("target", "strategy"),
    "waiting_for_member": ("target",),
    "wait_over": ("target",),
    "nobody_eligible": ("target",),
    "members_exhausted": ("target",),
    "offer_over": ("target", "outcome"),
    "queue_out_of_hours": ("queue", "time"),
    "queue_open": ("queue", "time"),
    "queue_full": ("queue", "waiting", "most"),
    "queue_welcomes": ("queue",),
    "queue_announces": ("queue", "position"),
    "queue_tells_wait": ("queue", "minutes"),
    "queue_too_slow": ("queue", "seconds", "most"),
    "queue_closes": ("queue",),
    "call_back_kept": ("queue", "caller", "since"),
    "no_call_back": ("caller",),
    "queue_dispatched": ("queue",),
    "line_reached": ("line",),
    "pressed_0": (),
    "digit_pressed": ("keys",),
    "extension_dialled": ("extension",),
    "extension_invalid": ("dialled",),
    "nothing_dialled": (),
    "greeting_again": (),
    "menu_over": ("keys", "box"),
    "menu_silent": ("box",),
    "no_operator": (),
    "to_operator": (),
    "to_outside": ("outside",),
    "extension_reached": ("extension",),
    "step_over": ("target", "outcome"),
    "steps_exhausted": ("target",),
    "resumed": (),
    "restarted": (),
    "revision_gone": (),
}


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why something was chosen or passed over: an enumerated code with its facts, never prose.
    `routing.explain` turns it into a sentence, the same everywhere."""

    code: ReasonCode
    facts: Mapping[str, str] = {}
