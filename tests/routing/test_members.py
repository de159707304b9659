"""Members who are rung for a call (3.3, a to f): who, in which order, how long, and what happens with nobody left."""

from __future__ import annotations

from typing import Any

import pytest

from routing.members import rotation_key
from routing.reasons import ReasonCode
from routing.route import LegOutcome, Outcome, OutcomeKind
from routing.snapshot import Agent, AgentState
from routing.steps import Ring, Voicemail, Wait
from tests.routing.following import OVER, Following, changed

SALES, QUEUE = "+15145550102", "7000"
BOX = {"action": "voicemail", "box": "8300"}
IDLE, BUSY, GONE = AgentState.AVAILABLE, AgentState.ON_CALL, AgentState.OFFLINE
TEAM = ("1004", "1005", "1006")


def sales(*steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"handlings": {"sales": {"open": [*steps, BOX], **more}}}


def ring(**more: Any) -> dict[str, Any]:
    return {"action": "ring", "teams": ["T-VEN"], "strategy": "fixed_order", "seconds": 0, **more}


def idle(**since: int) -> dict[str, Agent]:
    return {name: Agent(state=IDLE, idle_since=float(when)) for name, when in since.items()}


CLOCKS = {
    "u1004": Agent(state=IDLE, idle_since=1, queue_idle_since=3, released_at=2),
    "u1005": Agent(state=IDLE, idle_since=2, queue_idle_since=1, released_at=3),
    "u1006": Agent(state=IDLE, idle_since=3, queue_idle_since=2, released_at=1),
}


# --- the order -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("strategy", "world", "order"),
    [
        ("fixed_order", {}, ("1004", "1005", "1006")),
        ("longest_idle", idle(u1004=300, u1005=100, u1006=200), ("1005", "1006", "1004")),
        ("longest_idle", {}, ("1004", "1005", "1006")),
        ("longest_idle", CLOCKS, ("1004", "1005", "1006")),
        ("longest_idle queue_calls_only", CLOCKS, ("1005", "1006", "1004")),
        ("longest_idle capacity_release", CLOCKS, ("1006", "1004", "1005")),
        ("highest_capacity queue_calls_only", CLOCKS, ("1005", "1006", "1004")),
        ("rotating", {"last_served": {"n.N-VEN.o.s0": "1004"}}, ("1005", "1006", "1004")),
        ("rotating", {"last_served": {"n.N-VEN.o.s0": "1006"}}, ("1004", "1005", "1006")),
        ("rotating", {"last_served": {"n.N-VEN.o.s0": "1005"}, "u1006": BUSY}, ("1004", "1005")),
        ("rotating", {}, ("1004", "1005", "1006")),
        ("random", {"draw": 1}, ("1005", "1004", "1006")),
        ("highest_capacity", idle(u1004=1, u1005=2, u1006=3), ("1004", "1005", "1006")),
    ],
)
def test_given_a_strategy_then_members_ring_in_its_order_each_once(
    strategy: str, world: dict[str, Any], order: tuple[str, ...]
) -> None:
    strategy, _, clock = strategy.partition(" ")
    change = sales(ring(strategy=strategy, member_seconds=10, clock=clock or "all_calls"))
    call = Following(SALES, change=change, **world)
    rung = []
    while call.rings:
        rung.append(next(iter(call.rings))[:4])
        call.draw = 0
        call.unanswered()
    assert tuple(rung) == order
    assert call.decision.step == Voicemail(box="8300")


def test_given_a_total_then_the_last_member_has_what_is_left_of_it() -> None:
    call = Following(SALES, change=sales(ring(seconds=25, member_seconds=10)))
    assert (call.rings, call.seconds) == ({"1004a"}, 10)
    assert (call.unanswered().rings, call.seconds) == ({"1005a"}, 10)
    assert (call.unanswered().rings, call.seconds) == ({"1006a"}, 5)
    assert isinstance(call.unanswered().decision.step, Voicemail)


def test_given_the_total_is_over_then_nobody_else_rings() -> None:
    call = Following(SALES, change=sales(ring(seconds=20, member_seconds=10)))
    call.unanswered().unanswered()
    assert isinstance(call.decision.step, Voicemail)
    assert call.facts("step_time_over") == [{"target": "n.N-VEN"}]


