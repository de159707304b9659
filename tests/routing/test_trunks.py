"""Which trunk a call takes, in which form, and what follows when one fails (issue 5, part 5; P21)."""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.call import Call
from routing.company import CompanyDocument
from routing.compiled import Company, compile_company
from routing.decision import Decision
from routing.engine import next_step
from routing.fraud_guard import charges_of
from routing.legs import RungLeg
from routing.outcomes import all_told, leg_outcome, ring_outcome, told
from routing.route import Attempt, History, LegOutcome, Outcome, OutcomeKind, decode_route, encode_route
from routing.snapshot import Snapshot
from routing.steps import Hangup, Ring
from routing.trunk_dialing import dialled, written
from routing.trunks import in_order
from schemas.company import load_company, plain_company
from schemas.merge_patch import merged
from tests.sample import at, document, everybody_idle

CUSTOMER = "+14505550166"
THREE = {
    "T-A": {"gateway": "a", "rank": 1},
    "T-B": {"gateway": "b", "rank": 2},
    "T-FR": {"gateway": "fr", "rank": 3, "country": "FR"},
}


def company(trunks: dict[str, Any], **changes: Any) -> Company:
    loaded = load_company(merged(plain_company(document()), {"trunks": trunks, **changes}))
    assert isinstance(loaded, CompanyDocument), loaded
    return compile_company(loaded, 1)


def call(entry: str = CUSTOMER, owner: str = "1004", kind: str = "extension") -> Call:
    return Call(
        id="c", company="boreal", entry_kind=kind, entry=entry, caller_number=owner,  # type: ignore[arg-type]
        received_at=at("2026-10-13T10:00"), owner=owner if kind == "extension" else "",
    )  # fmt: skip


def decide(there: Company, history: History = (), made: Call | None = None, **seen: Any) -> Decision:
    now = at("2026-10-13T10:00")
    snapshot = Snapshot(now=now, agents=everybody_idle(), lines_in_use=0, **seen)
    return next_step(there, made or call(), snapshot, history)


def tried(there: Company, *outcomes: OutcomeKind, made: Call | None = None, **seen: Any) -> list[str]:
    """The trunk of each attempt, and how the last decision ends the call."""
    history: History = ()
    found: list[str] = []
    for outcome in (*outcomes, None):
        decision = decide(there, history, made, **seen)
        step = decision.step
        found.append(step.legs[0].trunk if isinstance(step, Ring) else type(step).__name__)
        if not isinstance(step, Ring) or outcome is None:
            break
        history = decode_route(encode_route((*history, Attempt(decision.place, Outcome(outcome)))))
    return found


FAILED = OutcomeKind.TRUNK_FAILED


def test_given_trunks_of_several_ranks_then_each_failure_leads_to_the_next_and_then_it_is_said() -> None:
    there = company(THREE)
    assert tried(there, FAILED, FAILED, FAILED) == ["T-A", "T-B", "T-FR", "Hangup"]
    history: History = ()
    for _ in range(3):
        history = (*history, Attempt(decide(there, history).place, Outcome(FAILED)))
    last = decide(there, history)
    assert isinstance(last.step, Hangup)
    assert (last.step.why, last.step.prompts[0].name) == ("congestion", "refused_lines")
    assert last.reasons[-1].code == "no_trunk_left"


@pytest.mark.parametrize(
    "outcome", [OutcomeKind.BUSY, OutcomeKind.DECLINED, OutcomeKind.NO_ANSWER, OutcomeKind.UNREACHABLE, OutcomeKind.FAILED]
)  # fmt: skip
def test_given_the_callees_own_answer_then_no_other_trunk_is_tried(outcome: OutcomeKind) -> None:
    assert tried(company(THREE), outcome) == ["T-A", "Hangup"]


def test_given_a_forward_then_its_trunks_follow_each_other_too() -> None:
    there = company(THREE, users={"1002": {"schedule": {"enabled": False}}})
    forwarded = call("DID-1002", kind="number")
    assert tried(there, FAILED, FAILED, FAILED, made=forwarded)[:3] == ["T-A", "T-B", "T-FR"]
    assert tried(there, OutcomeKind.BUSY, made=forwarded)[1] != "T-B"


