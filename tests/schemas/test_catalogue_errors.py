"""Each item of the catalogue of kind `err`, or that says "→ error", in groups A, Z, R and P, and the values that items of
kind `val` allow: the sample company with that mistake is refused by name, in both languages, and nothing else is said."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from routing.company import CompanyDocument
from schemas.company import load_company, plain_company
from schemas.merge_patch import merged
from tests.sample import document


@cache
def base() -> dict[str, Any]:
    return plain_company(document())


def user(extension: str, **more: Any) -> dict[str, Any]:
    return {"users": {extension: more}}


def main(*steps: Any, **more: Any) -> dict[str, Any]:
    return {"handlings": {"main": {"open": [*steps], **more}}}


def mobile(country: str, number: str = "+14385550111") -> dict[str, Any]:
    return user("1001", external_numbers={"mobile": {"number": number, "country": country}})


def hours(**opening: Any) -> dict[str, Any]:
    return user(
        "1002", schedule={"openings": [{"days": ["mon"], "start": "08:00", "end": "17:00", **opening}]}
    )


UNSET = {"operator": None, "operator_target": None, "check_voicemail": None}
MISTAKES: dict[str, tuple[dict[str, Any], str]] = {
    "Z16 T46 a number of Canada under France": (mobile("FR"), "country_mismatch"),
    "Z16 T46 a number of Canada under the United States": (mobile("US"), "country_mismatch"),
    "Z16 the same for a forward": (
        user("1002", forward={"to": {"country": "FR"}}), "country_mismatch"),
    "Z16 the same for a contact": ({"contacts": {"garage-nord": {"country": "US"}}}, "country_mismatch"),
    "Z20 T34 a longest wait of 22 s": (user("1002", open={"ring": {"seconds": 22}}), "not_allowed"),
    "Z22 a device's time of 65 s": (user("1001", open={"ring": {"seconds": 65}}), "not_allowed"),
    "Z25 call waiting when not answered": (
        user("1006", open={"ring": {}, "unanswered": {"action": "call_waiting"}}), "only_when_busy"),
    "Z28 a message without a prompt": (
        user("1001", open={"busy": {"action": "announce", "extension": None, "prompt": ""}}), "complement_missing"),
    "Z30 an extension left empty": (user("1001", open={"busy": {"extension": ""}}), "complement_missing"),
    "Z31 T40 a contact without a directory": (
        {"contacts": None, **user("1001", open={"busy": {"action": "contact", "extension": None, "contact": "x"}})},
        "no_directory"),
    "Z39 T50 another key in the menu": (
        user("1001", open={"unanswered": {"operator_key": "5"}}), "menu_fixed"),
    "Z40 T47 the operator on, without a target": (
        user("1001", open={"unanswered": {"operator_target": None}}), "operator_without_target"),
    "Z40 an operator outside": (
        user("1001", open={"unanswered": {"operator_target": {
            "action": "contact", "extension": None, "contact": "garage-nord"}}}), "operator_not_internal"),
    "Z43 a greeting that is nowhere": (
        user("1001", open={"unanswered": {"greeting": "G-NONE"}}), "unknown_reference"),
    "Z49 the mailbox of somebody who has none": (
        user("1006", voicemail=False, open={"busy": {"action": "extension", "extension": "1000", "mailbox": "original"}}),
        "no_box"),
    "R08 voicemail to an extension without a box": (
        main({"action": "voicemail", "box": "7000"}), "unknown_reference"),
    "R12 a name of 31 characters": (
        main(rules=[{"id": "R", "name": "x" * 31, "steps": [{"action": "hangup"}]}]), "too_long"),
    "R12 a caller that is no number": (
        main(rules=[{"id": "R", "callers": ["Madame Roy"], "steps": [{"action": "hangup"}]}]), "format"),
    "5.4 a blocked number that is none": ({"account": {"blocked_numbers": ["450555*"]}}, "format"),
    "5.4 an allowed number without its country": (
        {"outbound_profiles": {"OP-DEF": {"allowed_numbers": ["4505550166"]}}}, "format"),
    "5.4 a star that is not at the end": ({"account": {"allowed_numbers": ["+1*0166"]}}, "format"),
    "R12 two rules of one name": (
        main(rules=[{"id": "R", "steps": [{"action": "hangup"}]}] * 2), "rule_taken"),
    "R22 a group of nobody": (main({"action": "ring", "members": []}), "complement_missing"),
    "R23 an order nobody knows": (
        main({"action": "ring", "members": ["1004"], "strategy": "alphabetical"}), "not_allowed"),
    "R35 a greeting that offers an operator who is not": (
        {"account": {"operator": None}, **main({"action": "greeting", "prompt": "G-FR-EN"}),
         **user("1001", open={"unanswered": {"operator_target": {"action": "extension", "extension": "1000"}}})},
        "operator_without_target"),
    "R49 0 to a target that is not there": (
        main({"action": "ring", "members": ["1004"], "zero_dialing": {"to": "target"}}), "complement_missing"),
    "R49 the same for the whole handling": (main(zero_dialing={"to": "target"}), "complement_missing"),
    "A19 three seconds for a step": (
        main({"action": "ring", "members": ["1004"], "seconds": 3}), "out_of_range"),
    "A19 more than an hour for a member": (
        main({"action": "ring", "members": ["1004"], "member_seconds": 3601}), "out_of_range"),
    "A18 a team that is not there": (main({"action": "ring", "teams": ["T-NONE"]}), "unknown_reference"),
    "D50 a predicted wait of nothing": (
        {"queues": {"Q-SUP": {"overflow": [
            {"reason": "predicted_wait", "to": {"action": "voicemail", "box": "8200"}}]}}}, "predicted_wait_range"),
    "P04 T124 an extension of somebody else's": (
        {"queues": {"Q-SUP": {"extension": "1002"}}}, "extension_taken"),
    "P04 a device of somebody else's": (user("1001", devices={"1002a": {"kind": "sip"}}), "device_taken"),
    "P46 T127 an end before its start": (hours(start="17:00", end="08:00"), "end_before_start"),
    "P46 next day, and longer than a day": (hours(next_day=True), "longer_than_a_day"),
    "P47 T127 no weekday": (hours(days=[]), "no_weekday"),
    "P60 T67 a colleague without an extension": (
        user("1002", closed={"unanswered": {"action": "extension", "extension": ""}}), "complement_missing"),
    "P60 an exceptional period without a destination": (
        user("1002", exceptions={"X1": {"steps": []}}), "no_steps"),
    "P65 a period past midnight": (
        user("1002", exceptions={"X1": {"start": "18:00", "end": "08:00"}}), "end_before_start"),
    "P66 a day that is not": (user("1002", exceptions={"X2": {"yearly": {"month": 2, "day": 30}}}), "no_such_day"),
    "P69 a span and a selector at once": (
        user("1002", exceptions={"X1": {"yearly": {"month": 12, "day": 20}}}), "one_date_kind"),
    "C2 two colleagues who forward to each other": (
        {"users": {
            "1004": {"forward": {"to": {"action": "extension", "extension": "1005"}}},
            "1005": {"forward": {"to": {"action": "extension", "extension": "1004"}}},
        }},
        "forward_loop"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_given_the_mistake_of_an_item_then_it_is_refused_by_name_in_both_languages(name: str) -> None:
    change, code = MISTAKES[name]
    problems = load_company(merged(base(), change))
    assert isinstance(problems, list), "accepted"
    assert {problem.code for problem in problems} == {code}, problems
    for problem in problems:
        assert problem.path
        assert problem.fr != problem.en


@pytest.mark.parametrize(
    "change",
    [
        mobile("CA"),
        hours(start="22:00", end="06:00", next_day=True),
        user("1001", open={"unanswered": {**UNSET, "action": "hangup"}}),
        *(user("1002", open={"ring": {"seconds": seconds}}) for seconds in range(10, 61, 5)),
        *(main({"action": "ring", "members": ["1004"], "seconds": seconds}) for seconds in (0, 5, 3600)),
    ],
)
def test_given_what_the_items_allow_then_it_is_accepted(change: dict[str, Any]) -> None:
    assert isinstance(load_company(merged(base(), change)), CompanyDocument)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Z28 a message without a prompt", "The destination “announce” is incomplete: “prompt” is missing."),
        (
            "Z16 T46 a number of Canada under France",
            "+14385550111 is not a number of the country chosen (FR)",
        ),
    ],
)
def test_given_a_mistake_then_its_message_names_what_is_wrong(name: str, told: str) -> None:
    problems = load_company(merged(base(), MISTAKES[name][0]))
    assert isinstance(problems, list)
    assert told in problems[0].en


def test_given_a_name_that_is_too_long_then_its_limit_is_told() -> None:
    long = main(rules=[{"id": "R", "name": "x" * 31, "steps": [{"action": "hangup"}]}])
    problems = load_company(merged(base(), long))
    assert isinstance(problems, list)
    assert problems[0].en == "Too long: at most 30 characters."
