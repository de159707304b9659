"""Splitting, expanding and dial strings, as tables."""

from __future__ import annotations

import pytest

from demo_switch.dial_string import parse_dial_string
from demo_switch.dialplan import inline
from demo_switch.expansion import expand
from demo_switch.refusals import Refused
from demo_switch.splitting import separate


@pytest.mark.parametrize(
    ("text", "delimiter", "parts"),
    [
        ("a b  c", " ", ["a", "b", "c"]),
        ("^^|a=1 2|b=%(2000,4000)|c", " ", ["a=1 2", "b=%(2000,4000)", "c"]),
        ("relais,0,exec:transfer,'key-0-1 XML,XML:/f relais'", ",",
         ["relais", "0", "exec:transfer", "key-0-1 XML,XML:/f relais"]),
        ("relais,0,exec:transfer,key-0-1 XML,XML:/f relais", ",",
         ["relais", "0", "exec:transfer", "key-0-1 XML", "XML:/f relais"]),
        (r"a\,b,c\sd,e\\f", ",", ["a,b", "c d", r"e\f"]),
        ("it's one, two", ",", ["it's one", "two"]),
        ("'  kept  ' , x ", ",", ["  kept  ", "x"]),
        ("1 1 3 5000 # 'a file.wav' silence_stream://10 v [0-9]", " ",
         ["1", "1", "3", "5000", "#", "a file.wav", "silence_stream://10", "v", "[0-9]"]),
        ("", ",", []),
    ],
)  # fmt: skip
def test_arguments_are_split_as_the_switch_splits_them(text: str, delimiter: str, parts: list[str]) -> None:
    assert separate(text, delimiter) == parts


VARIABLES = {"a": "1", "b": "${a}2", "which": "a", "number": "+15145550100", "loop": "${loop}"}


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("plain", "plain"),
        ("${a}-${missing}-", "1--"),
        ("${b}", "12"),
        ("${${which}}", "1"),
        (r"\${a}", "${a}"),
        ("${number:2}", "5145550100"),
        ("${number:-4}", "0100"),
        ("${number:2:3}", "514"),
        ("$a $", "$a $"),
        ("[x=${a}]${contact(*/${number}@d)}", "[x=1]<*/+15145550100@d>"),
        ("${contact */1001@d}", "<*/1001@d>"),
    ],
)
def test_references_are_expanded_again_and_again(text: str, expanded: str) -> None:
    assert expand(text, VARIABLES.get, lambda name, arguments: f"<{arguments}>") == expanded


@pytest.mark.parametrize("text", ["${a", "${loop}"])
def test_what_never_ends_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        expand(text, VARIABLES.get, lambda name, arguments: "")


@pytest.mark.parametrize(
    ("text", "groups", "variables"),
    [
        ("sofia/x/a", [[("sofia/x/a", {})]], {}),
        ("sofia/x/a,sofia/x/b|sofia/x/c", [[("sofia/x/a", {}), ("sofia/x/b", {})], [("sofia/x/c", {})]], {}),
        ("{a=1,b=2}{c=3}[d=4]sofia/x/a", [[("sofia/x/a", {"d": "4"})]], {"a": "1", "b": "2", "c": "3"}),
        ("[^^:a=1,2:b=3]sofia/x/a,[c=4]sofia/x/b",
         [[("sofia/x/a", {"a": "1,2", "b": "3"}), ("sofia/x/b", {"c": "4"})]], {}),
        (r"[a='1,2',b=x\,y]sofia/x/a", [[("sofia/x/a", {"a": "1,2", "b": "x,y"})]], {}),
        ("[leg_timeout=4]error/user_not_registered", [[("error/user_not_registered", {"leg_timeout": "4"})]], {}),
    ],
)  # fmt: skip
def test_dial_strings_are_read_by_the_switchs_grammar(
    text: str, groups: list[list[tuple[str, dict[str, str]]]], variables: dict[str, str]
) -> None:
    dial = parse_dial_string(text)
    assert [[(leg.endpoint, leg.variables) for leg in group] for group in dial.groups] == groups
    assert dial.variables == variables


@pytest.mark.parametrize(
    "text", ["", "[a=1", "{a}sofia/x/a", "[a=1]", "a:_:b", "<a=1>x", "[a=x|y]sofia/x/a", "sofia/x/a b"]
)
def test_a_dial_string_that_the_switch_would_misread_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_dial_string(text)
    assert refused.value.kind == "bad_dial_string"


def test_an_inline_dialplan_is_a_list_of_applications() -> None:
    assert [(t.application, t.data) for t in inline("set:a=1,park")] == [("set", "a=1"), ("park", "")]
    text = "m:~:set:continue_on_fail=true~bridge:[a=1,b=2]sofia/x/a~hangup"
    assert [t.data for t in inline(text)] == ["continue_on_fail=true", "[a=1,b=2]sofia/x/a", ""]
