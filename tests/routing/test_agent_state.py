"""The derived state of an agent as tables: each rank of catalogue 4.2, and what happens to him (4.3)."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from routing import agent_changes as changes
from routing.agent_state import derive, idle_since
from routing.agents import Inputs, Intent, LegActivity, Reservation, Terms, Today, Told, WrapUp
from routing.capacity import Capacity, Units
from routing.route import LegOutcome
from routing.snapshot import AgentState

NOW = 1_000.0
TERMS = Terms(devices=("a", "b"))
HERE = {"a": 2_000.0}


def leg(
    state: str = "ringing", call: str = "c1", since: float = 990.0, profile: str = "", wrap_up: int = 0
) -> LegActivity:
    return LegActivity(
        owner="1001",
        state=state,
        call=call,
        node="n",
        since=since,
        device="a",
        profile=profile,
        wrap_up=wrap_up,
    )


def kept(
    call: str = "c1", until: float = 1_010.0, holder: str = "one", profile: str = "", wrap_up: int = 0
) -> Reservation:
    return Reservation(call=call, holder=holder, since=995.0, until=until, profile=profile, wrap_up=wrap_up)


def inputs(**facts: Any) -> Inputs:
    return Inputs(**{"registered": HERE, **facts})


BREAK = Intent(kind="break", reason="lunch", source="agent", since=900.0)
DND = Intent(kind="dnd", source="agent", since=900.0)
# In the order of rank: each holds although all below it do too.
RANKS: list[tuple[str, dict[str, Any], Terms, tuple[str, str]]] = [
    ("a conversation", {"legs": {"x": leg("answered"), "y": leg(call="c2")}, "intent": DND}, TERMS, ("on_call", "on_call")),
    ("a phone that rings", {"legs": {"x": leg()}, "wrap_up": WrapUp(until=1_100.0)}, TERMS, ("ringing", "offered")),
    ("an offer to come", {"reservations": {"c1": kept()}, "intent": DND}, TERMS, ("ringing", "reserved")),
    ("an offer that ran out", {"reservations": {"c1": kept(until=NOW)}}, TERMS, ("available", "idle")),
    ("work after a call", {"wrap_up": WrapUp(until=1_000.1), "intent": BREAK}, TERMS, ("acw", "wrap_up")),
    ("work that is over", {"wrap_up": WrapUp(until=NOW)}, TERMS, ("available", "idle")),
    ("offline by his word", {"intent": Intent(kind="offline")}, TERMS, ("offline", "declared")),
    ("no device", {"registered": {}, "intent": DND}, TERMS, ("offline", "no_device")),
    ("a registration that ran out", {"registered": {"a": NOW}}, TERMS, ("offline", "no_device")),
    ("somebody else's device", {"registered": {"z": 2_000.0}}, TERMS, ("offline", "no_device")),
    ("do not disturb", {"intent": DND}, TERMS, ("dnd", "declared")),
    ("do not disturb for queues", {"intent": Intent(kind="dnd_queues")}, TERMS, ("dnd_queues", "declared")),
    ("a break", {"intent": BREAK}, replace(TERMS, in_hours=False), ("break", "lunch")),
    ("outside his hours", {}, replace(TERMS, in_hours=False), ("out_of_hours", "working_hours")),
    ("available at night", {"intent": Intent(kind="available")}, replace(TERMS, in_hours=False), ("available", "idle")),
    ("away", {"intent": Intent(kind="away")}, TERMS, ("away", "declared")),
    ("busy by his word", {"intent": Intent(kind="busy")}, TERMS, ("busy", "declared")),
    ("busy, a conversation ago", {"intent": Intent(kind="busy", since=1.0), "call_ended": 2.0}, TERMS, ("available", "idle")),
    ("a break, a conversation ago", {"intent": BREAK, "call_ended": 950.0}, TERMS, ("break", "lunch")),
    ("nothing", {}, TERMS, ("available", "idle")),
]  # fmt: skip


@pytest.mark.parametrize(("what", "facts", "terms", "expected"), RANKS, ids=[each[0] for each in RANKS])
def test_given_what_is_kept_of_him_then_the_first_rank_that_holds(
    what: str, facts: dict[str, Any], terms: Terms, expected: tuple[str, str]
) -> None:
    derived = derive(inputs(**facts), terms, NOW)
    assert (derived.state.value, derived.reason) == expected, what


@pytest.mark.parametrize(
    ("facts", "since", "until"),
    [
        ({"legs": {"x": leg("answered", since=980.0), "y": leg("answered", since=970.0)}}, 970.0, 0.0),
        ({"reservations": {"c1": kept(until=1_010.0)}}, 995.0, 1_010.0),
        ({"wrap_up": WrapUp(until=1_030.0), "call_ended": 985.0}, 985.0, 1_030.0),
        ({"intent": replace(BREAK, until=1_500.0)}, 900.0, 1_500.0),
        ({"registered": {}, "lost_at": 940.0}, 940.0, 0.0),
        ({"call_ended": 930.0, "available_at": 910.0}, 930.0, 0.0),
    ],
)  # fmt: skip
def test_given_a_state_then_since_when_and_until_when(
    facts: dict[str, Any], since: float, until: float
) -> None:
    derived = derive(inputs(**facts), TERMS, NOW)
    assert (derived.since, derived.until) == (since, until)


def test_given_the_call_that_asks_then_its_own_offer_does_not_count() -> None:
    agent = inputs(legs={"x": leg()}, reservations={"c1": kept()})
    assert derive(agent, TERMS, NOW, "c1").state is AgentState.AVAILABLE
    assert derive(agent, TERMS, NOW, "c2").state is AgentState.RINGING


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"call_ended": 900.0}, 900.0),
        ({"call_ended": 900.0, "wrap_up": WrapUp(until=930.0)}, 930.0),
        ({"call_ended": 900.0, "intent": Intent(kind="available", since=950.0)}, 950.0),
        ({"call_ended": 900.0, "intent": Intent(kind="break", since=950.0)}, 900.0),
        ({"call_ended": 900.0, "intent": replace(DND, until=960.0)}, 960.0),
        ({"call_ended": 900.0, "available_at": 970.0}, 970.0),
    ],
)
def test_given_calls_work_and_availability_then_the_last_of_them_starts_his_idle_clock(
    facts: dict[str, Any], expected: float
) -> None:
    """C17."""
    assert idle_since(inputs(**facts), NOW) == expected


@pytest.mark.parametrize(
    ("what", "clocks"),
    [
        ("a queue's caller", (NOW, NOW, NOW)),
        ("a queue's caller, then work", (NOW + 30, NOW + 30, NOW + 30)),
        ("somebody who called him", (NOW, 900.0, NOW)),
        ("somebody who called him, available by his word", (NOW, 950.0, NOW)),
        ("somebody who called him, busy by his word", (NOW, NOW, NOW)),
        ("somebody whom he called", (NOW, 900.0, NOW)),
        ("nobody, back from a break", (1_020.0, 1_020.0, 900.0)),
    ],
)
def test_given_a_conversation_that_is_over_then_each_clock_of_longest_idle(
    what: str, clocks: tuple[float, float, float]
) -> None:
    """C17: of all calls, of queue calls only, and of capacity's release (C8)."""
    agent = inputs(call_ended=900.0, queue_call_ended=900.0)
    whom, _, said = what.partition(", ")
    if said.endswith("his word"):
        agent = changes.declared(agent, Intent(kind="busy" if "busy" in said else "available", since=950.0))
    if "queue" in whom:
        agent = changes.reserved(agent, kept(wrap_up=30 if said else 0))
    elif "he called" in whom:
        agent = changes.reserved(agent, replace(kept(profile="out"), offered=False))
    if whom == "nobody":
        agent = changes.declared(agent, replace(BREAK, until=1_020.0))
    else:
        agent = changes.answered(agent, "x", leg("answered"))
        agent = changes.leg_over(agent, "x", None, TERMS, NOW)
    for later in (agent, changes.settled(agent, TERMS, NOW + 60)):
        found = derive(later, TERMS, NOW + 60).agent
        assert (found.idle_since, found.queue_idle_since, found.released_at) == clocks


