"""`relais calendar` as people and programs call it."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from console.command_line import main
from tests.sample import BOREAL


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["calendar", "--company", str(BOREAL), *arguments])


def test_given_a_number_then_a_line_a_day_and_what_to_check() -> None:
    lines = run(
        "--number", "DID-1002", "--from", "2026-12-24", "--days", "2", "--lang", "fr"
    ).output.splitlines()
    assert lines == [
        "+15145550111 (DID-1002)  America/Toronto",
        "jeu 2026-12-24  00:00-08:00 fermé  08:00-17:00 exception « Vacances » (X1)  17:00-24:00 fermé",
        "ven 2026-12-25  00:00-24:00 exception « Noël » (X2)",
        "À vérifier :",
        "  Jamais ouvert du 2026-12-24 au 2026-12-25.",
    ]


def test_given_a_holiday_that_no_period_covers_then_it_is_named() -> None:
    output = run("--number", "N-MAIN", "--from", "2026-10-12", "--days", "1").output
    assert "open as usual" not in output  # of the provinces, and the document names the country only
    output = run("--number", "N-MAIN", "--from", "2026-10-12", "--days", "1", "--holidays", "CA-QC").output
    assert "2026-10-12 is a public holiday (Thanksgiving" in output
    output = run("--number", "N-MAIN", "--from", "2026-09-07", "--days", "1", "--lang", "fr").output
    assert "Le 2026-09-07 est un jour férié (Fête du Travail) : ouvert comme d'habitude." in output
    output = run("--number", "N-LYO", "--from", "2026-07-14", "--days", "1").output
    assert "2026-07-14 is a public holiday (National Day): open as usual." in output  # the site is in France


def test_given_json_then_the_days_and_the_warnings() -> None:
    told = json.loads(run("--number", "N-MAIN", "--from", "2026-11-01", "--days", "60", "--json").output)
    assert (told["number"], told["zone"], len(told["days"])) == ("+15145550100", "America/Toronto", 60)
    assert (told["days"][0]["clock"], told["days"][0]["shift"]) == ("back", 60)
    assert {spell["state"] for day in told["days"] for spell in day["spells"]} == {
        "open",
        "closed",
        "rule",
        "exception",
    }


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--number", "+15145550199"], "“+15145550199” is not a number of the company"),
        (["--number", "N-MAIN", "--from", "25/12/2026"], "“25/12/2026” is no date: YYYY-MM-DD"),
        (["--number", "N-MAIN", "--from", "9999-12-30"], "“9999-12-30”: a year from 1970 to 2199"),
        (["--number", "N-MAIN", "--holidays", "CA-XX"], "“XX” is no part of CA"),
        (["--number", "N-MAIN", "--days", "0"], "0 is not in the range 1<=x<=1000"),
        (
            ["--number", "N-MAIN", "--company", "nowhere.yaml"],
            "“nowhere.yaml” is neither a file nor a saved company",
        ),
    ],
)
def test_given_a_bad_argument_then_one_clear_message(arguments: list[str], message: str) -> None:
    result = run(*arguments)
    assert result.exit_code != 0
    assert message in result.output
    assert "Traceback" not in result.output