def test_given_a_declined_offer_then_the_time_it_did_not_use_is_the_next_ones() -> None:
    call = Following(SALES, change=sales(ring(seconds=15, member_seconds=10)))
    call.then(call.ended(LegOutcome.DECLINED), after=2)
    assert (call.rings, call.seconds) == ({"1005a"}, 10)
    assert (call.unanswered().rings, call.seconds) == ({"1006a"}, 3)


def test_given_phones_that_cannot_be_reached_then_their_owners_are_not_offered_the_call_again() -> None:
    call = Following(SALES, change=sales(ring()))
    call.then(call.ended(LegOutcome.UNREACHABLE))
    assert call.rings == {"1005a"}
    call.then(Outcome(OutcomeKind.FAILED)).then(Outcome(OutcomeKind.FAILED))
    assert isinstance(call.decision.step, Voicemail)


# --- who ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "because"),
    [
        (AgentState.ON_CALL, "on_call"),
        (AgentState.RINGING, "ringing"),
        (AgentState.ACW, "acw"),
        (AgentState.OFFLINE, "unreachable"),
        (Agent(state=AgentState.OFFLINE, intent="offline"), "offline"),
        (AgentState.DND, "dnd"),
        (AgentState.DND_QUEUES, "dnd_queues"),
        (AgentState.BREAK, "break"),
        (AgentState.OUT_OF_HOURS, "out_of_hours"),
        (AgentState.AWAY, "away"),
        (AgentState.BUSY, "busy"),
        (Agent(state=IDLE, blocked=True), "blocked"),
    ],
)
def test_given_a_state_then_the_member_is_passed_over_for_it(state: AgentState | Agent, because: str) -> None:
    call = Following(SALES, u1005=state)
    assert call.rings == {"1004a", "1006a"}
    assert call.facts("member_passed_over") == [{"member": "1005", "because": because}]


def test_given_one_who_receives_while_on_a_call_then_he_rings() -> None:
    change = {"users": {"1005": {"receive_while_on_call": True}}}
    assert Following(SALES, change=change, u1005=BUSY).rings == {"1004a", "1005a", "1006a"}


@pytest.mark.parametrize(
    ("intent", "rung"),
    [("auto", {"1004a", "1006a"}), ("available", {"1004a", "1005a", "1006a"})],
)
def test_given_emma_outside_her_working_hours_then_only_auto_follows_them(
    intent: str, rung: set[str]
) -> None:
    change = {
        "users": {
            "1005": {"working_hours": {"openings": [{"days": ["mon"], "start": "09:00", "end": "18:00"}]}}
        }
    }
    emma = Agent(state=IDLE, intent=intent)
    assert Following(SALES, change=change, u1005=emma).rings == rung


def test_given_a_queue_that_goes_by_its_members_hours_then_theirs_count_and_its_own_do_not() -> None:
    def hours() -> dict[str, Any]:
        return {"openings": [{"days": ["sat"], "start": "09:00", "end": "12:00"}]}

    change = {
        "queues": {"Q-SUP": {"members_own_hours": True}},
        "users": {
            "1007": {"working_hours": hours()},
            "1008": {"schedule": hours()},
            "1012": {"working_hours": {"openings": []}},
        },
    }
    saturday = Following(QUEUE, when="2026-10-17T10:00", change=change)
    assert saturday.rings == {"1007a"}
    assert saturday.unanswered().rings == {"1008a"}
    assert {"member": "1012", "because": "out_of_hours"} in saturday.facts("member_passed_over")


@pytest.mark.parametrize("allowed", [["available"], ["available", "busy"]])
def test_given_t141_then_the_presences_a_queue_allows_decide(allowed: list[str]) -> None:
    change = {"queues": {"Q-SUP": {"allowed_presences": allowed}}}
    call = Following(QUEUE, change=change, u1007=GONE, u1008=AgentState.BUSY, u1012=GONE)
    assert bool(call.rings) == ("busy" in allowed)


