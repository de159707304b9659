"""A call from one of our phones to somebody outside: whether it may leave, with which number, and what follows (OUTBOUND of
catalogue 3.3). Deny by default; emergency calls alone are never refused."""

from __future__ import annotations

import msgspec

from routing import outbound_rights as rights
from routing.capacity import capacity_of
from routing.decision import Decision
from routing.device_kinds import may_call_outside
from routing.guarded import guard, is_locked
from routing.number_lists import number_blocked
from routing.outbound_dialing import Dialled, is_emergency, read
from routing.outbound_numbers import Destination
from routing.outbound_rights import Presented
from routing.route import Outcome, OutcomeKind, Place
from routing.steps import Hangup, HangupWhy, Leg, PromptRef, Ring
from routing.trunks import emergency_way, stage_number, tried_at, way_out
from routing.turn import Turn

SECONDS = 120
"""How long an outside number rings for somebody who called it himself."""
_KIND = "o"


def enter(turn: Turn) -> Decision:
    """The number is called, or the call refused."""
    company, call = turn.company, turn.call
    if is_emergency(company, call.entry):
        return _emergency(turn)
    dialled = read(company, call.owner, call.entry)
    if dialled.to is None:
        turn.note("outside_invalid", dialled=call.entry)
        return _refuse(turn, "invalid", "refused_number")
    if is_locked(turn, call.owner):
        return _refuse(turn, "rejected", "refused_locked")
    if not _has_feature(turn):
        return _refuse(turn, "rejected", "refused_rights")
    shown = _presented(turn, dialled)
    if shown is None:
        return _refuse(turn, "rejected", "refused_rights")
    if not _may_reach(turn, shown, dialled.to):
        return _refuse(turn, "rejected", "refused_country")
    tried = _tried(turn, dialled.to.number)
    guarded = "" if tried else guard(turn, turn.call.owner)
    if guarded:
        return _refuse(turn, "rejected", f"refused_{guarded}")
    trunk = way_out(turn, dialled.to.number, tried=tried)
    if trunk is None:
        turn.note("no_trunk_left", outside=dialled.to.number)
        return _refuse(turn, "congestion", "refused_lines")
    return _with_capacity(turn, shown, dialled.to, trunk)


def after(turn: Turn, outcome: Outcome) -> Decision:
    """Nobody outside took it. What a trunk could not do another may, by the same rights as before; else the caller is told as
    the trunk told us, and is free to try again."""
    place = turn.history[-1].place
    if _another_may(turn, outcome):
        tried = tried_at(turn, place)
        turn.note("trunk_failed", outside=turn.call.entry, trunk=tried[-1] if tried else "")
        return enter(turn)
    turn.note("outside_over", outcome=outcome.kind.name.lower())
    why = _ENDINGS.get(outcome.kind, "congestion")
    return turn.decide(Place(_KIND, place.id, "over", "z0"), Hangup(why=why))


def _another_may(turn: Turn, outcome: Outcome) -> bool:
    """Never after the callee's own answer. Nobody at an emergency number declines: there a trunk did."""
    if is_emergency(turn.company, turn.call.entry):
        return outcome.kind not in (OutcomeKind.BUSY, OutcomeKind.NO_ANSWER)
    return outcome.kind is OutcomeKind.TRUNK_FAILED


_ENDINGS: dict[OutcomeKind, HangupWhy] = {
    OutcomeKind.BUSY: "busy",
    OutcomeKind.DECLINED: "rejected",
    OutcomeKind.NO_ANSWER: "unavailable",
}


def _emergency(turn: Turn) -> Decision:
    """Whoever calls, whatever he may do otherwise, and however many lines are in use (OUTBOUND 1)."""
    number = turn.call.entry
    shown = rights.emergency_number(turn.company, turn.call.owner)
    turn.note("emergency_call", dialled=number, shown=shown)
    turn.rule = "emergency"
    trunk = emergency_way(turn, tried=_tried(turn, number))
    if trunk is None:
        turn.note("no_trunk_left", outside=number)
        return _refuse(turn, "congestion", "refused_lines")
    return _ring(turn, number, shown, trunk, Ring(legs=(), seconds=SECONDS))


# --- who, and with which number --------------------------------------------------------------------------


def _has_feature(turn: Turn) -> bool:
    owner, document = turn.call.owner, turn.document
    user = document.users.get(owner)
    if user is not None and not (user.licensed and document.account.call_handling_plan):
        turn.note("outbound_unlicensed", user=owner)
        return False
    device = user.devices.get(turn.call.device) if user is not None else None
    if device is not None and not may_call_outside(device):
        turn.note("device_inside_only", user=owner, device=turn.call.device)
        return False
    if not rights.has_feature(turn.company, owner):
        turn.note("no_outbound_profile", user=owner)
        return False
    return True


def _presented(turn: Turn, dialled: Dialled) -> Presented | None:
    """The number that is shown, with a reason where there is none (OUTBOUND 3 and 4)."""
    company, owner = turn.company, turn.call.owner
    chosen = ""
    if dialled.choice:
        meant = rights.numbers_ending(company, dialled.choice)
        if len(meant) != 1:
            turn.note("number_choice_unknown", dialled=dialled.choice, count=str(len(meant)))
            return None
        chosen = meant[0]
    if chosen and not rights.may_show(company, owner, chosen):
        turn.note("number_not_accessible", user=owner, number=chosen)
        return None
    shown = rights.presented(company, owner, chosen)
    if shown is None:
        turn.note("no_outbound_profile", user=owner)
        return None
    for key in (chosen, shown.number):
        if key and not rights.can_call(company, key):
            turn.note("number_not_outbound", number=key)
            return None
    return shown


