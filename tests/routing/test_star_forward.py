"""One's own forward by star code: to whom, whether he may, what is said (P84; design 3.6)."""

from __future__ import annotations

from typing import Any

import pytest

from routing.call import Call
from routing.company import ToExtension, ToExternal, ToNumber
from routing.engine import next_step
from routing.own_forward import OwnForward, with_forward
from routing.route import Attempt, Outcome, OutcomeKind, Place
from routing.snapshot import Snapshot
from routing.steps import Announce, Ask, CollectMore
from tests.routing.test_outbound import changed, dial
from tests.sample import at, document

ASKED = Place("k", "72", "o", "s0g0")
REST = Place("k", "72", "o", "s0c0")


def said(decided: Any) -> str:
    """The only prompt of an announcement."""
    assert isinstance(decided.step, Announce)
    (prompt,) = decided.step.prompts
    return prompt.name


@pytest.mark.parametrize(
    ("dialled", "to"),
    [
        ("*721006", ToExtension(extension="1006")),
        ("*724505550166", ToExternal(number="+14505550166", country="CA")),
        ("*725145550111", ToNumber(number="sales_direct")),
    ],
    ids=["an extension", "an outside number as he dials it", "a number of the company"],
)
def test_it_goes_to_what_he_dialled(dialled: str, to: Any) -> None:
    number = document().numbers
    if isinstance(to, ToNumber):
        to = ToNumber(number=next(key for key, each in number.items() if each.number == "+15145550111"))
    decided = dial(dialled, "1004")
    assert (decided.saves, said(decided)) == (OwnForward("1004", to), "forward_on")


@pytest.mark.parametrize("user", ["1012", "1002"], ids=["Tom", "Marc"])
@pytest.mark.parametrize(
    ("dialled", "code"),
    [("*724385550122", "forward_set"), ("*7201133199000199", "country_not_allowed"), ("*7219005550100", "class_not_allowed"),
     ("*7212125550100", "country_not_allowed")],
    ids=["his own country", "France", "a dear number", "the States"],
)  # fmt: skip
def test_who_has_no_outbound_function_has_no_right_of_the_default_profile_either(
    user: str, dialled: str, code: str
) -> None:
    decided = dial(dialled, user)
    assert decided.reasons[-1].code == code
    assert (decided.saves is None) is (code != "forward_set")


def test_who_has_no_outbound_function_forwards_to_no_dear_number_of_his_country() -> None:
    there = changed(account={"country": "FR"}, outbound_profiles={"OP-DEF": {"classes": ["premium"]}})
    assert dial("*72+33899123456", "1012", there).reasons[-1].code == "class_not_allowed"


def test_it_is_lifted() -> None:
    decided = dial("*73", "1004")
    assert (decided.saves, said(decided)) == (OwnForward("1004"), "forward_off")
    assert with_forward(document(), OwnForward("1002")).users["1002"].forward is None


@pytest.mark.parametrize(
    ("dialled", "changes", "code", "prompt"),
    [
        ("*721004", {}, "forward_to_oneself", "refused_number"),
        ("*72911", {}, "outside_invalid", "refused_number"),
        ("*7299", {}, "outside_invalid", "refused_number"),
        ("*720119647901234567", {}, "country_not_allowed", "refused_country"),
        ("*7219005550100", {}, "class_not_allowed", "refused_rights"),
        ("*724505550166", {"account": {"outbound_locked": True}}, "outbound_locked", "refused_locked"),
        ("*721006", {"account": {"locks": [{"setting": "users.forward"}]}}, "forward_refused", "refused_locked"),
        ("*721006", {"users": {"1004": {"licensed": False}}}, "forward_refused", "refused_locked"),
    ],
    ids=["oneself", "rescuers", "nothing", "another country", "a dear number", "outside calls locked", "locked", "unlicensed"],
)  # fmt: skip
def test_it_is_refused_with_its_reason_spoken(dialled: str, changes: Any, code: str, prompt: str) -> None:
    decided = dial(dialled, "1004", changed(**changes))
    assert decided.saves is None
    assert (decided.reasons[-1].code, said(decided)) == (code, prompt)


