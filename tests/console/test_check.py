"""`relais check`: what is wrong, and what is probably not meant, with the way to the setting."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from console.command_line import main
from tests.sample import BOREAL


def check(*words: str) -> Result:
    return CliRunner().invoke(main, ["check", *words])


@pytest.mark.parametrize(("day", "past"), [("2026-10-01", False), ("2026-10-15", True)])
def test_given_a_day_then_periods_that_are_over_are_told(day: str, past: bool) -> None:
    told = check(str(BOREAL), "--on", day, "--language", "fr")
    assert told.exit_code == 0
    lines = [line for line in told.output.splitlines() if "LINT-27" in line]
    expected = "warn  LINT-27 users.1002.exceptions.X3: La période exceptionnelle « Maladie » (2026-10-14 à 2026-10-14) est passée."
    assert lines == ([expected] if past else [])


def test_given_json_then_each_finding_has_id_level_objects_and_path() -> None:
    findings = json.loads(check(str(BOREAL), "--on", "2026-10-15", "--json").output)["findings"]
    (over,) = [finding for finding in findings if finding["id"] == "LINT-27"]
    assert (over["level"], over["objects"], over["path"]) == (
        "warn",
        ["1002", "X3"],
        "users.1002.exceptions.X3",
    )


def test_given_a_lock_on_nothing_then_it_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "company.yaml"
    file.write_text(
        "format: 1\naccount: {id: a, name: A, domain: a.example, time_zone: UTC, locks: [{setting: users.opn}]}\n"
    )
    told = check(str(file))
    assert told.exit_code == 1
    assert (
        told.output
        == "company.yaml:2: account.locks[0].setting: There is no setting “users.opn” (did you mean “users.dnd”?).\n"
    )


def test_given_several_mistakes_then_each_is_told_once_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "boreal.yaml"
    text = BOREAL.read_text().replace("prompt: G-FR-EN", "prompt: G-FRENCH")
    file.write_text(text.replace("strategy: simultaneous, seconds: 20", "seconds: twenty"))
    lines = check(str(file), "--language", "fr").output.splitlines()
    written = file.read_text().splitlines()
    greeting, seconds = (
        1 + next(k for k, line in enumerate(written) if word in line) for word in ("FRENCH", "twenty")
    )
    assert lines == [
        f"boreal.yaml:{greeting}: handlings.main.open[0].prompt: Le message « G-FRENCH » n'existe pas"
        " (vouliez-vous dire « G-FR-EN » ?).",
        f"boreal.yaml:{seconds}: handlings.sales.open[0].seconds: « twenty » : il faut un nombre entier.",
    ]


def test_given_a_file_that_is_no_yaml_then_the_line_is_told(tmp_path: Path) -> None:
    file = tmp_path / "company.yaml"
    file.write_text("format: 1\naccount:\n  id: [unclosed\n  name: A\n")
    told = check(str(file))
    assert (told.exit_code, told.output.startswith("company.yaml:4: This is not YAML: ")) == (1, True)
