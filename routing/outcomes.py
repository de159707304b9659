"""How legs and steps ended: the one table of hangup causes, and what a ring step comes to.

Causes are FreeSWITCH's names (switch_types.h); SIP's replies reach us as causes by sofia_glue.c: 486 and 600
USER_BUSY, 603, 401, 403 and 407 CALL_REJECTED, 480 NO_USER_RESPONSE, 404 UNALLOCATED_NUMBER.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from routing.legs import RungLeg, is_outside
from routing.route import LegOutcome, Outcome, OutcomeKind

_ACCOUNT = ("sip:401", "sip:403", "sip:407")
"""What a carrier says of our account with it, as the switch writes it in `proto_specific_hangup_cause`; whoever is called and
declines says 603 (RFC 3261 21.6.2)."""

MOVED = ("sip:300", "sip:301", "sip:302", "sip:305")
"""Whoever is called names another address (RFC 3261 21.3): nobody is sent there (`outbound_redirect_fatal`)."""
_HIDDEN: Mapping[str, tuple[str, ...]] = {"CALL_REJECTED": _ACCOUNT, "REQUESTED_CHAN_UNAVAIL": MOVED}
"""Causes behind which SIP's own status says more."""

_CAUSES: dict[str, LegOutcome] = {
    "SUCCESS": LegOutcome.ANSWERED,
    "NORMAL_CLEARING": LegOutcome.ANSWERED,
    "USER_BUSY": LegOutcome.BUSY,
    "CALL_REJECTED": LegOutcome.DECLINED,
    **dict.fromkeys(_ACCOUNT, LegOutcome.DECLINED),
    **dict.fromkeys(MOVED, LegOutcome.UNREACHABLE),
    "NO_ANSWER": LegOutcome.NO_ANSWER,
    "ALLOTTED_TIMEOUT": LegOutcome.NO_ANSWER,
    "PROGRESS_TIMEOUT": LegOutcome.NO_ANSWER,
    "NO_USER_RESPONSE": LegOutcome.NO_ANSWER,
    "RECOVERY_ON_TIMER_EXPIRE": LegOutcome.UNREACHABLE,
    "USER_NOT_REGISTERED": LegOutcome.UNREACHABLE,
    "SUBSCRIBER_ABSENT": LegOutcome.UNREACHABLE,
    "GATEWAY_DOWN": LegOutcome.UNREACHABLE,
    "INVALID_GATEWAY": LegOutcome.UNREACHABLE,
    "UNALLOCATED_NUMBER": LegOutcome.UNREACHABLE,
    "NO_ROUTE_DESTINATION": LegOutcome.UNREACHABLE,
    "DESTINATION_OUT_OF_ORDER": LegOutcome.UNREACHABLE,
    "NETWORK_OUT_OF_ORDER": LegOutcome.UNREACHABLE,
    "NORMAL_TEMPORARY_FAILURE": LegOutcome.FAILED,
    "INCOMPATIBLE_DESTINATION": LegOutcome.FAILED,
    "NUMBER_CHANGED": LegOutcome.UNREACHABLE,
    "ORIGINATOR_CANCEL": LegOutcome.CANCELLED,
    "LOSE_RACE": LegOutcome.LOST_RACE,
    "PICKED_OFF": LegOutcome.LOST_RACE,
}

# What a trunk says of itself, not of whoever was called: 500 and 503, 502, 504 and no answer to the INVITE, 405, and Q.850's
# causes of no channel and no route (Reason headers, RFC 3326). What it says of our account is told from a declined call by `told`.
_TRUNK = frozenset(
    {
        "NORMAL_TEMPORARY_FAILURE", "NETWORK_OUT_OF_ORDER", "RECOVERY_ON_TIMER_EXPIRE", "SERVICE_UNAVAILABLE",
        "NORMAL_CIRCUIT_CONGESTION", "SWITCH_CONGESTION", "REQUESTED_CHAN_UNAVAIL", "GATEWAY_DOWN", "INVALID_GATEWAY",
        "DESTINATION_OUT_OF_ORDER", "SERVICE_NOT_IMPLEMENTED", "FACILITY_REJECTED", "BEARERCAPABILITY_NOTAVAIL", *_ACCOUNT,
    }
)  # fmt: skip