@pytest.mark.parametrize(
    ("seen", "first", "code"),
    [
        ({"gateways_down": frozenset({"a"})}, "T-B", "trunk_down"),
        ({"trunk_lines": {"T-A": 2}}, "T-B", "trunk_busy"),
        ({"trunk_lines": {"T-A": 1}}, "T-A", ""),
    ],
)
def test_given_a_trunk_that_is_down_or_full_then_it_is_passed_over(
    seen: dict[str, Any], first: str, code: str
) -> None:
    there = company({**THREE, "T-A": {"gateway": "a", "channels": 2}})
    decision = decide(there, **seen)
    assert isinstance(decision.step, Ring)
    assert decision.step.legs[0].trunk == first
    assert {code} - {""} <= {reason.code for reason in decision.reasons}


def test_given_a_trunk_that_is_switched_off_then_it_is_not_one() -> None:
    there = company({**THREE, "T-A": {"gateway": "a", "enabled": False}})
    assert tried(there, FAILED, FAILED) == ["T-B", "T-FR", "Hangup"]


def test_given_weights_then_calls_are_shared_by_them_and_each_call_keeps_its_own_draw() -> None:
    there = company({"T-A": {"gateway": "a", "weight": 3}, "T-B": {"gateway": "b", "weight": 1}})
    first = Counter(in_order(there, f"call-{n}")[0] for n in range(2000))
    assert 0.70 < first["T-A"] / 2000 < 0.80
    assert in_order(there, "call-1") == in_order(there, "call-1")


# --- emergency ---------------------------------------------------------------------------------------------


def test_given_everything_down_and_full_then_an_emergency_call_still_tries_each_trunk() -> None:
    there = company({key: {**trunk, "channels": 1} for key, trunk in THREE.items()})
    seen = {"gateways_down": frozenset({"a", "b", "fr"}), "trunk_lines": dict.fromkeys(THREE, 1)}
    assert tried(there, FAILED, FAILED, made=call("911"), **seen) == ["T-A", "T-B", "T-FR"]


def test_given_an_emergency_call_then_trunks_of_the_callers_country_and_those_that_are_up_go_first() -> None:
    assert tried(company(THREE), made=call("15", "1009")) == ["T-FR"]
    assert tried(company(THREE), made=call("911"), gateways_down=frozenset({"a"})) == ["T-B"]
    unwilling = company({**THREE, "T-A": {"gateway": "a", "emergency": False}})
    assert tried(unwilling, FAILED, FAILED, made=call("911")) == ["T-B", "T-FR", "T-A"]
    none = company({key: {**trunk, "emergency": False} for key, trunk in THREE.items()})
    assert tried(none, made=call("911")) == ["T-A"], "where none is meant for it, all are"


def test_given_a_refused_emergency_call_then_the_next_trunk_is_tried_and_never_after_a_busy() -> None:
    assert tried(company(THREE), OutcomeKind.DECLINED, made=call("911")) == ["T-A", "T-B"]
    assert tried(company(THREE), OutcomeKind.BUSY, made=call("911")) == ["T-A", "Hangup"]


# --- causes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cause", "of_a_trunk", "of_a_phone"),
    [
        ("NORMAL_TEMPORARY_FAILURE", LegOutcome.TRUNK_FAILED, LegOutcome.FAILED),
        ("RECOVERY_ON_TIMER_EXPIRE", LegOutcome.TRUNK_FAILED, LegOutcome.UNREACHABLE),
        ("NORMAL_CIRCUIT_CONGESTION", LegOutcome.TRUNK_FAILED, LegOutcome.FAILED),
        ("USER_BUSY", LegOutcome.BUSY, LegOutcome.BUSY),
        ("CALL_REJECTED", LegOutcome.DECLINED, LegOutcome.DECLINED),
        ("UNALLOCATED_NUMBER", LegOutcome.UNREACHABLE, LegOutcome.UNREACHABLE),
        ("NO_ANSWER", LegOutcome.NO_ANSWER, LegOutcome.NO_ANSWER),
    ],
)
def test_given_a_cause_then_only_a_trunk_can_have_failed(
    cause: str, of_a_trunk: LegOutcome, of_a_phone: LegOutcome
) -> None:
    assert (leg_outcome(cause, "x14505550166"), leg_outcome(cause, "1004a")) == (of_a_trunk, of_a_phone)


