"""`relais explain` and `relais replay` as people and programs call them (T111)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from console.command_line import main
from tests.sample import BOREAL

CLAIRE, MAIN, SALES = "+15145550110", "+15145550100", "+15145550102"
B = "2026-10-13T10:00"


def explain(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["explain", "--company", str(BOREAL), *arguments])


def test_t111_given_christmas_then_the_answer_names_the_period_its_action_and_the_rules_passed_over() -> None:
    output = explain("--to", MAIN, "--from", "+14505550199", "--at", "2026-12-25T10:00").output
    assert "The caller hears the message “A-FERIE”, then the call is ended." in output
    assert (
        "“Noël” (EX-NOEL) of +15145550100 (N-MAIN) is in force (Friday 25 December 2026 at 10:00)" in output
    )
    for rule in ("CR1", "CR2", "CR3", "CR4"):
        assert f"({rule}) of +15145550100 (N-MAIN) does not apply" in output


def test_given_claires_number_then_who_rings_for_how_long_and_what_comes_after() -> None:
    output = explain("--to", CLAIRE, "--from", "+14505550199", "--at", B, "--lang", "fr").output
    began = [line.partition(" s  ")[0].strip() for line in output.splitlines() if line[:12].strip()]
    assert began[:5] == ["0", "15", "30", "45", "60"]
    # The menu takes as long as the recordings that are installed, and then four seconds are waited for a key.
    assert int(began[5]) > 64
    assert len(began) == 6
    assert "Le numéro extérieur +14385550111 de Claire Gagnon (1001) est appelé pendant 15 s." in output


def test_given_supposed_states_then_each_person_passed_over_and_why(tmp_path: Path) -> None:
    states = tmp_path / "agents.yaml"
    states.write_text('agents: {"1004": on_call, "1005": {is: break}}\nunregistered: [1006a]\n')
    output = explain(
        "--to", SALES, "--from", "+14505550199", "--at", B, "--agents", str(states), "--lang", "fr"
    ).output
    assert "Omar Diallo (1004) ne sonne pas : en communication." in output
    assert "Emma Clarke (1005) ne sonne pas : en pause." in output
    assert "Hugo Martin (1006) ne sonne pas : aucun appareil joignable." in output
    assert "Le téléphone (1010a) de Paul Fortin (1010) sonne pendant 15 s." in output
    states.write_text("presence: unknown\n")
    assert (
        "ne sonne pas"
        not in explain("--to", SALES, "--at", B, "--agents", str(states), "--lang", "fr").output
    )


def test_given_keys_then_the_route_follows_them_and_json_tells_the_same() -> None:
    told = json.loads(explain("--to", "N-MAIN", "--at", B, "--press", "3:1004", "--json").output)
    assert [step["step"]["type"] for step in told["record"]["steps"]] == [
        "Ask",
        "CollectMore",
        "Ring",
        "Voicemail",
    ]
    assert told["steps"][2]["reasons"][0] == "The caller dialled an extension: Omar Diallo (1004)."


def test_given_a_colleague_who_calls_then_the_time_is_that_of_whoever_is_called() -> None:
    output = explain("--to", "1009", "--call-from-user", "1004", "--at", B).output
    assert (
        "Zoé Bernard (1009) takes calls at this time (Tuesday 13 October 2026 at 10:00, UTC+02:00)." in output
    )


@pytest.mark.parametrize(
    ("user", "to", "told"),
    [
        ("1004", "450-555-0166", "Omar Diallo (1004) calls outside with"),
        ("1012", "+14505550166", "Tom Baker (1012) makes no outside calls"),
        ("1003", "*0160*+33199000199", "Priya Nair (1003) may not call that country (FR)"),
        ("1004", "0800x", "0800x is not a phone number"),
        ("1012", "911", "911 is an emergency number"),
    ],
)
def test_given_a_user_who_calls_outside_then_why_he_may_or_may_not(user: str, to: str, told: str) -> None:
    assert told in explain("--to", to, "--call-from-user", user, "--at", B).output


@pytest.mark.parametrize(
    ("arguments", "answer", "reason"),
    [
        ((CLAIRE, B, "1001"), "Claire Gagnon (1001) is rung.", "The phone “Bureau” (1001a) of Claire Gagnon (1001) rings for 15 s."),
        (
            (CLAIRE, "2026-10-13T20:00", "1001"), "Claire Gagnon (1001) is not rung.",
            "No phone of Claire Gagnon (1001) is to ring at this time.",
        ),
        ((SALES, B, "1001"), "The call does not come by Claire Gagnon (1001): nothing on its way leads there.", ""),
    ],
)  # fmt: skip
def test_given_one_person_then_whether_the_phone_rings_and_why(
    arguments: tuple[str, str, str], answer: str, reason: str
) -> None:
    to, at, who = arguments
    output = explain("--to", to, "--at", at, "--who", who).output
    assert output.splitlines()[0] == answer
    assert reason in output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--to", MAIN, "--at", B, "--who", "4999"], "“4999” is no user's extension"),
        (["--to", "+15145550199", "--at", B], "“+15145550199” is not a number of the company"),
        (["--to", MAIN, "--at", "9999-12-31T23:59"], "a year from 1970 to 2199"),
        (["--to", MAIN, "--at", "0001-01-01T00:00+14:00"], "a year from 1970 to 2199"),
        (["--to", MAIN, "--at", "tomorrow"], "“tomorrow” is no ISO date and time"),
        (["--to", MAIN, "--at", "2026-03-08T02:30"], "does not exist in America/Toronto"),
        (["--to", MAIN, "--at", B, "--from", "Bob"], "“Bob” is no caller's number"),
        (["--to", MAIN, "--at", B, "--call-from-user", "4999"], "“4999” is no user's extension"),
        (["--to", MAIN, "--at", B, "--press", "1004"], "“1004” is not SECONDS:KEYS"),
        (["--to", MAIN, "--at", B, "--agents", "nowhere.yaml"], "“nowhere.yaml” cannot be read"),
        (
            ["--to", MAIN, "--at", B, "--record", "nowhere/call.json"],
            "“nowhere/call.json” cannot be written: No such file",
        ),
    ],
)
def test_given_a_bad_argument_then_one_clear_message(arguments: list[str], message: str) -> None:
    result = explain(*arguments)
    assert result.exit_code != 0
    assert message in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('agents: {"4999": on_call}', "agents.4999"),
        (
            'agents: {"1004": asleep}',
            "agents.1004: « asleep » n'est pas permis. Permis : available, on_call,",
        ),
        ('agents: {"1004": {"is": asleep}}', "agents.1004.is: « asleep » n'est pas permis"),
        ("unregistered: [9999z]", "unregistered[0]"),
        ("people: {}", "people"),
        ("agents: {", "agents.yaml"),
    ],
)
def test_given_a_broken_file_of_states_then_where_it_is(text: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "agents.yaml"
    file.write_text(text)
    result = explain("--to", MAIN, "--at", B, "--agents", str(file), "--lang", "fr")
    assert result.exit_code == 1
    assert message in result.output


def test_given_a_record_then_replay_says_the_same_or_where_it_goes_elsewhere(tmp_path: Path) -> None:
    record, other = tmp_path / "call.json", tmp_path / "other.yaml"
    explain("--to", CLAIRE, "--at", B, "--record", str(record))
    run = CliRunner().invoke
    same = run(main, ["replay", str(record), "--company", str(BOREAL)])
    assert (same.exit_code, same.output) == (0, "The call would go the same way (steps: 6).\n")
    other.write_text(BOREAL.read_text("utf-8").replace("[1001a, 1001b, 1001c, mobile]", "[1001a, mobile]"))
    moved = run(main, ["replay", str(record), "--company", str(other), "--lang", "fr"])
    assert moved.exit_code == 3
    assert moved.output.startswith("Jusqu'à l'étape 1 tout est pareil ; puis l'appel va ailleurs")
    assert "    30 s  L'appelant entend l'annonce « personne n'est disponible »" in moved.output
    told = json.loads(run(main, ["replay", str(record), "--company", str(other), "--json"]).output)
    assert told["replayed"]["same"] == 1
    assert told["then"][0]["at"] == 30.0


@pytest.mark.parametrize(
    ("text", "message"), [("{}", "call.json"), ("no", "call.json"), ('{"company": 1}', "is missing")]
)
def test_given_no_record_then_it_is_said(text: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "call.json"
    file.write_text(text)
    result = CliRunner().invoke(main, ["replay", str(file), "--company", str(BOREAL)])
    assert result.exit_code == 1
    assert message in result.output
    assert "Traceback" not in result.output


def test_given_no_saved_revision_then_it_is_said(tmp_path: Path) -> None:
    record = tmp_path / "call.json"
    explain("--to", CLAIRE, "--at", B, "--record", str(record))
    environment = {"RELAIS_VAR": str(tmp_path / "empty")}
    result = CliRunner().invoke(main, ["replay", str(record)], env=environment)
    assert result.exit_code == 1
    assert "there is no saved revision (boreal): --company FILE" in result.output


def test_given_both_a_document_and_a_revision_then_replay_asks_which(tmp_path: Path) -> None:
    record = tmp_path / "call.json"
    explain("--to", CLAIRE, "--at", B, "--record", str(record))
    result = CliRunner().invoke(main, ["replay", str(record), "--company", str(BOREAL), "--revision", "3"])
    assert result.exit_code == 1
    assert "--company and --revision do not go together" in result.output


def test_given_a_mistyped_file_and_no_database_then_the_file_is_what_is_told(tmp_path: Path) -> None:
    environment = {"RELAIS_VAR": str(tmp_path / "empty")}
    result = CliRunner().invoke(main, ["explain", "--company", "boreal", "--to", MAIN], env=environment)
    assert result.exit_code == 1
    assert "“boreal” is no file, and the database of saved companies cannot be used" in result.output


@pytest.mark.parametrize(
    "to", ["+1 (514) 555-0100", "514-555-0100", "5145550100", "1 514.555.0100", "15145550100", "N-MAIN"]
)
@pytest.mark.parametrize("caller", ["+14185550178", "418-555-0178", "(418) 555-0178", "14185550178"])
def test_given_numbers_as_people_write_them_then_they_are_understood(to: str, caller: str) -> None:
    """Suppliers have a rule of their own (CR2)."""
    assert "Fournisseurs" in explain("--to", to, "--from", caller, "--at", B).output
