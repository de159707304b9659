"""A queue's waiting line: who is served first, what callers hear, and when they leave (Z50, R53, R54, D50 to D52)."""

from __future__ import annotations

from typing import Any

import pytest

from routing.agent_terms import People
from routing.capacity import Units
from routing.contention import contended
from routing.offers import offer_of
from routing.route import LegOutcome, Outcome, OutcomeKind
from routing.snapshot import Agent, AgentState, Waiting
from routing.steps import Play, PromptRef, Ring, Voicemail, Wait
from routing.waiting_line import place_kept
from tests.routing.following import OVER, B, Following
from tests.sample import at

QUEUE, SUPPORT = "7000", ("1007", "1008", "1012")
BUSY, IDLE, GONE = AgentState.ON_CALL, AgentState.AVAILABLE, AgentState.OFFLINE
NOW = at(B).timestamp()


def queue(**more: Any) -> dict[str, Any]:
    return {"queues": {"Q-SUP": {"max_waiting": None, "capacity": None, **more}}}


def caller(name: str, waited: float = 30, **more: Any) -> Waiting:
    return Waiting(**{"call": name, "queue": "Q-SUP", "since": NOW - waited, "until": NOW + 20, **more})


def support(*free: str) -> dict[str, Any]:
    return {f"u{each}": IDLE if each in free else BUSY for each in SUPPORT}


def calls(
    waiting: tuple[Waiting, ...] | None, change: dict[str, Any] | None = None, **more: Any
) -> Following:
    return Following(QUEUE, change=change or queue(), waiting=waiting, **more)


# --- who is served first ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("waiting", "free", "rung"),
    [
        ((), ("1007",), {"1007a"}),
        (None, ("1007",), {"1007a"}),
        ((caller("a"),), ("1007",), set()),
        ((caller("a"),), ("1007", "1008"), {"1008a"}),
        ((caller("a"), caller("b")), ("1007", "1008"), set()),
        ((caller("a", offered=("1012",)),), ("1007",), {"1007a"}),
        ((caller("a", declined=("1007",)),), ("1007",), {"1007a"}),
        ((caller("a", declined=("1007",)),), ("1007", "1008"), {"1007a"}),
        ((caller("a", declined=("1007",)), caller("b", 20)), ("1007", "1008"), set()),
        ((caller("a", until=NOW),), ("1007",), {"1007a"}),
        ((caller("a", -1),), ("1007",), {"1007a"}),
        ((caller("a", queue="Q-COL"),), ("1007",), {"1007a"}),
        ((caller("a", queue="gone"),), ("1007",), {"1007a"}),
        ((caller("a", -1, priority=1),), ("1007",), set()),
        ((caller("a", priority=-1),), ("1007",), {"1007a"}),
        ((caller("c", 60), caller("a")), ("1007",), {"1007a"}),
    ],
    ids=[
        "nobody else", "nobody knows who waits", "one waits longer", "one waits longer, two are free", "two wait longer",
        "his phones ring already", "he declined the one who is free", "he takes the other", "one declined, one did not",
        "he is there no more", "he came later", "a queue without this member", "a queue that is no more",
        "he came later and goes first", "he waited and goes last", "this call waits longest",
    ],
)  # fmt: skip
def test_a_free_member_is_for_whoever_goes_first(
    waiting: tuple[Waiting, ...] | None, free: tuple[str, ...], rung: set[str]
) -> None:
    call = calls(waiting, **support(*free))
    assert call.rings == rung
    if not rung:
        assert isinstance(call.decision.step, Wait)
        assert "kept_for_another" in {each["because"] for each in call.facts("member_passed_over")}


def test_whoever_waits_ahead_declined_all_who_are_free_then_a_draw_among_nobody_is_nobody() -> None:
    ahead = caller("a", declined=("1007",))
    assert calls((ahead,), queue(strategy="random"), **support("1007")).rings == {"1007a"}