# --- capacity ---------------------------------------------------------------------------------------

THREE = {"out": Capacity(3)}
BLOCKING = {"out": Capacity(2, blocking=True)}
AT_LIMIT = {"out": Capacity(2, blocking=True, scope="at_limit")}


def calls(count: int, profile: str = "out") -> dict[str, LegActivity]:
    return {f"x{n}": leg("answered", f"c{n}", profile=profile) for n in range(count)}


@pytest.mark.parametrize(
    ("capacity", "busy", "blocked"),
    [(THREE, 3, False), (BLOCKING, 0, False), (BLOCKING, 1, True), (AT_LIMIT, 1, False), (AT_LIMIT, 2, True)],
)
def test_given_work_under_a_blocking_profile_then_he_is_blocked_by_its_scope(
    capacity: dict[str, Capacity], busy: int, blocked: bool
) -> None:
    """D23 to D26, C14."""
    derived = derive(inputs(legs=calls(busy)), replace(TERMS, capacity=capacity), NOW)
    assert derived.agent.blocked is blocked
    assert derived.units == {"out": Units(busy, capacity["out"].limit)}


@pytest.mark.parametrize(
    ("facts", "used"),
    [
        ({"legs": {"x": leg("answered", profile="out"), "y": leg("answered", profile="out")}}, 1),
        ({"reservations": {"c1": kept(profile="out")}, "legs": {"x": leg("answered", profile="out")}}, 1),
        ({"reservations": {"c1": kept(profile="out"), "c2": kept("c2", until=NOW, profile="out")}}, 1),
        ({"wrap_up": WrapUp(until=1_030.0, call="c9", profile="out")}, 1),
        ({"today": Today(day="monday", used={"out": 2}), "legs": calls(1)}, 3),
        ({"today": Today(day="sunday", used={"out": 2}), "legs": calls(1)}, 1),
        ({"legs": calls(2, profile="")}, 0),
    ],
)
def test_given_legs_offers_work_after_and_the_day_then_each_call_is_one_unit(
    facts: dict[str, Any], used: int
) -> None:
    terms = replace(TERMS, capacity=THREE, day="monday")
    assert derive(inputs(**facts), terms, NOW).units["out"].used == used