# Of several legs of one person, and of several persons, the first of these that occurred speaks for all.
_LOUDEST = (
    LegOutcome.ANSWERED,
    LegOutcome.DECLINED,
    LegOutcome.BUSY,
    LegOutcome.NO_ANSWER,
    LegOutcome.FAILED,
    LegOutcome.CANCELLED,
    LegOutcome.LOST_RACE,
    LegOutcome.TRUNK_FAILED,
    LegOutcome.UNREACHABLE,
)
_STEP: dict[LegOutcome, OutcomeKind] = {
    LegOutcome.ANSWERED: OutcomeKind.ANSWERED,
    LegOutcome.NO_ANSWER: OutcomeKind.NO_ANSWER,
    LegOutcome.BUSY: OutcomeKind.BUSY,
    LegOutcome.DECLINED: OutcomeKind.DECLINED,
    LegOutcome.UNREACHABLE: OutcomeKind.UNREACHABLE,
    LegOutcome.CANCELLED: OutcomeKind.NO_ANSWER,
    LegOutcome.LOST_RACE: OutcomeKind.NO_ANSWER,
    LegOutcome.FAILED: OutcomeKind.FAILED,
}


def told(cause: str, protocol: str) -> str:
    """The cause of a leg that ended, by SIP's own status (`sip:403`) where that says more than the switch's name."""
    return protocol if protocol in _HIDDEN.get(cause, ()) else cause


def all_told(causes: Mapping[str, str], protocol: str) -> dict[str, str]:
    """The same of the legs of a step, by uuid, of which the caller's leg has but the last status (`last_bridge_…`): said of the
    one whose cause hides it; of two, nobody knows which."""
    hiding = [uuid for uuid, cause in causes.items() if protocol in _HIDDEN.get(cause, ())]
    return dict(causes) if len(hiding) != 1 else {**causes, hiding[0]: protocol}


def leg_outcome(cause: str, leg_id: str = "") -> LegOutcome:
    """What a hangup cause of a leg means; a cause nobody knows is FAILED, never "no answer". Of a leg to the outside in a step
    that is over: who hung up by himself had answered, and did not press the key that he was asked for (Z17); who is elsewhere
    does not answer here."""
    if is_outside(leg_id) and cause in _TRUNK:
        return LegOutcome.TRUNK_FAILED
    if is_outside(leg_id) and cause in ("NORMAL_CLEARING", *MOVED):
        return LegOutcome.NO_ANSWER
    return _CAUSES.get(cause, LegOutcome.FAILED)


def is_known(cause: str) -> bool:
    """False for a cause that should be logged by name."""
    return cause in _CAUSES or cause in _TRUNK


def ring_outcome(legs: Sequence[RungLeg], ended: Mapping[str, LegOutcome]) -> Outcome:
    """What a ring step came to. A leg that is not in `ended` was never created: unreachable, and one to the outside has no
    gateway that is up.

    BUSY only when everybody who could be reached is busy; anybody who merely did not answer makes it
    NO_ANSWER. A decline by the only person reached is DECLINED (A23)."""
    by_owner: dict[str, LegOutcome] = {}
    for leg in legs:
        how = ended.get(leg.id, _NEVER_CREATED[is_outside(leg.id)])
        by_owner[leg.owner] = min(by_owner.get(leg.owner, how), how, key=_LOUDEST.index)
    members = tuple((owner, how) for owner, how in by_owner.items() if how in _TELLING)
    return Outcome(_together(set(by_owner.values())), members=members)


_NEVER_CREATED = {False: LegOutcome.UNREACHABLE, True: LegOutcome.TRUNK_FAILED}
_TELLING = (
    LegOutcome.ANSWERED,
    LegOutcome.DECLINED,
    LegOutcome.BUSY,
    LegOutcome.NO_ANSWER,
    LegOutcome.UNREACHABLE,
    LegOutcome.FAILED,
    LegOutcome.TRUNK_FAILED,
)


def _together(hows: set[LegOutcome]) -> OutcomeKind:
    if LegOutcome.ANSWERED in hows:
        return OutcomeKind.ANSWERED
    reached = hows - {LegOutcome.UNREACHABLE, LegOutcome.TRUNK_FAILED}
    if not reached:
        return OutcomeKind.TRUNK_FAILED if LegOutcome.TRUNK_FAILED in hows else OutcomeKind.UNREACHABLE
    if len(reached) == 1:
        return _STEP[next(iter(reached))]
    return OutcomeKind.NO_ANSWER


def encode_outcome(outcome: Outcome) -> str:
    """The text of `relais_outcome`: `<kind>[.<owner><how>-…]` or `k.<keys>`."""
    detail = outcome.keys.replace("*", "s").replace("#", "p")
    detail = detail or "-".join(owner + how for owner, how in outcome.members)
    return f"{outcome.kind.value}.{detail}" if detail else outcome.kind.value


def decode_outcome(text: str) -> Outcome | None:
    """The outcome the controller wrote, None for anything else."""
    word, _, detail = text.partition(".")
    try:
        kind = OutcomeKind(word)
        if kind is OutcomeKind.KEYED:
            return Outcome(kind, keys=detail.replace("s", "*").replace("p", "#"))
        members = tuple((m[:-1], LegOutcome(m[-1:])) for m in detail.split("-")) if detail else ()
        return Outcome(kind, members=members)
    except ValueError:
        return None
