"""What is decided of transfers that are no plain ones: decision 0020."""

from __future__ import annotations

import pytest

from routing.carried import EntryKind
from routing.transfers import Conversation, kept_apart, sends_to
from tests.sample import company


@pytest.mark.parametrize(
    ("kind", "entry", "dials"),
    [
        ("extension", "1004", "1004"),
        ("extension", "+14385550111", "+14385550111"),
        ("extension", "*0160*4505550166", "*0160*4505550166"),
        ("number", "DID-1001", "+15145550110"),
        ("number", "of another revision", ""),
        ("transfer", "1004", "1004"),
    ],
    ids=["a colleague", "somebody outside", "with a number of his choice", "a number of the company", "one that is gone",
         "somebody who was sent on himself"],
)  # fmt: skip
def test_given_what_a_question_dialled_then_whom_it_sends_on_dials_the_same(
    kind: EntryKind, entry: str, dials: str
) -> None:
    assert sends_to(company(), kind, entry) == dials


def talk(leg: str, **what: bool) -> Conversation:
    return Conversation(**{"leg": leg, "outside": False, "placed": True, "apart": False, **what})  # type: ignore[arg-type]


APART = talk("x", outside=True, apart=True)
CALLER = talk("caller", outside=True, placed=False)
COLLEAGUE = talk("colleague")


@pytest.mark.parametrize(
    ("talks", "apart"),
    [
        ([APART], True),
        ([APART, COLLEAGUE], False),
        ([APART, COLLEAGUE, talk("another")], False),
        ([COLLEAGUE, APART], True),
        ([CALLER, APART], True),
        ([APART, CALLER], True),
        ([APART, talk("calls", placed=False)], True),
        ([APART, talk("mobile", outside=True)], True),
        ([APART, COLLEAGUE, CALLER], True),
    ],
    ids=["alone", "then a colleague was asked", "two were", "the colleague was there first", "asked for a caller",
         "a caller came", "a colleague called in", "a colleague's mobile answered", "asked, and a caller came"],
)  # fmt: skip
def test_given_an_outside_party_that_a_profile_keeps_apart_then_he_is_only_sent_to_who_was_asked_inside(
    talks: list[Conversation], apart: bool
) -> None:
    assert kept_apart(talks) == {"x": apart}


def test_given_two_outside_parties_that_are_kept_apart_then_they_are_from_each_other_too() -> None:
    assert kept_apart([APART, talk("y", outside=True, apart=True)]) == {"x": True, "y": True}


def test_given_no_such_party_then_nothing_is_said_of_anybody() -> None:
    assert kept_apart([CALLER, COLLEAGUE]) == {}