def test_given_t104_do_not_disturb_for_queues_then_the_queue_passes_and_a_direct_call_rings() -> None:
    assert Following(QUEUE, u1007=AgentState.DND_QUEUES).rings == {"1008a"}
    assert Following("1007", u1007=AgentState.DND_QUEUES).rings == {"1007a"}
    assert isinstance(Following("1007", u1007=AgentState.DND).decision.step, Voicemail)


# --- outbound-only (A05 to A08, C1) --------------------------------------------------------------------

JOINS = {"teams": {"T-VEN": {"members": ["1003", *TEAM]}}}
STRICT = {**JOINS, "account": {"strict_outbound_only": True}}


def test_given_t76_priya_in_the_team_then_membership_wins() -> None:
    assert Following(SALES, change=JOINS).rings == {"1003a", "1004a", "1005a", "1006a"}


def test_given_t78_the_strict_mode_then_she_is_left_out_and_it_is_said() -> None:
    call = Following(SALES, change=STRICT)
    assert call.rings == {"1004a", "1005a", "1006a"}
    assert call.facts("member_passed_over") == [{"member": "1003", "because": "outbound_only"}]


def test_given_the_strict_mode_and_a_flow_that_names_her_then_she_is_not_outbound_only() -> None:
    named = ring(strategy="simultaneous", seconds=20, members=["1003"])
    assert "1003a" in Following(SALES, change={**STRICT, **sales(named)}).rings


# --- nobody ------------------------------------------------------------------------------------------

WAITS = {"strategy": "simultaneous", "seconds": 20}


@pytest.mark.parametrize(
    ("state", "wait_if_busy", "respects", "waits"),
    [
        (BUSY, False, False, False),
        (BUSY, True, False, True),
        (BUSY, False, True, False),
        (GONE, False, False, False),
        (GONE, True, False, False),
        (GONE, False, True, True),
        (AgentState.DND, False, True, True),
        (AgentState.ACW, True, False, True),
    ],
)
def test_given_a21_and_a22_nobody_free_then_two_switches_decide_apart(
    state: AgentState, wait_if_busy: bool, respects: bool, waits: bool
) -> None:
    change = sales(ring(**WAITS, wait_if_busy=wait_if_busy), respect_queue_time=respects)
    call = Following(SALES, change=change, u1004=state, u1005=state, u1006=state)
    assert isinstance(call.decision.step, Wait if waits else Voicemail)


def test_given_t83_the_queuing_time_respected_then_twenty_seconds_of_music() -> None:
    change = sales(ring(**WAITS), respect_queue_time=True)
    call = Following(SALES, change=change, u1004=GONE, u1005=GONE, u1006=GONE)
    waited = 0
    while isinstance(call.decision.step, Wait):
        waited += call.decision.step.seconds
        call.then(OVER, after=call.decision.step.seconds)
    assert waited == 20
    assert call.decision.step == Voicemail(box="8300")


def test_given_a_busy_member_becomes_free_then_he_rings_for_what_is_left() -> None:
    change = sales(ring(**WAITS, wait_if_busy=True))
    call = Following(SALES, change=change, u1004=BUSY, u1005=BUSY, u1006=BUSY)
    call.then(OVER, after=5).set("1005", IDLE).then(OVER, after=5)
    assert (call.rings, call.seconds) == ({"1005a"}, 10)


def test_given_all_declined_then_the_next_step_comes_even_with_the_queuing_time_respected() -> None:
    call = Following(SALES, change=sales(ring(**WAITS, wait_if_busy=True), respect_queue_time=True))
    call.then(call.ended(LegOutcome.DECLINED), after=3)
    assert call.decision.step == Voicemail(box="8300")


@pytest.mark.parametrize(
    ("how", "rung"),
    [(LegOutcome.DECLINED, {"1005a", "1006a"}), (LegOutcome.NO_ANSWER, {"1004a", "1005a", "1006a"})],
)
def test_given_t85_then_declined_is_not_unanswered(how: LegOutcome, rung: set[str]) -> None:
    first = {"action": "ring", "members": ["1004"], "seconds": 20}
    call = Following(SALES, change=sales(first, ring(**WAITS)))
    assert call.then(call.ended(how), after=5).rings == rung