def test_given_a_call_of_his_own_to_the_outside_then_it_is_a_unit_while_it_lasts() -> None:
    terms = replace(TERMS, capacity=THREE)
    calling = inputs(legs={"x": leg("answered", call="")})
    assert derive(calling, terms, NOW).units["out"].used == 0
    working = changes.works(calling, "x", "c1", "out")
    assert derive(working, terms, NOW).units["out"].used == 1
    assert derive(working, terms, NOW, call="c1").units["out"].used == 0, (
        "the call that asks is not in its own way"
    )
    assert derive(changes.works(working, "x", "c1", ""), terms, NOW).units["out"].used == 0
    over = changes.leg_over(working, "x", None, terms, NOW)
    assert derive(over, terms, NOW).units["out"].used == 0
    assert changes.works(over, "x", "c1", "out") is over, "a leg that is no more does not come back"


TWO_PROFILES = {"a": Capacity(1), "b": Capacity(2)}
MIXED = {"a": Capacity(1, blocking=True), "b": Capacity(2)}
LABELS: list[tuple[str, dict[str, Capacity], dict[str, Any], str]] = [
    ("one call of three", THREE, {"legs": calls(1)}, "busy"),
    ("three of three", THREE, {"legs": calls(3)}, "dnd"),
    ("more than the limit", THREE, {"legs": calls(4)}, "dnd"),
    ("none", THREE, {}, "available"),
    ("a break, one call of three", THREE, {"legs": calls(1), "intent": BREAK}, "break"),
    ("do not disturb, none", THREE, {"intent": DND}, "dnd"),
    ("no device", THREE, {"registered": {}}, "offline"),
    ("one of two profiles exhausted", TWO_PROFILES, {"legs": calls(1, "a")}, "busy"),
    ("the blocking one exhausted", MIXED, {"legs": calls(1, "a")}, "dnd"),
    ("used up today, no call", THREE, {"today": Today(day="", used={"out": 3})}, "dnd"),
    ("used in part today, no call", THREE, {"today": Today(day="", used={"out": 1})}, "busy"),
    ("no profile, on a call", {}, {"legs": calls(1, "")}, "on_call"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "capacity", "facts", "shown"), LABELS, ids=[each[0] for each in LABELS])
