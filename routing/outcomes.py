"""How legs and steps ended: the one table of hangup causes, and what a ring step comes to.

Causes are FreeSWITCH's names (switch_types.h); SIP's replies reach us as causes by sofia_glue.c: 486 and 600
USER_BUSY, 603 CALL_REJECTED, 480 NO_USER_RESPONSE, 404 UNALLOCATED_NUMBER.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from routing.legs import RungLeg
from routing.route import LegOutcome, Outcome, OutcomeKind

_CAUSES: dict[str, LegOutcome] = {
    "SUCCESS": LegOutcome.ANSWERED,
    "NORMAL_CLEARING": LegOutcome.ANSWERED,
    "USER_BUSY": LegOutcome.BUSY,
    "CALL_REJECTED": LegOutcome.DECLINED,
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

# Of several legs of one person, and of several persons, the first of these that occurred speaks for all.
_LOUDEST = (
    LegOutcome.ANSWERED,
    LegOutcome.DECLINED,
    LegOutcome.BUSY,
    LegOutcome.NO_ANSWER,
    LegOutcome.FAILED,
    LegOutcome.CANCELLED,
    LegOutcome.LOST_RACE,
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


def leg_outcome(cause: str) -> LegOutcome:
    """What a hangup cause means; a cause nobody knows is FAILED, never "no answer"."""
    return _CAUSES.get(cause, LegOutcome.FAILED)


def is_known(cause: str) -> bool:
    """False for a cause that should be logged by name."""
    return cause in _CAUSES


def ring_outcome(legs: Sequence[RungLeg], ended: Mapping[str, LegOutcome]) -> Outcome:
    """What a ring step came to. A leg that is not in `ended` was never created: unreachable.

    BUSY only when everybody who could be reached is busy; anybody who merely did not answer makes it
    NO_ANSWER. A decline by the only person reached is DECLINED (A23)."""
    by_owner: dict[str, LegOutcome] = {}
    for leg in legs:
        how = ended.get(leg.id, LegOutcome.UNREACHABLE)
        by_owner[leg.owner] = min(by_owner.get(leg.owner, how), how, key=_LOUDEST.index)
    members = tuple((owner, how) for owner, how in by_owner.items() if how in _TELLING)
    return Outcome(_together(set(by_owner.values())), members=members)


_TELLING = (
    LegOutcome.ANSWERED,
    LegOutcome.DECLINED,
    LegOutcome.BUSY,
    LegOutcome.NO_ANSWER,
    LegOutcome.UNREACHABLE,
    LegOutcome.FAILED,
)


def _together(hows: set[LegOutcome]) -> OutcomeKind:
    if LegOutcome.ANSWERED in hows:
        return OutcomeKind.ANSWERED
    reached = hows - {LegOutcome.UNREACHABLE}
    if not reached:
        return OutcomeKind.UNREACHABLE
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
