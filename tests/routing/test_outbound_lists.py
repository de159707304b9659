"""Numbers that a company or an outbound profile blocks, or alone allows (issue 5, part 4)."""

from __future__ import annotations

from typing import Any

import pytest

from routing.dial_matrix import matrix
from routing.explain import reason_sentence
from routing.steps import Hangup
from tests.routing.following import Following
from tests.routing.test_outbound import CUSTOMER, changed, dial, leaves_as, refusal
from tests.sample import at

PARIS = "+33199000199"
OTHER = "+14505550170"
CLAIRE = "+15145550110"


def lists(level: str, **patterns: list[str]) -> dict[str, Any]:
    """A change of the sample company: the lists of the account, or of an outbound profile."""
    return {"account": patterns} if level == "account" else {"outbound_profiles": {level: patterns}}


@pytest.mark.parametrize("level", ["account", "OP-DEF"])
@pytest.mark.parametrize(
    ("patterns", "dialled", "listed"),
    [
        ({"blocked_numbers": [CUSTOMER]}, "450-555-0166", "blocked"),
        ({"blocked_numbers": ["+1450*"]}, CUSTOMER, "blocked"),
        ({"blocked_numbers": ["+1450*"]}, "+14165550100", ""),
        ({"blocked_numbers": [CUSTOMER]}, OTHER, ""),
        ({"blocked_numbers": ["+1450*"], "allowed_numbers": [CUSTOMER]}, CUSTOMER, "blocked"),
        ({"allowed_numbers": [CUSTOMER, "+33*"]}, CUSTOMER, ""),
        ({"allowed_numbers": [CUSTOMER, "+33*"]}, PARIS, ""),
        ({"allowed_numbers": [CUSTOMER, "+33*"]}, OTHER, "not_listed"),
    ],
    ids=["blocked", "by its beginning", "another area", "another", "blocked wins", "allowed", "allowed area", "not allowed"],
)  # fmt: skip
def test_given_lists_then_what_leaves(
    level: str, patterns: dict[str, list[str]], dialled: str, listed: str
) -> None:
    decided = dial(dialled, "1004", changed(**lists(level, **patterns)))
    if not listed:
        assert leaves_as(decided)[1] == "+15145550100"
        return
    assert refusal(decided) == ("rejected", "number_blocked")
    holder = "boreal" if level == "account" else level
    facts = decided.reasons[-1].facts
    assert (facts["level"], facts["holder"], facts["listed"]) == (
        "account" if level == "account" else "outbound_profile", holder, listed,
    )  # fmt: skip
    assert isinstance(decided.step, Hangup)
    assert decided.step.prompts[0].name == "refused_country"


def test_given_lists_on_both_levels_then_each_must_let_it_go() -> None:
    there = changed(
        account={"allowed_numbers": ["+1450*"]}, outbound_profiles={"OP-DEF": {"blocked_numbers": [OTHER]}}
    )
    assert leaves_as(dial(CUSTOMER, "1004", there))[0] == CUSTOMER
    assert refusal(dial(OTHER, "1004", there))[1] == "number_blocked"
    assert refusal(dial("+14165550100", "1004", there))[1] == "number_blocked"
    assert leaves_as(dial("*0102*4505550170", "1004", there))[0] == OTHER, "the other profile has no list"


@pytest.mark.parametrize(
    ("dialled", "code"), [("+442071838750", "country_not_allowed"), ("+19005551234", "class_not_allowed")]
)
def test_given_an_allowed_number_then_its_country_and_kind_are_asked_besides(dialled: str, code: str) -> None:
    there = changed(**lists("OP-DEF", allowed_numbers=[dialled]))
    assert refusal(dial(dialled, "1004", there))[1] == code


@pytest.mark.parametrize(
    "patterns", [{"blocked_numbers": ["+1*", "+9*", "+33*"]}, {"allowed_numbers": ["+999*"]}]
)
def test_given_any_list_then_rescuers_are_reached(patterns: dict[str, list[str]]) -> None:
    there = changed(**lists("account", **patterns))
    for dialled in ("911", "112"):
        assert leaves_as(dial(dialled, "1004", there))[0] == dialled


@pytest.mark.parametrize("user", ["1004", "1012"], ids=["with an outbound profile", "without"])
def test_given_a_blocked_number_then_no_forward_to_it_is_set(user: str) -> None:
    there = changed(**lists("account", blocked_numbers=[CUSTOMER]))
    decided = dial("*724505550166", user, there)
    assert (decided.saves, decided.reasons[-1].code) == (None, "number_blocked")
    assert dial("*724505550170", user, there).saves is not None


def test_given_a_forward_set_before_then_it_does_not_ring_a_blocked_number() -> None:
    to = {"action": "external", "number": CUSTOMER, "country": "CA"}
    forward = {"users": {"1001": {"forward": {"to": to, "enabled": True}, "schedule": {"enabled": False}}}}
    assert Following(CLAIRE, change=forward).rings == {"x14505550166"}
    blocked = Following(CLAIRE, change={**forward, **lists("account", blocked_numbers=["+1450*"])})
    assert [fact["listed"] for fact in blocked.facts("number_blocked")] == ["blocked"]
    assert "x14505550166" not in blocked.rings


def test_given_a_transfer_then_the_lists_of_who_transfers_hold() -> None:
    there = changed(**lists("OP-DEF", blocked_numbers=[CUSTOMER]))
    assert refusal(dial(CUSTOMER, "1004", there, kind="transfer"))[1] == "number_blocked"


def test_given_a_blocked_number_then_the_matrix_says_so_in_both_languages() -> None:
    there = changed(**lists("account", blocked_numbers=["+1*"]))
    cells = matrix(there, "1004", at("2026-10-13T10:00"))
    codes = {(cell.target.kind, cell.target.country): cell.code for cell in cells}
    assert (codes["national", "CA"], codes["international", "FR"]) == ("number_blocked", "")
    reason = next(cell.reason for cell in cells if cell.reason and cell.code == "number_blocked")
    for language, words in (("fr", "numéros interdits"), ("en", "blocked numbers")):
        assert words in reason_sentence(there, reason, language)  # type: ignore[arg-type]