def test_given_presence_made_of_capacity_then_the_label(
    what: str, capacity: dict[str, Capacity], facts: dict[str, Any], shown: str
) -> None:
    """D44, T138."""
    terms = replace(TERMS, capacity=capacity, presence_from_capacity=True)
    assert derive(inputs(**facts), terms, NOW).shown.value == shown, what


def test_given_an_account_that_does_not_want_it_then_the_label_is_the_state() -> None:
    derived = derive(inputs(legs=calls(1)), replace(TERMS, capacity=THREE), NOW)
    assert derived.shown is derived.state is AgentState.ON_CALL


# --- what happens (4.3) -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "terms", "state", "reason"),
    [
        (LegOutcome.NO_ANSWER, TERMS, "available", "idle"),
        (LegOutcome.NO_ANSWER, replace(TERMS, missed_offer="away"), "away", "inactive"),
        (LegOutcome.DECLINED, TERMS, "available", "idle"),
        (LegOutcome.DECLINED, replace(TERMS, rejected_offer="dnd"), "dnd", "declined"),
        (
            LegOutcome.LOST_RACE,
            replace(TERMS, missed_offer="away", rejected_offer="dnd"),
            "available",
            "idle",
        ),
        (
            LegOutcome.CANCELLED,
            replace(TERMS, missed_offer="away", rejected_offer="dnd"),
            "available",
            "idle",
        ),
    ],
)
def test_given_an_offer_that_is_over_then_what_the_company_set(
    how: LegOutcome, terms: Terms, state: str, reason: str
) -> None:
    """D45: missed, refused; no miss when another took it, or the caller gave up."""
    after = changes.leg_over(inputs(legs={"x": leg()}, reservations={"c1": kept()}), "x", how, terms, NOW)
    derived = derive(after, terms, NOW)
    assert (derived.state.value, derived.reason) == (state, reason)
    assert after.reservations == {}
    assert (after.penalty_until > NOW) is (how is LegOutcome.DECLINED)


def test_given_a_direct_call_that_is_missed_then_nothing_follows() -> None:
    terms = replace(TERMS, missed_offer="away")
    after = changes.leg_over(inputs(legs={"x": leg()}), "x", LegOutcome.NO_ANSWER, terms, NOW)
    assert derive(after, terms, NOW).state is AgentState.AVAILABLE


def missed(agent: Inputs, terms: Terms, *how: LegOutcome) -> Inputs:
    """Offers one after the other, each to its end."""
    for n, each in enumerate(how):
        call = f"c{n}"
        agent = changes.reserved(agent, kept(call=call))
        agent = changes.rang(agent, call, leg(call=call))
        agent = changes.leg_over(agent, call, each, terms, NOW + n)
    return agent


@pytest.mark.parametrize(
    ("how", "state", "count"),
    [
        ([LegOutcome.NO_ANSWER] * 2, "available", 2),
        ([LegOutcome.NO_ANSWER] * 3, "away", 0),
        (
            [LegOutcome.NO_ANSWER, LegOutcome.CANCELLED, LegOutcome.LOST_RACE, LegOutcome.NO_ANSWER],
            "available",
            2,
        ),
        (
            [LegOutcome.NO_ANSWER, LegOutcome.NO_ANSWER, LegOutcome.DECLINED, LegOutcome.NO_ANSWER],
            "available",
            1,
        ),
    ],
)
def test_given_three_missed_offers_in_a_row_then_he_is_away_and_not_before(
    how: list[LegOutcome], state: str, count: int
) -> None:
    terms = replace(TERMS, missed_offer="away", missed_offers=3)
    after = missed(inputs(), terms, *how)
    assert (derive(after, terms, NOW + 60).state.value, after.missed) == (state, count)


def test_given_missed_offers_then_a_conversation_or_his_word_begins_the_count_anew() -> None:
    terms = replace(TERMS, missed_offer="away", missed_offers=3)
    two = missed(inputs(), terms, LegOutcome.NO_ANSWER, LegOutcome.NO_ANSWER)
    assert changes.answered(two, "own", leg("answered", call="own")).missed == 0
    assert changes.declared(two, Intent(kind="available", source="agent", since=NOW)).missed == 0
    assert missed(inputs(), TERMS, LegOutcome.NO_ANSWER).missed == 0, "nobody wants to know"


