"""Whose a number becomes, who an account is in a company, which language a box speaks, and whom a record names as the caller."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from routing.boxes import language_of
from routing.company import Number
from routing.ended_call import EndedCall, whole
from routing.number_owners import given_to, taken_back
from routing.record import CallRecord, RecordedCall
from routing.rights import OWNER, AccountRole, Person, person_of_account
from tests.sample import document as boreal

FREE, DIRECT = Number(number="+15145550150"), Number(number="+15145550151", extension="1001")
PRIYA = Number(number="+15145550150", owner="1003", extension="1003")


@pytest.mark.parametrize(
    ("number", "given", "back"),
    [
        (FREE, {"owner": "1004", "extension": "1004"}, {"owner": "", "extension": ""}),
        (PRIYA, {"owner": "1004", "extension": "1004"}, {"owner": "", "extension": ""}),
        (DIRECT, {"owner": "1004"}, {"owner": ""}),
    ],
    ids=["nobody's", "somebody's own", "the direct number of another stays where it leads"],
)
def test_given_a_number_then_only_its_own_way_changes(
    number: Number, given: dict[str, str], back: dict[str, str]
) -> None:
    assert (given_to(number, "1004"), taken_back(number)) == (given, back)


@pytest.mark.parametrize(
    ("role", "company", "person"),
    [
        ("admin", "", OWNER),
        ("supervisor", "", OWNER),
        ("agent", "", Person(role="user", extension="1004")),
        ("admin", "boreal", Person(role="admin", extension="1004", permissions=("auto_receptionist",))),
        ("supervisor", "boreal", Person(role="supervisor", extension="1004")),
        ("agent", "boreal", Person(role="user", extension="1004")),
    ],
)
def test_given_an_account_then_who_it_is_in_the_company(
    role: AccountRole, company: str, person: Person
) -> None:
    assert person_of_account(role, company, "1004") == person


@pytest.mark.parametrize(
    ("own", "box", "language"),
    [("en", "1001", "en"), ("fr", "1001", "fr"), (None, "1001", "fr"), ("en", "8100", "fr")],
    ids=["his own", "his own, French", "the company's", "a box of nobody"],
)
def test_given_a_box_then_it_speaks_the_language_of_whose_it_is(own: Any, box: str, language: str) -> None:
    claire = msgspec.structs.replace(boreal().users["1001"], language=own)
    document = msgspec.structs.replace(boreal(), users={**boreal().users, "1001": claire})
    assert language_of(document, box) == language


@pytest.mark.parametrize(
    ("decided", "caller"),
    [
        ([{"number": "+14505550199"}], "+14505550199"),
        ([{"number": "+14505550199", "segment": 2}], "4505550199"),
        ([{"number": "1004", "owner": "1004"}], "4505550199"),
        ([{"number": ""}], "4505550199"),
        ([], "4505550199"),
    ],
    ids=["from outside: E.164", "a later segment's is another's", "a colleague", "not understood", "nothing was told"],
)  # fmt: skip
def test_given_what_was_decided_then_the_record_names_the_caller_in_e164(
    decided: list[dict[str, Any]], caller: str
) -> None:
    ended = EndedCall(
        call="c", company="boreal", began=1, ended=2, disposition="answered", caller="4505550199"
    )
    at = datetime(2026, 10, 13, 14, 0, tzinfo=UTC)
    segments = tuple(
        CallRecord(
            company="boreal", revision=1, steps=(),
            call=RecordedCall(id="c", kind="number", to="+15145550100", received_at=at, **each),
        )
        for each in decided
    )  # fmt: skip
    assert whole(ended, segments).caller == caller