# --- where to ----------------------------------------------------------------------------------------------


def _may_reach(turn: Turn, shown: Presented, to: Destination) -> bool:
    """The lists of numbers, the countries and the kinds of calls of the profile that is used (OUTBOUND 5, D31, D33)."""
    owner, profile = turn.call.owner, turn.document.outbound_profiles[shown.profile]
    listed = number_blocked(turn.company, owner, to.number, shown.profile)
    if listed is not None:
        turn.reasons.append(listed)
        return False
    if to.kind not in profile.classes:
        turn.note("class_not_allowed", user=owner, outside=to.number, number_class=to.kind)
        return False
    if to.kind != "satellite" and to.country not in profile.countries:
        turn.note("country_not_allowed", user=owner, outside=to.number, country=to.country)
        return False
    if turn.call.entry_kind == "transfer" and not profile.transfer_to_external:
        turn.note("transfer_not_allowed", user=owner, profile=shown.profile)
        return False
    return True


# --- how much ------------------------------------------------------------------------------------------------


def _with_capacity(turn: Turn, shown: Presented, to: Destination, trunk: str) -> Decision:
    """One unit of a capacity profile for as long as the call lasts (OUTBOUND 6, D17 to D21). Who transfers a call away
    has left it. Unknown presence blocks nobody (design 3.5)."""
    owner = turn.call.owner
    asked = rights.capacity_used(turn.company, owner, shown.profile)
    unit = next((key for key in asked if _has_room(turn, key)), "")
    if asked and not unit and turn.call.forced:
        unit = asked[0]
        used, limit = _used(turn, unit)
        turn.note("capacity_forced", user=owner, capacity=unit, used=str(used), limit=str(limit))
    if asked and not unit and turn.call.entry_kind != "transfer":
        _note_exhausted(turn, asked[0])
        return _refuse(turn, "rejected", "refused_capacity")
    number = turn.document.numbers[shown.number].number
    turn.note("calls_out", user=owner, number=shown.number, profile=shown.profile)
    turn.rule = shown.profile
    uses = "" if turn.call.entry_kind == "transfer" else unit
    profile = turn.document.outbound_profiles[shown.profile]
    recording = profile.recording_channels if profile.recording == "automatic" else ""
    ring = Ring(legs=(), seconds=SECONDS, uses=uses, caller_music=profile.hold_music, recording=recording)
    if not profile.transfer_to_external:
        turn.note("kept_apart", user=owner, profile=shown.profile)
    return _ring(turn, to.number, number, trunk, ring, apart=not profile.transfer_to_external)


def _has_room(turn: Turn, capacity: str) -> bool:
    used, limit = _used(turn, capacity)
    return used < limit


def _used(turn: Turn, capacity: str) -> tuple[int, int]:
    owner = turn.call.owner
    agent, limit = turn.agent(owner), capacity_of(turn.document, turn.document.users[owner])[capacity].limit
    units = agent.units.get(capacity) if agent is not None else None
    return (units.used if units is not None else 0), limit


def _note_exhausted(turn: Turn, capacity: str) -> None:
    used, limit = _used(turn, capacity)
    turn.note(
        "daily_capacity_exhausted" if _lasts_all_day(turn, capacity) else "capacity_exceeded",
        user=turn.call.owner, capacity=capacity, used=str(used), limit=str(limit),
    )  # fmt: skip


def _lasts_all_day(turn: Turn, capacity: str) -> bool:
    return turn.document.capacity_profiles[capacity].reset == "end_of_day"


# --- steps ---------------------------------------------------------------------------------------------------


def _ring(turn: Turn, number: str, shown: str, trunk: str, ring: Ring, *, apart: bool = False) -> Decision:
    leg = Leg(
        id=f"x{number.lstrip('+')}", owner=turn.call.owner or "0", seconds=ring.seconds, number=number, caller_id=shown,
        rule=turn.rule, trunk=trunk, apart=apart,
    )  # fmt: skip
    place = _place(number, stage_number(turn.company, trunk))
    return turn.decide(place, msgspec.structs.replace(ring, legs=(leg,), early_media=True))


def _place(number: str, trunk: int) -> Place:
    return Place(_KIND, number.lstrip("+"), "r", f"r0x{trunk}")


def _tried(turn: Turn, number: str) -> tuple[str, ...]:
    return tried_at(turn, _place(number, 0))


def _refuse(turn: Turn, why: HangupWhy, said: str) -> Decision:
    """With a built-in prompt; the call is not answered for it, so it costs nothing."""
    prompts = tuple(PromptRef(said, language=language) for language in _languages(turn))
    return turn.decide(Place(_KIND, "0", "refused", "z0"), Hangup(why=why, prompts=prompts))


def _languages(turn: Turn) -> tuple[str, ...]:
    """His own, else the company's first."""
    user = turn.document.users.get(turn.call.owner)
    if user is not None and user.language is not None:
        return (user.language,)
    return turn.document.account.languages[:1]