def test_given_two_phones_that_ring_then_the_offer_is_over_with_the_last() -> None:
    terms = replace(TERMS, missed_offer="away")
    agent = inputs(legs={"x": leg(), "y": leg()}, reservations={"c1": kept()})
    agent = changes.leg_over(agent, "x", LegOutcome.NO_ANSWER, terms, NOW)
    assert derive(agent, terms, NOW).state is AgentState.RINGING
    assert (
        derive(changes.leg_over(agent, "y", LegOutcome.NO_ANSWER, terms, NOW), terms, NOW).state
        is AgentState.AWAY
    )


def test_given_inactive_then_the_next_call_he_takes_brings_back_what_he_had_declared() -> None:
    agent = changes.declared(inputs(), Intent(kind="dnd_queues", since=1.0))
    agent = changes.declared(agent, Intent(kind="away", source="system", since=2.0))
    after = changes.answered(agent, "x", leg("answered", since=3.0))
    after = changes.leg_over(after, "x", None, TERMS, 4.0)
    assert derive(after, TERMS, NOW).state is AgentState.DND_QUEUES


def test_given_a_queue_with_wrap_up_then_its_conversation_ends_in_work_until_an_instant_and_its_unit_with_that() -> (
    None
):
    terms = replace(TERMS, capacity=THREE)
    agent = changes.reserved(inputs(), kept(profile="out", wrap_up=30))
    agent = changes.answered(agent, "x", leg("answered"))
    agent = changes.leg_over(agent, "x", None, terms, NOW)
    before, after = derive(agent, terms, NOW + 29.9), derive(agent, terms, NOW + 30)
    assert (before.state.value, before.until, before.units["out"].used) == ("acw", NOW + 30, 1)
    assert (after.state.value, after.units["out"].used, after.agent.idle_since) == ("available", 0, NOW + 30)


@pytest.mark.parametrize(
    ("blocks", "used_until"), [(None, 30.0), (30, 30.0), (45, 30.0), (12, 12.0), (0, 0.0)]
)
def test_given_a_queue_that_says_how_much_of_the_work_after_it_takes_a_unit_then_it_is_free_after_that(
    blocks: int | None, used_until: float
) -> None:
    """D49: always, for a time, or not."""
    terms = replace(TERMS, capacity=THREE)
    agent = changes.reserved(inputs(), replace(kept(profile="out", wrap_up=30), blocks=blocks))
    agent = changes.answered(agent, "x", leg("answered"))
    agent = changes.leg_over(agent, "x", None, terms, NOW)
    for after in (0.0, 11.9, 12.0, 29.9, 30.0):
        found = derive(changes.settled(agent, terms, NOW + after), terms, NOW + after)
        assert found.units["out"].used == int(after < used_until), after
        assert (found.state is AgentState.ACW) is (after < 30)
    if blocks == 12:
        assert derive(agent, terms, NOW).until == NOW + 12, "when that changes, it is told"
        assert changes.what_is_over(agent, NOW + 12) == "unit_free"


def test_given_a_queues_call_that_is_over_while_he_talks_in_another_then_work_begins_when_he_talks_no_more() -> (
    None
):
    """The last leg ends (4.3): sent on while whoever he asked still rang, a queue's call is over some milliseconds before the
    question."""
    agent = changes.reserved(inputs(), kept(wrap_up=30))
    agent = changes.answered(agent, "x", leg("answered"))
    agent = changes.answered(agent, "question", leg("answered", call="c2"))
    agent = changes.leg_over(agent, "x", None, TERMS, NOW)
    assert derive(agent, TERMS, NOW).state is AgentState.ON_CALL
    agent = changes.leg_over(agent, "question", None, TERMS, NOW + 5)
    found = derive(agent, TERMS, NOW + 5)
    assert (found.state.value, found.until) == ("acw", NOW + 35)


@pytest.mark.parametrize(("kind", "state"), [("break", "break"), ("dnd", "dnd"), ("available", "available")])
def test_given_work_after_a_call_then_his_own_word_ends_it(kind: Any, state: str) -> None:
    after = changes.declared(inputs(wrap_up=WrapUp(until=1_030.0)), Intent(kind=kind, since=NOW))
    assert derive(after, TERMS, NOW).state.value == state