@pytest.mark.parametrize(("setting", "rings"), [("ring", True), ("overflow", False)])
def test_given_presence_unknown_then_the_company_decides_whether_a_team_rings(
    setting: str, rings: bool
) -> None:
    call = Following(SALES, change={"account": {"when_presence_unknown": setting}}, knows=False)
    assert bool(call.rings) == rings
    assert Following("1004", change={"account": {"when_presence_unknown": setting}}, knows=False).rings == {
        "1004a"
    }


def test_given_steps_after_an_ending_step_then_they_never_run() -> None:
    outside = {"action": "external", "number": "+14505550188", "country": "CA"}
    call = Following(SALES, change=sales(outside, ring()))
    assert call.rings == {"x14505550188"}
    assert not call.unanswered().rings
    assert call.facts("steps_exhausted")


# --- queues ------------------------------------------------------------------------------------------


def test_given_t100_the_longest_idle_first_again_after_a_full_cycle_then_the_overflow() -> None:
    call = Following(
        QUEUE,
        agents=None,
        u1007=Agent(state=IDLE, idle_since=100),
        u1008=Agent(state=IDLE, idle_since=200),
        u1012=BUSY,
    )
    rung = []
    while "x14505550188" not in call.rings:
        rung.append((next(iter(call.rings)), call.seconds))
        call.unanswered()
    assert rung == [("1007a", 15), ("1008a", 15), ("1007a", 15), ("1008a", 15)]
    assert isinstance(call.decision.step, Ring)
    assert call.decision.step.legs[0].caller_id == "+15145550100"


def test_given_t140_a_queue_without_limits_then_it_offers_and_waits_as_long_as_the_caller_does() -> None:
    change = {"queues": {"Q-SUP": {"schedule": None, "max_wait": None, "overflow": None}}}
    call = Following(QUEUE, when="2026-10-17T10:00", change=change, u1007=BUSY, u1008=BUSY, u1012=BUSY)
    for _ in range(300):
        assert isinstance(call.decision.step, Wait)
        assert call.decision.step.music == "M-DEF"
        call.then(OVER, after=5)
    assert call.set("1008", IDLE).then(OVER, after=5).rings == {"1008a"}


@pytest.mark.parametrize("how", [LegOutcome.UNREACHABLE, LegOutcome.BUSY, LegOutcome.FAILED])
def test_given_phones_that_end_at_once_then_a_queue_waits_before_it_offers_them_again(
    how: LegOutcome,
) -> None:
    call = Following(QUEUE, u1007=GONE, u1012=GONE)
    call.then(call.ended(how))
    assert isinstance(call.decision.step, Wait)
    assert call.then(OVER, after=5).rings == {"1008a"}


def test_given_everybody_declined_then_the_queue_overflows_at_once() -> None:
    call = Following(QUEUE, u1007=GONE, u1008=GONE)
    call.then(call.ended(LegOutcome.DECLINED), after=3)
    assert isinstance(call.decision.step, Wait)
    alone = Following(QUEUE, change={"queues": {"Q-SUP": {"teams": None, "members": ["1008"]}}})
    alone.then(alone.ended(LegOutcome.DECLINED), after=3)
    assert alone.rings == {"x14505550188"}


CODES: tuple[ReasonCode, ...] = ("waiting_for_member", "nobody_eligible")


def test_given_nobody_then_the_reason_says_which() -> None:
    busy = {"u1004": BUSY, "u1005": BUSY, "u1006": BUSY}
    waiting = Following(SALES, change=sales(ring(**WAITS, wait_if_busy=True)), **busy)
    going_on = Following(SALES, change=sales(ring(**WAITS)), **busy)
    assert [bool(waiting.facts(code)) for code in CODES] == [True, False]
    assert [bool(going_on.facts(code)) for code in CODES] == [False, True]


def test_given_groups_that_rotate_then_their_keys_are_those_that_their_steps_ask_for() -> None:
    change: dict[str, Any] = {
        **sales({"action": "ring", "members": ["1010"]}, ring(strategy="rotating")),
        "queues": {"Q-SUP": {"strategy": "rotating"}},
    }
    assert set(changed(change).rotations) == {"n.N-VEN.o.s1", "q.Q-SUP"}
    asked = Following(SALES, change=change).unanswered()
    assert rotation_key(asked.decision.place) == "n.N-VEN.o.s1"
    assert rotation_key(Following(QUEUE, change=change).decision.place) == "q.Q-SUP"