def test_two_queues_share_a_member_then_he_is_for_the_one_who_waits_longest_in_either() -> None:
    change = queue()
    change["queues"]["Q-COL"] = {"members": ["1007"]}
    ahead = caller("a", queue="Q-COL")
    assert calls((ahead,), change, **support("1007")).rings == set()
    assert calls((ahead,), change, **support("1007", "1008")).rings == {"1008a"}
    change["queues"]["Q-COL"]["members"] = ["1004"]
    assert calls((ahead,), change, **support("1007")).rings == {"1007a"}


def test_given_all_ring_together_then_they_ring_for_the_first_caller_alone() -> None:
    together = queue(strategy="simultaneous")
    assert calls((caller("a"),), together, **support(*SUPPORT)).rings == set()
    assert calls((), together, **support(*SUPPORT)).rings == {"1007a", "1008a", "1012a"}


def test_without_presence_those_who_ring_for_another_caller_are_left_alone() -> None:
    assert calls((caller("a", offered=("1007",)),), knows=False).rings == {"1008a"}


def test_a_member_who_was_lost_to_another_call_is_passed_over() -> None:
    call = calls((), **support("1007", "1008"))
    assert call.rings == {"1007a"}
    assert call.agents is not None
    call.agents = dict(contended(call.snapshot(), ["1007"]).agents or {})
    assert call.again().rings == {"1008a"}
    unknown = calls((), knows=False)
    unknown.waiting = contended(unknown.snapshot(), ["1007"]).waiting
    assert unknown.again().rings == {"1008a"}


def test_a_member_without_capacity_for_this_queue_waits_for_it() -> None:
    full = Agent(state=IDLE, units={"CP-IN-1": Units(1, 1)})
    call = Following(QUEUE, waiting=(), u1007=full, u1008=BUSY, u1012=BUSY)
    assert isinstance(call.decision.step, Wait)
    assert {"member": "1007", "because": "blocked"} in call.facts("member_passed_over")


# --- full ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("most", "others", "full"), [(3, 3, True), (3, 2, False), (None, 9, False)], ids=["as many", "fewer", "no limit"]
)  # fmt: skip
def test_a_queue_takes_as_many_as_may_wait(most: int | None, others: int, full: bool) -> None:
    waiting = tuple(caller(f"w{n}") for n in range(others))
    call = calls(waiting, queue(max_waiting=most), **support())
    assert isinstance(call.decision.step, Voicemail if full else Wait)
    assert bool(call.facts("queue_full")) == full


def test_the_limit_of_its_overflow_counts_too_and_those_of_another_queue_do_not() -> None:
    box = {"action": "voicemail", "box": "8200"}
    change = queue(max_waiting=9, overflow=[{"reason": "full", "over": 2, "to": box}])
    one, two = caller("a"), caller("b")
    assert isinstance(calls((one, two), change, **support()).decision.step, Voicemail)
    assert isinstance(calls((one, caller("b", queue="Q-COL")), change, **support()).decision.step, Wait)


def test_the_queue_that_another_one_overflows_into_is_not_asked_whether_it_is_full() -> None:
    change = queue(max_waiting=1, overflow=[{"reason": "full", "to": {"action": "queue", "queue": "Q-COL"}}])
    change["queues"]["Q-COL"] = {"max_waiting": 1}
    call = calls((caller("a"), caller("b", queue="Q-COL")), change, u1003=BUSY, **support())
    assert (call.decision.place.id, type(call.decision.step)) == ("Q-COL", Wait)


# --- what they hear -----------------------------------------------------------------------------------


def test_the_welcome_is_heard_once_and_the_caller_waits_meanwhile() -> None:
    call = calls((), queue(welcome="G-FR-EN", max_wait=30), **support("1007"))
    assert call.decision.step == Play(prompts=(PromptRef("G-FR-EN", company=True),))
    assert call.kept() is not None
    assert call.then(OVER, 12).rings == {"1007a"}
    assert call.unanswered().seconds == 3
    call.unanswered()
    assert call.facts("step_time_over") == [{"target": "q.Q-SUP"}]


def prompts(call: Following) -> tuple[str, ...]:
    assert isinstance(call.decision.step, Wait), call.decision
    return tuple(dict.fromkeys(each.name for each in call.decision.step.prompts))


