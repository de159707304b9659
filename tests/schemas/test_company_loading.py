"""What people write, and what the core gets to read; nothing is guessed and nothing is lost on the way back."""

from __future__ import annotations

import json
import string
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.company import CompanyDocument, ToExtension
from schemas.company import dump_company, load_company, plain_company
from schemas.document_text import Parsed, parse
from schemas.yaml_writing import yaml_text

EXAMPLES = Path(__file__).parents[2] / "schemas" / "examples"
GOOD = sorted(EXAMPLES.glob("*.yaml"))


def loaded(source: str | Path | dict[str, Any]) -> CompanyDocument:
    document = load_company(source)
    assert isinstance(document, CompanyDocument), document
    return document


def smallest(**more: Any) -> dict[str, Any]:
    account = {"id": "a", "name": "A", "domain": "a.example", "time_zone": "America/Toronto"}
    return {"format": 1, "account": account, **more}


def codes(source: str | dict[str, Any]) -> list[str]:
    problems = load_company(source)
    assert isinstance(problems, list)
    return [problem.code for problem in problems]


def opening(start: str, end: str) -> Any:
    weekly = {"schedule": {"openings": [{"days": ["mon"], "start": start, "end": end}]}}
    schedule = loaded(smallest(handlings={"h": weekly})).handlings["h"].schedule
    assert schedule is not None
    return schedule.openings[0]


@pytest.mark.parametrize("file", GOOD, ids=lambda file: file.stem)
def test_given_a_company_then_its_yaml_is_the_same_company(file: Path) -> None:
    document = loaded(file)
    assert loaded(dump_company(document)) == document


@pytest.mark.parametrize("file", GOOD, ids=lambda file: file.stem)
def test_given_a_company_then_its_json_is_the_same_company(file: Path) -> None:
    document = loaded(file)
    assert loaded(json.dumps(plain_company(document))) == document
    assert loaded(plain_company(document)) == document


def test_given_plain_data_then_loading_leaves_it_as_it_was() -> None:
    data = plain_company(loaded(GOOD[0]))
    before = json.dumps(data)
    loaded(data)
    assert json.dumps(data) == before


@pytest.mark.parametrize(("written", "minutes"), [("08:30", 510), ("23:59", 1440), ("24:00", 1440)])
def test_given_an_end_then_the_last_minute_is_the_end_of_the_day(written: str, minutes: int) -> None:
    assert opening("00:00", written).end == minutes


def test_given_23_59_as_a_start_then_it_is_that_minute() -> None:
    assert opening("23:59", "24:00").start == 1439


@pytest.mark.parametrize(
    "written",
    [
        "12:30",
        "012",
        "no",
        "on",
        "y",
        "1e3",
        "0x1f",
        "0o17",
        "1_000",
        "2026-12-24",
        "+15145550100",
        "1.5",
        ".inf",
    ],
)
def test_given_what_yaml_readers_like_to_convert_then_it_is_text(written: str) -> None:
    assert parse(f"a: {written}\n{written}: 1") == Parsed(
        {"a": written, written: 1}, {("a",): 1, (written,): 2}
    )


def test_given_a_yaml_1_1_directive_then_values_are_read_no_differently() -> None:
    read = parse("%YAML 1.1\n---\nstart: 12:30\nenabled: no")
    assert isinstance(read, Parsed)
    assert read.data == {"start": "12:30", "enabled": "no"}


def test_given_an_unquoted_extension_as_key_then_it_is_that_extension() -> None:
    text = dump_company(loaded(smallest(users={"1000": {"name": "S"}}))).replace('"1000"', "1000")
    assert "1000" in loaded(text).users


def test_given_an_unquoted_leading_zero_then_it_is_kept() -> None:
    account = "{id: a, name: A, domain: a.example, time_zone: America/Toronto, operator: OPERATOR}"
    account = account.replace("OPERATOR", "{action: extension, extension: 012}")
    text = f"format: 1\naccount: {account}\nusers: {{012: {{name: S}}}}\n"
    assert loaded(text).account.operator == ToExtension(extension="012")


def test_given_many_mistakes_then_all_are_told_at_once_with_their_lines() -> None:
    text = dump_company(loaded(GOOD[0]))
    text = text.replace("strategy: longest_idle", "strategy: longest")  # the default is left out: no change
    text = text.replace("trunk_channels", "trunk_chanels").replace("seconds: 15", "seconds: 22")
    text = text.replace("name: Marc Lavoie", "nom: Marc Lavoie").replace(
        'extension: "1004"', 'extension: "1999"'
    )
    problems = load_company(text)
    assert isinstance(problems, list)
    lines = text.splitlines()
    assert {(problem.code, problem.value) for problem in problems} >= {
        ("not_allowed", "22"),
        ("unknown_key", "nom"),
        ("missing_key", ""),
    }
    assert all(problem.line for problem in problems)
    assert all(problem.value in lines[problem.line - 1] for problem in problems if problem.value != "{…}")


def test_given_a_mistake_of_shape_then_mistakes_of_sense_elsewhere_are_told_too() -> None:
    data = smallest(
        users={
            "1000": {"name": "S", "devices": {"1000a": {"kind": "fax"}}},
            "1001": {"name": "C", "nickname": "x"},
        },
        teams={"T-1": {"members": ["1000", "1001", "1009"]}},
    )
    assert codes(data) == ["not_allowed", "unknown_key", "unknown_reference"]