def test_given_a_member_who_takes_no_calls_of_the_queue_then_the_next_one_rings_and_its_teams_still_reach_him() -> (
    None
):
    out = Agent(state=IDLE, opted_out=frozenset({"Q-SUP"}))
    call = Following(QUEUE, u1007=out)
    assert call.rings == {"1008a"}
    assert {"member": "1007", "because": "opted_out"} in call.facts("member_passed_over")
    other = Agent(state=IDLE, opted_out=frozenset({"Q-SUP"}))
    change = sales({"action": "ring", "teams": ["T-SUP"], "strategy": "fixed_order", "seconds": 0})
    assert Following(SALES, change=change, u1007=other).rings == {"1007a"}


@pytest.mark.parametrize(
    ("seconds", "rung"),
    [(5, {"1005a", "1006a"}), (0, {"1004a", "1005a", "1006a"}), (-60, {"1004a", "1005a", "1006a"})],
)
def test_given_somebody_who_declined_a_moment_ago_then_he_is_left_out_until_it_is_over(
    seconds: int, rung: set[str]
) -> None:
    """C16, R23: five seconds in which nothing is offered to him; direct calls are his own."""
    until = Following(SALES).now.timestamp() + seconds
    just = Agent(state=IDLE, penalty_until=until)
    call = Following(SALES, change=sales(ring(strategy="simultaneous", seconds=20)), u1004=just)
    assert call.rings == rung
    if seconds > 0:
        assert call.facts("member_passed_over") == [{"member": "1004", "because": "just_declined"}]
    assert Following("1004", u1004=just).rings == {"1004a"}


@pytest.mark.parametrize(("extension", "pages"), [("1092", True), ("1091", False), ("1090", False)])
def test_given_a_device_of_nobodys_then_a_horn_alone_answers_by_itself(extension: str, pages: bool) -> None:
    step = Following(extension).decision.step
    assert isinstance(step, Ring)
    assert [(leg.device, leg.pages) for leg in step.legs] == [(extension, pages)]


@pytest.mark.parametrize("kind", ["paging", "door_phone"])
def test_given_a_thing_of_the_building_then_it_rings_neither_with_its_user_nor_with_a_team(kind: str) -> None:
    change = {"users": {"1004": {"devices": {"1004x": {"kind": kind}}}}}
    assert Following(SALES, change=change).rings == {"1004a", "1005a", "1006a"}
    alone = Following("1004", change=change)
    assert alone.rings == {"1004a"}
    assert alone.facts("device_never_rung") == [{"user": "1004", "device": "1004x"}]


@pytest.mark.parametrize("kind", ["sip", "softphone", "teams", "conference", "other"])
def test_given_what_people_talk_on_then_it_rings_with_the_others(kind: str) -> None:
    change = {"users": {"1004": {"devices": {"1004x": {"kind": kind}}}}}
    assert Following("1004", change=change).rings == {"1004a", "1004x"}
    assert Following(SALES, change=change).rings == {"1004a", "1004x", "1005a", "1006a"}


def test_z50_given_everybody_has_left_a_queue_then_its_overflow_takes_the_call_at_once() -> None:
    out = Agent(state=IDLE, opted_out=frozenset({"Q-SUP"}))
    call = Following("7000", u1007=out, u1008=out, u1012=out)
    assert call.rings == {"x14505550188"}
    busy = Following("7000", u1007=out, u1008=BUSY, u1012=out)
    assert isinstance(busy.decision.step, Wait)
    nowhere = Following(
        "7000", change={"queues": {"Q-SUP": {"overflow": []}}}, u1007=out, u1008=out, u1012=out
    )
    assert isinstance(nowhere.decision.step, Wait)


def test_given_a_device_of_the_site_that_is_switched_off_then_it_does_not_ring() -> None:
    off = Following("1091", change={"site_devices": {"1091": {"device": {"enabled": False}}}})
    assert off.rings == set()
    assert off.facts("device_disabled") == [{"user": "1091", "device": "1091"}]