def test_the_position_is_told_with_the_wait_and_again_with_each_periodic_message() -> None:
    messages = queue(announce_position=True, periodic_prompt="ABS-RETOUR", periodic_seconds=20, max_wait=None)
    call = calls((caller("a", until=NOW + 500),), messages, **support())
    heard = [prompts(call)]
    for _ in range(9):
        heard.append(prompts(call.then(OVER, 5)))
    place = ("position_before", "position_after")
    assert heard == [place, (), (), (), ("ABS-RETOUR", *place), (), (), (), ("ABS-RETOUR", *place), ()]
    assert call.facts("waiting_for_member")


def test_the_position_is_of_the_queue_alone_and_the_next_one_is_told_so() -> None:
    announced = queue(announce_position=True)
    call = calls((caller("a", 90), caller("x", 90, queue="Q-COL"), caller("z", -1)), announced, **support())
    assert isinstance(call.decision.step, Wait)
    assert {each.number for each in call.decision.step.prompts} == {2, 0}
    assert {each.language for each in call.decision.step.prompts} == {"fr", "en"}
    assert prompts(calls((), announced, **support())) == ("position_next",)
    assert prompts(calls(None, announced, **support())) == ()


def test_a_message_alone_comes_after_its_time_and_never_before_an_offer() -> None:
    call = calls((), queue(periodic_prompt="ABS-RETOUR", periodic_seconds=10), **support())
    assert prompts(call) == ()
    assert prompts(call.then(OVER, 10)) == ("ABS-RETOUR",)
    call.set("1007", IDLE)
    assert call.then(OVER, 10).rings == {"1007a"}


# --- leaving ------------------------------------------------------------------------------------------


def test_the_shortest_limit_ends_the_wait() -> None:
    box, other = {"action": "voicemail", "box": "8200"}, {"action": "voicemail", "box": "8300"}
    overflow = [{"reason": "wait", "over": 40, "to": other}, {"reason": "wait", "over": 8, "to": box}]
    call = calls((), queue(overflow=overflow, max_wait=60), **support())
    assert isinstance(call.decision.step, Wait)
    assert call.then(OVER, 5).decision.step == Wait(seconds=3, music="M-DEF")
    assert call.then(OVER, 3).decision.step == Voicemail(box="8200")


@pytest.mark.parametrize(("flush", "waits"), [(True, False), (False, True)])
def test_at_closing_time_those_who_wait_go_on_waiting_or_are_sent_elsewhere(flush: bool, waits: bool) -> None:
    when = "2026-10-13T16:59:58"
    call = Following(QUEUE, when=when, change=queue(flush_at_close=flush), waiting=(), **support())
    assert isinstance(call.then(OVER, 5).decision.step, Wait if waits else Voicemail)
    assert bool(call.facts("queue_closes")) == flush


# --- what others are told -----------------------------------------------------------------------------


def test_a_place_in_line_tells_whose_phones_ring_who_declined_and_until_when() -> None:
    call = calls((), queue(priority=2), **support("1007", "1008"))
    first = call.kept()
    assert first == Waiting(call="c", queue="Q-SUP", since=NOW, until=NOW + 20, priority=2, offered=("1007",))
    call.waiting = (first,)
    call.then(call.ended(LegOutcome.DECLINED), after=4)
    second = call.kept()
    assert second is not None
    assert (second.since, second.until, second.offered, second.declined) == (
        NOW, NOW + 24, ("1008",), ("1007",),
    )  # fmt: skip


def test_lines_that_were_lost_are_made_again_from_what_the_call_knows() -> None:
    call = calls((), queue(), **support())
    call.waiting = None
    kept = call.then(OVER, 25).kept()
    assert kept is not None
    assert kept.since == NOW


def test_whoever_left_the_line_has_no_place_in_it() -> None:
    call = calls((), queue(max_wait=5), **support())
    assert call.kept() is not None
    call.then(OVER, 5)
    assert isinstance(call.decision.step, Ring)
    assert call.kept() is None


