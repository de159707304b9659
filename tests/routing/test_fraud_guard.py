"""The fraud guard: what is counted, what is refused until a minute or a day is over, what is held until somebody looks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from routing.call import Call
from routing.company import CompanyGuard, FraudGuard
from routing.compiled import Company
from routing.decision import Decision
from routing.engine import next_step
from routing.fraud_guard import (
    Charge,
    Exceeded,
    all_counted,
    at,
    charges_of,
    counted,
    guard_of,
    refusal,
)
from routing.outbound_dialing import entry_of
from routing.outside_calls import COMPANY, Hold, OutsideCalls
from routing.route import Attempt, History, Outcome, OutcomeKind
from routing.snapshot import Snapshot
from routing.steps import Hangup, Ring, Voicemail
from tests.routing.test_outbound import CUSTOMER, changed
from tests.sample import everybody_idle

MORNING = datetime(2026, 10, 13, 10, 0, tzinfo=UTC)
NIGHT = datetime(2026, 10, 13, 23, 30, tzinfo=UTC)
LOCAL = Charge("1004", "CA", dear=False, dialled=True)
FRANCE = Charge("1004", "FR", dear=True, dialled=True)
FORWARDED = Charge("1004", "CA", dear=False, dialled=False)
OPEN = FraudGuard(
    calls_per_minute=0, calls_per_day=0, hold_at_calls_per_hour=0, hold_at_dear_calls=0, hold_at_countries=0,
    hold_at_quiet_calls=0,
)  # fmt: skip


def guard(**limits: int) -> FraudGuard:
    return msgspec.structs.replace(OPEN, **limits)


def after(count: int, limits: FraudGuard, charge: Charge = LOCAL, when: datetime = MORNING) -> OutsideCalls:
    """What `count` calls in the same second come to."""
    calls = OutsideCalls()
    for _ in range(count):
        calls = counted(calls, charge, limits, when)
    return calls


@pytest.mark.parametrize(
    ("limits", "calls", "later", "expected"),
    [
        (guard(calls_per_minute=2), 1, 0, None),
        (guard(calls_per_minute=2), 2, 59, Exceeded("minute", 2, 2)),
        (guard(calls_per_minute=2), 2, 60, None),
        (guard(calls_per_day=3), 3, 3600 * 13, Exceeded("day", 3, 3)),
        (guard(calls_per_day=3), 3, 3600 * 14, None),
        (OPEN, 500, 0, None),
    ],
    ids=["one more", "a minute is full", "the next minute", "a day is full", "the next day", "no limit"],
)
def test_a_limit_refuses_until_its_window_is_over(
    limits: FraudGuard, calls: int, later: int, expected: Exceeded | None
) -> None:
    found = at(after(calls, limits), MORNING + timedelta(seconds=later))
    assert refusal(found, limits) == expected


@pytest.mark.parametrize(
    ("limits", "charges", "why"),
    [
        (guard(hold_at_calls_per_hour=3), [LOCAL] * 3, "unusual_volume"),
        (guard(hold_at_calls_per_hour=3), [LOCAL] * 2, ""),
        (guard(hold_at_dear_calls=2), [FRANCE, LOCAL, FRANCE], "unusual_cost"),
        (guard(hold_at_dear_calls=2), [FRANCE, LOCAL], ""),
        (guard(hold_at_countries=2), [LOCAL, FRANCE], "unusual_destinations"),
        (guard(hold_at_countries=2), [FRANCE, FRANCE], ""),
        (OPEN, [FRANCE] * 9, ""),
    ],
)
def test_a_threshold_holds_whoever_reaches_it(limits: FraudGuard, charges: list[Charge], why: str) -> None:
    calls = OutsideCalls()
    for charge in charges:
        calls = counted(calls, charge, limits, MORNING)
    assert (calls.held.why if calls.held else "") == why


@pytest.mark.parametrize(
    ("charge", "when", "quiet", "held"),
    [
        (LOCAL, NIGHT, (23, 5), True),
        (LOCAL, NIGHT + timedelta(hours=5), (23, 5), True),
        (LOCAL, NIGHT + timedelta(hours=6), (23, 5), False),
        (LOCAL, MORNING, (23, 5), False),
        (LOCAL, MORNING, (9, 11), True),
        (LOCAL, NIGHT, (0, 0), False),
        (FORWARDED, NIGHT, (23, 5), False),
    ],
    ids=[
        "late",
        "early",
        "no longer",
        "by day",
        "within a day",
        "no quiet hours",
        "a forward at night is none",
    ],
)
def test_calls_in_quiet_hours(charge: Charge, when: datetime, quiet: tuple[int, int], held: bool) -> None:
    limits = guard(hold_at_quiet_calls=1, quiet_from=quiet[0], quiet_until=quiet[1])
    assert (after(1, limits, charge, when).held is not None) is held


def test_a_hold_outlasts_the_day_and_is_told_once() -> None:
    limits = guard(hold_at_calls_per_hour=1)
    held = after(1, limits)
    later = MORNING + timedelta(days=3)
    assert refusal(at(held, later), limits) == Hold("unusual_volume", MORNING.timestamp(), 1)
    assert counted(held, LOCAL, limits, later).held == held.held


# --- in decisions ------------------------------------------------------------------------------------------

HELD = OutsideCalls(held=Hold("unusual_cost", MORNING.timestamp(), 40))


def decide(
    dialled: str,
    there: Company,
    calls: dict[str, OutsideCalls],
    user: str = "1004",
    *,
    transfer: bool = False,
) -> Decision:
    kind, entry = entry_of(there, user, dialled)
    call = Call(
        id="c", company="boreal", entry_kind="transfer" if transfer else kind, entry=entry, caller_number=user, received_at=MORNING,
        owner=user,
    )  # fmt: skip
    facts = Snapshot(now=MORNING, agents=everybody_idle(), lines_in_use=0, outside_calls=calls)
    return next_step(there, call, facts)


@pytest.mark.parametrize(
    ("calls", "code"),
    [
        ({"1004": HELD}, "outbound_held"),
        ({COMPANY: HELD}, "company_held"),
        ({"1004": at(after(20, OPEN), MORNING)}, "calls_per_minute"),
        ({COMPANY: at(after(120, OPEN), MORNING)}, "company_calls_per_minute"),
        ({"1003": HELD}, ""),
        ({}, ""),
    ],
    ids=[
        "held",
        "the company",
        "a minute is full",
        "of the company",
        "somebody else's hold",
        "nothing counted",
    ],
)
def test_a_call_that_may_not_leave_says_why(calls: dict[str, OutsideCalls], code: str) -> None:
    found = decide(CUSTOMER, changed(), calls)
    assert isinstance(found.step, Hangup) is bool(code)
    assert not code or found.reasons[-1].code == code


def test_emergency_calls_and_calls_inside_are_never_held_nor_counted() -> None:
    there = changed()
    for dialled in ("911", "1003"):
        found = decide(dialled, there, {"1004": HELD, COMPANY: HELD})
        assert isinstance(found.step, Ring)
        assert charges_of(there, found) == ()


def test_a_forward_of_somebody_held_does_not_leave_and_one_that_leaves_is_his() -> None:
    """Forward chains (part 6): the rights, the limits and the holds are the owner's, not the caller's."""
    there = changed(
        users={"1006": {"forward": {"to": {"action": "external", "number": CUSTOMER, "country": "CA"}}}}
    )
    leaves = decide("1006", there, {})
    assert [(each.owner, each.country, each.dialled) for each in charges_of(there, leaves)] == [
        ("1006", "CA", False)
    ]
    held = decide("1006", there, {"1006": HELD})
    assert charges_of(there, held) == ()
    assert "outbound_held" in {reason.code for reason in held.reasons}
    assert isinstance(held.step, Voicemail | Ring | Hangup)
    assert not isinstance(held.step, Ring) or not any(leg.number for leg in held.step.legs)


def test_a_transfer_counts_for_who_transfers_and_does_not_leave_while_he_is_held() -> None:
    there = changed()
    (charge,) = charges_of(there, decide(CUSTOMER, there, {}, transfer=True))
    assert (charge.owner, charge.country) == ("1004", "CA")
    for held, code in (({"1004": HELD}, "outbound_held"), ({COMPANY: HELD}, "company_held")):
        found = decide(CUSTOMER, there, held, transfer=True)
        assert isinstance(found.step, Hangup)
        assert code in {reason.code for reason in found.reasons}
        assert charges_of(there, found) == ()


def test_a_call_counts_for_its_user_and_for_the_company() -> None:
    there = changed()
    charges = charges_of(there, decide("+33199000199", there, {}))
    assert charges == (Charge("1004", "FR", dear=True, dialled=True),)
    found = all_counted(there, {}, charges, MORNING)
    assert found.keys() == {"1004", COMPANY}
    assert all((each.in_minute, each.dear, each.countries) == (1, 1, ("FR",)) for each in found.values())


@pytest.mark.parametrize(
    ("changes", "who", "minute"),
    [
        ({}, "1004", FraudGuard().calls_per_minute),
        ({"account": {"fraud_guard": {"calls_per_minute": 7}}}, "1004", 7),
        ({"outbound_profiles": {"OP-DEF": {"fraud_guard": {"calls_per_minute": 3}}}}, "1004", 3),
        ({"outbound_profiles": {"OP-DEF": {"fraud_guard": {"calls_per_minute": 3}}}}, "1010", FraudGuard().calls_per_minute),
        ({"account": {"fraud_guard": {"calls_per_minute": 7}}}, COMPANY, CompanyGuard().calls_per_minute),
        ({"account": {"company_guard": {"calls_per_minute": 9}}}, COMPANY, 9),
    ],
)  # fmt: skip
def test_limits_are_the_profiles_before_the_accounts(changes: Any, who: str, minute: int) -> None:
    assert guard_of(changed(**changes), who).calls_per_minute == minute


def test_given_a_personal_number_then_the_limits_are_those_of_the_default_profile() -> None:
    """D40: whatever other profiles she has; without the number hers are those of her own."""
    profiles = {
        "OP-DEF": {"default": False, "fraud_guard": {"calls_per_minute": 4}},
        "OP-VEN": {"default": True, "fraud_guard": {"calls_per_minute": 3}},
    }
    assert guard_of(changed(outbound_profiles=profiles), "1003").calls_per_minute == 3
    without = changed(outbound_profiles=profiles, numbers={"N-PERS": {"owner": ""}})
    assert guard_of(without, "1003").calls_per_minute == 4


def test_another_trunk_for_the_same_call_is_neither_counted_nor_refused() -> None:
    """A call that reached its limit by leaving must not end because its first trunk failed."""
    there = changed()
    left = decide(CUSTOMER, there, {})
    assert len(charges_of(there, left)) == 1
    tried: History = (Attempt(left.place, Outcome(OutcomeKind.TRUNK_FAILED)),)
    kind, entry = entry_of(there, "1004", CUSTOMER)
    call = Call(
        id="c", company="boreal", entry_kind=kind, entry=entry, caller_number="1004", received_at=MORNING, owner="1004"
    )  # fmt: skip
    full = {"1004": at(after(20, OPEN), MORNING), COMPANY: OutsideCalls()}
    facts = Snapshot(now=MORNING, agents=everybody_idle(), lines_in_use=0, outside_calls=full)
    again = next_step(there, call, facts, tried)
    codes = {reason.code for reason in again.reasons}
    assert charges_of(there, again) == ()
    assert "trunk_failed" in codes
    assert "calls_per_minute" not in codes


def test_given_a_rule_that_somebody_calls_emergency_then_what_it_forwards_is_counted_all_the_same() -> None:
    """Users name their own rules and periods: only a call for help is one."""
    away = {"action": "external", "number": "+14505550166", "country": "CA"}
    rules = [{"id": "emergency", "callers": ["+1450*"], "steps": [away]}]
    there = changed(users={"1004": {"rules": rules}})
    call = Call(
        id="c",
        company="boreal",
        entry_kind="extension",
        entry="1004",
        caller_number="+14505550199",
        received_at=MORNING,
    )
    found = next_step(there, call, Snapshot(now=MORNING, agents=None))
    assert found.rule == "emergency"
    assert not found.calls_for_help
    assert [each.owner for each in charges_of(there, found)] == ["1004"]
    assert decide("911", there, {}).calls_for_help