def test_given_capacity_until_the_end_of_the_day_then_finished_work_counts_until_the_shift_is_over() -> None:
    """D20, D21; the wrap-up timer does not release it."""
    terms = replace(TERMS, capacity={"out": Capacity(1, end_of_day=True)}, day="monday on")
    agent = changes.answered(inputs(), "x", leg("answered", profile="out", wrap_up=5))
    agent = changes.leg_over(agent, "x", None, terms, NOW)
    assert derive(agent, terms, NOW + 60).units["out"].used == 1
    assert changes.refuses(agent, kept(call="c2", profile="out"), terms, NOW + 60) == "capacity"
    off = replace(terms, day="monday off")
    assert changes.settled(agent, off, NOW + 60).today == Today(day="monday off")
    assert derive(agent, off, NOW + 60).units["out"].used == 0


@pytest.mark.parametrize(
    ("gone", "intent", "expected"),
    [
        (150.0, BREAK, "break"),
        (150.1, BREAK, "available"),
        (150.1, DND, "available"),
        (150.1, Intent(kind="away", since=900.0), "away"),
        (150.1, Intent(kind="offline", since=900.0), "offline"),
        (150.1, replace(DND, until=5_000.0), "dnd"),
    ],
)
def test_given_phones_that_come_back_then_within_two_and_a_half_minutes_he_is_as_he_was(
    gone: float, intent: Intent, expected: str
) -> None:
    """D46, D47."""
    agent = changes.disconnected(inputs(intent=intent), "a", TERMS, NOW)
    assert derive(agent, TERMS, NOW).state is AgentState.OFFLINE
    back = changes.connected(agent, "b", 9_000.0, NOW + gone)
    assert derive(back, TERMS, NOW + gone).state.value == expected


@pytest.mark.parametrize(
    ("default", "intent", "gone", "expected"),
    [
        ("away", Intent(), 0.0, "away"),
        ("away", Intent(), 150.1, "away"),
        ("away", BREAK, 150.0, "break"),
        ("away", BREAK, 150.1, "away"),
        ("busy", DND, 150.1, "busy"),
        ("available", Intent(kind="offline", since=900.0), 150.1, "offline"),
        ("dnd", replace(DND, kind="dnd_queues", until=5_000.0), 150.1, "dnd_queues"),
        ("auto", Intent(), 0.0, "available"),
    ],
)
def test_given_a_default_presence_then_so_is_who_signs_in_or_was_away_for_long(
    default: Any, intent: Intent, gone: float, expected: str
) -> None:
    """D46, D47, 4.3; the first time he was never there."""
    terms = replace(TERMS, default_presence=default)
    agent = changes.disconnected(inputs(intent=intent), "a", terms, NOW) if gone else Inputs(intent=intent)
    back = changes.connected(agent, "b", 9_000.0, NOW + gone, terms)
    assert derive(back, terms, NOW + gone).state.value == expected
    assert changes.connected(back, "a", 9_000.0, NOW + gone + 1, terms).intent == back.intent, (
        "his second phone"
    )


def test_given_a_default_presence_then_it_lasts_like_his_own_word_and_a_timed_one_gives_way_to_it() -> None:
    terms = replace(TERMS, default_presence="away")
    agent = changes.connected(Inputs(), "a", 9_000.0, NOW, terms)
    talked = changes.leg_over(
        changes.answered(agent, "x", leg("answered", call="own")), "x", None, terms, NOW + 5
    )
    assert derive(talked, terms, NOW + 5).state is AgentState.AWAY
    timed = changes.declared(agent, Intent(kind="dnd", source="agent", since=NOW, until=NOW + 60))
    assert derive(timed, terms, NOW + 61).state is AgentState.AWAY


@pytest.mark.parametrize(("gone", "expected"), [(150.0, "break"), (150.1, "available")])
def test_given_a_registration_that_ran_out_unnoticed_then_its_end_is_when_he_was_lost(
    gone: float, expected: str
) -> None:
    agent = inputs(registered={"a": NOW}, intent=BREAK)
    back = changes.connected(agent, "a", 9_000.0, NOW + gone)
    assert derive(back, TERMS, NOW + gone).state.value == expected


def test_given_one_of_two_phones_that_is_lost_then_he_stays() -> None:
    agent = changes.disconnected(inputs(registered={"a": 2_000.0, "b": 2_000.0}), "a", TERMS, NOW)
    assert (derive(agent, TERMS, NOW).state, agent.lost_at) == (AgentState.AVAILABLE, 0.0)