def test_place_kept_is_of_queues_alone() -> None:
    call = Following("+15145550102")
    assert place_kept(call.company, call.call, call.snapshot(), call.decision, call.history) is None


# --- 0 ------------------------------------------------------------------------------------------------

ZERO = Outcome(OutcomeKind.KEYED, keys="0")
TO_PAUL = {"to": "target", "target": {"action": "extension", "extension": "1010"}}
TO_OPERATOR = {"to": "target", "target": {"action": "operator"}}
NOBODY = {"to": "target", "target": {"action": "ring", "members": ["1003"], "seconds": 10}}


def hears_0(call: Following) -> bool:
    """The step that the call is in takes 0."""
    assert isinstance(call.decision.step, Play | Ring | Wait)
    return call.decision.step.key_0


@pytest.mark.parametrize("zero", [None, {"to": "nothing"}])
def test_a_queue_that_does_not_say_so_hears_no_0(zero: dict[str, Any] | None) -> None:
    assert not hears_0(calls((), queue(zero_dialing=zero)))
    assert not hears_0(calls((), queue(zero_dialing=zero, welcome="P-OCCUPE")))
    assert not hears_0(calls((), queue(zero_dialing=zero), **support()))


@pytest.mark.parametrize(
    ("zero", "target"),
    [(TO_PAUL, {"1010a"}), (TO_OPERATOR, {"1000a"}), ({"to": "company_greeting"}, {"1000a"})],
)
def test_where_a_queue_says_so_0_leaves_it_from_the_welcome_from_the_rings_and_from_the_music(
    zero: dict[str, Any], target: set[str]
) -> None:
    welcomed = calls((), queue(zero_dialing=zero, welcome="P-OCCUPE"))
    for call in (
        welcomed,
        calls((), queue(zero_dialing=zero)),
        calls((), queue(zero_dialing=zero), **support()),
    ):
        assert hears_0(call)
        left = call.then(ZERO, 2)
        assert left.rings == target
        assert left.kept() is None


def test_of_a_call_to_a_number_the_queues_0_counts_not_the_numbers() -> None:
    main = {"zero_dialing": {"to": "company_greeting"}, "open": [{"action": "queue", "queue": "Q-SUP"}]}
    call = Following(
        "+15145550100", change={**queue(zero_dialing=TO_PAUL), "handlings": {"main": main}}, waiting=()
    )
    assert call.then(ZERO, 2).rings == {"1010a"}


def test_nobody_where_0_led_then_the_queue_does_what_it_does_when_nobody_takes_its_calls() -> None:
    box = {"reason": "nobody", "to": {"action": "voicemail", "box": "8200"}}
    call = calls((), queue(zero_dialing=NOBODY, overflow=[box])).then(ZERO, 2).unanswered()
    assert isinstance(call.decision.step, Voicemail)
    assert call.decision.step.box == "8200"


# --- work after a call --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "blocks"),
    [
        ({}, 40),
        ({"wrap_up_capacity": "block_for", "wrap_up_capacity_seconds": 15}, 15),
        ({"wrap_up_capacity": "block_for", "wrap_up_capacity_seconds": 600}, 40),
        ({"wrap_up_capacity": "dont_block", "wrap_up_capacity_seconds": 15}, 0),
    ],
)
def test_the_work_after_a_call_takes_a_unit_by_what_the_queue_says(how: dict[str, Any], blocks: int) -> None:
    call = calls((), queue(wrap_up=40, **how))
    made = offer_of(call.company.document, call.decision)
    assert made is not None
    wanted = made.reservation("c", 1, "us", NOW)
    assert (wanted.wrap_up, wanted.blocks) == (40, blocks)


def test_what_an_account_says_of_missed_offers_and_of_signing_in_holds_for_everybody() -> None:
    said = {"missed_offer": "away", "missed_offers": 4, "default_presence": "busy"}
    terms = People(calls((), {"account": said}).company).standing("1007")
    assert (terms.missed_offer, terms.missed_offers, terms.default_presence) == ("away", 4, "busy")