def test_given_legs_that_never_came_to_be_then_a_trunk_is_what_failed_where_one_was_asked() -> None:
    outside, phone = RungLeg("x14505550166", "1004"), RungLeg("1004a", "1004")
    assert ring_outcome([outside], {}).kind is FAILED
    assert ring_outcome([phone], {}).kind is OutcomeKind.UNREACHABLE
    assert ring_outcome([phone, outside], {}).kind is FAILED
    assert ring_outcome([phone, outside], {"1004a": LegOutcome.BUSY}).kind is OutcomeKind.BUSY


# --- forms of numbers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "country", "here", "abroad"),
    [
        ("e164", "CA", "+14505550166", "+33199000199"),
        ("digits", "CA", "14505550166", "33199000199"),
        ("international", "CA", "01114505550166", "01133199000199"),
        ("national", "CA", "14505550166", "01133199000199"),
        ("international", "FR", "0014505550166", "0033199000199"),
        ("national", "FR", "0014505550166", "0199000199"),
        ("international", "AU", "001114505550166", "001133199000199"),
        ("international", "BR", "0014505550166", "0033199000199"),
    ],
)
def test_given_a_form_and_a_country_then_the_number_as_the_carrier_wants_it(
    form: Any, country: str, here: str, abroad: str
) -> None:
    assert (written(CUSTOMER, form, country), written("+33199000199", form, country)) == (here, abroad)


def test_given_a_prefix_then_it_goes_before_every_number_but_emergency_numbers() -> None:
    there = company({"T-A": {"gateway": "a", "prefix": "1234*", "format": "digits"}}).document
    assert dialled(there, "T-A", CUSTOMER) == "1234*14505550166"
    assert dialled(there, "T-A", "911") == "911"


@given(
    st.sampled_from(["CA", "FR", "AU", "BR", "JP", "RU", "GB"]),
    st.from_regex(r"\+1[2-9][0-9]{9}", fullmatch=True),
)
def test_given_any_number_then_only_digits_are_written(country: str, number: str) -> None:
    for form in ("digits", "international", "national"):
        assert written(number, form, country).isdigit()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cause", "protocol", "outside", "phone"),
    [
        ("CALL_REJECTED", "sip:403", LegOutcome.TRUNK_FAILED, LegOutcome.DECLINED),
        ("CALL_REJECTED", "sip:401", LegOutcome.TRUNK_FAILED, LegOutcome.DECLINED),
        ("CALL_REJECTED", "sip:407", LegOutcome.TRUNK_FAILED, LegOutcome.DECLINED),
        ("CALL_REJECTED", "sip:603", LegOutcome.DECLINED, LegOutcome.DECLINED),
        ("CALL_REJECTED", "", LegOutcome.DECLINED, LegOutcome.DECLINED),
        ("USER_BUSY", "sip:403", LegOutcome.BUSY, LegOutcome.BUSY),
        ("REQUESTED_CHAN_UNAVAIL", "sip:302", LegOutcome.NO_ANSWER, LegOutcome.UNREACHABLE),
        ("REQUESTED_CHAN_UNAVAIL", "", LegOutcome.TRUNK_FAILED, LegOutcome.FAILED),
    ],
)
def test_given_a_rejected_leg_then_its_own_status_says_whether_the_carrier_or_the_callee_did(
    cause: str, protocol: str, outside: LegOutcome, phone: LegOutcome
) -> None:
    known = told(cause, protocol)
    assert (leg_outcome(known, "x14505550166"), leg_outcome(known, "1004a")) == (outside, phone)


def test_given_the_last_status_alone_then_it_is_the_only_rejected_legs() -> None:
    one, two = {"a": "NO_ANSWER", "b": "CALL_REJECTED"}, {"a": "CALL_REJECTED", "b": "CALL_REJECTED"}
    assert all_told(one, "sip:403") == {"a": "NO_ANSWER", "b": "sip:403"}
    assert all_told(one, "sip:603") == one
    assert all_told(two, "sip:403") == two, "nobody knows which of them it was: the callee's word holds"


# --- who rings with others ---------------------------------------------------------------------------------


def reached_outside(**more: Any) -> Company:
    """Omar and Emma of the sales are reached on their mobiles; Zoé has a phone."""
    users = {
        "1004": {"external_numbers": {"m": {"number": "+14385550144", "country": "CA"}}},
        "1005": {"external_numbers": {"m": {"number": "+14385550155", "country": "CA"}}},
    }
    team = [{"action": "ring", "members": ["1004", "1005", "1006"], "seconds": 30, **more}]
    return company(THREE, users=users, handlings={"sales": {"open": team}})


