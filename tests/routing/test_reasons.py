"""The table of reasons agrees with the code that gives them, and with the sentences that tell them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import get_args

import msgspec
import pytest

from routing.call import Call
from routing.company import Device, RingPlan
from routing.compiled import compile_company
from routing.decision import Decision
from routing.engine import next_step
from routing.reason_sentences import SENTENCES
from routing.reasons import FACTS, ReasonCode
from routing.snapshot import Snapshot
from tests.sample import at, decide, document, everybody_idle

ROOT = Path(__file__).parents[2]
SOURCES = [*(ROOT / "routing").glob("*.py"), *(ROOT / "dialplan_server").glob("*.py")]
TABLES = ("reasons.py",)


def notes() -> Iterator[tuple[str, ast.Call]]:
    """Every call of `note`, with where it stands."""
    for file in SOURCES:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "note"
            ):
                yield f"{file.name}:{node.lineno}", node


def codes(node: ast.expr) -> list[str]:
    """The codes an argument can be: a text, or one of two."""
    if isinstance(node, ast.IfExp):
        return [*codes(node.body), *codes(node.orelse)]
    assert isinstance(node, ast.Constant), "a code is written out where it is given"
    return [node.value]


def test_the_enumeration_and_the_table_of_facts_name_the_same_codes() -> None:
    assert set(get_args(ReasonCode)) == set(FACTS)


@pytest.mark.parametrize(("where", "call"), list(notes()))
def test_given_a_reason_in_the_code_then_it_has_the_facts_of_the_table(where: str, call: ast.Call) -> None:
    for code in codes(call.args[0]):
        assert {keyword.arg for keyword in call.keywords} == set(FACTS[code]), where  # type: ignore[index]


def test_every_code_of_the_table_is_given_somewhere() -> None:
    texts = {
        node.value
        for file in SOURCES
        if file.name not in TABLES
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Constant)
    }
    assert [code for code in FACTS if code not in texts] == []


def facts(decision: Decision, code: ReasonCode) -> list[dict[str, str]]:
    """The facts of every reason of this code."""
    return [dict(reason.facts) for reason in decision.reasons if reason.code == code]


def test_given_a_decision_then_each_leg_and_each_rule_passed_over_has_its_reason() -> None:
    sequence = decide("+15145550110", "2026-10-13T10:00")
    assert facts(sequence, "rings") == [{"user": "1001", "device": "1001a", "seconds": "15"}]
    greeting = decide("+15145550100", "2026-10-13T10:00")
    assert [(f["rule"], f["because"]) for f in facts(greeting, "rule_passed_over")] == [
        ("CR1", "caller"), ("CR2", "caller"), ("CR3", "called"), ("CR4", "hours")
    ]  # fmt: skip
    assert facts(greeting, "number_open") == [{"number": "N-MAIN", "time": "2026-10-13T10:00:00-04:00"}]


def test_given_a_member_with_two_phones_of_which_one_is_away_then_that_one_has_its_reason() -> None:
    there = compile_company(msgspec.structs.replace(document(), users={
        **document().users,
        "1004": msgspec.structs.replace(document().users["1004"], devices={"1004a": Device(), "1004b": Device()}),
    }), 1)  # fmt: skip
    call = Call(
        id="c",
        company="boreal",
        entry_kind="number",
        entry="N-VEN",
        caller_number="",
        received_at=at("2026-10-13T10:00"),
    )
    decision = next_step(there, call, Snapshot(now=call.received_at, agents=everybody_idle()))
    assert facts(decision, "device_unreachable") == [{"user": "1004", "device": "1004b"}]


def test_given_a_phone_that_is_not_in_the_ring_order_then_it_has_its_reason() -> None:
    claire = document().users["1001"]
    plan = msgspec.structs.replace(claire.open, ring=RingPlan(order=("1001a",)))
    users = {**document().users, "1001": msgspec.structs.replace(claire, open=plan)}
    there = compile_company(msgspec.structs.replace(document(), users=users), 1)
    call = Call(
        id="c",
        company="boreal",
        entry_kind="extension",
        entry="1001",
        caller_number="",
        received_at=at("2026-10-13T10:00"),
    )
    decision = next_step(there, call, Snapshot(now=call.received_at, agents=everybody_idle()))
    assert [each["device"] for each in facts(decision, "device_not_in_plan")] == ["1001b", "1001c"]
    assert facts(decision, "outside_not_in_plan") == [{"user": "1001", "outside": "+14385550111"}]


def test_given_two_periods_at_once_then_the_one_outranked_is_named() -> None:
    christmas = decide("+15145550111", "2026-12-25T10:00")
    assert facts(christmas, "exception_in_force")[0]["period"] == "X2"
    assert facts(christmas, "exception_outranked") == [{"target": "u.1002", "period": "X1", "by": "X2"}]


@pytest.mark.parametrize("code", FACTS)
def test_given_a_reason_then_its_sentences_need_only_its_facts_and_the_same_ones(code: ReasonCode) -> None:
    french, english = (placeholders(text) for text in (SENTENCES[code].fr, SENTENCES[code].en))
    assert french == english
    assert french <= set(FACTS[code])
    assert SENTENCES[code].fr.endswith(".")
    assert SENTENCES[code].en.endswith(".")


def placeholders(text: str) -> set[str]:
    """Names of the facts in a sentence."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}
