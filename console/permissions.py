"""What each role may do. A route names what it needs; nothing else decides."""

from __future__ import annotations

from enum import StrEnum

from store.accounts import Role


class Permission(StrEnum):
    """One thing that somebody may or may not do."""

    SEE_LIVE = "see_live"
    SEE_RECORDS = "see_records"
    READ_COMPANY = "read_company"
    CHANGE_COMPANY = "change_company"
    MANAGE_TOKENS = "manage_tokens"
    SET_INTENT = "set_intent"
    PLACE_CALLS = "place_calls"
    PAUSE_RECORDINGS = "pause_recordings"
    HEAR_RECORDINGS = "hear_recordings"
    LIFT_HOLDS = "lift_holds"
    SUPERVISE = "supervise"


_OF_ROLE: dict[Role, frozenset[Permission]] = {
    "admin": frozenset(Permission),
    "supervisor": frozenset(
        {
            Permission.SEE_LIVE,
            Permission.SEE_RECORDS,
            Permission.SET_INTENT,
            Permission.PLACE_CALLS,
            Permission.SUPERVISE,
            Permission.PAUSE_RECORDINGS,
        }
    ),
    "agent": frozenset({Permission.SET_INTENT}),
}


def may(role: Role, permission: Permission) -> bool:
    """True when the role includes it."""
    return permission in _OF_ROLE[role]
