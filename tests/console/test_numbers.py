"""Numbers by the API: listed with their plans, given to somebody and taken back; every rule against it by its code."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.company import load_company, plain_company
from schemas.merge_patch import merged
from tests.console.conftest import Console
from tests.sample import document

BOREAL = "/api/v1/companies/boreal"
NEW = {"number": "+15145550177", "make_calls": True, "status": "ready"}


def with_numbers(console: Console, **changes: Any) -> None:
    loaded = load_company(merged(plain_company(document()), changes))
    assert not isinstance(loaded, list), loaded
    console.save(loaded)


def assign(console: Console, number: str, extension: str, language: str = "en") -> Any:
    newest = console.doors.documents.load("boreal")
    assert newest is not None
    headers = {**console.token(), "If-Match": f'"{newest[0]}"', "Accept-Language": language}
    return console.app.test_client().put(
        f"{BOREAL}/numbers/{number}/owner", json={"extension": extension}, headers=headers
    )


def test_given_a_number_that_is_ready_then_it_becomes_somebodys_own_and_his_calls_show_it(
    console: Console,
) -> None:
    with_numbers(console, numbers={"N-NEW": NEW})
    client, token = console.app.test_client(), console.token()
    listed = client.get(f"{BOREAL}/numbers", headers=token).json
    assert next(each for each in listed["numbers"] if each["id"] == "N-NEW")["state"] == "ready"
    assert "1004" in listed["assignable_users"]
    answer = assign(console, "N-NEW", "1004")
    assert answer.status_code == 200, answer.text
    saved = console.doors.documents.load("boreal")
    assert saved is not None
    assert (saved[1].numbers["N-NEW"].owner, saved[1].numbers["N-NEW"].extension) == ("1004", "1004")
    taken = client.delete(f"{BOREAL}/numbers/N-NEW/owner", headers={**token, "If-Match": f'"{saved[0]}"'})
    assert taken.status_code == 200, taken.text
    listed = client.get(f"{BOREAL}/numbers", headers=token).json
    assert next(each for each in listed["numbers"] if each["id"] == "N-NEW")["state"] == "ready"


@pytest.mark.parametrize(
    ("changes", "number", "extension", "code"),
    [
        ({"numbers": {"N-NEW": {**NEW, "number": "+18005550177"}}}, "N-NEW", "1004", "toll_free"),
        ({"numbers": {"N-NEW": NEW}}, "N-NEW", "1003", "already_assigned"),
        ({"numbers": {"N-NEW": {**NEW, "extension": "1001"}}}, "N-NEW", "1004", "already_assigned"),
        ({}, "N-MAIN", "1004", "already_assigned"),
        ({}, "N-PERS", "1004", "already_assigned"),
        ({"numbers": {"N-NEW": {**NEW, "make_calls": False}}}, "N-NEW", "1004", "number_not_outbound"),
        (
            {"numbers": {"N-NEW": NEW}, "users": {"1004": {"routable": False}}},
            "N-NEW",
            "1004",
            "not_routable_user",
        ),
    ],
    ids=[
        "toll-free",
        "he has one",
        "somebody's direct number",
        "the company's",
        "another's own",
        "it cannot call",
        "not for routing",
    ],
)
def test_given_a_rule_against_it_then_its_code_says_so_and_nothing_is_changed(
    console: Console, changes: Any, number: str, extension: str, code: str
) -> None:
    with_numbers(console, **changes)
    before = console.doors.documents.load("boreal")
    answer = assign(console, number, extension)
    assert answer.status_code == 422
    assert code in {mistake["code"] for mistake in answer.json["mistakes"]}
    assert console.doors.documents.load("boreal") == before


@pytest.mark.parametrize(
    ("language", "said"),
    [("fr", "numéro personnel de Priya Nair (1003)"), ("en", "personal number of Priya Nair (1003)")],
)
def test_given_anothers_own_number_then_the_refusal_names_its_owner(
    console: Console, language: str, said: str
) -> None:
    with_numbers(console)
    (mistake,) = assign(console, "N-PERS", "1004", language).json["mistakes"]
    assert (mistake["path"], mistake["value"]) == ("numbers.N-PERS.owner", "+15145550150")
    assert said in mistake["message"]


@pytest.mark.parametrize(
    ("number", "changes"),
    [
        ("N-PERS", {}),
        ("N-NEW", {"numbers": {"N-PERS": {"owner": ""}, "N-NEW": {**NEW, "extension": "1003"}}}),
    ],
    ids=["it is hers already", "her direct number"],
)
def test_given_what_leads_to_her_already_then_it_can_be_her_own(
    console: Console, number: str, changes: Any
) -> None:
    with_numbers(console, **changes)
    answer = assign(console, number, "1003")
    assert answer.status_code == 200, answer.text
    saved = console.doors.documents.load("boreal")
    assert saved is not None
    assert (saved[1].numbers[number].owner, saved[1].numbers[number].extension) == ("1003", "1003")


def test_given_a_number_that_is_none_then_not_found(console: Console) -> None:
    assert assign(console, "N-NONE", "1004").json["code"] == "unknown_number"


def test_given_the_sample_company_then_its_set_up_is_complete(console: Console) -> None:
    headers = {**console.token(), "Accept-Language": "fr"}
    told = console.app.test_client().get(f"{BOREAL}/outbound-setup", headers=headers).json
    assert told["complete"] is True
    assert [step["id"] for step in told["steps"]] == [
        "number", "make_calls", "voice_queue", "capacity_users", "outbound_profile", "default_profile",
    ]  # fmt: skip
    assert told["steps"][0]["sentence"].startswith("Ajoutez un numéro")