def offered(there: Company, *outcomes: Outcome) -> list[list[tuple[str, str]]]:
    """Of each offer of the team: legs, each with its trunk; and how its last decision ends."""
    agents = dict(everybody_idle())
    for gone in ("1004", "1005"):
        agents[gone] = msgspec.structs.replace(agents[gone], registered=frozenset())
    history: History = ()
    found = []
    for outcome in (*outcomes, Outcome(OutcomeKind.ANSWERED)):
        snapshot = Snapshot(now=at("2026-10-13T10:00"), agents=agents, lines_in_use=0)
        decision = next_step(there, call("N-VEN", kind="number"), snapshot, history)
        if not isinstance(decision.step, Ring):
            return [*found, [(type(decision.step).__name__, "")]]
        found.append([(leg.id, leg.trunk) for leg in decision.step.legs])
        history = decode_route(encode_route((*history, Attempt(decision.place, outcome))))
    return found


OMAR, EMMA, ZOE = "x14385550144", "x14385550155", "1006a"
NOBODY = Outcome(OutcomeKind.NO_ANSWER)


def none_took(*owners: str) -> Outcome:
    return Outcome(FAILED, members=tuple((owner, LegOutcome.TRUNK_FAILED) for owner in owners))


def test_given_a_member_reached_outside_then_each_failure_leads_to_his_next_trunk_and_then_to_the_next_member() -> (
    None
):
    there = reached_outside(strategy="fixed_order")
    found = offered(there, none_took("1004"), none_took("1004"), none_took("1004"), NOBODY)
    assert found[:4] == [[(OMAR, "T-A")], [(OMAR, "T-B")], [(OMAR, "T-FR")], [(EMMA, "T-A")]]


def test_given_members_who_ring_together_then_whose_trunk_failed_is_called_by_the_next_when_the_others_are_over() -> (
    None
):
    there = reached_outside(strategy="simultaneous")
    answers = ("1005", LegOutcome.NO_ANSWER), ("1006", LegOutcome.NO_ANSWER)
    mixed = Outcome(OutcomeKind.NO_ANSWER, members=(("1004", LegOutcome.TRUNK_FAILED), *answers))
    found = offered(there, mixed)
    assert found[0] == [(OMAR, "T-A"), (EMMA, "T-A"), (ZOE, "")]
    assert found[1] == [(OMAR, "T-B")]
    all_failed = offered(there, none_took("1004", "1005"))
    assert all_failed[1] == [(OMAR, "T-B"), (EMMA, "T-B"), (ZOE, "")], (
        "a phone that never came to be is asked again"
    )


def test_given_the_same_call_by_another_way_then_the_fraud_guard_counts_it_once() -> None:
    there = reached_outside(strategy="fixed_order")
    history: History = ()
    counts = []
    for outcome in (none_took("1004"), NOBODY):
        agents = dict(everybody_idle())
        for gone in ("1004", "1005"):
            agents[gone] = msgspec.structs.replace(agents[gone], registered=frozenset())
        snapshot = Snapshot(now=at("2026-10-13T10:00"), agents=agents, lines_in_use=0)
        decision = next_step(there, call("N-VEN", kind="number"), snapshot, history)
        counts.append(len(charges_of(there, decision)))
        history = (*history, Attempt(decision.place, outcome))
    assert counts == [1, 0]


@pytest.mark.parametrize("mode", ["sequential", "simultaneous"])
def test_given_a_user_who_rings_on_his_mobile_then_it_is_called_by_each_trunk_before_his_call_is_unanswered(
    mode: str,
) -> None:
    ring = {"ring": {"mode": mode, "seconds": 10, "order": ["m"]}}
    users = {"1004": {"external_numbers": {"m": {"number": "+14385550144", "country": "CA"}}, "open": ring}}
    there = company(THREE, users=users)
    failed = none_took("1004")
    history: History = ()
    found = []
    for _ in range(4):
        decision = decide(there, history, call("1004", "1006"))
        found.append(decision.step.legs[0].trunk if isinstance(decision.step, Ring) else "over")
        history = decode_route(encode_route((*history, Attempt(decision.place, failed))))
    assert found == ["T-A", "T-B", "T-FR", "over"]
