"""What is decided of transfers that are no plain ones: decision 0020."""

from __future__ import annotations

import pytest

from routing.carried import EntryKind
from routing.transfers import sends_to
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