def test_given_timed_do_not_disturb_then_it_gives_way_to_what_held_before() -> None:
    agent = changes.declared(inputs(), replace(BREAK, since=1.0))
    agent = changes.declared(agent, Intent(kind="dnd", since=2.0, until=NOW))
    agent = changes.declared(agent, Intent(kind="dnd", since=3.0, until=NOW + 10))
    assert derive(agent, TERMS, NOW + 9).state is AgentState.DND
    assert derive(agent, TERMS, NOW + 10).state is AgentState.BREAK
    assert derive(changes.settled(agent, TERMS, NOW + 11), TERMS, NOW + 11).state is AgentState.BREAK


def test_given_busy_by_hand_then_no_longer_than_a_day() -> None:
    agent = changes.declared(inputs(registered={"a": 1e9}), Intent(kind="busy", source="agent", since=NOW))
    assert derive(agent, TERMS, NOW + 24 * 3600 - 1).state is AgentState.BUSY
    assert derive(agent, TERMS, NOW + 24 * 3600).state is AgentState.AVAILABLE


@pytest.mark.parametrize(
    ("facts", "wanted", "expected"),
    [
        ({}, kept(), ""),
        ({"reservations": {"c1": kept()}}, kept(), ""),
        ({"reservations": {"c1": kept()}}, kept(holder="two"), "reserved"),
        ({"reservations": {"c1": kept(until=NOW)}}, kept(holder="two"), ""),
        ({"reservations": {"c1": kept()}}, kept("c2"), "reserved"),
        ({"legs": {"x": leg()}}, kept("c2"), "ringing"),
        ({"legs": {"x": leg()}}, kept("c1"), ""),
        ({"legs": {"x": leg("answered")}}, kept("c2"), ""),
        ({"legs": calls(2)}, kept("c9", profile="out"), ""),
        ({"legs": calls(3)}, kept("c9", profile="out"), "capacity"),
    ],
)
def test_given_an_offer_then_why_he_cannot_be_kept_for_it(
    facts: dict[str, Any], wanted: Reservation, expected: str
) -> None:
    assert changes.refuses(inputs(**facts), wanted, replace(TERMS, capacity=THREE), NOW) == expected


OLD_NEWS: list[tuple[str, Inputs, Any]] = [
    ("a leg that rings again", inputs(legs={"x": leg()}), lambda i: changes.rang(i, "x", leg())),
    ("ringing, answered already", inputs(legs={"x": leg("answered")}), lambda i: changes.rang(i, "x", leg())),
    ("answered twice", inputs(legs={"x": leg("answered")}), lambda i: changes.answered(i, "x", leg("answered", since=5.0))),
    ("a leg nobody knows ends", inputs(), lambda i: changes.leg_over(i, "x", None, TERMS, NOW)),
    ("released twice", inputs(), lambda i: changes.released(i, "c1")),
    ("reserved twice", inputs(reservations={"c1": kept()}), lambda i: changes.reserved(i, kept())),
    ("lost twice", inputs(registered={}, lost_at=5.0), lambda i: changes.disconnected(i, "a", TERMS, NOW)),
    ("declared twice", inputs(intent=BREAK), lambda i: changes.declared(i, BREAK)),
    ("nothing is over", inputs(intent=replace(BREAK, until=NOW + 1)), lambda i: changes.settled(i, TERMS, NOW)),
]  # fmt: skip


@pytest.mark.parametrize(("what", "agent", "again"), OLD_NEWS, ids=[each[0] for each in OLD_NEWS])
def test_given_old_news_then_nothing_changes(what: str, agent: Inputs, again: Any) -> None:
    assert again(agent) == agent, what


def test_given_a_missed_offer_then_the_idle_clock_goes_on_and_a_break_starts_it_anew() -> None:
    agent = inputs(call_ended=500.0, told=Told(state=AgentState.RINGING, reason="offered", at=600.0))
    announced, _ = changes.told(agent, TERMS, NOW)
    assert idle_since(announced, NOW) == 500.0
    agent = replace(agent, told=Told(state=AgentState.BREAK, reason="lunch", at=600.0))
    announced, _ = changes.told(agent, TERMS, NOW)
    assert idle_since(announced, NOW) == NOW