def test_given_a_user_who_is_mistaken_then_his_team_is_not_blamed() -> None:
    data = smallest(users={"1001": {"nickname": "x"}}, teams={"T-1": {"members": ["1001"]}})
    assert set(codes(data)) == {"missing_key", "unknown_key"}


def test_given_two_users_who_relieve_each_other_by_day_and_by_night_then_there_is_no_circle() -> None:
    def user(name: str, start: str, end: str, next_day: bool, other: str) -> dict[str, Any]:
        days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
        spell = {"days": days, "start": start, "end": end, "next_day": next_day}
        closed = {"unanswered": {"action": "extension", "extension": other}}
        return {"name": name, "schedule": {"openings": [spell]}, "closed": closed}

    day, night = user("Day", "08:00", "20:00", False, "1001"), user("Night", "20:00", "08:00", True, "1000")
    loaded(smallest(users={"1000": day, "1001": night}))
    night["schedule"]["openings"][0]["start"] = "20:01"
    assert codes(smallest(users={"1000": day, "1001": night})) == ["forward_loop"]


def test_given_yearly_replacements_on_different_days_then_there_is_no_circle() -> None:
    def user(day: int, other: str) -> dict[str, Any]:
        steps = [{"action": "extension", "extension": other}]
        return {"name": "U", "exceptions": {"X": {"yearly": {"month": 12, "day": day}, "steps": steps}}}

    loaded(smallest(users={"1000": user(24, "1001"), "1001": user(25, "1000")}))
    assert codes(smallest(users={"1000": user(25, "1001"), "1001": user(25, "1000")})) == ["forward_loop"]


def test_given_an_operator_who_is_sent_to_himself_then_the_circle_is_told() -> None:
    account = {**smallest()["account"], "operator": {"action": "extension", "extension": "1000"}}
    user = {"name": "S", "open": {"unanswered": {"action": "operator"}}}
    assert codes({"format": 1, "account": account, "users": {"1000": user}}) == ["forward_loop"]


@pytest.mark.parametrize(
    ("schedule", "circle"),
    [({"schedule": {"openings": []}}, True), ({}, False)],
    ids=["never_open", "always_open"],
)
def test_given_a_closed_queue_that_sends_calls_to_itself_then_the_circle_is_told(
    schedule: dict[str, Any], circle: bool
) -> None:
    overflow = [{"reason": "out_of_hours", "to": {"action": "queue", "queue": "Q"}}]
    data = smallest(queues={"Q": {"extension": "7000", "overflow": overflow, **schedule}})
    if circle:
        assert codes(data) == ["forward_loop"]
    else:
        loaded(data)


def test_given_a_toll_free_contact_then_every_country_of_the_code_has_it() -> None:
    number = {"number": "+18005550199"}
    contacts = {"a": {"name": "A", **number, "country": "CA"}, "b": {"name": "B", **number, "country": "US"}}
    loaded(smallest(contacts=contacts))
    assert codes(smallest(contacts={"c": {"name": "C", **number, "country": "FR"}})) == ["country_mismatch"]


def test_given_bytes_that_are_no_text_then_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes("nom: Zoé".encode("latin-1"))
    problems = load_company(tmp_path / "latin.yaml")
    assert isinstance(problems, list)
    assert [problem.code for problem in problems] == ["not_utf8"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ('{"format": 1,, }', "not_json"),
        ('{"format": 1, "format": 1}', "duplicate_key"),
        ("[" * 200, "too_deep"),
        ('{"a":' * 20_000 + "1" + "}" * 20_000, "too_deep"),
        ("- 1", "type"),
        ("format: 1\naccount: {name: " + "x" * 300 + "}", "too_long"),
        ("a: 1\n---\nb: 2", "not_yaml"),
    ],
)
def test_given_a_text_that_is_no_document_then_it_is_said_and_nothing_breaks(text: str, code: str) -> None:
    assert code in codes(text)


def test_given_text_that_no_encoding_has_then_it_is_refused() -> None:
    assert codes('{"format": 1, "account": {"name": "\\ud800"}}') == ["shape"]


@given(st.text(max_size=60))
def test_given_any_text_then_loading_answers(text: str) -> None:
    assert isinstance(load_company(text), list)


WORDS = st.text(string.ascii_letters + string.digits, min_size=1)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(string.printable + "éœ…", max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150)
@given(
    st.dictionaries(st.text(string.printable + "é", min_size=1, max_size=8), PLAIN, min_size=1, max_size=5)
)
def test_given_plain_data_then_its_yaml_reads_back_the_same(data: dict[str, Any]) -> None:
    read = parse_yaml_text(data)
    assert read == data


def parse_yaml_text(data: dict[str, Any]) -> Any:
    from schemas.document_text import parse_yaml

    read = parse_yaml(yaml_text(data))
    assert isinstance(read, Parsed), (read, yaml_text(data))
    return read.data


def test_given_the_times_in_plain_data_then_they_are_as_people_write_them() -> None:
    plain = plain_company(loaded(EXAMPLES / "boreal.yaml"))
    assert plain["handlings"]["main"]["schedule"]["openings"][0]["end"] == "17:00"
    assert msgspec.json.encode(plain)
