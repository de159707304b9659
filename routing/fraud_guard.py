"""The fraud guard: how many outside calls a user and a company may make, and what is so unusual that their outside calls are
held until somebody looks (issue 5, part 6). Pure; emergency calls never come here.

Whoever reaches a limit of a minute or a day is refused until it is over. Whoever reaches a threshold (calls in an hour, dear
calls, countries, calls in quiet hours) is held from his next call on: an alarm, lifted by an administrator alone. What is counted
is a call that leaves, whoever sends it there: somebody's phone, a program for him, his forwards and transfers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Literal

import msgspec

from routing.company import FraudGuard
from routing.compiled import Company
from routing.decision import Decision
from routing.outbound_numbers import destination, home_of
from routing.outbound_rights import presented
from routing.outside_calls import COMPANY, Hold, HoldWhy, OutsideCalls
from routing.steps import Leg, Ring

_DEAR = ("international", "premium", "satellite")


class Charge(msgspec.Struct, frozen=True):
    """One call that leaves: for whom (`COMPANY`: the company's own choice), to which country, whether it is dear, and
    whether he dialled it: forwards at night are what forwards are for."""

    owner: str
    country: str
    dear: bool
    dialled: bool


def guard_of(company: Company, owner: str) -> FraudGuard:
    """The limits of a user, those of the profile of his calls (with a personal number the default one, D40) before the
    company's; for `COMPANY` those of all together."""
    account = company.document.account
    if owner == COMPANY:
        return account.company_guard
    own = presented(company, owner)
    profile = company.document.outbound_profiles[own.profile] if own is not None else None
    return (profile.fraud_guard if profile is not None else None) or account.fraud_guard


def local_of(company: Company, owner: str, now: datetime) -> datetime:
    """Now, where he is."""
    user = company.document.users.get(owner)
    return now.astimezone(company.user_zone(user) if user is not None else company.zone())


def at(calls: OutsideCalls, local: datetime) -> OutsideCalls:
    """What still counts at an instant of his zone: windows that are over are empty."""
    second = int(local.timestamp())
    minute, hour, day = second // 60, second // 3600, local.date().isoformat()
    if calls.day != day:
        calls = OutsideCalls(held=calls.held, day=day)
    return msgspec.structs.replace(
        calls, minute=minute, in_minute=calls.in_minute if calls.minute == minute else 0,
        hour=hour, in_hour=calls.in_hour if calls.hour == hour else 0,
    )  # fmt: skip


class Exceeded(msgspec.Struct, frozen=True):
    """A limit of a minute or a day that is reached."""

    window: Literal["minute", "day"]
    used: int
    limit: int


def refusal(calls: OutsideCalls, guard: FraudGuard) -> Hold | Exceeded | None:
    """Why no further call may leave now; `calls` are those that still count."""
    if calls.held is not None:
        return calls.held
    if 0 < guard.calls_per_minute <= calls.in_minute:
        return Exceeded("minute", calls.in_minute, guard.calls_per_minute)
    if 0 < guard.calls_per_day <= calls.in_day:
        return Exceeded("day", calls.in_day, guard.calls_per_day)
    return None


def counted(calls: OutsideCalls, charge: Charge, guard: FraudGuard, local: datetime) -> OutsideCalls:
    """With one call more; held when a threshold is reached by it."""
    now = at(calls, local)
    countries = now.countries if charge.country in now.countries else (*now.countries, charge.country)
    more = msgspec.structs.replace(
        now, in_minute=now.in_minute + 1, in_hour=now.in_hour + 1, in_day=now.in_day + 1,
        dear=now.dear + charge.dear, quiet=now.quiet + (charge.dialled and _is_quiet(guard, local)), countries=countries,
    )  # fmt: skip
    reached = next(_reached(more, guard), None)
    if reached is None or now.held is not None:
        return more
    why, number = reached
    return msgspec.structs.replace(more, held=Hold(why, local.timestamp(), number))


def _is_quiet(guard: FraudGuard, local: datetime) -> bool:
    begins, ends = guard.quiet_from, guard.quiet_until
    if begins <= ends:
        return begins <= local.hour < ends
    return local.hour >= begins or local.hour < ends


def _reached(calls: OutsideCalls, guard: FraudGuard) -> Iterator[tuple[HoldWhy, int]]:
    thresholds: tuple[tuple[HoldWhy, int, int], ...] = (
        ("unusual_volume", calls.in_hour, guard.hold_at_calls_per_hour),
        ("unusual_cost", calls.dear, guard.hold_at_dear_calls),
        ("unusual_destinations", len(calls.countries), guard.hold_at_countries),
        ("unusual_hours", calls.quiet, guard.hold_at_quiet_calls),
    )
    for why, number, threshold in thresholds:
        if 0 < threshold <= number:
            yield why, number


# --- of a decision -------------------------------------------------------------------------------------


def charges_of(company: Company, decision: Decision) -> tuple[Charge, ...]:
    """The calls that a decision lets leave, emergency calls left out. Another way for the same call is no call more."""
    step, dialled = decision.step, decision.place.kind == "o"
    if not isinstance(step, Ring) or decision.calls_for_help:
        return ()
    again = {reason.facts["outside"] for reason in decision.reasons if reason.code == "trunk_failed"}
    legs = [leg for leg in step.legs if leg.number and leg.number not in again and not (dialled and again)]
    return tuple(_charge(company, leg, dialled=dialled) for leg in legs)


def _charge(company: Company, leg: Leg, *, dialled: bool) -> Charge:
    owner = leg.owner if leg.owner in company.document.users else COMPANY
    to = destination(leg.number, home_of(company, owner))
    return Charge(owner, to.country if to is not None else "", to is not None and to.kind in _DEAR, dialled)


def all_counted(
    company: Company, calls: Mapping[str, OutsideCalls], charges: tuple[Charge, ...], now: datetime
) -> dict[str, OutsideCalls]:
    """Whoever the charges are of, and the company, with these calls more."""
    after: dict[str, OutsideCalls] = {}
    for charge in charges:
        for name in dict.fromkeys((charge.owner, COMPANY)):
            before = after.get(name) or calls.get(name) or OutsideCalls()
            local = local_of(company, name, now)
            after[name] = counted(before, charge, guard_of(company, name), local)
    return after
