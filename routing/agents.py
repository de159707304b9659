"""The derived state of an agent (catalogue 4.2): connectivity, intent and activity in, one state out."""

from __future__ import annotations

from typing import Literal

import msgspec

from routing.snapshot import AgentState

IntentKind = Literal["available", "auto", "busy", "dnd", "dnd_queues", "break", "away", "offline"]


class Intent(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody declared, who, when, until when (0: until changed), and why for a break."""

    kind: IntentKind = "auto"
    reason: str = ""
    source: str = ""
    since: float = 0.0
    until: float = 0.0


class Activity(msgspec.Struct, frozen=True, kw_only=True):
    """What his phones are doing now."""

    answered: int = 0
    ringing: int = 0
    wrap_up_until: float = 0.0


_BY_INTENT: dict[IntentKind, AgentState] = {
    "dnd": AgentState.DND,
    "dnd_queues": AgentState.DND_QUEUES,
    "break": AgentState.BREAK,
    "away": AgentState.AWAY,
    "busy": AgentState.BUSY,
}


_UNTIL_NEXT_CALL = ("available", "busy")


def intent_at(intent: Intent, now: float, call_ended: float = 0.0) -> IntentKind:
    """What is declared now: an intent that is over leaves his own working hours (A26). Available and busy last until
    the next conversation, whose end is `call_ended` (Unix seconds); the others until they are changed (D47)."""
    over = bool(intent.until) and now >= intent.until
    talked = intent.kind in _UNTIL_NEXT_CALL and intent.since < call_ended
    return "auto" if over or talked else intent.kind


def idle_clock(call_ended: float, activity: Activity, intent: Intent) -> float:
    """Since when he has been idle, the one definition of "longest idle" (C17): the last of the end of a call, the end
    of the work after it, and becoming available again."""
    available = intent.since if intent.kind in ("available", "auto") else 0.0
    return max(call_ended, activity.wrap_up_until, available)


def derive_state(
    *,
    reachable: bool,
    intent: Intent,
    activity: Activity,
    now: float,
    in_hours: bool = True,
    call_ended: float = 0.0,
) -> tuple[AgentState, str]:
    """The first of the ranks of 4.2 that holds, and its reason in one word. `call_ended`: his last conversation's end."""
    declared = intent_at(intent, now, call_ended)
    if activity.answered:
        return AgentState.ON_CALL, "on_call"
    if activity.ringing:
        return AgentState.RINGING, "offered"
    if now < activity.wrap_up_until:
        return AgentState.ACW, "wrap_up"
    if declared == "offline" or not reachable:
        return AgentState.OFFLINE, "declared" if declared == "offline" else "no_device"
    if declared in _BY_INTENT:
        return _BY_INTENT[declared], intent.reason or "declared"
    if declared == "auto" and not in_hours:
        return AgentState.OUT_OF_HOURS, "working_hours"
    return AgentState.AVAILABLE, "idle"