def asked(*attempts: Attempt, unsaved: str = "", dialled: str = "*72") -> Any:
    call = Call(
        id="c", company="boreal", entry_kind="extension", entry=dialled, caller_number="1004",
        received_at=at("2026-10-13T10:00"), owner="1004",
    )  # fmt: skip
    return next_step(changed(), call, Snapshot(now=call.received_at, agents={}, unsaved=unsaved), attempts)


def test_without_a_number_he_is_asked_for_one() -> None:
    first, rest = Outcome(OutcomeKind.KEYED, keys="1"), Outcome(OutcomeKind.KEYED, keys="006")
    assert isinstance(asked().step, Ask)
    more = asked(Attempt(ASKED, first))
    assert isinstance(more.step, CollectMore)
    assert (asked().place, more.place) == (ASKED, REST)
    done = asked(Attempt(ASKED, first), Attempt(REST, rest))
    assert done.saves == OwnForward("1004", ToExtension(extension="1006"))


@pytest.mark.parametrize("outcome", [Outcome(OutcomeKind.NO_INPUT), Outcome(OutcomeKind.KEYED, keys="#")])
def test_who_says_nothing_forwards_nothing(outcome: Outcome) -> None:
    decided = asked(Attempt(ASKED, outcome))
    assert (decided.saves, said(decided)) == (None, "refused_number")


def test_what_could_not_be_saved_is_said() -> None:
    decided = asked(unsaved="forward_loop", dialled="*721006")
    assert (decided.saves, decided.reasons[-1].code, said(decided)) == (
        None,
        "forward_not_saved",
        "refused",
    )


@pytest.mark.parametrize(
    ("code", "off", "when", "field", "prompt"),
    [
        ("90", "91", "busy", "own_busy", "busy_forward"),
        ("92", "93", "unanswered", "own_unanswered", "unanswered_forward"),
    ],
)
def test_calls_while_he_is_busy_or_that_he_does_not_answer_have_forwards_of_their_own(
    code: str, off: str, when: Any, field: str, prompt: str
) -> None:
    to = ToExtension(extension="1006")
    decided = dial(f"*{code}1006", "1004")
    assert (decided.saves, said(decided)) == (OwnForward("1004", to, when), f"{prompt}_on")
    assert decided.reasons[-1].code == f"{prompt}_set"
    there = with_forward(document(), OwnForward("1004", to, when))
    assert (getattr(there.users["1004"].open, field), there.users["1004"].forward) == (to, None)
    lifted = dial(f"*{off}", "1004")
    assert (lifted.saves, said(lifted)) == (OwnForward("1004", when=when), f"{prompt}_off")
    assert getattr(with_forward(there, OwnForward("1004", when=when)).users["1004"].open, field) is None


@pytest.mark.parametrize(("code", "when"), [("90", "busy"), ("92", "unanswered")])
def test_of_those_too_a_number_is_asked_for(code: str, when: Any) -> None:
    place = Place("k", code, "o", "s0g0")
    assert asked(dialled=f"*{code}").place == place
    more = asked(Attempt(place, Outcome(OutcomeKind.KEYED, keys="1")), dialled=f"*{code}")
    rest = Attempt(more.place, Outcome(OutcomeKind.KEYED, keys="006"))
    done = asked(Attempt(place, Outcome(OutcomeKind.KEYED, keys="1")), rest, dialled=f"*{code}")
    assert done.saves == OwnForward("1004", ToExtension(extension="1006"), when)


@pytest.mark.parametrize("code", ["90", "92"])
def test_and_they_are_judged_as_every_forward(code: str) -> None:
    dear = dial(f"*{code}19005550100", "1004")
    assert (dear.saves, dear.reasons[-1].code) == (None, "class_not_allowed")
    setting = {"90": "users.open.busy", "92": "users.open.unanswered"}[code]
    locked = dial(f"*{code}1006", "1004", changed(account={"locks": [{"setting": setting}]}))
    assert (locked.saves, locked.reasons[-1].code) == (None, "forward_refused")


def test_what_is_no_forward_is_not_lifted() -> None:
    there = changed(users={"1004": {"open": {"busy": {"action": "busy_signal"}}}}).document
    assert with_forward(there, OwnForward("1004", when="busy")) == there
