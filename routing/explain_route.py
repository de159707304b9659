"""A whole route in words: at each step what happens, why, and who and what was passed over. Why somebody or something
was passed over is said once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from routing.company import Language
from routing.compiled import Company
from routing.decision import Decision
from routing.explain import reason_sentence, step_said
from routing.reasons import Reason, ReasonCode

_STANDING: frozenset[ReasonCode] = frozenset({
    "member_passed_over", "members_in_turn", "device_unreachable", "device_disabled", "class_off", "device_never_rung",
    "device_not_in_plan", "outside_disabled", "outside_not_in_plan",
    "rule_passed_over", "exception_outranked",
})  # fmt: skip
"""Reasons that hold for the whole call."""


class ToldStep(msgspec.Struct, frozen=True):
    """One step: seconds since the call began, what happens, and the reasons."""

    at: float
    step: str
    reasons: tuple[str, ...]


def explain_route(
    company: Company, decided: Iterable[tuple[float, Decision]], language: Language
) -> tuple[ToldStep, ...]:
    """`decided`: when each step began, and its decision."""
    known: set[tuple[str, ...]] = set()
    told = []
    for at, decision in decided:
        fresh = [reason for reason in decision.reasons if _key(reason) not in known]
        known |= {_key(reason) for reason in decision.reasons if reason.code in _STANDING}
        told.append(
            ToldStep(at, step_said(company, decision, language), _sentences(company, fresh, language))
        )
    return tuple(told)


def _sentences(company: Company, reasons: Sequence[Reason], language: Language) -> tuple[str, ...]:
    return tuple(reason_sentence(company, reason, language) for reason in reasons)


def _key(reason: Reason) -> tuple[str, ...]:
    return (reason.code, *(value for _, value in sorted(reason.facts.items())))
